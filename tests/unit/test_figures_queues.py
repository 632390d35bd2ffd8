from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.figures.queues import Group, QueueBook, Span, group_of, queue_figures
from data.figures.spans import HALF_HOUR_MS as HALF
from data.figures.spans import Forecast
from data.floor import Key
from data.model import AgentState, Channel, Counts, Freshness
from data.rules.service_level import Formula
from tests.builders import (
    MOMENT,
    SITE,
    SOURCE,
    ago,
    instant,
    make_agent,
    make_counts,
    make_health,
    make_interval,
    make_queue,
    make_site,
    make_snapshot,
)


def figures_of(*records, queue="claims", **snapshot):
    floor = queue_figures(make_snapshot(*records, **snapshot), None, MOMENT)
    found = floor.queue(Key(SITE, SOURCE, queue))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (Formula.OFFERED, 45.0),
        (Formula.WITHOUT_SHORT, 50.0),
        (Formula.ABANDONS_IGNORED, 60.0),
        (Formula.ABANDONS_GOOD, 70.0),
        (Formula.ANSWERED_ONLY, 69.2),
        (Formula.ANSWER_RATE, 65.0),
    ],
)
def test_every_formula_gives_the_value_of_the_worked_example(formula, expected):
    level = figures_of(make_queue()).service_level(Span.DAY, formula)
    assert level == pytest.approx(expected, abs=0.05)


def test_what_has_no_denominator_is_undefined():
    one = figures_of(make_queue(day=Counts()))
    assert [one.service_level(Span.DAY, formula) for formula in Formula] == [None] * 6
    assert (one.asa_s, one.aht_s, one.abandon_rate, one.forecast.deviation) == (None,) * 4
    assert one.longest_wait_s is None


def test_means_are_of_the_answered_contacts():
    one = figures_of(make_queue())
    assert one.asa_s == 20.0
    assert one.aht_s == 130.0
    assert one.abandon_rate == 35.0


def test_totals_are_sums_over_sums_and_not_means_of_percentages():
    floor = queue_figures(
        make_snapshot(
            make_queue("big", day=make_counts(offered=1000, answered_within=900)),
            make_queue("small", day=make_counts(offered=10, answered_within=0)),
        ),
        None,
        MOMENT,
    )
    level = floor.immediate.service_level(Span.DAY, Formula.OFFERED)
    assert level == pytest.approx(100 * 900 / 1010)


counts = st.builds(
    make_counts,
    offered=st.integers(0, 500),
    answered_within=st.integers(0, 500),
    answered=st.integers(0, 500),
)


@given(st.lists(counts, min_size=1, max_size=5))
def test_a_total_level_lies_between_the_levels_it_joins(days):
    queues = [make_queue(f"q{i}", day=day) for i, day in enumerate(days)]
    floor = queue_figures(make_snapshot(*queues), None, MOMENT)
    for formula in Formula:
        levels = [
            (level, one)
            for one in floor.queues
            if (level := one.service_level(Span.DAY, formula)) is not None
        ]
        joined = floor.join(one for _level, one in levels).service_level(Span.DAY, formula)
        if levels:
            values = [level for level, _one in levels]
            assert joined is not None
            assert min(values) - 1e-6 <= joined <= max(values) + 1e-6


def test_an_agent_in_two_queues_counts_in_each_and_once_in_the_total():
    both = make_agent("1", queues=("claims", "sales"))
    one = make_agent("2", queues=("sales",), state=AgentState.BUSY)
    floor = queue_figures(
        make_snapshot(make_queue("claims"), make_queue("sales"), both, one), None, MOMENT
    )
    ready = {figures.queue.id: figures.agents.ready for figures in floor.queues}
    assert ready == {"claims": 1, "sales": 1}
    assert (floor.immediate.agents.ready, floor.immediate.agents.staffed) == (1, 2)


def test_a_queue_named_twice_by_an_agent_counts_once():
    assert figures_of(make_queue(), make_agent(queues=("claims", "claims"))).agents.ready == 1


def test_deferred_channels_and_outbound_stay_out_of_the_immediate_total():
    floor = queue_figures(
        make_snapshot(
            make_queue("claims", contacts_waiting=2, longest_wait_since=ago(30)),
            make_queue(
                "mail", channel=Channel.EMAIL, contacts_waiting=34, longest_wait_since=ago(7800)
            ),
            make_queue("renewals", direction="outbound", contacts_waiting=5),
        ),
        None,
        MOMENT,
    )
    assert (floor.immediate.waiting, floor.immediate.longest_wait_s) == (2, 30.0)
    assert [group_of(one.queue) for one in floor.queues] == [
        Group.IMMEDIATE,
        Group.DEFERRED,
        Group.OUTBOUND,
    ]
    assert floor.immediate.day.offered == 20


def test_every_state_is_counted_where_it_belongs():
    states = list(AgentState)
    people = (make_agent(str(i), state=state) for i, state in enumerate(states))
    agents = queue_figures(make_snapshot(make_queue(), *people), None, MOMENT).queues[0].agents
    assert (agents.staffed, agents.ready, agents.ringing, agents.busy) == (7, 1, 1, 2)
    assert (agents.working_after_contact, agents.not_ready, agents.unreachable) == (1, 1, 1)
    assert (agents.at_hand, agents.occupied) == (6, 3)


