"""From what a file says to planned shifts: everything is checked, and told, before any is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from data.clean import clean_text
from data.errors import FloorError
from data.model import Ms
from data.plans.drafts import Draft, DraftPart, DraftTime, Fault, PlanError, Problem, Reading
from data.plans.model import LocalTime, Part, PlannedShift, instant, local_at
from data.plans.people import Roll, Unmatched
from data.rules.shift_time import next_at
from data.rules.wall_time import at_wall_time
from data.zones import zone

HOUR_MS = 3_600_000
LONGEST_H = 25
"""Real hours of a shift: a whole day, also the one on which the clocks are put back."""
MOST_SHIFTS = 200_000
NOTE_LIMIT = 255


class Checked(msgspec.Struct, frozen=True):
    """Shifts that can be kept."""

    shifts: tuple[PlannedShift, ...]
    """In the order of agents and time."""
    lines: tuple[int, ...]
    """Where each of them stands."""
    told: tuple[Problem, ...]


class _Wrong(Exception):
    """Something keeps a draft from being a shift."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def check(reading: Reading, roll: Roll, default_zone: str, *, allow_unknown: bool) -> Checked:
    """Make shifts of what a file says.

    Args:
        reading: The file.
        roll: Whom it may mean.
        default_zone: Holds where a draft names none; empty: it has to.
        allow_unknown: Keep the shifts of agents whom nobody knows, under the name they have.

    Raises:
        PlanError: Something is wrong with it; all of it is told.
    """
    drafts = reading.drafts
    if len(drafts) > MOST_SHIFTS:
        most = Problem(line=0, fault=Fault.TOO_MANY, word=str(MOST_SHIFTS))
        raise PlanError((most,))
    maker = _Maker(roll, default_zone, allow_unknown=allow_unknown)
    made: list[tuple[PlannedShift, Draft]] = []
    wrong = [*reading.wrong]
    for draft in drafts:
        try:
            made.append((maker.make(draft), draft))
        except _Wrong as problem:
            wrong.append(problem.problem)
    made.sort(key=lambda one: (one[0].agent, one[0].span))
    wrong.extend(_overlaps(made))
    if wrong:
        raise PlanError(sorted(wrong, key=lambda one: one.line))
    told = tuple(dict.fromkeys((*reading.told, *maker.told)))
    return Checked(
        tuple(shift for shift, _draft in made), tuple(draft.line for _shift, draft in made), told
    )


def _overlaps(made: Iterable[tuple[PlannedShift, Draft]]) -> Iterable[Problem]:
    for (before, first), (after, second) in pairwise(made):
        if before.agent == after.agent and after.span[0] < before.span[1]:
            low, high = sorted((first.line, second.line))
            yield Problem(
                line=high,
                field=second.fields[1],
                fault=Fault.OVERLAP,
                word=after.agent,
                other=low,
                day=after.day.isoformat(),
            )


