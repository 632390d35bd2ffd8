"""That this is the past, in words: the first line of the screen and of what opens over it."""

from __future__ import annotations

from data.figures.freshness import Moment
from data.floor import FloorSnapshot
from data.model import Freshness, Ms
from screens.formats import format_age, format_clock, format_moment
from screens.presenters.lines import Piece
from screens.text import _, ngettext


def past_parts(
    snapshot: FloorSnapshot, moment: Moment, now: Ms, site: str | None, alerts: int
) -> tuple[Piece, ...]:
    """What the first line says of the past, the most important first: the time and its age, always.

    Args:
        snapshot: The floor as it was.
        moment: The instant that is shown.
        now: The present.
        site: The id of the site looked at; None for all.
        alerts: How many alerts there are in the present.
    """
    parts = [
        Piece(past_title(snapshot, moment, now, site)),
        Piece(_("{age} ago").format(age=format_age((now - moment.now) / 1000)), gives_way=True),
    ]
    if alerts:
        text = ngettext("!! {count} alert now", "!! {count} alerts now", alerts)
        short = _("!! {count} now").format(count=alerts)
        parts.append(Piece(text.format(count=alerts), short=short))
    known = [health for health in snapshot.sources if site in {None, health.site}]
    if any(health.is_reading_past for health in known):
        parts.append(Piece(_("still being read ~"), short=_("reading ~")))
    elif known and all(health.state is Freshness.OFFLINE for health in known):
        if any(site in {None, one.site} for one in snapshot.intervals.values()):
            parts.append(Piece(_("only calls are known of it ~"), short=_("only calls ~")))
        else:
            parts.append(Piece(_("nothing is known of it ~"), short=_("unknown ~")))
    latest = [health.last_ok_at for health in known if health.folds and health.last_ok_at]
    if latest:
        clock = format_clock(min(latest), _zone(snapshot, site), with_seconds=True)
        told = _("as last told at {clock} ~").format(clock=clock)
        parts.append(Piece(told, short=_("as of {clock} ~").format(clock=clock)))
    return tuple(parts)


def past_title(snapshot: FloorSnapshot, moment: Moment, now: Ms, site: str | None) -> str:
    """`THE PAST  14:05:00`, with the date where that is another one than today's."""
    clock = format_moment(moment.now, _zone(snapshot, site), now)
    return _("THE PAST  {clock}").format(clock=clock)


def _zone(snapshot: FloorSnapshot, site: str | None) -> str:
    zones = {info.id: info.zone for info in snapshot.sites}
    return zones.get(site or "", next(iter(zones.values()), "UTC"))
