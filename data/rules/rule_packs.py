"""Rule packs: which clocks a complaint has, as TOML that people edit. Not legal advice.

A pack names its calendars (opening hours, and if wanted zone and holidays) and its clocks: from
which event, how much of which unit, when on the last day it ends, and in which states of the
complaint it stands still. Packs that come with the program lie in `data/packs`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from data.errors import FloorError
from data.model import Ms
from data.rules.business_calendar import Calendar, calendar_of
from data.rules.business_time import MOST_MINUTES, Amount, Ends, Pause, Unit, due
from data.rules.opening_hours import parse_hours
from data.rules.public_holidays import parse_holidays
from data.rules.rule_error import RuleError, RuleProblem
from data.zones import zone

PACKS = Path(__file__).parent.parent / "packs"
MOST_BYTES = 65_536
_SHOWN = r"^[^\x00-\x1f\x7f-\x9f]+$"
Text = Annotated[str, Meta(max_length=64, pattern=_SHOWN)]


class Event(StrEnum):
    """What a clock may count from."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    RESPONDED = "responded"
    """A response was offered to the customer."""
    REOPENED = "reopened"


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: an unknown key is an error, never silently ignored."""


class CalendarRule(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a place is open, as it is written; what is empty is for the user of the pack to say."""

    hours: Annotated[str, Meta(min_length=1)]
    zone: str = ""
    holidays: str = ""


class ClockRule(
    _Table, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"event": "from"}
):
    """One time limit."""

    name: Text
    event: Event = Event.RECEIVED
    amount: Annotated[int, Meta(ge=0, le=MOST_MINUTES)]
    unit: Unit
    ends: Ends | None = None
    """Where it is not said, business days end when they close, all others at the instant."""
    calendar: str = ""
    """The name of its calendar; empty: the pack's first."""
    pauses: tuple[Text, ...] = ()
    """The states of the complaint in which it stands still; a legal limit has none."""

    @property
    def limit(self) -> Amount:
        """How much time there is."""
        is_days = self.unit is Unit.BUSINESS_DAYS
        usual = Ends.END_OF_DAY if is_days else Ends.INSTANT
        return Amount(self.amount, self.unit, self.ends or usual)


class RulePack(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The clocks of a kind of complaint."""

    name: Text
    version: Text
    """What the keeper of a record notes beside the instants it has computed."""
    title: Annotated[str, Meta(max_length=200, pattern=_SHOWN)]
    calendars: Annotated[dict[str, CalendarRule], Meta(min_length=1)]
    clock: Annotated[tuple[ClockRule, ...], Meta(min_length=1)]

    @property
    def zone_name(self) -> str:
        """The zone of its first calendar; empty where it names none."""
        return next(iter(self.calendars.values())).zone


class Beside(msgspec.Struct, frozen=True):
    """What is said beside a pack, of all of its calendars."""

    site_zone: str = ""
    """Holds for calendars that name no zone."""
    zone_name: str = ""
    """Holds instead of every zone of the pack; so do the two that follow."""
    hours: str = ""
    """Opening hours as they are written."""
    holidays: str | None = None
    """Holidays as they are written; empty is none, None those of the pack."""


NOTHING_BESIDE = Beside()


class StatusSpan(msgspec.Struct, frozen=True):
    """For how long a complaint was in a state; one that lasts ends now."""

    status: str
    start: Ms
    end: Ms


class DueClock(msgspec.Struct, frozen=True):
    """A clock and when it is due."""

    name: str
    due_at: Ms | None
    """None while the event from which it counts has not come."""
    zone_name: str
    """The zone by whose days it was counted."""


def shipped_packs() -> tuple[str, ...]:
    """The names of the packs that come with the program."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.toml")))


