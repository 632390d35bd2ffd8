"""What the work of a report cost: hours, rates, and their share of each queue."""

from __future__ import annotations

from datetime import date

import pytest

from data.cache.report_staff import Shared, Spent
from data.figures.report_attendance import agent_time, pieces_of
from data.figures.report_cost import Priced, priced
from data.figures.report_days import AgentTime
from data.figures.report_work import Work
from data.floor import Key
from data.model import Activity, AgentState
from data.settings import CostSettings, RateSettings

HOUR = 3_600_000
MINUTE = 60_000
ANN, BOB, CLEO = (Key("hh1", "pbx", name) for name in ("ann", "bob", "cleo"))
MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)
CLAIMS, SALES = 1, 2
RATES = (
    RateSettings(hourly=20),
    RateSettings(hourly=26, team="North"),
    RateSettings(hourly=50, client="acme", valid_from="2026-03-10"),
)
SHIFT = (Activity("on_queue", 8 * HOUR, 12 * HOUR), Activity("meal", 12 * HOUR, 13 * HOUR))


def price(
    paid: dict[Key, dict[date, int]],
    shared: dict[Key, list[Shared]],
    works: dict[Key, Work] | None = None,
    rates: tuple[RateSettings, ...] = RATES,
) -> Priced:
    times = {key: AgentTime(key.id, Work(), hours) for key, hours in paid.items()}
    teams = {BOB: "North"}
    clients = {SALES: "acme"}
    cost = CostSettings(currency="EUR", rate=rates)
    return priced(times, works or {}, shared, lambda key: teams.get(key, ""), clients, cost)


def test_hours_are_split_by_the_time_on_the_contacts_of_each_queue():
    found = price(
        {ANN: {MONDAY: 8 * HOUR}},
        {ANN: [Shared(CLAIMS, 10, 3 * HOUR), Shared(SALES, 2, HOUR)]},
        {ANN: Work(ready_ms=2 * HOUR)},
    )
    whole, claims, sales = found.agents[ANN], found.queues[CLAIMS], found.queues[SALES]
    assert (whole.cost, whole.costed, whole.paid_ms) == (160.0, 12, 8 * HOUR)
    assert whole.cost_per_contact == pytest.approx(160 / 12)
    assert whole.idle_cost == pytest.approx(40.0)
    assert (claims.cost, claims.costed, claims.ready_ms) == (120.0, 10, 1.5 * HOUR)
    assert (sales.cost, sales.cost_per_contact, sales.idle_cost) == (40.0, 20.0, 10.0)


def test_a_total_is_a_sum_over_sums():
    found = price(
        {ANN: {MONDAY: HOUR}, BOB: {MONDAY: 10 * HOUR}},
        {ANN: [Shared(CLAIMS, 20, HOUR)], BOB: [Shared(CLAIMS, 5, HOUR)]},
    )
    assert found.queues[CLAIMS].cost == 20.0 + 260.0
    # 1 and 52 each: their mean would be 26.5.
    assert found.queues[CLAIMS].cost_per_contact == pytest.approx(280 / 25)


def test_a_rate_counts_from_its_day_on_and_for_its_client():
    shared = {ANN: [Shared(CLAIMS, 1, HOUR), Shared(SALES, 1, HOUR)]}
    found = price({ANN: {MONDAY: 4 * HOUR, TUESDAY: 4 * HOUR}}, shared)
    assert found.queues[CLAIMS].cost == 80.0
    assert found.queues[SALES].cost == 40.0 + 100.0


def test_who_answered_nothing_stands_in_no_queue_and_in_the_total():
    found = price({ANN: {MONDAY: HOUR}, BOB: {MONDAY: HOUR}}, {ANN: [Shared(CLAIMS, 4, 0)]})
    assert found.unshared == 26.0
    assert found.queues.keys() == {CLAIMS}
    assert (found.agents[BOB].cost, found.agents[BOB].costed) == (26.0, 0)
    together = found.agents[ANN] + found.agents[BOB]
    assert together.cost_per_contact == pytest.approx(46 / 4)


