"""A floor that only changes: so many cells a second, for benchmarks.

Nobody is routed here. Each second some agents take their next step, with the contact and the queue
that go with it, so that the share of cells asked for changes; what is committed keeps the rules of
a floor all the same: an agent on a contact is never ready, offered is what was answered and
abandoned, an agent in a contact has a contact.
"""

from __future__ import annotations

from data import contract
from data.model import AgentState, ContactState, Ms
from data.sandbox.board import AgentRow, Board, ContactRow, QueueRow
from data.sandbox.callers import Callers
from data.sandbox.floor import stream
from data.sandbox.ledger import Ledger, LedgerCall
from data.sandbox.options import SandboxOptions
from data.sandbox.people import plan_agents
from data.sandbox.ports import Put, Sink
from data.sandbox.simulation import describe_site
from data.sandbox.sizes import plan_queues
from data.sandbox.watched import WatchedSimulation

CELLS_PER_AGENT = 9
"""Cells of an agent's row: extension, name, team, state, time, queue, handled, AHT, occupancy."""
CELLS_PER_STEP = 4
"""Of these, how many differ after one step, on average: state, time, queue and a sum."""
STEPS_AT_ONCE = 500
"""Agents in one transaction: it has to fit into one page of changes, whatever the floor's size."""
_SECOND_MS = 1000
_ABANDON_SHARE = 0.05


