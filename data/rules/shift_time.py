"""When planned shifts really begin and end, and which intervals a local day has.

Plans are local wall time plus zone; `wall_time` says which instant that is where the clocks are
changed. Durations are differences of instants, so a night from 22:00 to 06:00 has 7, 8 or 9 hours,
and a day 92, 96 or 100 quarter hours, in some zones 94 or 98.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.model import Ms
from data.rules.wall_time import at_wall_time, local_time, reached

MINUTE_MS = 60_000
_DAYS_NEAR = (-1, 0, 1, 2)
"""Where the next such time may be: back over midnight with the clocks, or beyond a lost day."""


def next_at(after: Ms, at: time, place: ZoneInfo, fold: int | None = None) -> Ms:
    """The first instant later than another at which the wall clock shows a time of day.

    Args:
        after: What it is to be later than.
        at: The time of day.
        place: The zone.
        fold: Which of two is meant where the time comes twice; None takes the next.

    Raises:
        OverflowError: That is beyond the calendar.
    """
    today = local_time(after, place).date()
    folds = (0, 1) if fold is None else (fold,)
    walls = (
        datetime.combine(today + timedelta(days=days), at.replace(fold=each))
        for days in _DAYS_NEAR
        for each in folds
    )
    return min(found for wall in walls if (found := at_wall_time(wall, place)) > after)


def day_span(day: date, place: ZoneInfo) -> tuple[Ms, Ms]:
    """When a local day begins and ends; where its midnight is skipped, it begins after that.

    Raises:
        ValueError: The day is the calendar's last.
    """
    return reached(day, 0, place), reached(day, 24 * 60, place)


def intervals(day: date, place: ZoneInfo, minutes: int) -> range:
    """When the intervals of a local day begin.

    All have the same real length, from the first instant of the day on; where the day is no whole
    number of them, the last one is shorter.

    Args:
        day: The local day.
        place: The zone.
        minutes: The length of an interval.

    Raises:
        ValueError: The day is the calendar's last.
    """
    begins, ends = day_span(day, place)
    return range(begins, ends, minutes * MINUTE_MS)
