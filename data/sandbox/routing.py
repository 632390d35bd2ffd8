"""Who gets whom: the longest waiting by priority, the agent who has been idle longest."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import count

import simpy

from data.contract import from_ms
from data.model import AgentState, Ms
from data.sandbox.board import AgentRow, ContactRow, QueueRow
from data.sandbox.ledger import LedgerCall


class Leg:
    """One stay of a contact in one queue, while it lasts."""

    __slots__ = (
        "contact",
        "entry",
        "is_waiting",
        "moved_to",
        "patience_ms",
        "priority",
        "queue",
        "queued_at",
        "signal",
        "stretch_ms",
    )

    def __init__(
        self,
        contact: ContactRow,
        queue: QueueRow,
        entry: LedgerCall,
        patience_ms: Ms | None,
        signal: simpy.Event,
    ) -> None:
        self.contact = contact
        self.queue = queue
        self.entry = entry
        self.queued_at = entry.queued_at
        self.priority = contact.message.priority
        self.patience_ms = patience_ms
        """After so long the caller hangs up; None: never."""
        self.is_waiting = False
        """In the queue and not ringing anywhere."""
        self.signal = signal
        """What the contact waits for at present."""
        self.moved_to: QueueRow | None = None
        """To which queue a supervisor has moved it while it waited."""
        self.stretch_ms: Ms = 0
        """By how much the conversation is to be longer than it would have been."""


class _Line:
    """What waits in one queue, and who waits for it; entries that no longer hold are skipped."""

    __slots__ = ("by_entry", "by_priority", "idle", "queue")

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.by_priority: list[tuple[int, Ms, int, Leg]] = []
        self.by_entry: list[tuple[Ms, int, Leg]] = []
        self.idle: list[tuple[int, Ms, int, AgentRow]] = []

    def first(self) -> tuple[int, Ms, int, Leg] | None:
        """Who is to be answered next."""
        heap = self.by_priority
        while heap:
            leg = heap[0][3]
            if leg.is_waiting and heap[0][0] == -leg.priority:
                return heap[0]
            heappop(heap)
        return None

    def longest_since(self) -> Ms | None:
        """Since when the contact that has waited longest has waited."""
        heap = self.by_entry
        while heap and not heap[0][2].is_waiting:
            heappop(heap)
        return heap[0][0] if heap else None

    def longest_idle(self) -> AgentRow | None:
        """Of the agents of the lowest rank who are ready, the one who has been so for longest."""
        heap = self.idle
        while heap:
            rank, since, _, agent = heap[0]
            is_ready = agent.state is AgentState.READY and agent.since == since
            if is_ready and agent.ranks.get(self.queue) == rank:
                return agent
            heappop(heap)
        return None


class Router:
    """The waiting contacts and ready agents of all queues."""

    def __init__(self, queues: Sequence[QueueRow]) -> None:
        self._lines = {queue.plan.id: _Line(queue.plan.id) for queue in queues}
        self._queues = {queue.plan.id: queue for queue in queues}
        self.waiting: dict[str, Leg] = {}
        """What waits in any queue, by the contact's id."""
        self._serial = count()

    def wait(self, leg: Leg) -> None:
        """Put a contact in its queue, at the place that its queue entry gives it."""
        line, serial = self._lines[leg.queue.plan.id], next(self._serial)
        leg.is_waiting = True
        self.waiting[leg.contact.put.id] = leg
        heappush(line.by_priority, (-leg.priority, leg.queued_at, serial, leg))
        heappush(line.by_entry, (leg.queued_at, serial, leg))
        leg.queue.message.contacts_waiting += 1
        self._show_longest(leg.queue)

    def leave(self, leg: Leg) -> None:
        """Take a contact out of its queue: it rings somewhere, or the caller has hung up."""
        if leg.is_waiting:
            leg.is_waiting = False
            del self.waiting[leg.contact.put.id]
            leg.queue.message.contacts_waiting -= 1
            self._show_longest(leg.queue)

    def idle(self, agent: AgentRow) -> None:
        """An agent who has just become ready can be given a contact of any of their queues."""
        for queue in agent.ranks:
            self.stand_by(agent, queue)

    def stand_by(self, agent: AgentRow, queue: str) -> None:
        """An agent who is ready can be given a contact of one of their queues."""
        entry = (agent.ranks[queue], agent.since, next(self._serial), agent)
        heappush(self._lines[queue].idle, entry)

    def prioritise(self, leg: Leg, priority: int) -> None:
        """Answer a contact that waits sooner or later; its place by entry stays what it was."""
        leg.priority = priority
        entry = (-priority, leg.queued_at, next(self._serial), leg)
        heappush(self._lines[leg.queue.plan.id].by_priority, entry)

    def agent_for(self, leg: Leg) -> AgentRow | None:
        """The agent who is to get a contact that has just entered, if anybody is ready."""
        return self._lines[leg.queue.plan.id].longest_idle()

    def has_idle(self, queue: QueueRow) -> bool:
        """Whether anybody is ready for a queue."""
        return self._lines[queue.plan.id].longest_idle() is not None

    def contact_for(self, agent: AgentRow) -> Leg | None:
        """The contact that an agent who has just become ready is to get, if any waits."""
        best: tuple[int, int, Ms, int] | None = None
        chosen: Leg | None = None
        for queue in agent.ranks:
            first = self._lines[queue].first()
            if first is None:
                continue
            key = (self._queues[queue].plan.rank, *first[:3])
            if best is None or key < best:
                best, chosen = key, first[3]
        return chosen

    def _show_longest(self, queue: QueueRow) -> None:
        since = self._lines[queue.plan.id].longest_since()
        queue.message.longest_wait_since = None if since is None else from_ms(since)
