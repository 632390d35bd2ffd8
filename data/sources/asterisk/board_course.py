"""What happens between callers and agents: counts, contacts and people are kept in step with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from data.model import Ms
from data.rules.call_counts import Leaving, Stage
from data.sources.asterisk.board_calls import Calls
from data.sources.asterisk.board_contact import Call
from data.sources.asterisk.board_people import People
from data.sources.asterisk.board_queues import Queues
from data.sources.asterisk.board_terms import Terms
from data.sources.asterisk.channels import ChannelRow, Talk, talks
from data.sources.asterisk.counting import OwnCounts, Place
from data.sources.asterisk.events import AgentEvent, AgentStep, CallerEvent, CallerStep
from data.sources.asterisk.queue_log import LEAVING, LogEvent, LogKind
from data.sources.asterisk.rows import DeviceStatus
from data.sources.asterisk.snapshot import QueuesNow

ABSENT_MS = 5000
"""A call that no list has for so long is over, though nobody told how."""
_SILENT = frozenset(
    {DeviceStatus.NOT_IN_USE, DeviceStatus.INVALID, DeviceStatus.UNAVAILABLE, DeviceStatus.UNKNOWN}
)


class Course:
    """The course of calls through queues that are shown.

    Args:
        terms: What holds for the queues.
        own: The counts.
        calls: The contacts.
        people: The agents.
        queues: The queues.

    Attributes:
        is_lost: Set where an event speaks of what is not known.
    """

    def __init__(
        self, terms: Terms, own: OwnCounts, calls: Calls, people: People, queues: Queues
    ) -> None:
        self._terms = terms
        self._own = own
        self._calls = calls
        self._people = people
        self._queues = queues
        self._vanished: list[Call] = []
        self.is_lost = False

    def resume(self) -> None:
        """Go on with the calls that were not over when an earlier process ended."""
        own = self._own
        for call in self._calls.resume():
            record = call.record
            stage = Stage.WAITING if call.is_waiting else Stage.ANSWERED
            is_counted = not call.is_waiting
            own.counter.recall(call.call, call.queue, call.entered, stage, is_counted=is_counted)
            if call.is_waiting:
                own.wait_again(call.queue, call.call)
            elif call.interface:
                own.talk_again(call.queue, call.interface, call.call)
            for interface in filter(None, [*call.ringing, call.interface]):
                self._people.recall(interface, record.id, is_talk=not call.is_waiting)

    def talks(self, now: QueuesNow, channels: Sequence[ChannelRow] | None) -> list[Talk]:
        """Who talks to whom in the queues that are shown, as channels tell."""
        if not channels:
            return []
        shows, stage = self._terms.shows, self._own.counter.stage
        members = [place for place, row in now.members.items() if row.in_call and shows(place[0])]
        found = talks(channels, members)
        return [one for one in found if stage(one.caller.call, one.queue) is not Stage.ENDED]

    def take_lists(self, now: QueuesNow, found: Iterable[Talk], at: Ms, *, is_proof: bool) -> None:
        """Take in who waits and who talks, after the counts and the people have.

        Args:
            now: Proved whole.
            found: From `talks`.
            at: When that was so.
            is_proof: Whether who is not there is gone, whatever events have told or may yet tell.
        """
        counter = self._own.counter
        for (queue, call), entry in now.entries.items():
            entered = counter.entered_at(call, queue)
            is_waiting = counter.stage(call, queue) is Stage.WAITING
            if entered is not None and is_waiting and self._terms.shows(queue):
                self._calls.enlist(entry, entered, at)
                self._queues.touch(queue)
        for talk in found:
            self._find_talk(talk, at)
        for one in self._calls.all():
            self._reconcile(one, now, at, is_proof=is_proof)

    def take_caller(self, event: CallerEvent, at: Ms) -> None:
        """A caller came or went."""
        counter = self._own.counter
        call = self._calls.get(event.queue, event.call)
        if event.step is CallerStep.JOINED and call is not None and call.left_at is not None:
            self._leave_by_key(call, call.left_at)
        before = counter.stage(event.call, event.queue)
        self._own.take_event(event, at)
        match event.step:
            case CallerStep.JOINED:
                if counter.stage(event.call, event.queue) is Stage.WAITING:
                    self._calls.join(event, at)
            case CallerStep.ABANDONED:
                if call is None and before is None:
                    call = self._calls.join(event, at - event.wait_s * 1000)
                if call is not None and call.is_waiting:
                    self._end(call, at)
            case CallerStep.LEFT:
                self._calls.leave(event, at)
        self._queues.touch(event.queue)

    def take_agent(self, event: AgentEvent, at: Ms) -> None:
        """Something between a caller and an agent."""
        call = self._calls.get(event.queue, event.call)
        before = self._own.counter.stage(event.call, event.queue)
        self._own.take_event(event, at)
        self._queues.touch(event.queue)
        match event.step:
            case AgentStep.CALLED:
                if call is None:
                    self.is_lost = True
                elif call.is_waiting:
                    self._calls.ring(call, event.interface, at)
                    self._people.hold(event.interface, call.record.id, at, is_talk=False)
            case AgentStep.NO_ANSWER:
                if call is not None and call.is_waiting:
                    self._calls.stop_ringing(call, event.interface, at)
                    self._people.let_go(event.interface, call.record.id, at)
            case AgentStep.CONNECTED:
                if self._own.counter.stage(event.call, event.queue) is not Stage.ENDED:
                    call = self._connect(event, at, at)
                    self._people.connect(event.queue, event.interface, call.record.id, at)
            case AgentStep.COMPLETED:
                self._complete(event, call, at, is_new=before is None)

    def tick(self, at: Ms) -> None:
        """Let time pass: who left and was neither answered nor abandoned has left by a key."""
        for call in self._calls.gone(at):
            self._leave_by_key(call, at if call.left_at is None else call.left_at)
        self._calls.tidy(at)

    def settle(self, at: Ms) -> None:
        """End what has vanished, and of which no log told how."""
        vanished, self._vanished = self._vanished, []
        for call in vanished:
            if self._calls.get(call.queue, call.call) is call and call.absent_since is not None:
                self._end(call, at, is_known=False)

    def vanished(self) -> set[Place]:
        """Queue and call of those who have vanished, and are not settled yet."""
        return {(call.queue, call.call) for call in self._vanished}

    def take_log(
        self, told: Mapping[Place, Sequence[LogEvent]], interfaces: Mapping[str, str], at: Ms
    ) -> None:
        """End what has vanished as the log says, once the counts have been filled from it.

        Args:
            told: What the log has of them, by queue and call, in order.
            interfaces: Of agents, by the names that the log uses.
            at: The present.
        """
        for call in self._vanished:
            for event in told.get((call.queue, call.call), ()):
                if event.kind is LogKind.CONNECT and call.is_waiting:
                    who = interfaces.get(event.agent, "")
                    self._calls.answer(call, who, event.at, at)
                elif event.kind in LEAVING or event.talk_s is not None:
                    self._end(call, event.at)
        live = {(call.queue, call.call) for call in self._calls.all()}
        for queue, waiting in [*self._own.waiting - live]:
            # The log has lost sight of it: the server has started anew meanwhile.
            self._own.lose(queue, waiting)

    def _leave_by_key(self, call: Call, at: Ms) -> None:
        self._own.leave(call.queue, call.call, at, Leaving.LEFT_BY_KEY)
        self._end(call, at)

    def _connect(self, event: AgentEvent, answered: Ms, at: Ms) -> Call:
        known = self._calls.get(event.queue, event.call)
        rang = [] if known is None else [*known.ringing]
        call = self._calls.connect(event, answered, at)
        self._let_go(call, rang, at, but=event.interface)
        return call

    def _complete(self, event: AgentEvent, call: Call | None, at: Ms, *, is_new: bool) -> None:
        in_hand = self._calls.of_agent(event.interface)
        if in_hand is not None and not event.call and in_hand.queue == event.queue:
            call = in_hand
        if event.call and (is_new if call is None else call.is_waiting):
            # Nobody told of the answer, but the end does.
            call = self._connect(event, at - event.talk_s * 1000, at)
        contact = None
        if call is not None and not call.is_waiting:
            contact = call.record.id
            self._calls.end(call, at)
        self._people.complete(event.queue, event.interface, contact, at)

    def _find_talk(self, talk: Talk, at: Ms) -> None:
        known = self._calls.get(talk.queue, talk.caller.call)
        rang = [] if known is None else [*known.ringing]
        call = self._calls.find_talk(talk, at)
        self._let_go(call, rang, at, but=talk.interface)
        self._people.hold(talk.interface, call.record.id, at, is_talk=True)
        self._queues.touch(talk.queue)

    def _reconcile(self, call: Call, now: QueuesNow, at: Ms, *, is_proof: bool) -> None:
        """See whether a call is still there, and still rings where it is said to."""
        if call.left_at is not None:
            return
        if call.is_waiting:
            is_there = (call.queue, call.call) in now.entries
            for interface in self._calls.silence(call, self._may_ring, at):
                self._people.let_go(interface, call.record.id, at)
        else:
            row = now.members.get((call.queue, call.interface))
            # Of who was taken out of the queue during a call nothing more is listed.
            is_there = not is_proof if row is None else row.in_call
        if is_there:
            call.absent_since = None
            return
        if call.absent_since is None:
            call.absent_since = at
        if is_proof or at - call.absent_since >= ABSENT_MS:
            self._own.lose(call.queue, call.call)
            self._vanished.append(call)

    def _may_ring(self, interface: str) -> bool:
        return any(row.status not in _SILENT for row in self._people.rows(interface))

    def _end(self, call: Call, at: Ms, *, is_known: bool = True) -> None:
        """A call is over, and nobody has it in hand any more."""
        having = [*call.ringing, *([call.interface] if call.interface else [])]
        self._calls.end(call, at, is_known=is_known)
        self._let_go(call, having, at)
        self._queues.touch(call.queue)

    def _let_go(self, call: Call, interfaces: Iterable[str], at: Ms, but: str = "") -> None:
        for interface in interfaces:
            if interface != but:
                self._people.let_go(interface, call.record.id, at)
