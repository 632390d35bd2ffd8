"""How agents kept to the plan of a day: of today, or of one that is over long since.

Of today the sync process has counted it. Of a day that is over it is counted anew from the states
in history, against the plan that the floor still shows, or else the one in history's keyframes:
that of the day after has what was put right later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from data.cache import report_queries as queries
from data.cache.history_model import Segment
from data.figures.agents import agent_figures
from data.figures.freshness import Moment
from data.figures.kept import day_kept
from data.figures.report import Work
from data.floor import FloorSnapshot, Key
from data.model import Ms

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

_CORRECTED_MS = 86_400_000
"""How long after a day its plan is still shown, and so put right."""


def work_kept(
    reader: HistoryReader,
    floor: FloorSnapshot,
    days: Mapping[str, tuple[Ms, Ms]],
    moment: Moment,
) -> dict[Key, tuple[str, Work]]:
    """The scheduled time of agents in a day, and what of it they spent as planned, with names.

    Args:
        reader: Of history.
        floor: The floor as of one commit.
        days: By site, when the day began, and its end or the present.
        moment: The present.

    Returns:
        Nobody where the plan of that day is not known any more.

    Raises:
        StoreError: History cannot be read.
    """
    passed = {site: its for site, its in days.items() if its[0] < its[1] < moment.now}
    running = [site for site, its in days.items() if its[0] < its[1] == moment.now]
    found = _kept_before(reader, floor, passed) if passed else {}
    for site in running:
        for one in agent_figures(floor, site, moment):
            kept = one.schedule
            if kept is not None and kept.scheduled_s:
                work = Work(
                    scheduled_ms=round(kept.scheduled_s * 1000),
                    adherent_ms=round(kept.adherent_s * 1000),
                )
                found[one.key] = one.agent.name, work
    return found


def _kept_before(
    reader: HistoryReader, floor: FloorSnapshot, passed: Mapping[str, tuple[Ms, Ms]]
) -> dict[Key, tuple[str, Work]]:
    def spent(key: Key, start: Ms, end: Ms) -> list[Segment]:
        return reader.segments(*key, start, end)

    planned = floor if _has_plan(floor, passed) else _floor_then(reader, passed)
    return {
        one.key: (
            one.name,
            Work(
                scheduled_ms=one.kept.tally.scheduled_ms,
                adherent_ms=one.kept.tally.adherent_ms,
            ),
        )
        for one in day_kept(planned, passed, spent)
    }


def _has_plan(floor: FloorSnapshot, days: Mapping[str, tuple[Ms, Ms]]) -> bool:
    return any(
        shift.site in days
        and shift.starts_at < days[shift.site][1]
        and shift.ends_at > days[shift.site][0]
        for shift in floor.shifts.values()
    )


def _floor_then(reader: HistoryReader, days: Mapping[str, tuple[Ms, Ms]]) -> FloorSnapshot:
    """The floor of the day after, or of the day itself where that shows what is over no more."""
    start = min(begun for begun, _end in days.values())
    end = max(end for _begun, end in days.values())
    found = FloorSnapshot()
    for until in (end + _CORRECTED_MS, end):
        agents, shifts = queries.plan_then(reader.ask, start, until)
        found = FloorSnapshot(agents=agents, shifts=shifts)
        if _has_plan(found, days):
            break
    return found
