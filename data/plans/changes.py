"""What becomes of a planned shift when the day turns out otherwise: absence, overtime, breaks.

Each change is told in instants, and what comes of it stands on the wall clock again. What was
planned for other times stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from msgspec import structs

from data.model import Ms
from data.plans.checking import HOUR_MS, LONGEST_H
from data.plans.model import LocalTime, Part, PlannedShift, instant, local_at
from data.zones import zone

OVERTIME = "overtime"


class Unchangeable(Exception):
    """A change that does not fit the shift.

    Args:
        field: What of the change does not.
        reason: Why, in a word.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


def away(
    shift: PlannedShift, kind: str, start: Ms | None = None, end: Ms | None = None, note: str = ""
) -> PlannedShift:
    """A shift of which somebody is away for all or part; it stays on record.

    Args:
        shift: As it is planned.
        kind: `absence` or `time_off`.
        start: From when; None: from its beginning.
        end: Until when; None: until its end.
        note: Why.

    Raises:
        Unchangeable: That is not within the shift.
    """
    place, (begins, ends) = zone(shift.zone), shift.span
    start, end = begins if start is None else start, ends if end is None else end
    if not begins <= start < end <= ends:
        raise Unchangeable("starts_at", "outside-shift")
    left = [*_outside(shift, start, end, place)]
    own = Part(kind, _local(shift, start, place), _local(shift, end, place), note)
    return _with_parts(shift, [*left, own], place)


def lengthened(shift: PlannedShift, start: Ms, end: Ms, note: str = "") -> PlannedShift:
    """A shift with overtime before its beginning or after its end.

    Args:
        shift: As it is planned.
        start: When the overtime begins.
        end: When it ends: at the beginning of the shift, or `start` is its end.
        note: Why.

    Raises:
        Unchangeable: It does not meet the shift, or makes it longer than a day.
    """
    place, (begins, ends) = zone(shift.zone), shift.span
    if start >= end or (start != ends and end != begins):
        raise Unchangeable("starts_at", "apart-from-shift")
    if max(end, ends) - min(start, begins) > LONGEST_H * HOUR_MS:
        raise Unchangeable("ends_at", "too-long")
    own = Part(OVERTIME, _local(shift, start, place), _local(shift, end, place), note)
    longer = structs.replace(
        shift,
        start=own.start if end == begins else shift.start,
        end=own.end if start == ends else shift.end,
    )
    return _with_parts(longer, [*shift.parts, own], place)


def moved(shift: PlannedShift, start: Ms, to: Ms, note: str = "") -> PlannedShift:
    """A shift with one of its parts at another time, and as long as it was.

    Args:
        shift: As it is planned.
        start: When the part begins.
        to: When it is to begin.
        note: Why.

    Raises:
        Unchangeable: No part begins then, or there is no room for it.
    """
    place, (begins, ends) = zone(shift.zone), shift.span
    part = next((one for one in shift.parts if instant(one.start, place) == start), None)
    if part is None:
        raise Unchangeable("starts_at", "nothing-there")
    end = to + instant(part.end, place) - start
    others = [one for one in shift.parts if one is not part]
    is_free = all(
        instant(one.end, place) <= to or instant(one.start, place) >= end for one in others
    )
    if not begins <= to < end <= ends or not is_free:
        raise Unchangeable("moved_to", "no-room")
    own = Part(part.kind, local_at(to, place), local_at(end, place), note or part.note)
    return _with_parts(shift, [*others, own], place)


def _with_parts(shift: PlannedShift, parts: list[Part], place: ZoneInfo) -> PlannedShift:
    parts.sort(key=lambda one: instant(one.start, place))
    return structs.replace(shift, parts=tuple(parts))


def _outside(shift: PlannedShift, start: Ms, end: Ms, place: ZoneInfo) -> Iterator[Part]:
    """What is left of the parts of a shift outside a stretch of it."""
    for part in shift.parts:
        begins, stops = instant(part.start, place), instant(part.end, place)
        if begins < start:
            cut = part.end if stops <= start else local_at(start, place)
            yield structs.replace(part, end=cut)
        if stops > end:
            cut = part.start if begins >= end else local_at(end, place)
            yield structs.replace(part, start=cut)


def _local(shift: PlannedShift, at: Ms, place: ZoneInfo) -> LocalTime:
    """A time on the wall clock; the shift's own ends as they are written."""
    begins, ends = shift.span
    return shift.start if at == begins else shift.end if at == ends else local_at(at, place)
