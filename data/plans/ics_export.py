"""Planned shifts as iCalendar (RFC 5545), so that reading them again gives the same shifts.

Times stand on the wall clock of their zone. The second of two times that the clocks show cannot be
written so; it stands in UTC, and `X-LOCAL-ZONE` says where it is meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from data.contract import from_ms
from data.model import Ms
from data.plans.ics_plans import AGENT, SHIFT, ZONE
from data.plans.model import LocalTime, PlannedShift, instant
from data.rules.wall_time import local_time
from data.zones import zone

if TYPE_CHECKING:
    from icalendar import Event, Timezone

PRODUCT = "-//supervisor-tui//roster//EN"
_HOUR_MS = 3_600_000
_STEP_MS = 6 * _HOUR_MS
"""No zone moves its clocks twice within it."""


def write_ics(
    shifts: Sequence[PlannedShift], names: Mapping[str, str], words: Mapping[str, str], now: Ms
) -> bytes:
    """A calendar with an event for each shift, and one for each of its activities.

    Args:
        shifts: In the order in which they are to stand.
        names: What agents are called, by id.
        words: What activities are called, by kind.
        now: When it is written.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for name, span in _spans(shifts).items():
        calendar.add_component(_zone(name, *span))
    for shift in shifts:
        for event in _events(shift, names.get(shift.agent, shift.agent), words, now):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(shift: PlannedShift, name: str, words: Mapping[str, str], now: Ms) -> Iterator[Event]:
    from icalendar import Event

    stamp = from_ms(now).replace(microsecond=0)
    uid = _uid(shift)
    main = Event()
    main.add("uid", uid)
    main.add("dtstamp", stamp)
    _add_times(main, shift.start, shift.end, shift.zone)
    main.add("summary", name)
    main.add("categories", [SHIFT])
    main.add(AGENT, shift.agent)
    yield main
    for number, part in enumerate(shift.parts, 1):
        event = Event()
        event.add("uid", f"{number}.{uid}")
        event.add("dtstamp", stamp)
        _add_times(event, part.start, part.end, shift.zone)
        event.add("summary", words.get(part.kind, part.kind))
        event.add("categories", [part.kind])
        event.add("related-to", uid)
        event.add(AGENT, shift.agent)
        if part.note:
            event.add("description", part.note)
        yield event


def _uid(shift: PlannedShift) -> str:
    seed = f"{shift.agent}\0{shift.start.at}\0{shift.start.fold}\0{shift.zone}"
    return f"{hashlib.sha256(seed.encode()).hexdigest()[:32]}@supervisor-tui"


def _add_times(event: Event, start: LocalTime, end: LocalTime, name: str) -> None:
    place = zone(name)
    if start.fold or end.fold:
        event.add(ZONE, name)
    for field, time in (("dtstart", start), ("dtend", end)):
        if time.fold:
            event.add(field, from_ms(instant(time, place)))
        else:
            event.add(field, time.wall.replace(tzinfo=place))


def _spans(shifts: Iterable[PlannedShift]) -> dict[str, tuple[Ms, Ms]]:
    """From when to when each zone is needed."""
    spans: dict[str, tuple[Ms, Ms]] = {}
    for shift in shifts:
        begins, ends = shift.span
        first, last = spans.get(shift.zone, (begins, ends))
        spans[shift.zone] = min(first, begins), max(last, ends)
    return spans


def _zone(name: str, first: Ms, last: Ms) -> Timezone:
    """A VTIMEZONE of the offsets that hold around a span of time, from the pinned tzdata.

    The library's own gives the beginning of summer time an hour late.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    place = zone(name)
    made = Timezone()
    made.add("tzid", name)
    start = first - 48 * _HOUR_MS
    before = _offset(start, place)
    begin = local_time(start, place).replace(tzinfo=None, microsecond=0)
    for at, onset in ((start, begin), *_changes(start, last + 48 * _HOUR_MS, place)):
        here = local_time(at, place)
        part = TimezoneDaylight() if here.dst() else TimezoneStandard()
        part.add("dtstart", onset)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", _offset(at, place))
        part.add("tzname", here.tzname() or name)
        made.add_component(part)
        before = _offset(at, place)
    return made


def _changes(start: Ms, end: Ms, place: ZoneInfo) -> Iterator[tuple[Ms, datetime]]:
    """When the clocks are moved, and what they show then by the old offset."""
    at = start
    while at < end:
        beyond = at + _STEP_MS
        if _offset(at, place) != _offset(beyond, place):
            low, high = at, beyond
            while high - low > 1000:
                middle = (low + high) // 2
                if _offset(middle, place) == _offset(at, place):
                    low = middle
                else:
                    high = middle
            change = high - high % 1000
            yield change, (from_ms(change) + _offset(at, place)).replace(tzinfo=None)
        at = beyond


def _offset(at: Ms, place: ZoneInfo) -> timedelta:
    offset = from_ms(at).astimezone(UTC).astimezone(place).utcoffset()
    assert offset is not None  # noqa: S101 - every zone of the IANA data has one
    return offset
