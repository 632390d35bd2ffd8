"""What a screen or a command shows of a site's handover, put together from a look at the floor."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from data.figures.handover import handover_since, last_signed, to_take_over
from data.figures.handover_draft import draw_up
from data.model import Ms
from data.rules.wall_time import at_wall_time
from data.zones import local, zone
from screens.look import Look
from screens.presenters.handover import Sheet
from screens.presenters.handover_words import Wording
from screens.presenters.notes import people_of


def sheet_of(look: Look, site: str, since: Ms | None = None) -> Sheet:
    """All that there is to show of a site's handover.

    Args:
        look: The floor.
        site: The site's id.
        since: When the shift began; None: with the last handover, or the day.
    """
    snapshot, moment, viewing = look.snapshot, look.moment, look.viewing
    begun = handover_since(snapshot, site, moment.now) if since is None else since
    zone = next((each.zone for each in snapshot.sites if each.id == site), "UTC")
    formula = viewing.formula
    return Sheet(
        draft=draw_up(snapshot, site, begun, moment, formula),
        signed=to_take_over(snapshot, site, viewing.person) or last_signed(snapshot, site),
        left=last_signed(snapshot, site, by=viewing.person) or last_signed(snapshot, site),
        by=Wording(snapshot, moment.now, zone, formula, people_of(look)),
        person=viewing.person,
    )


def site_of(look: Look) -> str:
    """The site that is meant: the one looked at, or else the first."""
    return look.site or next((each.id for each in look.snapshot.sites), "")


def since_when(text: str, now: Ms, place: str) -> Ms | None:
    """The instant that somebody means by `06:00` or `2026-03-10 22:00`; None for none before now.

    A time without a date is the latest one: of yesterday where it has not yet been today.

    Args:
        text: On the wall clock of the site.
        now: The present.
        place: The site's time zone.
    """
    here = local(now, place)
    try:
        if "-" in text:
            wall = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        else:
            clock = time.fromisoformat(text.strip()).replace(tzinfo=None)
            wall = datetime.combine(here.date() - timedelta(days=clock > here.time()), clock)
    except ValueError:
        return None
    at = at_wall_time(wall, zone(place))
    return at if 0 <= at <= now else None
