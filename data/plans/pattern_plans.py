"""Plans as patterns in TOML: a letter a day from an anchor on, or an RFC 5545 rule; exceptions.

zone = "Europe/Berlin"
from = 2026-12-01
to = 2026-12-31

[shift.D]
start = "06:00"
end = "14:00"
activities = "break 08:00-08:15; meal 10:30-11:00"

[[rotation]]
agents = ["1001", "Hana Novak"]
pattern = "DDDDOOOO"
anchor = 2026-01-01
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from data.plans.drafts import (
    Beside,
    Draft,
    DraftTime,
    Fault,
    PlanError,
    Problem,
    Reading,
    clock_time,
    parts_of,
)
from data.plans.exceptions import Planner, Unfit
from data.plans.model import KINDS
from data.plans.recurrence import by_rule
from data.rules.rotation import clean_pattern, letters

MOST_DAYS = 1100
"""Three years: a slip in a year is not to plan for centuries."""
_PATH = re.compile(r" - at `\$([^`]*)`$")
_Path = tuple[str | int, ...]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: an unknown key is an error, never silently ignored."""


class ShiftKind(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a letter means."""

    start: str
    end: str
    """The next such time after the start."""
    activities: str = ""


class Rotation(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who works by which pattern, or by which rule."""

    agents: Annotated[tuple[str, ...], Meta(min_length=1)]
    anchor: date
    """A day of the pattern's first letter; of a rule, the day from which it counts."""
    pattern: str = ""
    rule: str = ""
    """As in `FREQ=WEEKLY;BYDAY=MO,TU`: the days on which `shift` is worked."""
    shift: str = ""


class Exceptional(
    _Table, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"start": "from"}
):
    """One day on which it is otherwise."""

    agent: str
    day: date
    kind: Literal["absence", "time_off", "swap", "overtime", "move"]
    start: str = ""
    to: str = ""
    with_agent: str = msgspec.field(default="", name="with")
    with_day: date | None = None
    """The day of the other agent's shift in a swap; the same day where it is not said."""
    note: str = ""


class Plan(
    _Table,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"first": "from", "last": "to"},
):
    """A file of patterns."""

    zone: str = ""
    first: date
    last: date
    off: str = "O"
    """The letters of days without a shift."""
    shift: Annotated[dict[str, ShiftKind], Meta(min_length=1)]
    rotation: Annotated[tuple[Rotation, ...], Meta(min_length=1)]
    exception: tuple[Exceptional, ...] = ()


def read_patterns(data: bytes, beside: Beside) -> Reading:
    """The shifts of a file.

    Args:
        data: The file.
        beside: Its zone where it names none, which days are wanted, who is who.

    Raises:
        PlanError: What cannot be understood, all of it.
    """
    text = ""
    try:
        text = data.decode("utf-8-sig")
        plan = msgspec.convert(tomllib.loads(text), Plan)
    except msgspec.ValidationError as error:
        path = _path(str(error))
        line = beside.line_of(text, path)
        reason = _PATH.sub("", str(error))
        field = _field(path)
        problem = Problem(line=line, field=field, fault=Fault.UNREADABLE, reason=reason)
        raise PlanError((problem,)) from error
    except ValueError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 1
        problem = Problem(line=line, fault=Fault.UNREADABLE, reason=str(error))
        raise PlanError((problem,)) from error
    return _Reader(text, plan, beside).read()


def _path(message: str) -> _Path:
    """The keys in what msgspec says: ` - at $.rotation[0].agents`."""
    found = _PATH.search(message)
    keys = re.findall(r"([^.\[\]]+)|\[(\d+)\]", found[1]) if found else []
    return tuple(int(index) if index else key for key, index in keys)


def _field(path: _Path) -> str:
    """`rotation.1.pattern`: elements are counted from 1."""
    return ".".join(str(key + 1) if isinstance(key, int) else key for key in path)


