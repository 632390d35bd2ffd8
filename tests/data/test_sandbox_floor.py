"""The simulated floor: counters against the ledger, the rules of a floor, the same each time."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from data import contract
from data.model import AgentState
from data.sandbox.build import build_simulation
from data.sandbox.floor import ENDED_STAYS_MS
from tests.data.sandbox_helpers import MemorySink, assert_counts_match, options

MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def day():
    """A whole busy day of 46 agents, every commit kept."""
    chosen = options(seed=3)
    sink = MemorySink(keep=True)
    floor = build_simulation(chosen, sink)
    floor.advance(chosen.closing)
    return chosen, sink, floor


def test_counters_equal_a_recount_of_the_ledger(day):
    _, sink, floor = day
    assert len(floor.ledger()) > 2000
    assert_counts_match(sink, floor.ledger())


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_counters_equal_the_ledger_in_the_middle_of_things(seed):
    chosen = options(seed=seed, agents=20, queues=5)
    sink = MemorySink()
    floor = build_simulation(chosen, sink)
    for minute in range(30, 300, 37):
        floor.advance(chosen.opening + minute * MINUTE_MS)
        assert_counts_match(sink, floor.ledger())


def test_every_kind_of_course_occurs(day):
    _, sink, floor = day
    calls = floor.ledger()
    assert {call.outcome for call in calls} >= {"answered", "abandoned", "transferred"}
    assert any(call.leg == 2 for call in calls)
    assert any(call.rings > 1 for call in calls)
    assert any(call.hold_s for call in calls)
    assert any(call.short for call in calls)
    assert any(call.direction == "outbound" for call in calls)
    assert {call.channel for call in calls} == {"voice", "chat", "email"}
    assert max(call.wait_s for call in calls if call.channel == "email") > 1800
    states = {segment.state for segment in floor.segments()}
    assert states == set(AgentState) - {AgentState.UNKNOWN}
    reasons = {segment.reason for segment in floor.segments()}
    assert reasons >= {"break", "meal", "ring_no_answer", "personal"}
    told = [data for _, puts in sink.commits for _, _, data in puts if data is not None]
    assert any(getattr(data, "assist_since", None) for data in told)
    assert any(getattr(data, "assist_by", None) for data in told)
    assert any(getattr(data, "listeners", None) for data in told)
    agents = [data for data in told if hasattr(data, "assist_by")]
    assert all(data.assist_since is not None for data in agents if data.assist_by is not None)
    assert any(getattr(data, "recording", None) for data in told)


def test_the_service_level_is_that_of_a_busy_floor(day):
    within = offered = 0
    sinks = [day[1]]
    for seed in (1, 2, 4):
        chosen = options(seed=seed)
        sinks.append(MemorySink())
        build_simulation(chosen, sinks[-1]).advance(chosen.closing)
    for sink in sinks:
        for queue in sink.of("queue").values():
            if queue.channel != "email":
                within += queue.day.answered_within
                offered += queue.day.offered
    assert 65 < 100 * within / offered < 85


def test_a_transferred_caller_is_offered_again_in_the_other_queue(day):
    _, _, floor = day
    legs = {(call.contact, call.leg): call for call in floor.ledger()}
    passed_on = [call for call in floor.ledger() if call.outcome == "transferred"]
    assert passed_on
    for call in passed_on:
        following = legs[call.contact, call.leg + 1]
        assert following.queue != call.queue
        assert following.queued_at == call.ended_at


def test_nobody_is_ready_on_a_contact_and_states_are_told_as_they_are(day):
    """Read every commit as a client would: what it believes must be the truth at that instant."""
    from data.model import Agent, Contact, ContactState
    from data.rules.agent_state import believed_state

    names = {
        "agentNull": AgentState.LOGGED_OFF,
        "agentNotReady": AgentState.NOT_READY,
        "agentReady": AgentState.READY,
        "agentBusy": AgentState.BUSY,
        "agentWorkingAfterCall": AgentState.WORKING_AFTER_CONTACT,
    }
    _, sink, floor = day
    truth = {}
    for segment in floor.segments():
        truth.setdefault(segment.agent, []).append(segment)
    contacts, agents, believed = {}, {}, {}
    for at, puts in sink.commits:
        for kind, entity, data in puts:
            if kind == "contact":
                contacts.pop(entity, None)
                if data is not None:
                    contacts[entity] = Contact(
                        site="",
                        source="",
                        id=entity,
                        queue=data.queue,
                        state=ContactState(data.state),
                        state_since=at,
                        agent=data.agent,
                    )
            elif kind == "agent":
                agents[entity] = Agent(
                    site="",
                    source="",
                    id=entity,
                    name=data.name,
                    reported_state=names[data.state],
                    reported_since=contract.to_ms(data.state_since),
                    contact=data.contact,
                    reachable=data.reachable,
                )
                if data.contact is not None:
                    assert data.state not in {"agentReady", "agentNotReady", "agentNull"}
        for kind, entity, _ in puts:
            if kind != "agent":
                continue
            agent = agents[entity]
            state, since = believed_state(agent, contacts.get(agent.contact))
            spans = believed.setdefault(entity, [])
            if not spans or spans[-1] != (since, state):
                if spans and spans[-1][0] == since:
                    spans.pop()
                spans.append((since, state))
    for agent, segments in truth.items():
        assert believed[agent] == [(span.from_at, span.state) for span in segments]


def test_spans_of_an_agent_follow_each_other_without_gap(day):
    _, _, floor = day
    spans = {}
    for segment in floor.segments():
        spans.setdefault(segment.agent, []).append(segment)
    for own in spans.values():
        assert own[-1].to_at is None
        for before, after in pairwise(own):
            assert before.to_at == after.from_at
            assert before.from_at < after.from_at


def test_a_contact_waits_only_while_nobody_of_its_queue_is_ready(day):
    _, sink, _ = day
    ready, waiting = {}, {}
    for at, puts in sink.commits:
        for kind, entity, data in puts:
            if kind == "agent":
                is_ready = data.state == "agentReady" and data.reachable
                ready[entity] = set(data.queues) if is_ready else set()
            elif kind == "queue":
                waiting[entity] = data.contacts_waiting
        covered = set().union(*ready.values()) if ready else set()
        assert not [queue for queue in covered if waiting.get(queue)], at


def test_waiting_contacts_are_those_that_the_queue_counts(day):
    _, sink, _ = day
    states, counted, since = {}, {}, {}
    for _, puts in sink.commits[:6000]:
        for kind, entity, data in puts:
            if kind == "contact":
                states.pop(entity, None)
                if data is not None and data.state == "waiting":
                    states[entity] = data
            elif kind == "queue":
                counted[entity] = data.contacts_waiting
                since[entity] = data.longest_wait_since
        waiting = Counter(data.queue for data in states.values())
        assert {queue: n for queue, n in counted.items() if n} == dict(waiting)
        for queue in waiting:
            assert since[queue] == min(
                data.queued_at for data in states.values() if data.queue == queue
            )


def test_contacts_stay_a_quarter_of_an_hour_after_their_end(day):
    _, sink, _ = day
    ended, stayed = {}, []
    for at, puts in sink.commits:
        for kind, entity, data in puts:
            if kind != "contact":
                continue
            if data is None:
                stayed.append(at - ended.pop(entity))
            elif data.state == "ended":
                assert entity not in ended
                ended[entity] = at
    assert stayed
    assert min(stayed) >= ENDED_STAYS_MS
    assert max(stayed) <= ENDED_STAYS_MS + MINUTE_MS


def test_no_transaction_is_larger_than_a_page(day):
    _, sink, _ = day
    assert max(sink.sizes) < contract.MAX_PAGE_BYTES // 4


def test_the_roster_is_planned_and_not_always_kept(day):
    _, sink, floor = day
    shifts = sink.of("shift").values()
    assert len(shifts) == 46
    for shift in shifts:
        ends = [shift.starts_at, *(activity.ends_at for activity in shift.activities)]
        assert ends[:-1] == [activity.starts_at for activity in shift.activities]
        assert ends[-1] == shift.ends_at
    first = {}
    for segment in floor.segments():
        if segment.state is not AgentState.LOGGED_OFF:
            first.setdefault(segment.agent, segment.from_at)
    late = [
        shift.agent_id
        for shift in shifts
        if first.get(shift.agent_id, 0) > contract.to_ms(shift.starts_at)
    ]
    absent = [shift.agent_id for shift in shifts if shift.agent_id not in first]
    assert late
    assert absent


def test_complaints_are_escalated_and_worked_on(day):
    _, sink, _ = day
    complaints = sink.of("escalation").values()
    assert len(complaints) > 8
    assert any(complaint.owner is None for complaint in complaints)
    assert len({complaint.status for complaint in complaints}) >= 3
    for complaint in complaints:
        names = [clock.name for clock in complaint.clocks]
        assert names == ["acknowledge", "third_business_day", "final"]
        assert complaint.events == sorted(complaint.events, key=lambda event: event.at)
    raised = {complaint.contact for complaint in complaints if complaint.contact}
    assert raised


def test_some_callers_call_again(day):
    _, _, floor = day
    contacts = {}
    for call in floor.ledger():
        contacts.setdefault(call.caller_key, set()).add(call.contact)
    assert any(len(own) > 1 for own in contacts.values())


def test_the_same_seed_gives_the_same_day_however_it_is_advanced():
    digests = set()
    for step_ms in (MINUTE_MS // 7, 11 * MINUTE_MS, 90 * MINUTE_MS):
        chosen = options(seed=7, agents=14, queues=4, script=True, starts_at="09:00")
        sink = MemorySink()
        floor = build_simulation(chosen, sink)
        end = chosen.opening + 90 * MINUTE_MS
        while floor.now() < end:
            floor.advance(min(end, floor.now() + step_ms))
        digests.add(sink.digest())
    assert len(digests) == 1


def test_another_seed_gives_another_day():
    digests = set()
    for seed in (1, 2):
        chosen = options(seed=seed, agents=8, queues=2)
        sink = MemorySink()
        build_simulation(chosen, sink).advance(chosen.opening + 30 * MINUTE_MS)
        digests.add(sink.digest())
    assert len(digests) == 2


@pytest.mark.parametrize(("agents", "queues"), [(0, 1), (1, 1), (3, 8), (60, 20)])
def test_floors_of_any_size_live(agents, queues):
    chosen = options(agents=agents, queues=queues, opens_at="10:15", closes_at="11:40")
    sink = MemorySink()
    floor = build_simulation(chosen, sink)
    floor.advance(chosen.closing + 60 * MINUTE_MS)
    assert len(sink.of("queue")) == queues
    assert all(call.queued_at < chosen.closing + 60 * MINUTE_MS for call in floor.ledger())
    assert_counts_match(sink, floor.ledger())


def test_who_has_waited_longest_comes_first_by_priority(day):
    _, sink, _ = day
    waiting, chosen = {}, 0
    for _, puts in sink.commits:
        for kind, entity, data in puts:
            if kind != "contact":
                continue
            before = waiting.pop(entity, None)
            if data is None or data.state != "waiting":
                if before is not None and data is not None and data.state == "ringing":
                    chosen += 1
                    for other in waiting.values():
                        if other.queue == before.queue:
                            assert place(before) <= place(other)
            else:
                waiting[entity] = data
    assert chosen > 500


def place(contact):
    return (-contact.priority, contact.queued_at)


def test_a_contact_rings_at_whoever_has_been_ready_longest(day):
    _, sink, _ = day
    ready, chosen = {}, 0
    for _, puts in sink.commits:
        rings = [data for kind, _, data in puts if kind == "contact" and data is not None]
        for contact in rings:
            if contact.state == "ringing" and contact.agent in ready:
                own = ready[contact.agent].state_since
                for other in ready.values():
                    assert contact.queue not in other.queues or own <= other.state_since
                chosen += 1
        for kind, entity, data in puts:
            if kind == "agent":
                ready.pop(entity, None)
                if data.state == "agentReady" and data.reachable:
                    ready[entity] = data
    assert chosen > 500
