"""When a place is open, as instants: opening hours in a zone, without holidays.

A window is real time between two readings of the wall clock: from 01:00 to 04:00 there are two
hours in the night in which the clocks are put forward, and four when they are put back. A window
that runs past midnight belongs to the day on which it begins, and closes with that day's holiday.

What has been worked out is kept by month, with the open time summed up, so that a question about
a year costs twelve additions and a bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from data.model import Ms
from data.rules.opening_hours import OpeningHours
from data.rules.public_holidays import NO_HOLIDAYS, Holidays
from data.rules.rule_error import RuleError, RuleProblem
from data.rules.wall_time import local_time, reached
from data.zones import zone

MOST_MONTHS = 1200
"""How far ahead is looked: a hundred years."""
_FIRST_YEAR, _LAST_YEAR = 3, 9998
"""Room for zones and for the days beside a month, at both ends of what dates can say."""
_BEFORE_ALL: Ms = -(1 << 62)
_ONE_DAY = timedelta(days=1)


class BusinessDay(msgspec.Struct, frozen=True, gc=False):
    """A day on which a place opens."""

    day: date
    opens_at: Ms
    closes_at: Ms
    """When its last window ends, which may be on the day after."""


class _Month(msgspec.Struct, frozen=True):
    """The windows that begin in a month, in order and apart."""

    starts: list[Ms]
    ends: list[Ms]
    sums: list[int]
    """The open time of all windows up to the end of each, ms."""
    days: list[BusinessDay]
    ordinals: list[int]
    """The days' own numbers, to be bisected."""

    @property
    def open_ms(self) -> int:
        return self.sums[-1] if self.sums else 0

    def open_before(self, at: Ms) -> int:
        """The open time of this month's windows before an instant, ms."""
        number = bisect_right(self.starts, at)
        return self.sums[number - 1] - max(0, self.ends[number - 1] - at) if number else 0


