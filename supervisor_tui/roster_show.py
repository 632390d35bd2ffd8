"""The shifts that `roster` shows, checks and exports: of every source, and of the desk all of them.

The cache has the desk's shifts of the days around today. Who may read the desk's own file sees all
of them; on a shared host that is the account of the floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from data.desk.plan_reader import read_plans
from data.errors import Code, StoreError
from data.figures.planned import planned_agent
from data.files import FloorFiles
from data.floor import FloorSnapshot
from data.model import DESK, Agent, Shift
from data.plans.model import LocalTime, Part, PlannedShift, as_shift, local_at
from data.rules.rest import HOUR_MS
from data.zones import zone
from screens import words
from screens.cells import pad
from screens.formats import UNDEFINED, format_weekday
from screens.text import _, ngettext, pgettext
from supervisor_tui.commands.common import read_snapshot
from supervisor_tui.config_faults import nearest
from supervisor_tui.failures import UsageError
from supervisor_tui.instants import instant


class Choice(NamedTuple):
    """Which shifts are wanted."""

    site: str | None = None
    first: date | None = None
    last: date | None = None
    agent: str = ""
    team: str = ""


class Rostered(NamedTuple):
    """A shift as it is in time, as it was planned, and whose it is."""

    shift: Shift
    planned: PlannedShift
    agent: Agent | None

    @property
    def name(self) -> str:
        """What the agent is called, or their id where nobody knows."""
        return self.agent.name if self.agent is not None else self.shift.agent

    @property
    def team(self) -> str:
        """Empty where it is not known."""
        return self.agent.team if self.agent is not None else ""

    @property
    def hours(self) -> float:
        """Real hours."""
        return (self.shift.ends_at - self.shift.starts_at) / HOUR_MS


class Roster(NamedTuple):
    """What was found."""

    shifts: tuple[Rostered, ...]
    is_whole: bool
    """False where of the desk only the days around today could be read."""


def known_floor(files: FloorFiles) -> FloorSnapshot:
    """The floor as the cache has it; an empty one before there is a cache.

    Raises:
        StoreError: It cannot be read.
    """
    try:
        return read_snapshot(files)
    except StoreError as error:
        if error.code is not Code.FILE_MISSING:
            raise
        return FloorSnapshot()


def read_roster(
    files: FloorFiles, snapshot: FloorSnapshot, sites: Mapping[str, str], choice: Choice
) -> Roster:
    """The shifts that are wanted, by time.

    Args:
        files: The floor.
        snapshot: What the cache has of it.
        sites: The zone of each site, by its id.
        choice: Which are wanted.

    Raises:
        UsageError: The days are none, or nobody is called so: nothing found is not nothing wrong.
        StoreError: The desk's file cannot be read, though it is ours.
    """
    if choice.first and choice.last and choice.last < choice.first:
        raise UsageError(_("--to is before --from."))
    wanted = [site for site in sites if choice.site in {None, site}]
    found = [
        (shift, _as_planned(shift, sites[shift.site]))
        for shift in snapshot.shifts.values()
        if shift.site in wanted and shift.source != DESK
    ]
    is_whole = True
    for site in wanted:
        try:
            found += [
                (as_shift(planned, site, DESK, entity), planned)
                for entity, planned in read_plans(files, site, choice.first, choice.last)
            ]
        except StoreError as error:
            if error.code is not Code.FILE_DENIED:
                raise
            is_whole = False
            found += [
                (shift, _as_planned(shift, sites[site]))
                for shift in snapshot.shifts.values()
                if (shift.site, shift.source) == (site, DESK)
            ]
    rostered = (Rostered(*one, planned_agent(snapshot, one[0])) for one in found)
    chosen = [one for one in rostered if _is_chosen(one, choice)]
    if not chosen:
        _check_names(choice, _known_names(files, snapshot, wanted), snapshot)
    chosen.sort(key=lambda one: (one.shift.starts_at, one.name.casefold(), one.shift.id))
    return Roster(tuple(chosen), is_whole)


def _known_names(files: FloorFiles, snapshot: FloorSnapshot, sites: Sequence[str]) -> set[str]:
    """Ids and names of whoever is known, by the telephony or by any plan."""
    known = {shift.agent for shift in snapshot.shifts.values() if shift.site in sites}
    for agent in snapshot.agents.values():
        known |= {agent.id, agent.name} if agent.site in sites else set()
    for site in sites:
        # Whoever may not read the desk's file sees of it what the floor has.
        with suppress(StoreError):
            known |= {planned.agent for _id, planned in read_plans(files, site)}
    return known


def _check_names(choice: Choice, known: set[str], snapshot: FloorSnapshot) -> None:
    teams = {agent.team for agent in snapshot.agents.values() if agent.team}
    for option, name, names in (("--agent", choice.agent, known), ("--team", choice.team, teams)):
        if not name or name.casefold() in {each.casefold() for each in names}:
            continue
        close = nearest(name, names)
        if close:
            text = _("{option}: nobody knows {name}; did you mean {nearest}?")
        else:
            text = _("{option}: nobody knows {name}.")
        raise UsageError(text.format(option=option, name=name, nearest=close))


def _as_planned(shift: Shift, site_zone: str) -> PlannedShift:
    """An endpoint's shift on the wall clock."""
    name = shift.zone or site_zone
    place = zone(name)
    return PlannedShift(
        agent=shift.agent,
        start=local_at(shift.starts_at, place),
        end=local_at(shift.ends_at, place),
        zone=name,
        parts=tuple(
            Part(one.kind, local_at(one.starts_at, place), local_at(one.ends_at, place))
            for one in shift.activities
            if one.kind != "on_queue"
        ),
    )


