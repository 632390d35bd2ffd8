"""What recorded calls do to the queues and agents of a replay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from data import contract
from data.model import AgentState, ContactState, Ms
from data.recorded.call_rows import RecordedCall
from data.sandbox.board import AgentRow, Board, ContactRow, QueueRow
from data.sandbox.callers import make_caller
from data.sandbox.ledger import Ledger, LedgerCall
from data.sandbox.ports import Put


@dataclass(slots=True)
class Course:
    """One recorded call, and the instants to which it has been moved."""

    call: RecordedCall
    queued_at: Ms
    left_at: Ms
    ended_at: Ms
    contact: ContactRow
    entry: LedgerCall


class ReplayFloor:
    """Queues and agents; `now` is set before each of the methods is called."""

    def __init__(
        self, board: Board, ledger: Ledger, queues: Iterable[QueueRow], agents: Iterable[AgentRow]
    ) -> None:
        self._board = board
        self._ledger = ledger
        self.now: Ms = 0
        self.queues = {queue.plan.id: queue for queue in queues}
        self.agents = {agent.id: agent for agent in agents}
        self._in_hand: dict[str, list[Course]] = {agent: [] for agent in self.agents}
        self._waiting: dict[str, dict[str, Ms]] = {queue: {} for queue in self.queues}

    def course(self, call: RecordedCall, queued_at: Ms) -> Course:
        """A call that is going to enter at an instant."""
        plan = self.queues[call.queue].plan
        caller = make_caller(call.caller) if call.caller else None
        message = contract.Contact(
            queue=call.queue,
            channel=call.channel,
            direction=plan.direction,
            state="waiting",
            created_at=contract.from_ms(queued_at),
            queued_at=contract.from_ms(queued_at),
            priority=call.priority,
            caller_masked=caller.masked[-32:] if caller else "",
            caller_key=caller.key if caller else "",
        )
        entry = LedgerCall(
            contact=call.id,
            leg=1,
            queue=call.queue,
            channel=call.channel,
            direction=plan.direction,
            client=call.client,
            queued_at=queued_at,
            caller_key=message.caller_key,
        )
        left_at = queued_at + call.wait_ms
        ended_at = left_at + call.service_ms
        return Course(call, queued_at, left_at, ended_at, ContactRow(call.id, message), entry)

    def enter(self, course: Course) -> None:
        """The call enters its queue."""
        queue = self.queues[course.call.queue]
        self._ledger.open_call(course.entry)
        queue.count_offered(course.queued_at)
        self._waiting[queue.plan.id][course.call.id] = course.queued_at
        self._show_waiting(queue)
        self._commit(course, queue)

    def answer(self, course: Course) -> None:
        """Somebody answers; the file does not always say who."""
        call, entry = course.call, course.entry
        queue = self._leave_queue(course)
        entry.outcome, entry.agent, entry.answered_at = "answered", call.agent, self.now
        entry.wait_s = call.wait_ms / 1000
        entry.within = entry.wait_s <= queue.plan.threshold_s
        queue.count_answered(course.queued_at, (self.now - course.queued_at) / 1000)
        course.contact.message.answered_at = contract.from_ms(self.now)
        course.contact.become(ContactState.CONNECTED, call.agent)
        others: tuple[Put, ...] = ()
        if call.agent:
            agent = self.agents[call.agent]
            self._in_hand[call.agent].append(course)
            agent.become(self.now, AgentState.BUSY, contact=call.id)
            others = (agent.put,)
        self._commit(course, queue, *others)

    def hang_up(self, course: Course) -> None:
        """The caller gives up."""
        entry = course.entry
        queue = self._leave_queue(course)
        entry.outcome, entry.ended_at = "abandoned", self.now
        entry.wait_s = course.call.wait_ms / 1000
        entry.within = entry.wait_s <= queue.plan.threshold_s
        entry.short = entry.wait_s < queue.plan.short_abandon_s
        queue.count_abandoned(course.queued_at, (self.now - course.queued_at) / 1000)
        course.contact.become(ContactState.ENDED, "")
        self._commit(course, queue)

    def end(self, course: Course) -> None:
        """The service is over."""
        call, queue = course.call, self.queues[course.call.queue]
        course.entry.ended_at = self.now
        course.entry.talk_s = call.service_ms / 1000
        talk_s = (self.now - course.left_at) / 1000
        queue.count_service(course.queued_at, talk_s, 0.0, passed_on=False)
        course.contact.become(ContactState.ENDED)
        others: tuple[Put, ...] = ()
        if call.agent:
            others = (self._free(course, talk_s).put,)
        self._commit(course, queue, *others)

    def _free(self, course: Course, talk_s: float) -> AgentRow:
        """Take a call out of its agent's hands; some files let one agent have several at once."""
        agent, hand = self.agents[course.call.agent], self._in_hand[course.call.agent]
        hand.remove(course)
        if not hand:
            agent.become(self.now, AgentState.READY)
        elif agent.contact == course.call.id:
            agent.become(self.now, AgentState.BUSY, contact=hand[-1].call.id)
        agent.count_handled(talk_s, 0.0)
        return agent

    def forget(self, course: Course) -> None:
        """A call that was over long ago is no longer shown."""
        self._board.commit(self.now, Put("contact", course.call.id, None))

    def log_off(self, agent: AgentRow) -> None:
        """An agent has had their last call."""
        agent.become(self.now, AgentState.LOGGED_OFF)
        self._board.commit(self.now, agent.put)

    def _leave_queue(self, course: Course) -> QueueRow:
        queue = self.queues[course.call.queue]
        del self._waiting[queue.plan.id][course.call.id]
        self._show_waiting(queue)
        return queue

    def _show_waiting(self, queue: QueueRow) -> None:
        waiting = self._waiting[queue.plan.id]
        longest = min(waiting.values(), default=None)
        queue.message.contacts_waiting = len(waiting)
        queue.message.longest_wait_since = None if longest is None else contract.from_ms(longest)

    def _commit(self, course: Course, queue: QueueRow, *others: Put) -> None:
        interval = queue.interval(course.queued_at).put
        self._board.commit(self.now, course.contact.put, queue.put, interval, *others)
