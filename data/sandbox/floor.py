"""The switch of the simulated centre: it routes contacts and keeps what each agent does."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import simpy

from data import contract
from data.model import AgentState, ContactState, Ms
from data.sandbox.board import ON_CONTACT, AgentRow, Board, ContactRow, QueueRow
from data.sandbox.ledger import Ledger
from data.sandbox.ports import Put
from data.sandbox.profile import TICK_MS
from data.sandbox.routing import Leg, Router

NO_ANSWER = "ring_no_answer"
ENDED_STAYS_MS = 15 * 60_000
"""How long a contact that is over is still shown."""
_REQUESTS = {
    "loggedOff": AgentState.LOGGED_OFF,
    "notReady": AgentState.NOT_READY,
    "ready": AgentState.READY,
    "workingAfterCall": AgentState.WORKING_AFTER_CONTACT,
}


def stream(seed: int, concern: str) -> random.Random:
    """The source of chance of one concern: what another draws does not move it."""
    return random.Random(f"{seed}/{concern}")  # noqa: S311 - a simulation wants a seed, not secrecy


class Floor:
    """Queues and agents of the switch, and the rules by which they meet.

    Whatever belongs together is committed together: methods that change several entities return
    what is to be put, and the one that began commits.

    Args:
        env: Simulated time in whole milliseconds since 1970 UTC.
    """

    def __init__(
        self,
        env: simpy.Environment,
        board: Board,
        ledger: Ledger,
        queues: Sequence[QueueRow],
        agents: Sequence[AgentRow],
    ) -> None:
        self.env = env
        self.board = board
        self.ledger = ledger
        self.queues = {queue.plan.id: queue for queue in queues}
        self.agents = {agent.id: agent for agent in agents}
        self.router = Router(queues)
        self._over: list[tuple[Ms, Put]] = []
        env.process(self._tidy())

    @property
    def now(self) -> Ms:
        """The present instant."""
        return int(self.env.now)

    def enter(self, leg: Leg, *others: Put) -> None:
        """A contact enters its queue: it is offered, and rings or waits.

        Args:
            leg: Its `signal` succeeds with the agent at whom it rings.
            others: What else changed by the same event.
        """
        leg.queue.count_offered(leg.queued_at)
        interval = leg.queue.interval(leg.queued_at).put
        self.board.commit(self.now, *others, *self.place(leg), interval)

    def place(self, leg: Leg) -> tuple[Put, ...]:
        """Let a contact ring at whoever has been idle longest, or wait."""
        leg.signal = self.env.event()
        agent = self.router.agent_for(leg)
        if agent is not None:
            return self._ring(leg, agent)
        leg.contact.become(ContactState.WAITING, "")
        self.router.wait(leg)
        return (leg.contact.put, leg.queue.put)

    def _ring(self, leg: Leg, agent: AgentRow) -> tuple[Put, ...]:
        self.router.leave(leg)
        leg.contact.become(ContactState.RINGING, agent.id)
        agent.become(self.now, AgentState.RINGING, contact=leg.contact.put.id)
        leg.signal.succeed(agent)
        return (leg.contact.put, agent.put, leg.queue.put)

    def free(self, agent: AgentRow, *others: Put) -> None:
        """An agent has nothing in hand any more: what they or a supervisor intended, or ready."""
        self.board.commit(self.now, *others, *self.settle(agent))

    def settle(self, agent: AgentRow) -> tuple[Put, ...]:
        """Let an agent do what is pending, or be ready and perhaps get the next contact."""
        (state, reason), by = agent.pending or (AgentState.READY, ""), agent.pending_by
        agent.intend(None)
        applied, agent.applied = agent.applied, None
        if applied is not None:
            applied.succeed()
        agent.become(self.now, state, reason, by=by)
        if state is not AgentState.READY:
            return (agent.put,)
        leg = self.router.contact_for(agent)
        if leg is not None:
            return self._ring(leg, agent)
        self.router.idle(agent)
        return (agent.put,)

    def ask(
        self,
        agent: AgentRow,
        state: AgentState,
        reason: str = "",
        by: contract.Person | None = None,
    ) -> simpy.Event:
        """Let an agent do something else, at once or after the contact in hand.

        Args:
            agent: The agent.
            state: What they are to do.
            reason: Of not ready.
            by: Who else than the agent wants it.

        Returns:
            What succeeds when it has come about.
        """
        # What a supervisor has decided outlasts a break that falls due, but not the day.
        is_decided = agent.pending_by is not None and state is not AgentState.LOGGED_OFF
        if by is not None or not is_decided:
            agent.intend(state, reason, by)
        agent.applied = applied = agent.applied or self.env.event()
        if self.is_occupied(agent) or agent.state is AgentState.UNREACHABLE:
            self.board.commit(self.now, agent.put)
        else:
            self.free(agent)
        return applied

    def give(self, leg: Leg, agent: AgentRow) -> None:
        """Let a contact that waits ring at an agent who is ready."""
        self.board.commit(self.now, *self._ring(leg, agent))

    def enlist(self, agent: AgentRow, queue: str) -> None:
        """An agent serves a queue from now on, and if ready, gets what waits there."""
        leg = self.router.contact_for(agent) if agent.state is AgentState.READY else None
        if leg is not None:
            self.board.commit(self.now, *self._ring(leg, agent))
            return
        if agent.state is AgentState.READY:
            self.router.stand_by(agent, queue)
        self.board.commit(self.now, agent.put)

    @staticmethod
    def is_occupied(agent: AgentRow) -> bool:
        """Whether an agent is with a contact, or with what remains to be done after one."""
        return agent.state in ON_CONTACT or agent.wrap_over is not None

    def end(self, contact: ContactRow, agent: str) -> None:
        """A contact is over; `agent` is who had it last."""
        contact.become(ContactState.ENDED, agent)
        self._over.append((self.now + ENDED_STAYS_MS, Put("contact", contact.put.id, None)))

    def _tidy(self) -> simpy.events.ProcessGenerator:
        """Delete what has been over for long enough, once a minute."""
        while True:
            yield self.env.timeout(60_000)
            gone = [put for due, put in self._over if due <= self.now]
            if gone:
                del self._over[: len(gone)]
                self.board.commit(self.now, *gone)

    def after(self, delay: Ms, act: Callable[[], object]) -> None:
        """Do something after a while, without the cost of a process."""
        timer = self.env.timeout(delay)
        if timer.callbacks is not None:
            timer.callbacks.append(lambda _: _done(act))

    def drop_out(self, agent: AgentRow, state: AgentState, reason: str, back_ms: Ms) -> Put:
        """Make an agent unavailable for a while, without anybody having asked for it."""
        agent.become(self.now, state, reason)
        self.env.process(self._come_back(agent, agent.since, back_ms))
        return agent.put

    def _come_back(self, agent: AgentRow, since: Ms, back_ms: Ms) -> simpy.events.ProcessGenerator:
        yield self.env.timeout(back_ms)
        if agent.since == since and agent.state in {AgentState.NOT_READY, AgentState.UNREACHABLE}:
            self.free(agent)

    def request(
        self, agent: AgentRow, requested: str, reason: str, by: contract.Person | None = None
    ) -> bool:
        """Do what a supervisor asks (CSTA Set Agent State); False where it cannot be done."""
        state = _REQUESTS.get(requested)
        if state is None or agent.state is AgentState.LOGGED_OFF:
            return False
        if agent.state is AgentState.UNREACHABLE and state is not AgentState.LOGGED_OFF:
            return False
        if state is AgentState.READY:
            return self._request_ready(agent, by)
        if agent.state is AgentState.UNREACHABLE:
            agent.become(self.now, AgentState.LOGGED_OFF, by=by)
            self.board.commit(self.now, agent.put)
            return True
        if state is AgentState.WORKING_AFTER_CONTACT and self.is_occupied(agent):
            reason = ""
        self.ask(agent, state, reason, by)
        return True

    def _request_ready(self, agent: AgentRow, by: contract.Person | None) -> bool:
        """Ready: withdraws what was pending, ends after-contact work, or ends a pause."""
        if agent.state is AgentState.READY:
            return True
        if agent.state in ON_CONTACT:
            agent.intend(None)
            self.board.commit(self.now, agent.put)
            return True
        agent.intend(AgentState.READY, by=by)
        self.board.commit(self.now, agent.put)
        # What follows may answer a contact, whose instants are on ticks.
        delay = -self.now % TICK_MS
        over = agent.wrap_over
        if over is not None:
            self.after(delay, lambda: over.triggered or over.succeed())
        else:
            self.env.process(self._come_back_on_request(agent, agent.since, delay))
        return True

    def _come_back_on_request(
        self, agent: AgentRow, since: Ms, delay: Ms
    ) -> simpy.events.ProcessGenerator:
        yield self.env.timeout(delay)
        if agent.since == since and agent.state is not AgentState.LOGGED_OFF:
            self.free(agent)


def _done(act: Callable[[], object]) -> None:
    act()