def _is_chosen(one: Rostered, choice: Choice) -> bool:
    day = one.planned.day
    if (choice.first and day < choice.first) or (choice.last and day > choice.last):
        return False
    who = choice.agent.casefold()
    if who and who not in {one.shift.agent.casefold(), one.name.casefold()}:
        return False
    return not choice.team or choice.team.casefold() == one.team.casefold()


def roster_json(roster: Roster, choice: Choice) -> Mapping[str, Any]:
    """The shifts for programs; hours are real ones."""
    return {
        "from": choice.first.isoformat() if choice.first else None,
        "to": choice.last.isoformat() if choice.last else None,
        "whole": roster.is_whole,
        "hours": sum(one.hours for one in roster.shifts),
        "shifts": [_shift_json(one) for one in roster.shifts],
    }


def _shift_json(one: Rostered) -> Mapping[str, Any]:
    shift, planned = one.shift, one.planned
    return {
        "site": shift.site,
        "source": shift.source,
        "id": shift.id,
        "agent": shift.agent,
        "name": one.agent.name if one.agent is not None else None,
        "team": one.team or None,
        "day": planned.day.isoformat(),
        **_span_json(planned.start, planned.end),
        "zone": planned.zone,
        "start_utc": instant(shift.starts_at),
        "end_utc": instant(shift.ends_at),
        "hours": one.hours,
        "activities": [
            {"kind": part.kind, **_span_json(part.start, part.end), "note": part.note or None}
            for part in planned.parts
        ],
    }


def _span_json(start: LocalTime, end: LocalTime) -> Mapping[str, Any]:
    return {"start": start.at, "start_fold": start.fold, "end": end.at, "end_fold": end.fold}


def roster_lines(roster: Roster) -> Iterator[str]:
    """The shifts as a table."""
    rows = [_cells(one) for one in roster.shifts]
    titles = (
        pgettext("roster list", "Day"),
        pgettext("roster list", "From"),
        pgettext("roster list", "To"),
        pgettext("roster list", "Hours"),
        pgettext("roster list", "Agent"),
        pgettext("roster list", "Team"),
        pgettext("roster list", "Activities"),
    )
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    for cells in (titles, *rows):
        yield _line(cells, widths).rstrip()
    total = f"{sum(one.hours for one in roster.shifts):g}"
    count = len(roster.shifts)
    text = ngettext("{count} shift, {total} hours", "{count} shifts, {total} hours", count)
    yield text.format(count=count, total=total)
    yield from partial_lines(roster)


def partial_lines(roster: Roster) -> Iterator[str]:
    """That only the days around today could be read, where that is so."""
    if not roster.is_whole:
        yield _("Of the desk's plans only the days around today can be read by this account.")


def _line(cells: Sequence[str], widths: Iterable[int]) -> str:
    return "  ".join(
        pad(cell, width, is_right=at == 3)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


def _cells(one: Rostered) -> tuple[str, ...]:
    planned = one.planned
    parts = (
        f"{words.activity(part.kind)} {part.start.at[11:]}-{part.end.at[11:]}"
        for part in planned.parts
    )
    return (
        f"{format_weekday(planned.day.weekday())} {planned.day.isoformat()}",
        planned.start.at[11:],
        planned.end.at[11:],
        f"{one.hours:g}",
        one.name,
        one.team or UNDEFINED,
        ", ".join(parts),
    )
