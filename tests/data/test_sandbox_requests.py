"""What a supervisor asks of an agent takes effect in the simulation, at once or after the call."""

from __future__ import annotations

import pytest

from data import contract
from data.desk.rules import Refusal
from data.errors import Code
from data.model import AgentState
from data.sandbox.build import build_simulation
from tests.data.sandbox_helpers import MemorySink, assert_counts_match, options

SECOND_MS = 1000
MINUTE_MS = 60_000
BOSS = contract.Person(id="boss", name="B. Oss")


@pytest.fixture
def floor():
    chosen = options(seed=2)
    sink = MemorySink()
    made = build_simulation(chosen, sink)
    made.advance(chosen.opening + 150 * MINUTE_MS + 37)
    return made, sink


def ask(simulation, agent, requested, reason, by=BOSS):
    """Whether a request was done."""
    action = contract.SetAgentState(
        not_after=contract.from_ms(simulation.now() + MINUTE_MS),
        actor=contract.ActionActor(id=by.id, name=by.name),
        requested_state=requested,
        reason_code=reason,
    )
    try:
        simulation.act("setAgentState", agent, action)
    except Refusal as refusal:
        if refusal.code is not Code.WRONG_STATE:
            raise
        return False
    return True


def in_state(sink, state, *, reason=None):
    for name, agent in sorted(sink.of("agent").items()):
        if agent.state == state and agent.reachable and reason in {None, agent.reason_code}:
            return name
    pytest.skip(f"nobody is {state} now")


def until(floor, condition, minutes=30):
    for _ in range(minutes * 60):
        if condition():
            return
        floor.advance(floor.now() + SECOND_MS)
    pytest.fail("did not come about")


def test_a_ready_agent_is_not_ready_at_once(floor):
    simulation, sink = floor
    agent = in_state(sink, "agentReady")
    assert ask(simulation, agent, "notReady", "coaching", BOSS)
    shown = sink.of("agent")[agent]
    assert (shown.state, shown.reason_code) == ("agentNotReady", "coaching")
    assert shown.state_by == BOSS
    segment = [s for s in simulation.segments() if s.agent == agent][-1]
    assert (segment.state, segment.reason) == (AgentState.NOT_READY, "coaching")
    assert segment.from_at == simulation.now()


def test_an_agent_in_a_contact_keeps_it_and_gets_no_more(floor):
    simulation, sink = floor
    agent = in_state(sink, "agentBusy")
    contact = sink.of("agent")[agent].contact
    assert ask(simulation, agent, "notReady", "meeting", BOSS)
    shown = sink.of("agent")[agent]
    assert (shown.state, shown.pending_state) == ("agentBusy", "agentNotReady")
    assert shown.state_by is None
    until(simulation, lambda: sink.of("agent")[agent].state == "agentNotReady")
    shown = sink.of("agent")[agent]
    assert (shown.reason_code, shown.pending_state, shown.state_by) == ("meeting", "", BOSS)
    after = [s for s in simulation.segments() if s.agent == agent]
    assert {s.contact for s in after[-3:] if s.contact} <= {contact}
    assert ask(simulation, agent, "ready", "")
    simulation.advance(simulation.now() + SECOND_MS)
    until(simulation, lambda: sink.of("agent")[agent].state != "agentReady")
    assert sink.of("agent")[agent].state_by is None, "what follows is nobody's decision"


def test_ready_ends_after_contact_work_and_counts_what_was_worked(floor):
    simulation, sink = floor
    until(
        simulation,
        lambda: any(a.state == "agentWorkingAfterCall" for a in sink.of("agent").values()),
    )
    agent = in_state(sink, "agentWorkingAfterCall")
    since = sink.of("agent")[agent].state_since
    simulation.advance(simulation.now() + 501)
    assert sink.of("agent")[agent].state_since == since
    assert ask(simulation, agent, "ready", "")
    simulation.advance(simulation.now() + 125)
    assert sink.of("agent")[agent].state in {"agentReady", "agentBusy"}
    simulation.advance(simulation.now() + 5 * MINUTE_MS)
    assert_counts_match(sink, simulation.ledger())


def test_a_pause_that_a_supervisor_ended_is_over(floor):
    simulation, sink = floor
    agent = in_state(sink, "agentReady")
    assert ask(simulation, agent, "notReady", "coaching")
    assert ask(simulation, agent, "ready", "")
    simulation.advance(simulation.now() + SECOND_MS)
    assert sink.of("agent")[agent].state in {"agentReady", "agentBusy"}
    assert_counts_match(sink, simulation.ledger())


def test_whoever_was_sent_home_stays_there(floor):
    simulation, sink = floor
    agent = in_state(sink, "agentReady")
    assert ask(simulation, agent, "loggedOff", "")
    assert not sink.of("agent")[agent].logged_on
    simulation.advance(simulation.now() + 300 * MINUTE_MS)
    assert not sink.of("agent")[agent].logged_on
    assert_counts_match(sink, simulation.ledger())


def test_what_cannot_be_done_is_refused_and_nothing_happens(floor):
    simulation, sink = floor
    off = in_state(sink, "agentNull")
    ready = in_state(sink, "agentReady")
    before = sink.digest()
    assert not ask(simulation, off, "ready", "")
    assert not ask(simulation, ready, "dancing", "")
    assert sink.digest() == before
