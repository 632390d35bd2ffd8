"""When an event of RFC 5545 takes place: rules, added and excluded dates, on the wall clock.

Rules are followed on the wall clock, without a zone, so that 22:00 stays 22:00. What the clocks do
to a time that comes twice or never is for whoever makes instants of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

from data.plans.drafts import Beside

MOST = 20_000
"""Occurrences of one event."""
_UNTIL = re.compile(r"UNTIL=([0-9T]+Z?)", re.IGNORECASE)


class Unbounded(Exception):
    """A rule has no end, and nobody said until when it is wanted."""


def by_rule(
    rule: str, first: datetime, last: date | None, to_wall: Callable[[datetime], datetime]
) -> Iterator[datetime]:
    """The naive beginnings that a rule gives.

    Args:
        rule: As in `FREQ=WEEKLY;BYDAY=MO,TU`.
        first: DTSTART, naive.
        last: The last day that is wanted; None: all of them.
        to_wall: Takes an aware UNTIL to the wall clock.

    Raises:
        Unbounded: It has no end, and none is wanted.
        ValueError: It is no rule.
    """
    from dateutil.rrule import rrulestr

    ends = [each for each in ("UNTIL=", "COUNT=") if each in rule.upper()]
    if len(ends) > 1:
        raise ValueError(rule)  # RFC 5545, 3.3.10: one or the other
    if last is None and not ends:
        raise Unbounded
    found = rrulestr(_UNTIL.sub(lambda until: _local_until(until[1], to_wall), rule), dtstart=first)
    limit = datetime.max if last is None else datetime.combine(last, time.max)  # noqa: DTZ901 - the wall clock
    for count, at in enumerate(takewhile(lambda each: each <= limit, iter(found))):
        if count >= MOST:
            raise ValueError(rule)
        yield at


def _local_until(text: str, to_wall: Callable[[datetime], datetime]) -> str:
    """RFC 5545 wants UNTIL in UTC where DTSTART has a zone; the rule is followed without one."""
    if not text.upper().endswith("Z"):
        return f"UNTIL={text}"
    until = to_wall(datetime.strptime(text.upper(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    return f"UNTIL={until:%Y%m%dT%H%M%S}"


def occurrences(
    event: Any, first: datetime, to_wall: Callable[[datetime], datetime], beside: Beside
) -> list[datetime]:
    """The naive beginnings of an event, in order, within the days that are wanted.

    Args:
        event: An `icalendar.Event`.
        first: Its own beginning, naive.
        to_wall: Takes an aware time to the wall clock of the event.
        beside: Which days are wanted.

    Raises:
        Unbounded: Its rule has no end, and none is wanted.
        ValueError: Its rule cannot be followed.
    """
    found = {first}
    for rule in _each(event.get("RRULE")):
        found.update(by_rule(rule.to_ical().decode(), first, beside.last, to_wall))
    found.update(_dates(event.get("RDATE"), first, to_wall))
    found.difference_update(_dates(event.get("EXDATE"), first, to_wall))
    return sorted(at for at in found if _is_wanted(at.date(), beside))


def _is_wanted(day: date, beside: Beside) -> bool:
    return (beside.first is None or beside.first <= day) and (
        beside.last is None or day <= beside.last
    )


def _each(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _dates(
    value: Any, first: datetime, to_wall: Callable[[datetime], datetime]
) -> Iterator[datetime]:
    """The times of RDATE or EXDATE; a date alone is that of the event's own time of day."""
    for dates in _each(value):
        for each in dates.dts:
            at = each.dt
            if isinstance(at, datetime):
                aware = at.tzinfo is not None and at.utcoffset() == timedelta()
                yield to_wall(at) if aware else at.replace(tzinfo=None)
            else:
                yield datetime.combine(at, first.time())
