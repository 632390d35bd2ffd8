"""When something is due: business minutes, business days, calendar days and weeks from an event.

The day of the event does not count: `3bd` is due when the third business day after it closes,
whatever time of day the event came and whether or not that day was a business day. Calendar days
and weeks are due at the same local time, and neither holidays nor hours move that. Business
minutes run only while the place is open. Time for which a clock stood still does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from data.model import Ms
from data.rules.business_calendar import BusinessDay, Calendar
from data.rules.rule_error import RuleError, RuleProblem
from data.rules.wall_time import at_wall_time, local_time, reached, same_time_after

MINUTE_MS = 60_000
MOST_DAYS = 36_525
"""A hundred years: what is due later is a slip of the pen."""
MOST_MINUTES = MOST_DAYS * 24 * 60
_AMOUNT = re.compile(r"(\d{1,9})(?:\.(\d{1,6}))?\s*(m|h|bd|d|w)", re.IGNORECASE)


class Unit(StrEnum):
    """In what a time limit is counted."""

    BUSINESS_MINUTES = "business_minutes"
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"


class Ends(StrEnum):
    """When on its last day a time limit ends."""

    INSTANT = "instant"
    """As the count comes out: to the minute, or at the time of day of the event."""
    END_OF_DAY = "end_of_day"
    """When the business day closes; of calendar days and weeks, when the local day is over."""


class Amount(msgspec.Struct, frozen=True):
    """So much time."""

    count: int
    unit: Unit
    ends: Ends = Ends.INSTANT


class Pause(msgspec.Struct, frozen=True):
    """A time for which a clock stands still, its end exclusive."""

    start: Ms
    end: Ms


def parse_amount(text: str) -> Amount:
    """Read an amount: `90m` and `8h` of business time, `3bd`, `10d`, `8w`.

    Hours and minutes may have decimals where they make whole minutes (`1.5h`). Business days end
    at closing, all others at the instant.

    Raises:
        RuleError: It cannot be understood, or is more than a hundred years.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise RuleError(RuleProblem.BAD_AMOUNT, text)
    whole, part, unit = found[1], found[2] or "", found[3].lower()
    # In whole numbers: 7.6 hours are 456 minutes, in floats a little less.
    count, rest = divmod(int(whole + part) * (60 if unit == "h" else 1), 10 ** len(part))
    if rest or (part and unit not in {"m", "h"}):
        raise RuleError(RuleProblem.BAD_AMOUNT, text)
    match unit:
        case "m" | "h":
            amount, most = Amount(count, Unit.BUSINESS_MINUTES), MOST_MINUTES
        case "bd":
            amount, most = Amount(count, Unit.BUSINESS_DAYS, Ends.END_OF_DAY), MOST_DAYS
        case "d":
            amount, most = Amount(count, Unit.CALENDAR_DAYS), MOST_DAYS
        case _:
            amount, most = Amount(count, Unit.WEEKS), MOST_DAYS // 7
    if count > most:
        raise RuleError(RuleProblem.TOO_FAR)
    return amount


def due(event_at: Ms, amount: Amount, calendar: Calendar, pauses: Iterable[Pause] = ()) -> Ms:
    """The instant by which something is due.

    Args:
        event_at: When the event came from which is counted.
        amount: How much time there is.
        calendar: When the place is open, and its zone.
        pauses: Times that do not count; of a pause that still lasts, what has passed of it.

    Returns:
        The last instant at which it is in time. Of business minutes it lies within opening hours
        or at their end. A business day counts if the clock runs right before it closes; calendar
        days and weeks end as much later as the clock stood still.

    Raises:
        RuleError: It is not due within a hundred years.
    """
    apart = _apart(event_at, pauses)
    match amount.unit:
        case Unit.BUSINESS_MINUTES:
            at = _minutes_after(event_at, amount.count * MINUTE_MS, calendar, apart)
            if amount.ends is Ends.END_OF_DAY:
                return calendar.business_day_closing(at).closes_at
            return at
        case Unit.BUSINESS_DAYS:
            last = _business_day(event_at, amount.count, calendar, apart)
            if amount.ends is Ends.END_OF_DAY:
                return last.closes_at
            return _same_time_on(event_at, last, calendar)
        case Unit.CALENDAR_DAYS:
            days = amount.count
        case Unit.WEEKS:
            days = amount.count * 7
    at = _days_after(event_at, days, calendar, apart)
    if amount.ends is Ends.END_OF_DAY:
        return reached(calendar.local_day(at), 24 * 60, calendar.place)
    return at


def _apart(event_at: Ms, pauses: Iterable[Pause]) -> list[Pause]:
    """The pauses after an event, in order; what overlaps counts once."""
    apart: list[Pause] = []
    runs_from = event_at
    for pause in sorted(pauses, key=lambda each: each.start):
        if pause.end > runs_from:
            apart.append(Pause(max(pause.start, runs_from), pause.end))
            runs_from = pause.end
    return apart


def _minutes_after(at: Ms, amount: int, calendar: Calendar, pauses: Sequence[Pause]) -> Ms:
    left = amount
    for pause in pauses:
        runs = calendar.business_ms(at, pause.start)
        if runs >= left:
            break
        left -= runs
        at = pause.end
    return calendar.add_business_ms(at, left)


def _business_day(at: Ms, count: int, calendar: Calendar, pauses: Sequence[Pause]) -> BusinessDay:
    """The last of some business days after an instant; with none, the one that closes next."""
    if not count:
        day = calendar.business_day_closing(at)
    elif not pauses:
        return calendar.business_day_after(calendar.local_day(at), count)
    else:
        day = calendar.business_day_after(calendar.local_day(at), 1)
    while True:
        stood = any(pause.start < day.closes_at <= pause.end for pause in pauses)
        count -= not stood
        if count <= 0 and not stood:
            return day
        day = calendar.business_day_after(day.day, 1)


def _same_time_on(at: Ms, last: BusinessDay, calendar: Calendar) -> Ms:
    """The event's time of day on a business day, or the nearest at which it is open."""
    time = local_time(at, calendar.place).timetz().replace(tzinfo=None)
    there = at_wall_time(datetime.combine(last.day, time), calendar.place)
    return min(max(there, last.opens_at), last.closes_at)


def _days_after(at: Ms, days: int, calendar: Calendar, pauses: Sequence[Pause]) -> Ms:
    try:
        end = same_time_after(at, days, calendar.place)
    except OverflowError:
        raise RuleError(RuleProblem.TOO_FAR) from None
    for pause in pauses:
        if pause.start >= end:
            break
        end += pause.end - pause.start
    return end
