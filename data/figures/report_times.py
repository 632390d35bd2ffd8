"""What a report counts by the clocks and the calendar of its sites. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from data.cache.report_queries import Expected
from data.model import Counts, Ms
from data.rules.demand import HALF_HOUR_MS
from data.rules.periods import Period, span
from data.status import SiteInfo
from data.zones import local, site_day_start

SiteInterval: TypeAlias = tuple[SiteInfo, Ms, Counts]
"""An interval of a site, by its beginning."""


def today_at(sites: Sequence[SiteInfo], now: Ms) -> date:
    """The counting day that it is at the first site, by its date."""
    site = sites[0]
    return local(site_day_start(site, now), site.zone).date()


def by_time_of_day(intervals: Sequence[SiteInterval]) -> dict[str, Counts]:
    """The counts by the time on the wall, in the order in which the day goes on at its site."""
    return _by(intervals, _clock_time)


def by_hour(intervals: Sequence[SiteInterval]) -> tuple[tuple[str, int], ...]:
    """What was offered in each hour of the clock, from the first with calls to the last."""
    hours = _by(intervals, _clock_hour)
    busy = [int(hour) for hour, counts in hours.items() if counts.offered]
    if not busy:
        return ()
    between = range(busy[0], busy[0] + (busy[-1] - busy[0]) % 24 + 1)
    shown = (f"{hour % 24:02d}" for hour in between)
    return tuple((hour, hours.get(hour, Counts()).offered) for hour in shown)


def by_day(
    intervals: Sequence[SiteInterval], period: Period, sites: Sequence[SiteInfo], now: Ms
) -> tuple[tuple[date, Counts | None], ...]:
    """The counts of each day of a week or a month that has begun; None of one without any."""
    if period.is_day or not intervals:
        return ()
    last = min(period.last, today_at(sites, now))
    found: dict[date, Counts | None] = {
        period.first + timedelta(days=day): None for day in range((last - period.first).days + 1)
    }
    for site, starts, counts in intervals:
        day = local(site_day_start(site, starts), site.zone).date()
        found[day] = (found.get(day) or Counts()) + counts
    return tuple(sorted(found.items(), key=lambda one: one[0]))


def curves(
    offered: Sequence[tuple[SiteInfo, int, Ms, int]], period: Period
) -> dict[int, tuple[int | None, ...]]:
    """What was offered to each queue in the hours of a day, or on the days of a longer time.

    Args:
        offered: Contacts by site, number of the queue and half hour.
        period: All of it: hours before the first contact of the day, or after the last, and days
            after the last one are left out of all curves alike.

    Returns:
        By the numbers of queues; None for a day of which nothing is known.
    """
    places: dict[tuple[str, Ms], int] = {}  # many queues share their half hours
    begins: dict[str, Ms] = {}
    found: dict[int, dict[int, int]] = {}
    for site, number, at, count in offered:
        place = places.get((site.id, at))
        if place is None:
            if site.id not in begins:
                begins[site.id] = span(period, site)[0]
            # Where a day begins within a half hour only what came from then on is in the first.
            place = places[site.id, at] = _place(site, max(at, begins[site.id]), period)
        queue = found.setdefault(number, {})
        queue[place] = queue.get(place, 0) + count
    known = {place for queue in found.values() for place in queue}
    busy = [place for queue in found.values() for place, count in queue.items() if count]
    first = min(busy, default=0) if period.is_day else 0
    shown = range(first, max(busy, default=-1) + 1)
    return {
        number: tuple(
            queue.get(place, 0) if period.is_day or place in known else None for place in shown
        )
        for number, queue in found.items()
    }


def expected_by_time_of_day(
    quarters: Iterable[tuple[SiteInfo, Ms, Expected]],
) -> dict[str, Expected]:
    """What was forecast, and what came of it, by the time on the wall.

    Args:
        quarters: Quarter hours of sites by their beginning.
    """
    found: dict[str, Expected] = {}
    for site, at, one in quarters:
        name = _clock_time(at, site)
        found[name] = found[name] + one if name in found else one
    return found


def _place(site: SiteInfo, at: Ms, period: Period) -> int:
    """The hour of the day, or the day of a longer time, that an instant lies in."""
    begun = site_day_start(site, at)
    if period.is_day:
        return (at - begun) // (2 * HALF_HOUR_MS)
    return (local(begun, site.zone).date() - period.first).days


def spare_by_time_of_day(halves: Iterable[tuple[SiteInfo, Ms, int]]) -> dict[str, int]:
    """Heads too many by the time on the wall: half of a half hour's in each of its quarter hours.

    Args:
        halves: Half hours of sites by their beginning, with the heads too many times their time.
    """
    found: dict[str, int] = {}
    for site, at, ms in halves:
        for quarter in (at, at + HALF_HOUR_MS // 2):
            name = _clock_time(quarter, site)
            found[name] = found.get(name, 0) + ms // 2
    return found


def _by(
    intervals: Sequence[SiteInterval], name_of: Callable[[Ms, SiteInfo], str]
) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    place: dict[str, int] = {}
    for site, starts, counts in intervals:
        name = name_of(starts, site)
        found[name] = found.get(name, Counts()) + counts
        into_day = starts - site_day_start(site, starts)
        place[name] = min(place.get(name, into_day), into_day)
    return {name: found[name] for name in sorted(found, key=lambda one: (place[one], one))}


def _clock_time(at: Ms, site: SiteInfo) -> str:
    """The time on the wall; where it comes for the second time, with its offset."""
    there = local(at, site.zone)
    return f"{there:%H:%M%z}" if there.fold else f"{there:%H:%M}"


def _clock_hour(at: Ms, site: SiteInfo) -> str:
    return f"{local(at, site.zone):%H}"
