"""The periods that reports are of: days, weeks and months of a site's own calendar. Pure.

A week begins on Monday (ISO 8601). A day is as long as the clocks make it, and begins when the
site's counting day does.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from data.model import Ms
from data.rules.wall_time import at_wall_time, local_time
from data.status import SiteInfo
from data.zones import day_begins, zone

FIRST_YEAR, LAST_YEAR = 1971, 9990
"""Far from the ends of the calendar, where neighbours of a period could not be named."""
_WEEK = timedelta(days=7)
_MONTHS = 12


class Length(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Period(msgspec.Struct, frozen=True):
    """A day, week or month, by its local dates."""

    length: Length
    first: date
    """Its first day."""

    @classmethod
    def holding(cls, length: Length, day: date) -> Period:
        """The period of a length that holds a day."""
        if length is Length.WEEK:
            day -= timedelta(days=day.weekday())
        elif length is Length.MONTH:
            day = day.replace(day=1)
        return cls(length, day)

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        if self.length is Length.DAY:
            return self.first + timedelta(days=1)
        if self.length is Length.WEEK:
            return self.first + _WEEK
        return _month(self.first, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    def moved(self, count: int) -> Period:
        """So many periods of the same length later, or earlier; the last that can be named."""
        if self.length is Length.MONTH:
            first = _month(self.first, count)
        else:
            step = timedelta(days=1) if self.length is Length.DAY else _WEEK
            first = self.first + count * step
        return Period(self.length, first) if FIRST_YEAR <= first.year <= LAST_YEAR else self

    @property
    def compared(self) -> Period:
        """What it is held against: the same weekday a week ago, the week or the month before."""
        return Period(Length.DAY, self.first - _WEEK) if self.is_day else self.moved(-1)

    @property
    def is_day(self) -> bool:
        """Whether it is a single day."""
        return self.length is Length.DAY


def span(period: Period, site: SiteInfo) -> tuple[Ms, Ms]:
    """When a period begins at a site, and when it is over.

    Raises:
        FloorError: The site's zone is not known.
    """
    return day_begins(site, period.first), day_begins(site, period.after)


def so_far(period: Period, site: SiteInfo, now: Ms) -> tuple[Ms, Ms]:
    """What of a period has passed at a site by now: from its beginning to its end, or to now."""
    start, end = span(period, site)
    return start, max(start, min(end, now))


def as_far(period: Period, like: Period, site: SiteInfo, now: Ms) -> tuple[Ms, Ms]:
    """As much of a period as has passed of another by now, by the clock on the wall.

    At 14:30 on a Tuesday the week before counts up to its Tuesday, 14:30. A month that is shorter
    ends where it ends.

    Args:
        period: The period.
        like: The one that may not be over yet.
        site: Where.
        now: The present.
    """
    start, end = span(period, site)
    if now >= span(like, site)[1]:
        return start, end
    place = zone(site.zone)
    here = local_time(max(now, span(like, site)[0]), place).replace(tzinfo=None)
    passed = here - datetime.combine(like.first, datetime.min.time())
    there = datetime.combine(period.first, datetime.min.time()) + passed
    return start, max(start, min(end, at_wall_time(there, place)))


def _month(first: date, count: int) -> date:
    """The first of a month that many months later; what cannot be named stays."""
    months = first.year * _MONTHS + first.month - 1 + count
    year, month = divmod(months, _MONTHS)
    return date(year, month + 1, 1) if FIRST_YEAR <= year <= LAST_YEAR else first