class Calendar:
    """Opening hours in a zone.

    Args:
        hours: On the wall clock, by weekday.
        zone_name: An IANA name, for example `Europe/Berlin`.
        holidays: The days on which it stays closed.

    Raises:
        FloorError: The zone is not known.
    """

    def __init__(
        self, hours: OpeningHours, zone_name: str, holidays: Holidays = NO_HOLIDAYS
    ) -> None:
        self.hours = hours
        self.zone_name = zone_name
        self.holidays = holidays
        self.place: ZoneInfo = zone(zone_name)
        self._months: dict[int, _Month] = {}
        self._closed: dict[int, frozenset[date]] = {}

    def local_day(self, at: Ms) -> date:
        """The local day of an instant.

        Raises:
            RuleError: It lies at the ends of what calendars reckon with.
        """
        try:
            day = local_time(at, self.place).date()
        except (OverflowError, ValueError):
            raise RuleError(RuleProblem.TOO_FAR) from None
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise RuleError(RuleProblem.TOO_FAR)
        return day

    def windows(self, day: date) -> tuple[tuple[Ms, Ms], ...]:
        """When the windows that begin on a day open and close."""
        spans = self.hours.of(day.weekday())
        if not spans or day in self._closed_in(day.year):
            return ()
        place = self.place
        instants = (
            (reached(day, opens, place), reached(day, closes, place)) for opens, closes in spans
        )
        return tuple((opens, closes) for opens, closes in instants if opens < closes)

    def is_open(self, at: Ms) -> bool:
        """Whether an instant lies within opening hours; that of closing does not."""
        return self.business_ms(at, at + 1) > 0

    def business_ms(self, start: Ms, end: Ms) -> int:
        """The open time between two instants, ms; negative where the end comes first.

        Raises:
            RuleError: They are more than a hundred years apart.
        """
        if end < start:
            return -self.business_ms(end, start)
        first = self._reaching(start)
        return self._open_since(first, end) - self._open_since(first, start)

    def add_business_ms(self, at: Ms, amount: int) -> Ms:
        """The earliest instant by which so much open time has passed.

        Exactly filling a window ends at closing. Nothing at all ends at once where it is open,
        and else when it opens.

        Args:
            at: Where it begins.
            amount: Open time, ms; not negative.

        Raises:
            RuleError: That is not reached within a hundred years.
        """
        number = self._reaching(at)
        # The one millisecond is that with which the next opening begins.
        wanted = self._open_since(number, at) + max(amount, 1)
        for month in self._from(number):
            if month.open_ms >= wanted:
                place = bisect_left(month.sums, wanted)
                return month.ends[place] - (month.sums[place] - wanted) - (amount == 0)
            wanted -= month.open_ms
        raise RuleError(RuleProblem.TOO_FAR)

    def business_day_after(self, day: date, count: int) -> BusinessDay:
        """The n-th business day after a day, which itself does not count.

        Args:
            day: A local day.
            count: Which one, from 1.

        Raises:
            RuleError: There is none within a hundred years.
        """
        number = self._number(day)
        place = bisect_right(self._month(number).ordinals, day.toordinal()) + count - 1
        for month in self._from(number):
            if place < len(month.days):
                return month.days[place]
            place -= len(month.days)
        raise RuleError(RuleProblem.TOO_FAR)

    def business_day_closing(self, at: Ms) -> BusinessDay:
        """The first business day that closes at an instant or after it.

        Raises:
            RuleError: There is none within a hundred years.
        """
        # Yesterday's last window may still be open, and where a date is skipped, that before it.
        day = self.business_day_after(self.local_day(at) - 3 * _ONE_DAY, 1)
        while day.closes_at < at:
            day = self.business_day_after(day.day, 1)
        return day

    def _open_since(self, first: int, at: Ms) -> int:
        """The open time before an instant of all windows from a month on, ms."""
        reaching, last = self._reaching(at), self._number(self.local_day(at))
        if last - first > MOST_MONTHS:
            raise RuleError(RuleProblem.TOO_FAR)
        whole = sum(self._month(number).open_ms for number in range(first, reaching))
        return whole + sum(
            self._month(number).open_before(at) for number in range(reaching, last + 1)
        )

    def _reaching(self, at: Ms) -> int:
        """The month in which the windows begin that may hold an instant."""
        return self._number(self.local_day(at) - _ONE_DAY)

    @staticmethod
    def _number(day: date) -> int:
        """A month's number, counted from January of the year 0."""
        return day.year * 12 + day.month - 1

    def _from(self, number: int) -> Iterator[_Month]:
        return (self._month(each) for each in range(number, number + MOST_MONTHS + 1))

    def _month(self, number: int) -> _Month:
        month = self._months.get(number)
        if month is None:
            if not _FIRST_YEAR - 1 <= number // 12 <= _LAST_YEAR:
                raise RuleError(RuleProblem.TOO_FAR)
            month = self._months[number] = self._built(date(number // 12, number % 12 + 1, 1))
        return month

    def _built(self, first: date) -> _Month:
        month = _Month([], [], [], [], [])
        # The last window of the month before may reach into this one.
        open_until = max((end for _, end in self.windows(first - _ONE_DAY)), default=_BEFORE_ALL)
        total, day = 0, first
        while day.month == first.month:
            windows = self.windows(day)
            for start, end in windows:
                begin = max(start, open_until)
                if begin < end:
                    total += end - begin
                    month.starts.append(begin)
                    month.ends.append(end)
                    month.sums.append(total)
                    open_until = end
            if windows:
                month.days.append(BusinessDay(day, windows[0][0], windows[-1][1]))
                month.ordinals.append(day.toordinal())
            day += _ONE_DAY
        return month

    def _closed_in(self, year: int) -> frozenset[date]:
        closed = self._closed.get(year)
        if closed is None:
            closed = self._closed[year] = self.holidays.of_year(year)
        return closed


@lru_cache(maxsize=128)
def calendar_of(hours: OpeningHours, zone_name: str, holidays: Holidays = NO_HOLIDAYS) -> Calendar:
    """The one calendar of what it is made of, so that what it has worked out is kept.

    Raises:
        FloorError: The zone is not known.
    """
    return Calendar(hours, zone_name, holidays)
