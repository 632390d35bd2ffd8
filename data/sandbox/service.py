"""What happens once a contact is answered: talk, hold, transfer, after-contact work.

Every step is written down twice and independently: into the ledger from the contact's own instants,
and into the counters from what the switch saw of the agent.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias

import simpy

from data import contract
from data.model import AgentState, Channel, ContactState
from data.sandbox.board import AgentRow, ContactRow, QueueRow
from data.sandbox.doors import CLOSED
from data.sandbox.floor import Floor, stream
from data.sandbox.incidents import Incidents
from data.sandbox.ports import Put
from data.sandbox.profile import Sample, ticks
from data.sandbox.routing import Leg

Course: TypeAlias = simpy.events.ProcessGenerator
_SHORTEST_WITH_HOLD_MS = 40_000


class Service:
    """Serves contacts.

    Args:
        floor: The switch.
        handling: How long contacts are talked with, seconds.
        seed: Of all chance in here.
    """

    def __init__(self, floor: Floor, handling: Sample, seed: int) -> None:
        self._floor = floor
        self._handling = handling
        self._rng = stream(seed, "service")
        self.incidents = Incidents(floor, stream(seed, "incidents"))
        self.in_hand: dict[str, Leg] = {}
        """What each agent who is talking is talking in."""

    def serve(self, leg: Leg, agent: AgentRow) -> Generator[simpy.Event, object, QueueRow | None]:
        """Talk and hold; returns the queue to which the caller is then passed on, if any."""
        plan, rng = leg.queue.plan, self._rng
        self._answer(leg, agent)
        self.in_hand[agent.id] = leg
        talk_ms = ticks(self._handling.draw(rng) * plan.talk_factor * agent.plan.pace, 2.0)
        if plan.channel is Channel.VOICE:
            self.incidents.perhaps(leg, agent, talk_ms)
        if rng.random() < plan.hold_share and talk_ms > 40_000:
            before_ms = ticks(talk_ms / 1000 * rng.uniform(0.3, 0.8))
            yield self._floor.env.timeout(before_ms)
            yield from self._hold(leg, agent)
            talk_ms -= before_ms
        yield self._floor.env.timeout(talk_ms)
        while leg.stretch_ms:
            more, leg.stretch_ms = leg.stretch_ms, 0
            yield self._floor.env.timeout(more)
        del self.in_hand[agent.id]
        leg.entry.ended_at = self._floor.now
        in_service = (self._floor.now - (leg.entry.answered_at or 0)) / 1000
        leg.entry.talk_s = in_service - leg.entry.hold_s
        if rng.random() < plan.transfer_share:
            return self._other_queue(leg.queue)
        return None

    def _answer(self, leg: Leg, agent: AgentRow) -> None:
        now, entry, message = self._floor.now, leg.entry, leg.contact.message
        entry.outcome, entry.agent, entry.answered_at = "answered", agent.id, now
        entry.wait_s = (now - entry.queued_at) / 1000
        entry.within = entry.wait_s <= leg.queue.plan.threshold_s
        message.answered_at = contract.from_ms(now)
        if leg.queue.plan.channel is Channel.VOICE:
            message.recording = f"https://recordings.example.net/{leg.contact.put.id}-{entry.leg}"
        leg.contact.become(ContactState.CONNECTED)
        leg.queue.count_answered(leg.queued_at, (now - leg.queued_at) / 1000)
        agent.become(now, AgentState.BUSY, contact=leg.contact.put.id)
        interval = leg.queue.interval(leg.queued_at).put
        self._floor.board.commit(now, leg.contact.put, agent.put, leg.queue.put, interval)

    def _hold(self, leg: Leg, agent: AgentRow) -> Course:
        contact = leg.contact.put.id
        leg.contact.become(ContactState.HELD)
        agent.become(self._floor.now, AgentState.ON_HOLD, contact=contact)
        self._floor.board.commit(self._floor.now, leg.contact.put, agent.put)
        held_ms = ticks(5 + self._rng.expovariate(1 / 45))
        yield self._floor.env.timeout(held_ms)
        leg.entry.hold_s += held_ms / 1000
        leg.contact.become(ContactState.CONNECTED)
        agent.become(self._floor.now, AgentState.BUSY, contact=contact)
        self._floor.board.commit(self._floor.now, leg.contact.put, agent.put)

    def _other_queue(self, queue: QueueRow) -> QueueRow | None:
        """Where a caller may be passed on to: rather another queue of the same client firm."""
        others = [
            other
            for other in self._floor.queues.values()
            if other is not queue and other.plan.channel is Channel.VOICE
            if not other.plan.is_outbound and CLOSED not in other.on
        ]
        if not others:
            return None
        weights = [5 if other.plan.client == queue.plan.client else 1 for other in others]
        return self._rng.choices(others, weights)[0]

    def _count(self, leg: Leg, agent: AgentRow, *, passed_on: bool) -> None:
        """Count talk and hold on the switch's own account: from the agent's busy times."""
        talk_s, hold_s = agent.service_s(self._floor.now)
        leg.queue.count_service(leg.queued_at, talk_s, hold_s, passed_on=passed_on)
        agent.count_handled(talk_s, hold_s)

    def pass_on(self, leg: Leg, agent: AgentRow) -> tuple[Put, ...]:
        """The caller leaves for another queue; the agent stays with what is to be noted."""
        leg.entry.outcome = "transferred"
        self._count(leg, agent, passed_on=True)
        leg.contact.hear(None)
        leg.contact.message.agent = ""
        agent.become(self._floor.now, AgentState.WORKING_AFTER_CONTACT)
        self._floor.env.process(self._after_work(leg, agent))
        return (agent.put, leg.queue.put, leg.queue.interval(leg.queued_at).put)

    def wrap_up(self, leg: Leg, agent: AgentRow) -> Course:
        """After-contact work with the contact still in hand."""
        now = self._floor.now
        self._count(leg, agent, passed_on=False)
        leg.contact.hear(None)
        interval = leg.queue.interval(leg.queued_at).put
        if leg.queue.plan.acw_s == 0:
            self._floor.end(leg.contact, agent.id)
            self._floor.free(agent, leg.contact.put, leg.queue.put, interval)
            return
        leg.contact.become(ContactState.WRAPPING)
        agent.become(now, AgentState.WORKING_AFTER_CONTACT, contact=leg.contact.put.id)
        self._floor.board.commit(now, leg.contact.put, agent.put, leg.queue.put, interval)
        yield from self._after_work(leg, agent, leg.contact)

    def _after_work(self, leg: Leg, agent: AgentRow, contact: ContactRow | None = None) -> Course:
        """After-contact work until it is done, or until a supervisor ends it."""
        agent.wrap_over = over = self._floor.env.event()
        began = self._floor.now
        planned = ticks(self._rng.gammavariate(2, leg.queue.plan.acw_s / 2), 1.0)
        self._floor.after(planned, lambda: over.triggered or over.succeed())
        yield over
        agent.wrap_over = None
        leg.entry.acw_s = (self._floor.now - began) / 1000
        acw_s = (self._floor.now - agent.since) / 1000
        leg.queue.count_after_work(leg.queued_at, acw_s)
        agent.count_after_work(acw_s)
        puts = [leg.queue.put, leg.queue.interval(leg.queued_at).put]
        if contact is not None:
            self._floor.end(contact, agent.id)
            puts.append(contact.put)
        self._floor.free(agent, *puts)