def read_pack(name: str) -> str:
    """The text of a pack that comes with the program, or of a file.

    Args:
        name: A pack's name, or the path of a file: one with a slash, or that ends in `.toml`.

    Raises:
        RuleError: There is no such pack, or the file cannot be read.
    """
    if name in shipped_packs():
        path = PACKS / f"{name}.toml"
    elif "/" in name or name.endswith(".toml"):
        path = Path(name).expanduser()
    else:
        raise RuleError(RuleProblem.NO_SUCH_PACK, name, known=shipped_packs())
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise RuleError(RuleProblem.PACK_UNREADABLE, name)
        return content.decode()
    except (OSError, ValueError, RuntimeError) as error:
        raise RuleError(RuleProblem.PACK_UNREADABLE, name) from error


def decode_pack(text: str) -> RulePack:
    """Read a pack and look whether all in it can be understood.

    Raises:
        RuleError: Something in it cannot; `key` says what.
    """
    try:
        pack = msgspec.convert(tomllib.loads(text), RulePack)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RuleError(RuleProblem.PACK_NOT_TOML, reason=str(error)) from error
    except msgspec.ValidationError as error:
        reason, _, at = str(error).partition(" - at `$")
        raise RuleError(RuleProblem.PACK_INVALID, key=_key(at), reason=reason) from error
    for name, calendar in pack.calendars.items():
        _check_calendar(calendar, ("calendars", name))
    for number, clock in enumerate(pack.clock):
        if clock.calendar and clock.calendar not in pack.calendars:
            key = ("clock", number, "calendar")
            raise RuleError(RuleProblem.PACK_CALENDAR, key=key, known=tuple(pack.calendars))
    return pack


def calendar_for(pack: RulePack, clock: ClockRule, beside: Beside = NOTHING_BESIDE) -> Calendar:
    """The calendar by which a clock of a pack is counted.

    Raises:
        RuleError: What is said beside the pack cannot be understood, or there is no zone at all.
        FloorError: The zone is not known.
    """
    rule = pack.calendars[clock.calendar or next(iter(pack.calendars))]
    place = beside.zone_name or rule.zone or beside.site_zone
    if not place:
        raise RuleError(RuleProblem.NO_ZONE)
    holidays = rule.holidays if beside.holidays is None else beside.holidays
    return calendar_of(parse_hours(beside.hours or rule.hours), place, parse_holidays(holidays))


def due_clocks(
    pack: RulePack,
    events: Mapping[Event, Ms],
    spans: Iterable[StatusSpan] = (),
    beside: Beside = NOTHING_BESIDE,
) -> tuple[DueClock, ...]:
    """When each clock of a pack is due.

    Args:
        pack: The rules.
        events: When what clocks count from came.
        spans: In which states the complaint has been, so that clocks stand still in them.
        beside: What is said beside the pack.

    Raises:
        RuleError: As for `calendar_for`, or something is not due within a hundred years.
        FloorError: The zone is not known.
    """
    known = tuple(spans)

    def answer(clock: ClockRule) -> DueClock:
        calendar = calendar_for(pack, clock, beside)
        if clock.event not in events:
            return DueClock(clock.name, None, calendar.zone_name)
        pauses = (Pause(each.start, each.end) for each in known if each.status in clock.pauses)
        at = due(events[clock.event], clock.limit, calendar, pauses)
        return DueClock(clock.name, at, calendar.zone_name)

    return tuple(map(answer, pack.clock))


def _check_calendar(calendar: CalendarRule, key: tuple[str | int, ...]) -> None:
    for field, check in (("hours", parse_hours), ("holidays", parse_holidays)):
        try:
            check(getattr(calendar, field))
        except RuleError as error:
            error.key = (*key, field)
            raise
    try:
        zone(calendar.zone or "UTC")
    except FloorError as error:
        raise RuleError(RuleProblem.BAD_ZONE, calendar.zone, key=(*key, "zone")) from error


def _key(at: str) -> tuple[str | int, ...]:
    """The path in a message of msgspec, such as `.clock[0].amount`; it names no table of many."""
    steps = re.findall(r"\.(\w+)|\[(\d+)\]", at.partition("[...]")[0])
    return tuple(int(number) if number else name for name, number in steps)