class _Reader:
    """Makes shifts of one file."""

    def __init__(self, text: str, plan: Plan, beside: Beside) -> None:
        self._text = text
        self._plan = plan
        self._beside = beside
        self._first = max(plan.first, beside.first or plan.first)
        self._last = min(plan.last, beside.last or plan.last)
        self._wrong: list[Problem] = []

    def read(self) -> Reading:
        """All shifts, exceptions made.

        Raises:
            PlanError: What is wrong, all of it.
        """
        if not 0 <= (self._plan.last - self._plan.first).days < MOST_DAYS:
            self._add(("to",), Fault.BAD_TIME, self._plan.last.isoformat())
            raise PlanError(self._wrong)
        kinds = {letter: kind for letter in self._plan.shift if (kind := self._kind(letter))}
        planner = Planner(self._beside.resolve)
        if not self._wrong:
            for index, rotation in enumerate(self._plan.rotation):
                self._plan_rotation(planner, index, rotation, kinds)
            for index, exception in enumerate(self._plan.exception):
                self._except(planner, index, exception)
        if self._wrong:
            raise PlanError(sorted(self._wrong, key=lambda one: one.line))
        names = tuple(agent for one in self._plan.rotation for agent in one.agents)
        return Reading(tuple(planner.drafts()), first=self._first, last=self._last, names=names)

    def _add(self, path: _Path, fault: Fault, word: str = "", day: str = "") -> None:
        line = self._beside.line_of(self._text, path)
        self._wrong.append(Problem(line=line, field=_field(path), fault=fault, word=word, day=day))

    def _kind(self, letter: str) -> Draft | None:
        """A shift of a kind, without day and agent."""
        kind, path = self._plan.shift[letter], ("shift", letter)
        times = []
        for field, text in (("start", kind.start), ("end", kind.end)):
            try:
                times.append(DraftTime(clock=clock_time(text)))
            except ValueError:
                self._add((*path, field), Fault.BAD_TIME, text)
        try:
            parts = parts_of(kind.activities, KINDS)
        except ValueError as error:
            self._add((*path, "activities"), Fault.BAD_ACTIVITY, str(error))
            return None
        if len(times) < 2:
            return None
        return Draft(
            line=self._beside.line_of(self._text, path),
            names=(),
            start=times[0],
            end=times[1],
            zone=self._plan.zone,
            parts=parts,
        )

    def _plan_rotation(
        self, planner: Planner, index: int, rotation: Rotation, kinds: Mapping[str, Draft]
    ) -> None:
        path: _Path = ("rotation", index)
        line = self._beside.line_of(self._text, path)
        for day, letter in self._days(path, rotation):
            if letter in kinds:
                for agent in rotation.agents:
                    planner.add(line, agent, day, kinds[letter])
            elif letter not in self._plan.off:
                self._add(
                    (*path, "pattern" if rotation.pattern else "shift"), Fault.NO_LETTER, letter
                )
                return

    def _days(self, path: _Path, rotation: Rotation) -> Iterator[tuple[date, str]]:
        """Each day with its letter."""
        if bool(rotation.pattern) is bool(rotation.rule):
            self._add(path, Fault.BAD_PATTERN, rotation.pattern)
        elif rotation.pattern:
            try:
                pattern = clean_pattern(rotation.pattern)
            except ValueError:
                self._add((*path, "pattern"), Fault.BAD_PATTERN, rotation.pattern)
                return
            yield from letters(pattern, rotation.anchor, self._first, self._last)
        else:
            start = datetime.combine(rotation.anchor, datetime.min.time())
            try:
                for at in by_rule(rotation.rule, start, self._last, lambda until: until):
                    if at.date() >= self._first:
                        yield at.date(), rotation.shift
            except (ValueError, TypeError, AttributeError, KeyError):
                self._add((*path, "rule"), Fault.BAD_RULE, rotation.rule)

    def _except(self, planner: Planner, index: int, exception: Exceptional) -> None:
        path: _Path = ("exception", index)
        if not self._first <= exception.day <= self._last:
            return
        line = self._beside.line_of(self._text, path)
        try:
            match exception.kind:
                case "absence" | "time_off":
                    planner.absent(line, exception)
                case "swap":
                    planner.swap(line, exception)
                case "overtime":
                    planner.overtime(line, exception, self._plan.zone)
                case "move":
                    planner.move(line, exception)
        except Unfit as unfit:
            self._add((*path, unfit.key), unfit.fault, unfit.word, unfit.day)
