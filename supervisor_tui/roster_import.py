"""From a file of plans to a batch for the desk: read, checked whole, and what it would change."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from data.desk.plans import PlanBatch
from data.floor import FloorSnapshot
from data.model import DESK, Shift
from data.plans.checking import check
from data.plans.csv_plans import read_csv
from data.plans.drafts import Beside, Fault, PlanError, Problem, Reading
from data.plans.ics_plans import read_ics
from data.plans.model import PlannedShift
from data.plans.pattern_plans import read_patterns
from data.plans.people import Roll
from screens.text import _
from supervisor_tui.config_locate import Locations
from supervisor_tui.failures import CommandFailed, UsageError

SUFFIXES = {".csv": "csv", ".ics": "ics", ".ical": "ics", ".toml": "toml"}
MOST_BYTES = 64 * 1024 * 1024
_NO_ZONE = "UTC"
"""What a site has that nobody gave a zone: no plan is taken for one of UTC by chance."""


class Question(NamedTuple):
    """What is to be imported, and how it is to be read."""

    file: Path
    form: str
    zone: str
    first: date | None
    last: date | None
    agent: str
    allow_unknown: bool


class ReadPlan(msgspec.Struct, frozen=True):
    """A file that can be imported."""

    shifts: tuple[PlannedShift, ...]
    first: date
    last: date
    """The local days that it speaks for."""
    agents: tuple[str, ...]
    """For whom it speaks."""
    told: tuple[Problem, ...]
    lines: Mapping[tuple[str, str], int] = {}
    """Where shifts stand in the file, by agent and local day."""

    def placed(self, problem: Problem) -> Problem:
        """What is said of a shift, with the line that it stands in."""
        line = self.lines.get((problem.word, problem.day), 0)
        return msgspec.structs.replace(problem, line=line)

    def batch(self, site: str, by: str, *, is_trial: bool) -> PlanBatch:
        """As it is handed to whoever keeps the desk."""
        return PlanBatch(
            site=site,
            by=by,
            first=self.first,
            last=self.last,
            agents=self.agents,
            shifts=self.shifts,
            is_trial=is_trial,
        )


def form_of(file: Path, said: str | None) -> str:
    """What a file is: as it is said, or by its suffix.

    Raises:
        UsageError: It cannot be told.
    """
    form = said or SUFFIXES.get(file.suffix.casefold(), "")
    if not form:
        text = _("{file}: say what this is with --format, as its name does not end in {suffixes}.")
        raise UsageError(text.format(file=file, suffixes=", ".join(SUFFIXES)))
    return form


def roll_of(snapshot: FloorSnapshot, site: str, aliases: Mapping[str, str]) -> Roll:
    """Whom a plan of a site may mean."""
    agents = ((key.id, agent.name) for key, agent in snapshot.agents.items() if key.site == site)
    return Roll(agents, aliases)


def read_aliases(file: Path | None) -> dict[str, str]:
    """Who is who: from what a plan calls somebody to their id or name.

    Raises:
        CommandFailed: The file cannot be used.
    """
    if file is None:
        return {}
    rows = csv.DictReader(io.StringIO(_bytes(file).decode("utf-8-sig", "replace")), strict=True)
    try:
        found = {row["alias"].strip(): row["agent"].strip() for row in rows}
    except (csv.Error, KeyError, AttributeError) as error:
        text = _("{file}: expected CSV with the columns alias and agent in every row.")
        raise CommandFailed(text.format(file=file)) from error
    return found


def read_plan(question: Question, roll: Roll) -> ReadPlan:
    """Read a file, and check all of it.

    Args:
        question: What is to be imported.
        roll: Whom it may mean.

    Raises:
        PlanError: Everything that is wrong with it.
        CommandFailed: It cannot be read at all, or plans nothing.
    """
    reading = _read(question, roll)
    days = _Days(question, reading)
    # Before the first synchronisation nobody is known, and nobody can be wrong either.
    is_open = question.allow_unknown or not roll.names
    checked = check(reading, roll, question.zone, allow_unknown=is_open)
    shifts = tuple(shift for shift in checked.shifts if days.has(shift.day))
    named = {roll.resolve(name) for name in reading.names} & set(roll.names)
    agents = tuple(sorted(named.union(shift.agent for shift in shifts)))
    span = days.of(shifts)
    if span is None or not agents:
        raise CommandFailed(_("{file}: no shift begins on these days.").format(file=question.file))
    lines = {
        (shift.agent, shift.day.isoformat()): line
        for shift, line in zip(checked.shifts, checked.lines, strict=True)
    }
    return ReadPlan(shifts, *span, agents, checked.told, lines)


def kept_elsewhere(plan: ReadPlan, snapshot: FloorSnapshot, site: str) -> list[Problem]:
    """Where a plan is beside shifts that an endpoint keeps for the same agent at that time."""
    others: dict[str, list[Shift]] = {}
    for shift in snapshot.shifts.values():
        if shift.site == site and shift.source != DESK:
            others.setdefault(shift.agent, []).append(shift)
    found = []
    for planned in plan.shifts:
        begins, ends = planned.span if planned.agent in others else (0, 0)
        for other in others.get(planned.agent, ()):
            if other.starts_at < ends and begins < other.ends_at:
                day = planned.day.isoformat()
                found.append(
                    Problem(
                        line=0,
                        fault=Fault.KEPT_ELSEWHERE,
                        word=planned.agent,
                        day=day,
                        reason=other.source,
                    )
                )
    return found


class _Days:
    """The local days that a file speaks for: said on the command line, in it, or by its shifts."""

    def __init__(self, question: Question, reading: Reading) -> None:
        self._first = question.first or reading.first
        self._last = question.last or reading.last

    def has(self, day: date) -> bool:
        """Whether a day is one of them."""
        return (self._first is None or self._first <= day) and (
            self._last is None or day <= self._last
        )

    def of(self, shifts: tuple[PlannedShift, ...]) -> tuple[date, date] | None:
        """The first and the last one; None where nobody says and nothing tells."""
        days = [shift.day for shift in shifts]
        first, last = self._first or min(days, default=None), self._last or max(days, default=None)
        return None if first is None or last is None else (first, last)


def _read(question: Question, roll: Roll) -> Reading:
    data = _bytes(question.file)
    beside = Beside(
        zone=question.zone,
        first=question.first,
        last=question.last,
        agent=question.agent,
        resolve=roll.resolve,
        line_of=lambda text, path: Locations(text).line(path),
    )
    match question.form:
        case "csv":
            return read_csv(data)
        case "ics":
            return read_ics(data, beside)
        case _:
            return read_patterns(data, beside)


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        text = _("{file}: this file cannot be read: {reason}.")
        raise CommandFailed(text.format(file=file, reason=error.strerror)) from error
    if len(data) > MOST_BYTES:
        problem = Problem(line=0, fault=Fault.TOO_MANY, word="200000")
        raise PlanError((problem,))
    return data


def zone_of(said: str, site_zone: str) -> str:
    """The zone of times without one: as it is said, or the site's, if it was given one."""
    return said or (site_zone if site_zone != _NO_ZONE else "")
