"""What a supervisor asks of memberships, calls, queues and contacts is carried out, and counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from data import contract
from data.desk.rules import Refusal
from data.errors import Code
from data.model import AgentState
from data.sandbox.build import build_simulation
from data.sandbox.simulation import FloorSimulation
from tests.data.sandbox_helpers import MemorySink, assert_counts_match, options

SECOND_MS = 1000
MINUTE_MS = 60_000


class Desk:
    """A floor two and a half hours into its day, and supervisors who ask things of it."""

    def __init__(self, seed: int = 2) -> None:
        chosen = options(seed=seed, agents=30, queues=6)
        self.sink = MemorySink()
        made = build_simulation(chosen, self.sink)
        assert isinstance(made, FloorSimulation)
        self.simulation = made
        self.advance_to(chosen.opening + 150 * MINUTE_MS + 37)

    def advance_to(self, at: int) -> None:
        self.simulation.advance(at)

    def pass_ms(self, ms: int) -> None:
        self.simulation.advance(self.simulation.now() + ms)

    def until(self, condition: Callable[[], Any], minutes: int = 30) -> Any:
        for _ in range(minutes * 60):
            if found := condition():
                return found
            self.pass_ms(SECOND_MS)
        pytest.fail("did not come about")

    def ask(
        self, operation: str, entity: str, message: type[Any], who: str = "boss", **fields: Any
    ) -> Any:
        action = message(
            not_after=contract.from_ms(self.simulation.now() + MINUTE_MS),
            actor=contract.ActionActor(id=who, name=who.title()),
            **fields,
        )
        return self.simulation.act(operation, entity, action)

    def refusal(self, operation: str, entity: str, message: type[Any], **fields: Any) -> Refusal:
        before = self.sink.digest()
        with pytest.raises(Refusal) as refused:
            self.ask(operation, entity, message, **fields)
        assert self.sink.digest() == before, "nothing has happened"
        return refused.value

    def agents(self) -> dict[str, contract.Agent]:
        return self.sink.of("agent")

    def contact(self, entity: str) -> contract.Contact:
        found: contract.Contact = self.sink.of("contact")[entity]
        return found

    def queue(self, entity: str = "claims-de") -> contract.Queue:
        found: contract.Queue = self.sink.of("queue")[entity]
        return found

    def in_call(self) -> str:
        def found() -> str | None:
            in_hand = self.simulation._calls.service.in_hand
            for agent, leg in in_hand.items():
                state = self.simulation._floor.agents[agent].state
                is_quiet = leg.contact.listener is None
                if state is AgentState.BUSY and leg.queue.plan.id == "claims-de" and is_quiet:
                    return agent
            return None

        return str(self.until(found))

    def nobody_serves(self, queue: str) -> None:
        for name, agent in self.agents().items():
            if queue in agent.queues:
                self.ask("setMembership", name, contract.SetMembership, queue=queue, member=False)

    def waiting(self, queue: str) -> str:
        """A contact that waits in a queue that nobody serves."""
        self.nobody_serves(queue)

        def found() -> str | None:
            for name, each in self.sink.of("contact").items():
                if each.queue == queue and each.state == "waiting":
                    return str(name)
            return None

        return str(self.until(found))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_whoever_leaves_a_queue_gets_nothing_of_it(desk: Desk) -> None:
    desk.nobody_serves("claims-de")
    desk.pass_ms(MINUTE_MS)
    answered = desk.queue().day.answered
    desk.pass_ms(10 * MINUTE_MS)
    assert desk.queue().day.answered <= answered + 1, "but for what rang already"
    assert desk.queue().day.abandoned > 0
    assert all("claims-de" not in each.queues for each in desk.agents().values())
    assert_counts_match(desk.sink, desk.simulation.ledger())


def test_whoever_joins_gets_what_waits_at_once(desk: Desk) -> None:
    contact = desk.waiting("claims-de")
    ready = desk.until(
        lambda: next((n for n, a in desk.agents().items() if a.state == "agentReady"), None)
    )
    desk.ask("setMembership", ready, contract.SetMembership, queue="claims-de", member=True)
    shown = desk.agents()[ready]
    assert shown.queues[-1] == "claims-de"
    assert shown.state == "agentBusy"
    assert desk.contact(contact).agent == ready
    desk.pass_ms(20 * MINUTE_MS)
    assert_counts_match(desk.sink, desk.simulation.ledger())


def test_of_two_who_are_ready_the_lower_rank_is_asked_first(desk: Desk) -> None:
    def two() -> list[str]:
        found = [n for n, a in desk.agents().items() if a.state == "agentReady" and a.reachable]
        return found[:2] if len(found) > 1 else []

    desk.ask("switchQueue", "claims-de", contract.SwitchQueue, name="closed", on=True)
    desk.until(lambda: desk.queue().contacts_waiting == 0)
    desk.nobody_serves("claims-de")
    first, second = desk.until(two)

    def rank(agent: str, penalty: int) -> None:
        fields = {"queue": "claims-de", "member": True, "penalty": penalty}
        desk.ask("setMembership", agent, contract.SetMembership, **fields)

    line = desk.simulation._floor.router._lines["claims-de"]
    rank(first, 5)
    rank(second, 1)
    shown = desk.agents()[first].penalties
    assert [(each.queue, each.penalty) for each in shown] == [("claims-de", 5)]
    assert getattr(line.longest_idle(), "id", "") == second
    rank(second, 9)
    assert getattr(line.longest_idle(), "id", "") == first
    desk.ask("setMembership", first, contract.SetMembership, queue="claims-de", member=False)
    assert getattr(line.longest_idle(), "id", "") == second


def test_a_membership_of_no_queue_is_refused_and_what_is_so_is_done(desk: Desk) -> None:
    name, agent = next(iter(desk.agents().items()))
    member = contract.SetMembership
    refused = desk.refusal("setMembership", name, member, queue="nowhere", member=True)
    assert (refused.code, refused.fields) == (
        Code.INVALID_FIELD,
        (("/queue", "no-such-queue"),),
    )
    before = desk.sink.digest()
    desk.ask("setMembership", name, member, queue=agent.queues[0], member=True)
    assert desk.sink.digest() == before


def test_one_listens_to_a_call_and_the_second_is_told_who(desk: Desk) -> None:
    agent = desk.in_call()
    call = str(desk.agents()[agent].contact)
    listen = {"mode": "listen", "phone": "1900", "contact": call}
    changed = desk.ask("monitorAgent", agent, contract.MonitorAgent, **listen)
    since = desk.simulation.now()
    assert changed == (("contact", call),)
    assert desk.contact(call).listeners == ["Boss"]
    late = desk.refusal(
        "monitorAgent", agent, contract.MonitorAgent, who="karl", mode="barge", phone="1901"
    )
    assert (late.code, late.held_by, late.held_since) == (Code.ALREADY_CLAIMED, "Boss", since)
    desk.ask("monitorAgent", agent, contract.MonitorAgent, mode="whisper", phone="1900")
    desk.until(lambda: not getattr(desk.sink.of("contact").get(call), "listeners", []))


def test_a_phone_is_in_one_call_at_a_time(desk: Desk) -> None:
    first = desk.in_call()
    call = str(desk.agents()[first].contact)
    desk.ask("monitorAgent", first, contract.MonitorAgent, mode="listen", phone="1900")
    second = desk.in_call()
    desk.ask("monitorAgent", second, contract.MonitorAgent, mode="listen", phone="1900")
    assert desk.contact(call).listeners == []
    assert desk.contact(str(desk.agents()[second].contact)).listeners == ["Boss"]


def test_nobody_can_listen_where_there_is_no_such_call(desk: Desk) -> None:
    ready = desk.until(
        lambda: next((n for n, a in desk.agents().items() if a.state == "agentReady"), None)
    )
    monitor = {"mode": "listen", "phone": "1900"}
    refused = desk.refusal("monitorAgent", ready, contract.MonitorAgent, **monitor)
    assert refused.code is Code.WRONG_STATE
    agent = desk.in_call()
    other = desk.refusal("monitorAgent", agent, contract.MonitorAgent, contact="v-0", **monitor)
    assert other.code is Code.WRONG_STATE


def test_the_first_of_two_answers_a_raised_hand(desk: Desk) -> None:
    agent = desk.in_call()
    assert desk.refusal("answerAssist", agent, contract.ActionBase).code is Code.WRONG_STATE
    row = desk.simulation._floor.agents[agent]
    row.message.assist_since = contract.from_ms(desk.simulation.now())
    desk.ask("answerAssist", agent, contract.ActionBase, who="anna")
    since = desk.simulation.now()
    assert desk.agents()[agent].assist_by == contract.Person(id="anna", name="Anna")
    late = desk.refusal("answerAssist", agent, contract.ActionBase, who="karl")
    assert (late.code, late.held_by, late.held_since) == (Code.ALREADY_CLAIMED, "Anna", since)


def test_whom_a_supervisor_sends_home_in_a_call_keeps_it_and_then_goes(desk: Desk) -> None:
    agent = desk.in_call()
    desk.ask("setAgentState", agent, contract.SetAgentState, requested_state="loggedOff")
    assert desk.agents()[agent].pending_state == "agentNull"
    # Whatever the plan of the day wants meanwhile does not undo it.
    row = desk.simulation._floor.agents[agent]
    desk.simulation._floor.ask(row, AgentState.NOT_READY, "break")
    assert desk.agents()[agent].pending_state == "agentNull"
    desk.until(lambda: not desk.agents()[agent].logged_on)


def test_a_closed_queue_turns_callers_away_uncounted(desk: Desk) -> None:
    def switch(on: bool, who: str = "boss") -> None:
        fields = {"name": "closed", "on": on}
        desk.ask("switchQueue", "claims-de", contract.SwitchQueue, who=who, **fields)

    assert {each.name for each in desk.queue().switches} == {
        "closed",
        "emergency_message",
        "overflow",
    }
    switch(on=True)
    at = desk.simulation.now()
    shown = desk.queue().switches[0]
    assert (shown.on, shown.since) == (True, contract.from_ms(at))
    assert shown.by == contract.Person(id="boss", name="Boss")
    again = desk.refusal(
        "switchQueue", "claims-de", contract.SwitchQueue, who="karl", name="closed", on=True
    )
    assert (again.code, again.held_by, again.held_since) == (Code.WRONG_STATE, "Boss", at)
    unknown = desk.refusal("switchQueue", "claims-de", contract.SwitchQueue, name="music", on=True)
    assert unknown.code is Code.INVALID_FIELD
    offered = desk.queue().day.offered
    desk.pass_ms(10 * MINUTE_MS)
    assert desk.queue().day.offered == offered
    switch(on=False)
    desk.pass_ms(10 * MINUTE_MS)
    assert desk.queue().day.offered > offered
    assert_counts_match(desk.sink, desk.simulation.ledger())


def test_contacts_overflow_where_nobody_is_ready(desk: Desk) -> None:
    desk.nobody_serves("claims-de")
    target = desk.simulation._floor.queues["claims-de"].overflow
    assert target is not None
    desk.ask("switchQueue", "claims-de", contract.SwitchQueue, name="overflow", on=True)
    began, there = desk.simulation.now(), desk.queue(target.plan.id).day.offered
    desk.pass_ms(10 * MINUTE_MS)
    here = [call for call in desk.simulation.ledger() if call.queue == "claims-de"]
    # Whom an agent passes on arrives where the agent sends them.
    assert not [call for call in here if call.queued_at > began and call.leg == 1]
    assert desk.queue(target.plan.id).day.offered > there + 10
    assert_counts_match(desk.sink, desk.simulation.ledger())


def test_the_emergency_message_makes_some_hang_up(desk: Desk) -> None:
    desk.nobody_serves("claims-de")
    desk.ask("switchQueue", "claims-de", contract.SwitchQueue, name="emergency_message", on=True)
    began = desk.simulation.now()
    desk.pass_ms(20 * MINUTE_MS)
    calls = [c for c in desk.simulation.ledger() if c.queue == "claims-de" and c.queued_at > began]
    soon = [call for call in calls if call.outcome == "abandoned" and call.wait_s <= 20]
    assert len(soon) > len(calls) / 4
    assert_counts_match(desk.sink, desk.simulation.ledger())


def test_who_is_put_forward_is_answered_first(desk: Desk) -> None:
    desk.waiting("claims-de")
    desk.pass_ms(2 * MINUTE_MS)
    floor = desk.simulation._floor
    queue = floor.queues["claims-de"]
    lines = [leg for leg in floor.router.waiting.values() if leg.queue is queue]
    last = max(lines, key=lambda leg: leg.queued_at)
    desk.ask("prioritiseContact", last.contact.put.id, contract.PrioritiseContact, priority=9)
    assert desk.contact(last.contact.put.id).priority == 9
    first = floor.router._lines["claims-de"].first()
    assert first is not None
    assert first[3] is last
    desk.ask("prioritiseContact", last.contact.put.id, contract.PrioritiseContact, priority=-9)
    first = floor.router._lines["claims-de"].first()
    assert first is not None
    assert first[3] is not last or len(lines) == 1


def test_a_contact_is_moved_and_waits_there_with_what_patience_is_left(desk: Desk) -> None:
    contact = desk.waiting("claims-de")
    offered = desk.queue("sales-in").day.offered
    desk.ask("transferContact", contact, contract.TransferContact, queue="sales-in")
    gone = desk.refusal("transferContact", contact, contract.TransferContact, queue="sales-in")
    assert gone.code is Code.WRONG_STATE
    desk.pass_ms(125)
    assert desk.contact(contact).queue == "sales-in"
    assert desk.queue("sales-in").day.offered == offered + 1
    legs = [call for call in desk.simulation.ledger() if call.contact == contact]
    assert legs[0].outcome == "moved"
    desk.pass_ms(20 * MINUTE_MS)
    assert_counts_match(desk.sink, desk.simulation.ledger())


def test_a_contact_rings_at_the_agent_it_is_given_to(desk: Desk) -> None:
    contact = desk.waiting("claims-de")
    ready = desk.until(
        lambda: next((n for n, a in desk.agents().items() if a.state == "agentReady"), None)
    )
    desk.ask("transferContact", contact, contract.TransferContact, agent=ready)
    assert desk.contact(contact).state == "ringing"
    assert desk.agents()[ready].contact == contact
    other = desk.waiting("claims-de")
    busy = desk.refusal("transferContact", other, contract.TransferContact, agent=ready)
    assert busy.code is Code.WRONG_STATE
    neither = desk.refusal("transferContact", other, contract.TransferContact)
    assert neither.code is Code.INVALID_FIELD
    desk.pass_ms(20 * MINUTE_MS)
    assert_counts_match(desk.sink, desk.simulation.ledger())


def test_who_is_hung_up_on_counts_as_abandoned(desk: Desk) -> None:
    contact = desk.waiting("claims-de")
    abandoned = desk.queue().day.abandoned
    desk.ask("hangUpContact", contact, contract.ActionBase)
    desk.pass_ms(125)
    assert desk.contact(contact).state == "ended"
    assert desk.queue().day.abandoned == abandoned + 1
    assert desk.refusal("hangUpContact", contact, contract.ActionBase).code is Code.WRONG_STATE
    assert_counts_match(desk.sink, desk.simulation.ledger())


def test_a_message_is_read_by_those_it_is_for_and_who_are_here(desk: Desk) -> None:
    here = [name for name, agent in desk.agents().items() if agent.logged_on]
    team = desk.agents()[here[0]].team
    note = contract.Note(
        author="boss",
        text="Watch Claims.",
        written_at=contract.from_ms(desk.simulation.now()),
        audience=contract.Audience(kind="team", ids=[team]),
    )
    from data.sandbox.ports import Put

    desk.simulation.deliver("n-9")
    desk.sink.commit(desk.simulation.now(), [Put("note", "n-9", note)])
    desk.pass_ms(10 * MINUTE_MS)
    readers = desk.sink.of("note")["n-9"].read_by
    assert readers
    assert {desk.agents()[name].team for name in readers} == {team}


@pytest.mark.parametrize("changes", [{"churn": 0.2}])
def test_whom_nobody_can_tell_anything_refuses_everything(changes: dict[str, Any]) -> None:
    watched = build_simulation(options(**changes), MemorySink())
    actor = contract.ActionActor(id="boss", name="Boss")
    action = contract.ActionBase(not_after=contract.from_ms(watched.now()), actor=actor)
    assert watched.operations() == ()
    with pytest.raises(Refusal):
        watched.act("hangUpContact", "v-1", action)
