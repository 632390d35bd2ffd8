"""That this is the past, in words: the first line of the screen and of what opens over it."""

from __future__ import annotations

from data.figures.freshness import Moment
from data.floor import FloorSnapshot
from data.model import Freshness, Ms
from screens.formats import format_age, format_clock, format_moment
from screens.text import _, ngettext


def past_parts(
    snapshot: FloorSnapshot, moment: Moment, now: Ms, site: str | None, alerts: int
) -> tuple[str, ...]:
    """What the first line says of the past, the most important first.

    Args:
        snapshot: The floor as it was.
        moment: The instant that is shown.
        now: The present.
        site: The id of the site looked at; None for all.
        alerts: How many alerts there are in the present.
    """
    parts = [
        past_title(snapshot, moment, now, site),
        _("{age} ago").format(age=format_age((now - moment.now) / 1000)),
    ]
    if alerts:
        text = ngettext("!! {count} alert now", "!! {count} alerts now", alerts)
        parts.append(text.format(count=alerts))
    known = [health for health in snapshot.sources if site in {None, health.site}]
    if any(health.is_reading_past for health in known):
        parts.append(_("still being read ~"))
    elif known and all(health.state is Freshness.OFFLINE for health in known):
        parts.append(_("nothing is known of it ~"))
    latest = [health.last_ok_at for health in known if health.folds and health.last_ok_at]
    if latest:
        clock = format_clock(min(latest), _zone(snapshot, site), with_seconds=True)
        parts.append(_("as last told at {clock} ~").format(clock=clock))
    return tuple(parts)


def past_title(snapshot: FloorSnapshot, moment: Moment, now: Ms, site: str | None) -> str:
    """`THE PAST  14:05:00`, with the date where that is another one than today's."""
    clock = format_moment(moment.now, _zone(snapshot, site), now)
    return _("THE PAST  {clock}").format(clock=clock)


def _zone(snapshot: FloorSnapshot, site: str | None) -> str:
    zones = {info.id: info.zone for info in snapshot.sites}
    return zones.get(site or "", next(iter(zones.values()), "UTC"))
