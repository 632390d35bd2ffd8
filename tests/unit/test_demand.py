"""What is expected of queues, and how many agents that needs."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.figures.demand import (
    NO_PAST,
    Given,
    Origin,
    QueuePast,
    SiteQuestion,
    site_demand,
)
from data.floor import Key
from data.model import Queue
from data.rules.demand import HALF_HOUR_MS, Came, expect, slots
from data.rules.forecast import smoothed
from data.rules.pools import pools
from data.rules.staffing import Goals, Load, required
from data.settings import PlanningSettings

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 2 * HALF_HOUR_MS
WEEK = 7 * 24 * HOUR


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp() * 1000)


MONDAY = at("2026-11-16 10:00")
SALES = Key("hh", "acd", "sales")
CLAIMS = Key("hh", "acd", "claims")


def recorded(*halves: int) -> dict[date, tuple[int, int]]:
    days: dict[date, tuple[int, int]] = {}
    for half in halves:
        day = datetime.fromtimestamp(half / 1000, BERLIN).date()
        first, last = days.get(day, (half, half))
        days[day] = min(half, first), max(half, last)
    return days


# Days like this one


def test_a_half_hour_is_like_the_same_local_time_of_the_weeks_before():
    (slot,) = slots(MONDAY, MONDAY + HALF_HOUR_MS, 3, BERLIN)
    # The clocks were put back on 25 October: 10:00 is an hour earlier in UTC before it.
    assert slot.like == (at("2026-10-26 10:00"), at("2026-11-02 10:00"), at("2026-11-09 10:00"))
    (slot,) = slots(at("2026-11-02 10:00"), at("2026-11-02 10:30"), 2, BERLIN)
    assert slot.like == (at("2026-10-19 10:00"), at("2026-10-26 10:00"))


def test_a_time_that_the_clocks_skipped_says_nothing():
    (slot,) = slots(at("2026-04-05 02:30"), at("2026-04-05 03:00"), 2, BERLIN)
    assert slot.like == (at("2026-03-22 02:30"), None)


def test_a_holiday_is_taken_out_and_one_to_come_is_like_a_sunday():
    holidays = {date(2026, 11, 9)}
    (slot,) = slots(MONDAY, MONDAY + HALF_HOUR_MS, 2, BERLIN, holidays)
    assert slot.like == (at("2026-11-02 10:00"), None)
    (slot,) = slots(MONDAY, MONDAY + HALF_HOUR_MS, 2, BERLIN, {date(2026, 11, 16)})
    assert slot.like == (at("2026-11-08 10:00"), at("2026-11-15 10:00"))
    (slot,) = slots(at("2026-11-15 10:00"), at("2026-11-15 10:30"), 1, BERLIN, {date(2026, 11, 15)})
    assert slot.like == (at("2026-11-08 10:00"),)


def test_the_newest_week_counts_most_and_what_is_not_recorded_does_not_count():
    wanted = slots(MONDAY, MONDAY + HALF_HOUR_MS, 4, BERLIN)
    weeks = [at(f"2026-{day} 10:00") for day in ("10-19", "10-26", "11-02", "11-09")]
    past = {
        half: Came(calls, calls, calls * 100.0)
        for half, calls in zip(weeks, (10.0, 20.0, 30.0, 40.0), strict=True)
    }
    (found,) = expect(wanted, past, recorded(*weeks), BERLIN)
    assert found is not None
    assert found.offered == pytest.approx((10 * 1 + 20 * 2 + 30 * 3 + 40 * 4) / 10)
    assert found.aht_s == 100.0
    del past[weeks[1]]
    (found,) = expect(wanted, past, recorded(*past), BERLIN)
    assert found is not None
    assert found.offered == pytest.approx((10 * 1 + 30 * 3 + 40 * 4) / 8)


def test_nothing_came_counts_only_between_what_came_to_others():
    wanted = slots(MONDAY, MONDAY + HALF_HOUR_MS, 1, BERLIN)
    week = MONDAY - WEEK
    around = recorded(week - HOUR, week + HOUR)
    (found,) = expect(wanted, {}, around, BERLIN)
    assert found is not None
    assert found.offered == 0.0
    assert expect(wanted, {}, recorded(week - HOUR), BERLIN) == [None]
    assert expect(wanted, {}, {}, BERLIN) == [None]


def test_a_handling_time_of_few_calls_is_that_of_all():
    wanted = slots(MONDAY, MONDAY + HOUR, 1, BERLIN)
    week = MONDAY - WEEK
    past = {week: Came(20, 20, 2000.0), week + HALF_HOUR_MS: Came(5, 5, 2000.0)}
    found = expect(wanted, past, recorded(*past), BERLIN)
    assert [round(one.aht_s or 0) for one in found if one] == [100, 160]


@given(st.lists(st.one_of(st.none(), st.just(0.0), st.floats(0.1, 500)), max_size=40))
def test_smoothing_keeps_the_total_and_what_is_empty(row):
    found = smoothed(row)
    assert [value is None for value in found] == [value is None for value in row]
    assert all(after == 0 for before, after in zip(row, found, strict=True) if before == 0)
    total = sum(value or 0 for value in row)
    assert sum(value or 0 for value in found) == pytest.approx(total)


def test_smoothing_shares_with_the_neighbours():
    # By hand: (2 * 2 + 10) / 3, (2 * 10 + 2 + 2) / 4, the same again, brought back to 14.
    by_hand = [14 / 3, 6.0, 14 / 3]
    expected = [value * 14 / sum(by_hand) for value in by_hand]
    assert smoothed([2.0, 10.0, 2.0, 0.0]) == pytest.approx([*expected, 0.0])


# Who is staffed together


def test_queues_whose_agents_serve_two_and_more_are_one_pool():
    agents = [("a", "b"), ("b", "c"), ("d",), ("d",), ("x",)]
    assert pools("abcd", agents) == [("a", "b", "c"), ("d",)]


def test_queues_that_few_agents_share_stand_alone():
    agents = [("a",), ("a",), ("b",), ("b",), ("a", "b")]
    assert pools("ab", agents) == [("a",), ("b",)]
    assert pools("ab", []) == [("a",), ("b",)]


@given(
    st.lists(st.sampled_from("abcdef"), unique=True),
    st.lists(st.lists(st.sampled_from("abcdefg"), max_size=4), max_size=12),
)
def test_every_queue_is_in_one_pool(queues, agents):
    found = pools(queues, agents)
    assert sorted(queue for group in found for queue in group) == sorted(queues)


# A site


def queue(key: Key = SALES, **more) -> Queue:
    return Queue(site=key.site, source=key.source, id=key.id, name=key.id, **more)


def question(now: int = MONDAY, **more) -> SiteQuestion:
    asked = {
        "site": "hh",
        "place": BERLIN,
        "now": now,
        "start": MONDAY,
        "end": MONDAY + 4 * HOUR,
        "need_until": MONDAY + 4 * HOUR,
        "queues": (queue(),),
        "agents": (),
    }
    return SiteQuestion(**(asked | more))


def flat(calls: float, halves: int = 8, aht: float = 180.0) -> dict[tuple[Key, int], Given]:
    return {
        (SALES, MONDAY + each * HALF_HOUR_MS): Given(calls, aht, Origin.SOURCE)
        for each in range(halves)
    }


def test_need_is_what_staffing_says_for_the_queues_own_target():
    found = site_demand(question(), {}, flat(100.0), PlanningSettings())
    alone = required(Load(100, 1800, 180), Goals(service_level=0.8, target_s=20)).required
    assert {row.required for row in found.queues} == {alone}
    assert found.need[0] == (MONDAY, alone)
    shrunk = site_demand(question(), {}, flat(100.0), PlanningSettings(shrinkage=0.3))
    assert shrunk.need[0] == (MONDAY, 20)  # 14 at 30 %: Call Centre Helper's example
    patient = site_demand(question(), {}, flat(100.0), PlanningSettings(patience=60))
    assert patient.need[0][1] < alone


def test_a_day_that_is_off_corrects_its_rest_by_half_and_only_from_enough_calls():
    now = MONDAY + HOUR
    came = {MONDAY: Came(60, 60, 1.0), MONDAY + HALF_HOUR_MS: Came(60, 60, 1.0)}
    past = {SALES: QueuePast(came, recorded(MONDAY), 0.0, 0)}
    found = site_demand(question(now), past, flat(40.0), PlanningSettings())
    # Half as much again came, so a quarter more is expected of the rest.
    assert [row.expected for row in found.queues] == [40.0, 40.0] + [50.0] * 6
    assert {row.offered for row in found.queues} == {40.0}
    few = {SALES: QueuePast({MONDAY: Came(20, 20, 1.0)}, recorded(MONDAY), 0.0, 0)}
    found = site_demand(question(now), few, flat(10.0), PlanningSettings())
    assert {row.expected for row in found.queues} == {10.0}


def test_a_queue_of_few_calls_goes_by_the_others():
    now = MONDAY + HOUR
    halves = (MONDAY, MONDAY + HALF_HOUR_MS)
    past = {
        SALES: QueuePast({half: Came(2, 2, 1.0) for half in halves}, {}, 0.0, 0),
        CLAIMS: QueuePast({half: Came(58, 58, 1.0) for half in halves}, {}, 0.0, 0),
    }
    given_ = flat(2.0) | {(CLAIMS, at): one for (_key, at), one in flat(38.0).items()}
    asked = question(now, queues=(queue(), queue(CLAIMS)))
    found = site_demand(asked, past, given_, PlanningSettings())
    last = {row.key: row.expected for row in found.queues}
    assert last[SALES] == pytest.approx(2.0 * 1.25)
    assert last[CLAIMS] > 38 * 1.25


def test_queues_that_share_agents_need_fewer_together():
    both = flat(20.0) | {(CLAIMS, at): one for (_key, at), one in flat(20.0).items()}
    asked = question(queues=(queue(), queue(CLAIMS)))
    apart = site_demand(asked, {}, both, PlanningSettings()).need[0][1]
    shared = question(queues=asked.queues, agents=((SALES, CLAIMS),) * 5)
    together = site_demand(shared, {}, both, PlanningSettings()).need[0][1]
    assert together < apart


def test_what_somebody_imported_or_the_source_says_stands_above_history():
    week = MONDAY - WEEK
    past = {SALES: QueuePast({week: Came(7, 7, 700.0)}, recorded(week), 0.0, 0)}
    given_ = {(SALES, MONDAY): Given(99.0, None, Origin.IMPORTED)}
    found = site_demand(question(), past, given_, PlanningSettings())
    assert [(row.origin, row.offered, row.aht_s) for row in found.queues] == [
        (Origin.IMPORTED, 99.0, 100.0)
    ]
    found = site_demand(question(), past, {}, PlanningSettings())
    assert [(row.origin, row.offered) for row in found.queues] == [(Origin.HISTORY, 7.0)]


def test_nobody_is_needed_where_nothing_is_expected_and_nothing_is_said_without_handling_times():
    found = site_demand(question(), {}, flat(0.0), PlanningSettings())
    assert {heads for _at, heads in found.need} == {0}
    unknown = {key: Given(10.0, None, Origin.SOURCE) for key in flat(1.0)}
    found = site_demand(question(), {}, unknown, PlanningSettings())
    assert found.need == ()
    assert {row.required for row in found.queues} == {None}
    assert site_demand(question(), {SALES: NO_PAST}, {}, PlanningSettings()).queues == ()


def test_a_target_of_all_calls_is_reckoned_as_nearly_all():
    asked = question(queues=(queue(target_percent=100.0),))
    found = site_demand(asked, {}, flat(100.0), PlanningSettings())
    assert found.need[0][1] > 14
    asked = question(queues=(queue(target_percent=0.0),))
    assert site_demand(asked, {}, flat(100.0), PlanningSettings()).need == ()