@pytest.mark.parametrize(
    ("wait_s", "ready_s", "channel", "expected"),
    [
        (16, 60, Channel.VOICE, True),
        (15, 60, Channel.VOICE, False),
        (60, 10, Channel.VOICE, False),
        (7800, 600, Channel.EMAIL, False),
    ],
)
def test_a_contact_that_waits_though_an_agent_is_ready_is_a_fault(
    wait_s, ready_s, channel, expected
):
    queue = make_queue(contacts_waiting=1, longest_wait_since=ago(wait_s), channel=channel)
    one = figures_of(queue, make_agent(since=ago(ready_s)))
    assert one.waits_though_ready is expected


def test_nobody_ready_is_no_fault():
    queue = make_queue(contacts_waiting=1, longest_wait_since=ago(60))
    busy = make_agent(state=AgentState.BUSY, since=ago(60))
    other = make_agent("2", queues=("sales",), since=ago(60))
    assert figures_of(queue, busy, other).waits_though_ready is False


def test_the_last_half_hour_is_the_running_interval_and_those_mostly_within():
    rows = [
        make_interval("claims", starts, counts=make_counts(offered=offered))
        for starts, offered in (("13:45", 1000), ("14:00", 100), ("14:15", 10), ("14:30", 1))
    ]
    assert figures_of(make_queue(), *rows).recent.offered == 111
    assert figures_of(make_queue(), *rows).interval.offered == 1


def test_the_running_interval_is_empty_where_it_has_no_row_yet():
    one = figures_of(make_queue(), make_interval("claims", "14:15"))
    assert one.interval == Counts()
    assert one.interval_starts_at == make_interval(starts="14:30").starts_at


def test_the_forecast_counts_the_running_interval_by_the_share_that_has_passed():
    finished = make_interval(
        "claims", "14:15", counts=make_counts(offered=30), forecast_offered=20.0
    )
    running = make_interval("claims", "14:30", counts=make_counts(offered=3), forecast_offered=15.0)
    yesterday = make_interval("claims", "05:45", forecast_offered=500.0)
    later = make_interval("claims", "14:45", forecast_offered=500.0)
    forecast = figures_of(make_queue(), finished, running, yesterday, later).forecast
    assert forecast.offered == 33
    assert forecast.expected == pytest.approx(20 + 15 * 127 / 900)


def test_where_the_source_forecasts_nothing_our_own_forecast_is_held_against_what_came():
    half = instant("2026-03-11T14:00:00+01:00")
    expected = {half - HALF: 99.0, half: 40.0, half + HALF: 30.0, half + 2 * HALF: 99.0}
    first = make_interval("claims", "14:15", counts=make_counts(offered=30))
    running = make_interval("claims", "14:30", counts=make_counts(offered=3))
    book = QueueBook()

    def found(*rows):
        floor = book.figures(make_snapshot(make_queue(), *rows), None, MOMENT)
        figures = floor.queue(Key(SITE, SOURCE, "claims"))
        assert figures is not None
        return figures.forecast

    assert found(first, running).deviation is None
    book.expected = {Key(SITE, SOURCE, "claims"): expected, Key(SITE, SOURCE, "sales"): expected}
    own = found(first, running)
    assert own.offered == 33  # of the half hours from the first that was recorded on
    assert own.expected == pytest.approx(40 + 30 * 127 / 1800)
    assert found() == Forecast()
    theirs = make_interval("claims", "14:15", counts=make_counts(offered=30), forecast_offered=20.0)
    assert found(theirs, running) == Forecast(30, 20.0)


def test_a_percentage_of_less_than_one_forecast_contact_tells_nothing():
    row = make_interval("claims", "14:15", counts=make_counts(offered=3), forecast_offered=0.5)
    assert figures_of(make_queue(), row).forecast.deviation is None


def test_figures_of_a_dead_source_stand_still_and_are_marked():
    dead = make_health(state=Freshness.OFFLINE, age_s=1800)
    queue = make_queue(contacts_waiting=1, longest_wait_since=ago(1860))
    one = figures_of(queue, sources=[dead])
    assert one.is_old
    assert one.longest_wait_s == 60.0


def test_a_source_nobody_knows_anything_of_is_old():
    assert figures_of(make_queue(), sources=[]).is_old


def test_agents_of_another_source_do_not_serve_a_queue_of_the_same_id():
    stranger = make_agent(source="other")
    assert figures_of(make_queue(), stranger).agents.staffed == 0


def test_a_site_can_be_looked_at_alone():
    snapshot = make_snapshot(
        make_queue(), make_queue(site="ls1"), sites=[make_site(), make_site(id="ls1")]
    )
    assert [one.key.site for one in queue_figures(snapshot, "ls1", MOMENT).queues] == ["ls1"]


def test_the_target_of_several_queues_is_weighted_by_what_was_offered():
    floor = queue_figures(
        make_snapshot(
            make_queue("a", target_percent=80.0, day=make_counts(offered=30)),
            make_queue("b", target_percent=90.0, day=make_counts(offered=10)),
        ),
        None,
        MOMENT,
    )
    assert floor.immediate.target_percent == pytest.approx(82.5)