def test_what_is_not_known_is_on_neither_side_and_is_counted():
    shared = {each: [Shared(CLAIMS, 10, HOUR)] for each in (ANN, BOB, CLEO)}
    only_north = (RateSettings(hourly=26, team="North"),)
    found = price({ANN: {MONDAY: HOUR}, BOB: {MONDAY: HOUR}}, shared, rates=only_north)
    assert (found.without_hours, found.without_rate) == (1, 1)
    assert found.agents.keys() == {BOB}
    assert (found.queues[CLAIMS].cost, found.queues[CLAIMS].costed) == (26.0, 10)


def test_without_rates_nothing_costs_and_ready_time_is_shared_all_the_same():
    shared = {ANN: [Shared(CLAIMS, 1, HOUR)]}
    found = price({ANN: {MONDAY: HOUR}}, shared, {ANN: Work(ready_ms=HOUR)}, rates=())
    assert (found.queues[CLAIMS].cost, found.queues[CLAIMS].ready_ms) == (None, HOUR)
    assert (found.without_rate, found.without_hours, found.unshared) == (0, 0, None)


def spent(*states: tuple[AgentState, float, float]) -> list[list[Spent]]:
    """What somebody did in the pieces of a day with `SHIFT`, by hours."""
    pieces = pieces_of(SHIFT, 0, 24 * HOUR)
    return [
        [
            Spent(state, "", round((end - start) * HOUR), round(start * HOUR), round(end * HOUR))
            for state, begun, over in states
            if (start := max(begun, piece.start / HOUR)) < (end := min(over, piece.end / HOUR))
        ]
        for piece in pieces
    ]


OFF, READY, REST = AgentState.LOGGED_OFF, AgentState.READY, AgentState.NOT_READY


@pytest.mark.parametrize(
    ("states", "late", "early", "absent"),
    [
        ([(OFF, 0, 8), (READY, 8, 12), (REST, 12, 13), (OFF, 13, 24)], 0, 0, 0),
        ([(OFF, 0, 8.5), (READY, 8.5, 12.5), (OFF, 12.5, 24)], 30, 30, 0),
        ([(OFF, 0, 8.04), (READY, 8.04, 13), (OFF, 13, 24)], 0, 0, 0),
        ([(OFF, 0, 8), (READY, 8, 9), (OFF, 9, 10), (READY, 10, 24)], 0, 0, 0),
        ([(OFF, 0, 24)], 0, 0, 300),
        ([(READY, 9, 13)], 0, 0, 0),
    ],
)
def test_late_early_and_absent_are_against_the_shift(states, late, early, absent):
    found = agent_time(pieces_of(SHIFT, 0, 24 * HOUR), spent(*states), 0, 24 * HOUR)
    assert found is not None
    minutes = [ms // MINUTE for ms in (found.late_ms, found.left_early_ms, found.not_come_ms)]  # type: ignore[operator]
    assert minutes == [late, early, absent]


def test_a_shift_that_began_the_day_before_is_nobody_late_for():
    night = (Activity("on_queue", -2 * HOUR, 6 * HOUR),)
    pieces = pieces_of(night, 0, 24 * HOUR)
    gone = [[Spent(OFF, "", each.end - each.start, each.start, each.end)] for each in pieces]
    found = agent_time(pieces, gone, 0, 24 * HOUR)
    assert found is not None
    assert (found.late_ms, found.left_early_ms, found.not_come_ms) == (0, 6 * HOUR, 0)


def test_leave_parts_a_shift_and_is_nobody_absent_for():
    leave = (Activity("absence", 8 * HOUR, 10 * HOUR), Activity("on_queue", 10 * HOUR, 12 * HOUR))
    pieces = pieces_of(leave, 0, 24 * HOUR)
    told = [
        [Spent(OFF if each.end <= 10 * HOUR else READY, "", 1, each.start, each.end)]
        for each in pieces
    ]
    found = agent_time(pieces, told, 0, 24 * HOUR)
    assert found is not None
    assert (found.late_ms, found.not_come_ms) == (0, 0)


def test_of_whom_nothing_is_known_nothing_is_said():
    assert agent_time(pieces_of(SHIFT, 0, HOUR), [[]], 0, HOUR) is None
    unknown = [[Spent(AgentState.UNKNOWN, "", HOUR, 0, HOUR)]]
    assert agent_time(pieces_of((), 0, HOUR), unknown, 0, HOUR) is None
