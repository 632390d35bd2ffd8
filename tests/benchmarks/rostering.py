"""What the roster costs with many people and many days: opening, a changed plan, the need."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import process_time

import msgspec

from data.cache.history_half_hours import HALF_HOUR_MS, HalfHour
from data.figures import demand
from data.figures.demand import QueuePast, SiteQuestion, site_demand
from data.figures.heads import planned_heads
from data.figures.intraday import intraday
from data.floor import FloorSnapshot, Key
from data.model import Activity, Ms, Shift
from data.rules.demand import Came
from data.rules.shift_plan import plan_of
from data.settings import PlanningSettings
from data.zones import zone
from screens.presenters.roster import RosterLook, RosterTable
from screens.presenters.roster_heads import half_hours, heads_lines
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    make_agent,
    make_queue,
    make_shift,
    make_snapshot,
)

DAY_MS = 86_400_000
QUEUES = 12
WEEKS = 4
_ROWS = 18
"""Rows of the table that are on the screen at once."""
_HALVES_A_SHIFT = 16


@dataclass(frozen=True, slots=True)
class Rostering:
    """Processor seconds."""

    open_s: float
    """The whole pane from nothing: the order of the rows, those on the screen, the half hours."""
    again_s: float
    """The same after one shift has changed."""
    need_s: float
    """What is expected of all queues in two days and needed in one: in the sync process."""


def rostering(agents: int, days: int, runs: int = 3) -> Rostering:
    """The best of a few runs."""
    spent = [_once(agents, days) for _ in range(runs)]
    return Rostering(
        min(one.open_s for one in spent),
        min(one.again_s for one in spent),
        min(one.need_s for one in spent),
    )


def _once(agents: int, days: int) -> Rostering:
    snapshot = _floor(agents, days)
    pane = _Pane()
    for kept in (plan_of, demand._required):
        kept.cache_clear()
    open_s = _spent(lambda: pane.show(snapshot))
    key, shift = next(iter(snapshot.shifts.items()))
    moved = msgspec.structs.replace(shift, ends_at=shift.ends_at + HALF_HOUR_MS)
    changed = make_snapshot(
        *snapshot.agents.values(),
        *({**snapshot.shifts, key: moved}).values(),
        *snapshot.queues.values(),
    )
    again_s = _spent(lambda: pane.show(changed))
    question, past = _question(snapshot)
    need_s = _spent(lambda: site_demand(question, past, {}, PlanningSettings()))
    return Rostering(open_s, again_s, need_s)


class _Pane:
    """What the pane does for a look, without Textual."""

    def __init__(self) -> None:
        self._table = RosterTable()

    def show(self, snapshot: FloorSnapshot) -> None:
        view = self._table.present(RosterLook(snapshot=snapshot, site=None, moment=MOMENT))
        for row in view.rows[:_ROWS]:
            assert row.cells
        shown = half_hours(80, NOW)
        known = [HalfHour(at, 50.0, 50.0, 40, 30) for at in shown]
        planned = planned_heads(snapshot, None, frozenset(), shown[0], shown[-1] + HALF_HOUR_MS)
        day = intraday(shown, known, planned, {}, len(snapshot.agents), NOW)
        assert heads_lines(day, shown, "Europe/Berlin", 80)


def _floor(agents: int, days: int) -> FloorSnapshot:
    chance = random.Random(1)
    queues = [make_queue(f"q{number}") for number in range(QUEUES)]
    names = [queue.id for queue in queues]
    people = [make_agent(f"a{n}", queues=tuple(chance.sample(names, 2))) for n in range(agents)]
    first = NOW - NOW % DAY_MS - DAY_MS
    shifts = [
        _shift(f"a{n}", day, first + day * DAY_MS + chance.randrange(20) * HALF_HOUR_MS)
        for n in range(agents)
        for day in range(days)
    ]
    return make_snapshot(*people, *shifts, *queues)


def _shift(agent: str, day: int, start: Ms) -> Shift:
    end = start + _HALVES_A_SHIFT * HALF_HOUR_MS
    kinds = (("break", 4), ("meal", 8), ("break", 12))
    activities = tuple(
        Activity(kind, start + at * HALF_HOUR_MS, start + at * HALF_HOUR_MS + 900_000)
        for kind, at in kinds
    )
    ids = {"id": f"{agent}.{day}", "agent": agent}
    return make_shift(**ids, starts_at=start, ends_at=end, activities=activities)


def _question(snapshot: FloorSnapshot) -> tuple[SiteQuestion, dict[Key, QueuePast]]:
    place = zone("Europe/Berlin")
    start = NOW - NOW % DAY_MS
    halves = range(start - WEEKS * 7 * DAY_MS, start, HALF_HOUR_MS)
    chance = random.Random(2)
    past = {}
    for key in snapshot.queues:
        came = {at: Came(calls := chance.randrange(1, 90), calls, 200.0 * calls) for at in halves}
        days: dict[date, tuple[Ms, Ms]] = {}
        for at in halves:
            day = (at // DAY_MS) * DAY_MS
            days.setdefault(_date(day), (day, day + DAY_MS))
        past[key] = QueuePast(came, days, 100_000.0, 2_000)
    question = SiteQuestion(
        site=SITE,
        place=place,
        now=NOW,
        start=start,
        end=start + 2 * DAY_MS,
        need_until=NOW + DAY_MS,
        queues=tuple(snapshot.queues.values()),
        agents=tuple(
            tuple(Key(SITE, SOURCE, queue) for queue in agent.queues)
            for agent in snapshot.agents.values()
        ),
    )
    return question, past


def _date(day: Ms) -> date:
    return datetime.fromtimestamp(day / 1000, UTC).date()


def _spent(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began
