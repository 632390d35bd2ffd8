"""Heads for the queues in which callers wait: planned by half hours, and at present."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.figures.heads import Heads, agents_elsewhere, heads_now, is_staffed, planned_heads
from data.floor import Delta, Floor, Key
from data.model import DESK, Activity, AgentState, Channel, Kind
from tests.builders import SITE, SOURCE, instant, make_agent, make_queue, make_shift, make_snapshot

START = instant("2026-03-11T08:00:00+01:00")
END = instant("2026-03-11T16:00:00+01:00")
MINUTE = 60_000
BREAK = Activity("break", START + 120 * MINUTE, START + 135 * MINUTE)
LEAVE = Activity("time_off", START + 300 * MINUTE, START + 360 * MINUTE)
SHIFT = make_shift(starts_at=START, ends_at=END, activities=(BREAK, LEAVE))
MAIL = make_queue("mail", channel=Channel.EMAIL)
CAMPAIGN = make_queue("campaign", direction="outbound")


def planned(*records, site=None):
    snapshot = make_snapshot(make_queue(), MAIL, CAMPAIGN, *records)
    return planned_heads(snapshot, site, agents_elsewhere(snapshot))


def test_callers_wait_in_queues_of_calls_that_come_in():
    assert is_staffed(make_queue())
    assert not is_staffed(MAIL)
    assert not is_staffed(CAMPAIGN)


def test_heads_are_means_over_the_half_hour_of_planned_work():
    heads = planned(SHIFT, make_shift(id="s2", agent="1002", starts_at=START, ends_at=END))
    assert heads[START] == 2.0
    assert heads[START + 120 * MINUTE] == 1.5
    assert heads[START + 300 * MINUTE] == 1.0
    assert START - 30 * MINUTE not in heads
    assert END not in heads


@pytest.mark.parametrize("is_known", [True, False])
def test_whoever_has_shifts_at_an_endpoint_and_at_the_desk_is_one_head(is_known):
    people = [make_agent()] if is_known else []
    later = {"starts_at": START + 240 * MINUTE, "ends_at": END + 60 * MINUTE}
    heads = planned(SHIFT, make_shift(id="d1", source=DESK, **later), *people)
    assert heads[START] == heads[START + 240 * MINUTE] == heads[END] == 1.0


def test_two_people_of_one_extension_at_two_sources_are_two_heads():
    other = make_shift(id="s2", source="other", starts_at=START, ends_at=END)
    people = [make_agent(), make_agent(source="other")]
    assert planned(SHIFT, other, *people)[START] == 2.0
    assert planned(SHIFT, other, *people, site="leeds") == {}


@pytest.mark.parametrize(
    ("queues", "heads"),
    [
        (("claims",), 1),
        (("mail",), 0),
        (("campaign", "mail"), 0),
        (("mail", "claims"), 1),
        ((), 1),
        (("nobody knows",), 1),
        (("nobody knows", "mail"), 0),
    ],
)
def test_who_serves_no_queue_in_which_callers_wait_is_no_head(queues, heads):
    agent = make_agent(queues=queues)
    snapshot = make_snapshot(make_queue(), MAIL, CAMPAIGN, agent, SHIFT)
    elsewhere = agents_elsewhere(snapshot)
    assert elsewhere == (set() if heads else {Key(SITE, SOURCE, "1001")})
    assert heads_now(snapshot, None, elsewhere) == heads
    assert planned_heads(snapshot, None, elsewhere).get(START, 0.0) == heads
    at_desk = make_snapshot(MAIL, make_queue(), CAMPAIGN, agent, make_shift(source=DESK))
    assert bool(planned_heads(at_desk, None, elsewhere)) == bool(heads)


def test_heads_at_present_are_those_at_the_disposal_of_a_sites_queues():
    away = make_agent("1002", state=AgentState.NOT_READY)
    snapshot = make_snapshot(make_queue(), make_agent(), away, make_agent(site="leeds"))
    assert heads_now(snapshot, None, ()) == 2
    assert heads_now(snapshot, SITE, ()) == 1


CHANGES = st.lists(
    st.tuples(
        st.sampled_from("123"),
        st.sampled_from(AgentState),
        st.lists(st.sampled_from(["claims", "mail", "campaign"]), unique=True).map(tuple),
        st.sampled_from([make_queue(), MAIL, make_queue("mail"), CAMPAIGN]),
    ),
    max_size=8,
)


@given(CHANGES)
def test_heads_from_look_to_look_are_those_counted_anew(changes):
    floor, heads = Floor(), Heads()
    for number, (name, state, queues, queue) in enumerate(changes):
        agent = make_agent(name, state=state, queues=queues)
        snapshot = floor.apply(
            Delta(number + 1, upserts=((Kind.QUEUE, queue), (Kind.AGENT, agent)))
        )
        heads.look(snapshot)
        elsewhere = agents_elsewhere(snapshot)
        assert heads.elsewhere == elsewhere
        for site in (None, SITE, "elsewhere"):
            assert heads.present(site) == heads_now(snapshot, site, elsewhere)