class _Maker:
    """Makes the shifts of one file."""

    def __init__(self, roll: Roll, default_zone: str, *, allow_unknown: bool) -> None:
        self._roll = roll
        self._default_zone = default_zone
        self._allow_unknown = allow_unknown
        self.told: list[Problem] = []

    def make(self, draft: Draft) -> PlannedShift:
        """One shift.

        Raises:
            _Wrong: It cannot be.
        """
        agent = self._agent(draft)
        name, place = self._zone(draft)
        times = _Times(draft, name, place)
        start, starts_at = times.read(draft.start, draft.fields[1])
        end, ends_at = times.read(draft.end, draft.fields[2], after=starts_at)
        if ends_at <= starts_at:
            raise times.wrong(draft.fields[2], Fault.ENDS_BEFORE)
        if ends_at - starts_at > LONGEST_H * HOUR_MS:
            hours = f"{(ends_at - starts_at) / HOUR_MS:g}"
            raise times.wrong(draft.fields[2], Fault.TOO_LONG, hours)
        parts = self._parts(draft, times, starts_at, ends_at)
        self.told.extend(times.told)
        return PlannedShift(agent=agent, start=start, end=end, zone=name, parts=parts)

    def _agent(self, draft: Draft) -> str:
        names = [name for each in draft.names if (name := clean_text(each.strip()))]
        field = draft.fields[0]
        if not names:
            raise _Wrong(Problem(line=draft.line, field=field, fault=Fault.EMPTY))
        try:
            return self._roll.find(names)
        except Unmatched as unmatched:
            if unmatched.fault is Fault.UNKNOWN_AGENT and self._allow_unknown:
                # Once for each, however many shifts they have.
                called = self._roll.called(names[0])
                self.told.append(Problem(line=0, fault=Fault.NOT_MATCHED, word=called))
                return called
            raise _Wrong(
                Problem(
                    line=draft.line,
                    field=field,
                    fault=unmatched.fault,
                    word=names[0],
                    known=unmatched.known,
                )
            ) from unmatched

    def _zone(self, draft: Draft) -> tuple[str, ZoneInfo]:
        name = draft.zone or self._default_zone
        line, field = draft.line, draft.fields[3]
        if not name:
            raise _Wrong(Problem(line=line, field=field, fault=Fault.NO_ZONE))
        try:
            return name, zone(name)
        except FloorError as error:
            problem = Problem(line=line, field=field, fault=Fault.BAD_ZONE, word=name)
            raise _Wrong(problem) from error

    def _parts(self, draft: Draft, times: _Times, starts_at: Ms, ends_at: Ms) -> tuple[Part, ...]:
        found: list[tuple[Ms, Ms, Part]] = []
        for each in draft.parts:
            # A clock time that is that of the beginning means the beginning.
            start, begins = times.read(each.start, draft.fields[4], after=starts_at - 1)
            end, stops = times.read(each.end, draft.fields[4], after=begins)
            if not starts_at <= begins < stops <= ends_at:
                raise times.wrong(draft.fields[4], Fault.PART_OUTSIDE, _named(each))
            note = clean_text(each.note, NOTE_LIMIT)
            found.append((begins, stops, Part(each.kind, start, end, note)))
        found.sort(key=lambda one: one[:2])
        for (_begins, stops, _before), (begins, _stops, after) in pairwise(found):
            if begins < stops:
                word = f"{after.kind} {after.start.at[11:]}-{after.end.at[11:]}"
                raise times.wrong(draft.fields[4], Fault.PART_OVERLAP, word)
        return tuple(part for _begins, _stops, part in found)


class _Times:
    """Reads the times of one draft, and tells what the clocks do to them."""

    def __init__(self, draft: Draft, zone_name: str, place: ZoneInfo) -> None:
        self._draft = draft
        self._zone_name = zone_name
        self._place = place
        self.told: list[Problem] = []

    def wrong(self, field: str, fault: Fault, word: str = "") -> _Wrong:
        """That something is wrong with a field."""
        return _Wrong(Problem(line=self._draft.line, field=field, fault=fault, word=word))

    def read(self, time: DraftTime, field: str, after: Ms = 0) -> tuple[LocalTime, Ms]:
        """A time, and its instant.

        Args:
            time: What the file has.
            field: Where.
            after: What a time of day alone is later than.
        """
        if time.wall is not None:
            wall = time.wall
            local = LocalTime.of(wall.replace(fold=self._fold(wall, time.fold, field)))
            return local, instant(local, self._place)
        clock = time.clock
        assert clock is not None  # noqa: S101 - a draft's time is the one or the other
        at = next_at(after, clock, self._place, time.fold)
        local = local_at(at, self._place)
        self._tell_clock(local, clock, time.fold, field)
        return local, at

    def _fold(self, wall: datetime, said: int | None, field: str) -> int:
        first, second = (at_wall_time(wall.replace(fold=fold), self._place) for fold in (0, 1))
        if first != second:
            if said is None:
                self._tell(Fault.TWICE, wall, field)
            return said or 0
        if local_at(first, self._place).wall != wall.replace(fold=0):
            self._tell(Fault.SKIPPED, wall, field)
        return 0

    def _tell_clock(self, local: LocalTime, clock: time, said: int | None, field: str) -> None:
        wall = local.wall
        twins = {at_wall_time(wall.replace(fold=fold), self._place) for fold in (0, 1)}
        if wall.time().replace(fold=0) != clock:
            self._tell(Fault.SKIPPED, datetime.combine(wall.date(), clock), field)
        elif len(twins) == 2 and said is None:
            self._tell(Fault.TWICE, wall, field, local.fold)

    def _tell(self, fault: Fault, wall: datetime, field: str, fold: int = 0) -> None:
        at = LocalTime.of(wall).at
        self.told.append(
            Problem(
                line=self._draft.line,
                field=field,
                fault=fault,
                word=at,
                zone=self._zone_name,
                fold=fold,
            )
        )


def _named(part: DraftPart) -> str:
    """A part as its file has it."""
    return f"{part.kind} {_shown(part.start)}-{_shown(part.end)}"


def _shown(time: DraftTime) -> str:
    if time.clock is not None:
        return f"{time.clock:%H:%M}"
    return "" if time.wall is None else f"{time.wall:%Y-%m-%dT%H:%M}"
