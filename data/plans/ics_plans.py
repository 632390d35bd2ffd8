"""Plans as iCalendar (RFC 5545): a shift an event, its activities events of their own within it.

Whose a shift is: `X-AGENT-ID`, or the attendee, or the summary, or the calendar's name. An event
whose category is an activity belongs to the shift of the same agent that it begins in.

Of a recurring event the end is a time on the wall clock, as its beginning is: a night from 22:00
to 06:00 ends at 06:00 also when the clocks are changed. A DURATION is of real hours instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from data.contract import to_ms
from data.errors import FloorError
from data.model import Ms
from data.plans.drafts import (
    Beside,
    Draft,
    DraftPart,
    DraftTime,
    Fault,
    PlanError,
    Problem,
    Reading,
)
from data.plans.model import KINDS, LocalTime, local_at
from data.plans.recurrence import Unbounded, occurrences
from data.rules.wall_time import at_wall_time
from data.zones import zone

if TYPE_CHECKING:
    from icalendar import Calendar, Event

AGENT = "X-AGENT-ID"
ZONE = "X-LOCAL-ZONE"
"""Of an event whose times are UTC, because the clocks show one of them twice."""
SHIFT = "shift"
_FIELDS = ("ATTENDEE", "DTSTART", "DTEND", "TZID", "CATEGORIES")


class _Occurrence(msgspec.Struct, frozen=True):
    """One event on one day."""

    line: int
    names: tuple[str, ...]
    owner: str
    """Whom the event itself names; empty where only its summary or its calendar can tell."""
    kind: str
    """An activity; empty for a shift."""
    start: LocalTime
    end: LocalTime
    zone: str
    note: str

    @property
    def starts_at(self) -> Ms:
        return at_wall_time(self.start.wall, zone(self.zone))

    @property
    def ends_at(self) -> Ms:
        return at_wall_time(self.end.wall, zone(self.zone))


class _Wrong(Exception):
    """An event cannot be used."""

    def __init__(self, field: str, fault: Fault, word: str = "") -> None:
        super().__init__(field, fault, word)
        self.field, self.fault, self.word = field, fault, word


def read_ics(data: bytes, beside: Beside) -> Reading:
    """The shifts of a file.

    Args:
        data: The file.
        beside: Its zone for times without one, its agent, and until when rules are followed.

    Raises:
        PlanError: It is no iCalendar.
    """
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(data, multiple=True)
    except Exception as error:
        # Of a mangled file the library raises anything. A TZID that is a folder's name makes it
        # tell where the zones lie, which is nothing to repeat.
        reason = str(error) if isinstance(error, ValueError) else type(error).__name__
        problem = Problem(line=1, fault=Fault.UNREADABLE, reason=reason)
        raise PlanError((problem,)) from error
    lines = _event_lines(data)
    found: list[_Occurrence] = []
    told: list[Problem] = []
    wrong: list[Problem] = []
    for calendar in calendars:
        for event, moved in _events(calendar):
            line = next(lines, 0)
            reader = _Event(calendar, event, beside, line, moved)
            if reader.is_left_out:
                word = str(event.get("SUMMARY", ""))
                told.append(Problem(line=line, fault=Fault.LEFT_OUT, word=word))
                continue
            try:
                found.extend(reader.occurrences())
            except _Wrong as error:
                wrong.append(
                    Problem(line=line, field=error.field, fault=error.fault, word=error.word)
                )
    drafts = list(_with_parts(found, wrong))
    return Reading(tuple(drafts), tuple(told), tuple(wrong))


def _event_lines(data: bytes) -> Iterator[int]:
    """Where each event begins, for the library does not tell."""
    return (
        number
        for number, line in enumerate(data.splitlines(), 1)
        if line.strip().upper() == b"BEGIN:VEVENT"
    )


def _events(calendar: Calendar) -> Iterator[tuple[Event, frozenset[datetime]]]:
    """Each event, with those of its occurrences that another one replaces."""
    events: list[Any] = calendar.walk("VEVENT")
    moved: dict[str, set[datetime]] = {}
    for event in events:
        instead = _value(event.get("RECURRENCE-ID"))
        if isinstance(instead, date):
            moved.setdefault(str(event.get("UID", "")), set()).add(_naive(instead))
    for event in events:
        own = event.get("RECURRENCE-ID") is None
        replaced = moved.get(str(event.get("UID", "")), set()) if own else set()
        yield event, frozenset(replaced)


class _Event:
    """Reads one event."""

    def __init__(
        self,
        calendar: Calendar,
        event: Event,
        beside: Beside,
        line: int,
        moved: frozenset[datetime],
    ) -> None:
        self._event = event
        self._calendar = calendar
        self._beside = beside
        self._line = line
        self._moved = moved
        categories = event.get("CATEGORIES")
        named = [str(each).casefold() for each in getattr(categories, "cats", ())]
        self._kind = next((each for each in named if each in KINDS), "")

    @property
    def is_left_out(self) -> bool:
        """Whether it says nothing of working time: cancelled, or of whole days."""
        begins = _value(self._event.get("DTSTART"))
        is_day = isinstance(begins, date) and not isinstance(begins, datetime)
        return str(self._event.get("STATUS", "")).upper() == "CANCELLED" or is_day

    def occurrences(self) -> Iterator[_Occurrence]:
        """Each time that it takes place."""
        name, start = self._time("DTSTART")
        end_of = self._end_of(name, start)
        explicit = self._explicit_names()
        owner = next(iter(explicit), "")
        summary = str(self._event.get("SUMMARY", ""))
        names = tuple(filter(None, (*explicit, summary, self._calendar_name())))
        for wall in self._walls(name, start.wall):
            begins = LocalTime.of(wall.replace(fold=start.fold))
            yield _Occurrence(
                line=self._line,
                names=names,
                owner=owner,
                kind=self._kind,
                start=begins,
                end=end_of(begins),
                zone=name,
                note=str(self._event.get("DESCRIPTION", "")) if self._kind else "",
            )

    def _time(self, field: str) -> tuple[str, LocalTime]:
        """A time as the wall clock shows it, and in which zone."""
        value = self._event.get(field)
        at = _value(value)
        if not isinstance(at, datetime):
            raise _Wrong(field, Fault.EMPTY if value is None else Fault.BAD_TIME, str(value or ""))
        if at.second or at.microsecond:
            raise _Wrong(field, Fault.BAD_TIME, at.isoformat())
        if str(at.tzinfo) == "UTC":
            name = str(self._event.get(ZONE, "")) or self._own_zone() or self._beside.zone
            return name, local_at(to_ms(at.astimezone(UTC)), self._place(name))
        tzid = str(getattr(value, "params", {}).get("TZID", ""))
        name = _known_zone(tzid) or self._own_zone() or self._beside.zone
        self._place(name)
        return name, LocalTime.of(at.replace(tzinfo=None, fold=0))

    def _place(self, name: str) -> Any:
        if not name:
            raise _Wrong("TZID", Fault.NO_ZONE)
        try:
            return zone(name)
        except FloorError as error:
            raise _Wrong("TZID", Fault.BAD_ZONE, name) from error

    def _own_zone(self) -> str:
        return _known_zone(str(self._calendar.get("X-WR-TIMEZONE", "")))

    def _end_of(self, name: str, start: LocalTime) -> Any:
        """From the beginning of an occurrence to its end."""
        place = zone(name)
        if self._event.get("DTEND") is None:
            length = _value(self._event.get("DURATION"))
            if not isinstance(length, timedelta):
                raise _Wrong("DTEND", Fault.EMPTY)
            real = length // timedelta(milliseconds=1)
            return lambda begins: local_at(at_wall_time(begins.wall, place) + real, place)
        end_zone, end = self._time("DTEND")
        if end_zone != name:
            end = local_at(at_wall_time(end.wall, zone(end_zone)), place)
        first, away = start.wall, end.wall - start.wall
        # A fold is of the one occurrence that has it; of a rule every day has its own.
        once = self._event.get("RRULE") is None
        return lambda begins: LocalTime.of(
            (begins.wall + away).replace(fold=end.fold if once and begins.wall == first else 0)
        )

    def _walls(self, name: str, first: datetime) -> Sequence[datetime]:
        """When it begins, each time."""
        try:
            found = occurrences(
                self._event,
                first.replace(fold=0),
                lambda at: _on_wall(at, name),
                self._beside,
            )
        except Unbounded as error:
            raise _Wrong("RRULE", Fault.NO_END) from error
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise _Wrong("RRULE", Fault.BAD_RULE, str(error)) from error
        replaced = {_on_wall(each, name) for each in self._moved}
        return [wall for wall in found if wall not in replaced]

    def _explicit_names(self) -> tuple[str, ...]:
        attendees = self._event.get("ATTENDEE", [])
        found = [str(self._event.get(AGENT, ""))]
        for each in attendees if isinstance(attendees, list) else [attendees]:
            address = str(each)
            _scheme, _colon, mailbox = address.rpartition(":")
            named = str(getattr(each, "params", {}).get("CN", ""))
            found += [named, mailbox, mailbox.partition("@")[0]]
        found.append(self._beside.agent)
        return tuple(dict.fromkeys(each for each in found if each))

    def _calendar_name(self) -> str:
        return str(self._calendar.get("X-WR-CALNAME", "") or self._calendar.get("NAME", ""))


def _with_parts(found: Iterable[_Occurrence], wrong: list[Problem]) -> Iterator[Draft]:
    """Shifts with the activities that begin in them."""
    shifts: dict[str, list[_Occurrence]] = {}
    parts: list[_Occurrence] = []
    for each in found:
        if each.kind:
            parts.append(each)
        else:
            shifts.setdefault(each.owner, []).append(each)
    inside: dict[int, list[_Occurrence]] = {}
    for part in parts:
        begins = part.starts_at
        own = shifts.get(part.owner, ())
        around = [one for one in own if one.starts_at <= begins < one.ends_at]
        if len(around) == 1:
            inside.setdefault(id(around[0]), []).append(part)
            continue
        # Where nobody is named and several work at that time, it is not known whose it is either.
        word = f"{part.kind} {part.start.at}"
        wrong.append(Problem(line=part.line, field="DTSTART", fault=Fault.PART_OUTSIDE, word=word))
    for own in shifts.values():
        for shift in own:
            yield _draft(shift, inside.get(id(shift), ()))


def _draft(shift: _Occurrence, parts: Sequence[_Occurrence]) -> Draft:
    return Draft(
        line=shift.line,
        names=shift.names,
        start=_told(shift.start),
        end=_told(shift.end),
        zone=shift.zone,
        parts=tuple(
            DraftPart(part.kind, _told(part.start), _told(part.end), part.note) for part in parts
        ),
        fields=_FIELDS,
    )


def _told(time: LocalTime) -> DraftTime:
    """RFC 5545 has the first of two times; that it is meant is told, unless the second one is."""
    return DraftTime(wall=time.wall.replace(fold=0), fold=time.fold or None)


def _on_wall(at: datetime, name: str) -> datetime:
    """A time of a rule, such as UNTIL, on the wall clock of its event."""
    if at.tzinfo is None:
        return at
    return local_at(to_ms(at), zone(name)).wall.replace(fold=0)


def _value(held: Any) -> Any:
    """What the library made of a property; None where it could make nothing of it."""
    try:
        return held.dt
    except (AttributeError, ValueError):
        return None


def _naive(at: Any) -> datetime:
    return at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)  # noqa: DTZ001 - a date of the wall clock


def _known_zone(tzid: str) -> str:
    """An IANA name; Outlook has names of its own."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return str(WINDOWS_TO_OLSON.get(tzid, tzid))