class ChurnSimulation(WatchedSimulation):
    """A floor for benchmarks; see `ports.Simulation`.

    Args:
        options: Sizes, seed and `churn`; `day` is settled.
        sink: Keeps what is committed, some transactions a second.
    """

    def __init__(self, options: SandboxOptions, sink: Sink) -> None:
        plans = plan_queues(options.queues)
        self.site = describe_site(options, plans)
        self._board = Board(sink)
        self._ledger = Ledger()
        self._rng = stream(options.seed, "churn")
        self._callers = Callers(stream(options.seed, "callers"))
        self._now = options.opening
        self._closing = options.closing
        self._queues = {plan.id: QueueRow(plan, options.day_began) for plan in plans}
        people = plan_agents(options.agents, plans, stream(options.seed, "people"))
        self._agents = [AgentRow(plan, self._now, self._ledger) for plan in people]
        self._courses: dict[str, tuple[ContactRow, LedgerCall]] = {}
        self._serial = 0
        cells = options.churn * options.agents * CELLS_PER_AGENT
        self._steps = min(options.agents, max(1, round(cells / CELLS_PER_STEP)))
        for queue in self._queues.values():
            self._board.commit(self._now, queue.put)
        for agent in self._agents:
            agent.become(self._now, AgentState.READY)
            self._board.commit(self._now, agent.put)

    def now(self) -> Ms:
        """How far the floor has come."""
        return self._now

    def day_over(self) -> Ms:
        """Closing time."""
        return self._closing

    def advance(self, until: Ms) -> None:
        """Change what is due to be changed up to an instant."""
        due = self._now - self._now % _SECOND_MS + _SECOND_MS
        while due <= until:
            self._now = due
            named = self._rng.sample(self._agents, self._steps)
            for first in range(0, len(named), STEPS_AT_ONCE):
                puts: dict[tuple[str, str], Put] = {}
                for agent in named[first : first + STEPS_AT_ONCE]:
                    for put in self._step(agent):
                        puts[put.kind, put.id] = put
                self._board.commit(due, *puts.values())
            due += _SECOND_MS
        self._now = max(self._now, until)

    def _step(self, agent: AgentRow) -> tuple[Put, ...]:
        """One agent's next step, and what else it changes."""
        match agent.state:
            case AgentState.READY if self._rng.random() < 0.9:
                return self._take(agent)
            case AgentState.READY:
                agent.become(self._now, AgentState.NOT_READY, "break")
                return (agent.put,)
            case AgentState.BUSY:
                return self._wrap(agent)
            case AgentState.WORKING_AFTER_CONTACT:
                return self._end(agent)
            case _:
                agent.become(self._now, AgentState.READY)
                return (agent.put,)

    def _take(self, agent: AgentRow) -> tuple[Put, ...]:
        """A contact enters and is answered at once; now and then another is lost meanwhile."""
        queue = self._queues[self._rng.choice(agent.plan.queues)]
        wait_s = float(self._rng.randrange(60))
        queued_at = self._now - round(wait_s * 1000)
        if self._rng.random() < _ABANDON_SHARE:
            self._lose(queue, queued_at, wait_s)
        contact, entry = self._enter(queue, queued_at)
        entry.outcome, entry.agent, entry.answered_at = "answered", agent.id, self._now
        entry.wait_s, entry.within = wait_s, wait_s <= queue.plan.threshold_s
        queue.count_answered(queued_at, wait_s)
        contact.message.answered_at = contract.from_ms(self._now)
        contact.become(ContactState.CONNECTED, agent.id)
        agent.talked_ms = agent.held_ms = 0
        agent.become(self._now, AgentState.BUSY, contact=contact.put.id)
        self._courses[agent.id] = (contact, entry)
        return (contact.put, agent.put, queue.put, queue.interval(queued_at).put)

    def _lose(self, queue: QueueRow, queued_at: Ms, wait_s: float) -> None:
        """A caller whom nobody saw: only the counters and the ledger tell of them."""
        _, entry = self._enter(queue, queued_at)
        entry.outcome, entry.ended_at, entry.wait_s = "abandoned", self._now, wait_s
        entry.within = wait_s <= queue.plan.threshold_s
        entry.short = wait_s < queue.plan.short_abandon_s
        queue.count_abandoned(queued_at, wait_s)

    def _enter(self, queue: QueueRow, queued_at: Ms) -> tuple[ContactRow, LedgerCall]:
        self._serial += 1
        caller, plan = self._callers.next(), queue.plan
        queued = contract.from_ms(queued_at)
        message = contract.Contact(
            queue=plan.id,
            channel=plan.channel.value,
            direction=plan.direction,
            state="waiting",
            created_at=queued,
            queued_at=queued,
            caller_masked=caller.masked,
            caller_key=caller.key,
        )
        entry = LedgerCall(
            contact=f"x-{self._serial:07d}",
            leg=1,
            queue=plan.id,
            channel=message.channel,
            direction=plan.direction,
            client=plan.client,
            queued_at=queued_at,
        )
        queue.count_offered(queued_at)
        return ContactRow(entry.contact, message), self._ledger.open_call(entry)

    def _wrap(self, agent: AgentRow) -> tuple[Put, ...]:
        contact, entry = self._courses[agent.id]
        queue = self._queues[entry.queue]
        talk_s, hold_s = agent.service_s(self._now)
        entry.ended_at, entry.talk_s = self._now, (self._now - (entry.answered_at or 0)) / 1000
        queue.count_service(entry.queued_at, talk_s, hold_s, passed_on=False)
        agent.count_handled(talk_s, hold_s)
        contact.become(ContactState.WRAPPING)
        agent.become(self._now, AgentState.WORKING_AFTER_CONTACT, contact=contact.put.id)
        return (contact.put, agent.put, queue.put, queue.interval(entry.queued_at).put)

    def _end(self, agent: AgentRow) -> tuple[Put, ...]:
        contact, entry = self._courses.pop(agent.id)
        queue = self._queues[entry.queue]
        entry.acw_s = (self._now - agent.since) / 1000
        queue.count_after_work(entry.queued_at, entry.acw_s)
        agent.count_after_work(entry.acw_s)
        agent.become(self._now, AgentState.READY)
        gone = Put("contact", contact.put.id, None)
        return (gone, agent.put, queue.put, queue.interval(entry.queued_at).put)
