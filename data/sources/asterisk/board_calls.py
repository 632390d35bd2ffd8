"""Callers in the queues, step by step: waiting, ringing, connected, held, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypedDict

from msgspec.structs import replace

from data.callers import key_number, mask_number
from data.model import Contact, ContactState, Kind, Ms
from data.settings import Mask
from data.sources.asterisk.board_changes import Changes
from data.sources.asterisk.board_contact import Call, ContactIds, entry_of
from data.sources.asterisk.board_terms import Terms
from data.sources.asterisk.channels import Talk
from data.sources.asterisk.events import AgentEvent, CallerEvent
from data.sources.asterisk.rows import EntryRow
from data.sources.native_ids import native_id, stored_id

ENDED_STAYS_MS = 15 * 60_000
"""How long a contact that is over is still shown."""
LEAVING_MS = 2000
"""How long after a caller has left a queue it may still be told why."""
CONNECTING_MS = 30_000
"""How long an agent who has answered may hear an announcement before the caller is put through."""
SILENT_MS = 5000
"""A phone that has been idle for so long does not ring, whatever was told."""


class _Caller(TypedDict):
    """What may be kept of a caller."""

    caller_masked: str
    caller_key: str


class Calls:
    """The contacts of one source.

    A caller who comes back into a queue is another contact: its id is the call's with a number.

    Args:
        changes: Where their records go.
        terms: What holds for the queues.
        mask: How much of a caller's number is kept.
        key: The floor's own, for callers' numbers.
    """

    def __init__(self, changes: Changes, terms: Terms, mask: Mask, key: bytes) -> None:
        self._changes = changes
        self._terms = terms
        self._mask, self._key = mask, key
        self._calls: dict[tuple[str, str], Call] = {}
        self._by_id: dict[str, Call] = {}
        self._by_agent: dict[str, Call] = {}
        self._waiting: dict[str, dict[str, Ms]] = {}
        self._leaving: dict[tuple[str, str], Call] = {}
        self._over: dict[str, Ms] = {}
        self._ids = ContactIds()

    def resume(self) -> list[Call]:
        """Take over contacts whose records were kept; those that are not over."""
        taken = []
        for record in self._changes.of(Kind.CONTACT):
            if not isinstance(record, Contact):
                continue
            call, queue = self._ids.resume(record), native_id(record.queue)
            if not self._terms.shows(queue):
                continue
            if record.state is ContactState.ENDED:
                self._over[record.id] = record.state_since + ENDED_STAYS_MS
                continue
            resumed = self._add(queue, call, record)
            interface = native_id(record.agent)
            if interface and resumed.is_waiting:
                resumed.ringing[interface] = 0
            elif interface:
                resumed.interface = interface
                self._by_agent[interface] = resumed
            taken.append(resumed)
        self._over = dict(sorted(self._over.items(), key=lambda one: one[1]))
        return taken

    def drop_hidden(self, at: Ms) -> None:
        """Let go of contacts in queues that are not shown any more."""
        for record in self._changes.of(Kind.CONTACT):
            if isinstance(record, Contact) and not self._terms.shows(native_id(record.queue)):
                self._changes.drop(Kind.CONTACT, record.id, at)

    def get(self, queue: str, call: str) -> Call | None:
        """A call that is not over."""
        return self._calls.get((queue, call))

    def by_native(self, contact: str) -> Call | None:
        """A call that is not over, by the native id of its contact."""
        return self._by_id.get(stored_id(contact))

    def of_agent(self, interface: str) -> Call | None:
        """The call that somebody talks in."""
        return self._by_agent.get(interface)

    def waiting(self, queue: str) -> dict[str, Ms]:
        """Who waits in a queue, and since when."""
        return self._waiting.get(queue, {})

    def all(self) -> list[Call]:
        """Every call that is not over."""
        return list(self._calls.values())

    def join(self, event: CallerEvent, at: Ms) -> Call:
        """A caller has come; who is there already is there once."""
        known = self._calls.get((event.queue, event.call))
        if known is not None:
            if known.record.queued_at is None:  # channels had told of its talk before
                begun = min(at, known.record.created_at)
                self._show(known, replace(known.record, created_at=begun, queued_at=at), at)
            return known
        call = self._begin(event.queue, event.call, event.number, at)
        call.channel = event.channel
        call.entry = entry_of(event)
        self._show(call, replace(call.record, position=event.position or None), at)
        return call

    def enlist(self, entry: EntryRow, entered: Ms, at: Ms) -> Call:
        """A caller is listed among those who wait."""
        call = self._calls.get((entry.queue, entry.call))
        if call is None:
            call = self._begin(entry.queue, entry.call, entry.number, entered)
        if call.left_at is not None:
            if at - call.left_at < LEAVING_MS:
                return call
            call.left_at = None
            del self._leaving[call.queue, call.call]
            self._waiting.setdefault(call.queue, {})[call.call] = entered
        call.entry, call.absent_since, call.channel = entry, None, entry.channel
        record = replace(call.record, position=entry.position or None, priority=entry.priority)
        if not record.caller_masked and entry.number:
            record = replace(record, **self._caller(entry.number))
        self._show(call, record, at)
        return call

    def ring(self, call: Call, interface: str, at: Ms) -> None:
        """It rings at somebody."""
        call.ringing[interface] = at
        record = call.record
        if record.state is ContactState.WAITING:
            record = replace(record, state=ContactState.RINGING, state_since=at)
        if not record.agent:
            record = replace(record, agent=stored_id(interface))
        self._show(call, record, at)

    def stop_ringing(self, call: Call, interface: str, at: Ms) -> None:
        """It rings there no more; who rings nowhere waits."""
        call.ringing.pop(interface, None)
        record = call.record
        if not call.is_waiting:
            return
        if call.ringing:
            record = replace(record, agent=stored_id(next(iter(call.ringing))))
        else:
            state = ContactState.WAITING
            record = replace(record, state=state, state_since=call.entered, agent="")
        self._show(call, record, at)

    def connect(self, event: AgentEvent, answered: Ms, at: Ms) -> Call:
        """An agent and the caller were connected; who came unseen is there from now on.

        Args:
            event: Of that, or of the end of it.
            answered: When they were connected.
            at: When the event was.
        """
        call = self._calls.get((event.queue, event.call))
        if call is None:
            entered = answered - event.wait_s * 1000
            call = self._begin(event.queue, event.call, event.number, entered)
        call.channel = event.channel or call.channel
        call.agent_channel = event.agent_channel
        self.answer(call, event.interface, answered, at)
        return call

    def answer(self, call: Call, interface: str, answered: Ms, at: Ms) -> None:
        """Somebody answered, or (an empty interface) somebody who is not known."""
        answered = max(answered, call.entered)
        self._stop_waiting(call)
        self._leaving.pop((call.queue, call.call), None)
        call.left_at = None
        call.ringing.clear()
        if interface:
            call.interface = interface
            self._by_agent[interface] = call
        record = replace(
            call.record,
            state=ContactState.CONNECTED,
            state_since=answered,
            answered_at=answered,
            agent=stored_id(interface),
            position=None,
        )
        self._show(call, record, at)

    def find_talk(self, talk: Talk, at: Ms) -> Call:
        """Channels tell that somebody talks to a caller, which no event had told."""
        call = self._calls.get((talk.queue, talk.caller.call))
        begun = at - talk.agent.lasts_s * 1000
        if call is None:
            created = at - max(talk.caller.lasts_s, talk.agent.lasts_s) * 1000
            call = self._begin(talk.queue, talk.caller.call, talk.caller.number, created)
            self._stop_waiting(call)
            call.record = replace(call.record, queued_at=None)
        call.channel, call.agent_channel = talk.caller.channel, talk.agent.channel
        if call.interface != talk.interface:
            self.answer(call, talk.interface, begun, at)
        return call

    def silence(self, call: Call, ringing: Callable[[str], bool], at: Ms) -> list[str]:
        """Where it has not rung for long, though nobody told; by what the phones show now."""
        for interface in call.ringing:
            if ringing(interface):
                call.ringing[interface] = at
        silent = [who for who, since in call.ringing.items() if at - since >= SILENT_MS]
        for interface in silent:
            self.stop_ringing(call, interface, at)
        return silent

    def hold(self, contact: str, is_held: bool, at: Ms) -> None:
        """An agent holds a caller, or holds them no more."""
        call = self._by_id.get(contact)
        state = ContactState.HELD if is_held else ContactState.CONNECTED
        if call is not None and not call.is_waiting and call.record.state is not state:
            self._show(call, replace(call.record, state=state, state_since=at), at)

    def end(self, call: Call, at: Ms, *, is_known: bool = True) -> None:
        """A call is over.

        Args:
            call: Which.
            at: When it ended.
            is_known: Whether that was told; if not, nobody knows how, and it is not shown further.
        """
        self._forget(call)
        record = replace(call.record, listeners=(), position=None, state_since=at)
        if not is_known and call.is_waiting:
            self._changes.put(replace(record, state=ContactState.UNKNOWN, agent=""), at)
            self._changes.drop(Kind.CONTACT, record.id, at)
            return
        if call.is_waiting:
            record = replace(record, agent="")
        self._changes.put(replace(record, state=ContactState.ENDED), at)
        self._over.pop(record.id, None)
        self._over[record.id] = at + ENDED_STAYS_MS

    def leave(self, event: CallerEvent, at: Ms) -> None:
        """A caller has left a queue; why is told by another event, or never."""
        call = self._calls.get((event.queue, event.call))
        if call is not None and call.is_waiting and call.left_at is None:
            call.left_at = at
            self._leaving[call.queue, call.call] = call
            self._stop_waiting(call)

    @property
    def next_due(self) -> Ms | None:
        """When the next of those who left has to have been told of."""
        return min((due for due, _call in self._awaited()), default=None)

    def gone(self, at: Ms) -> list[Call]:
        """Those who left, and of whom nothing was told that would say why."""
        return [call for due, call in self._awaited() if due <= at]

    def on_channel(self, channel: str) -> Call | None:
        """The call that somebody talks in over a channel."""
        if not channel:
            return None
        talks = self._by_agent.values()
        return next((one for one in talks if channel in {one.agent_channel, one.channel}), None)

    def heard_by(self, channel: str) -> Call | None:
        """The call that somebody listens to over a channel."""
        return next((one for one in self._by_agent.values() if channel in one.listeners), None)

    def show_listeners(self, call: Call, at: Ms) -> None:
        """Those who listen have changed."""
        listeners = tuple(sorted(set(call.listeners.values())))
        self._show(call, replace(call.record, listeners=listeners), at)

    def tidy(self, at: Ms) -> None:
        """Let go of what has been over for long enough."""
        while self._over:
            contact, due = next(iter(self._over.items()))
            if due > at:
                return
            del self._over[contact]
            self._changes.drop(Kind.CONTACT, contact, at)

    def _begin(self, queue: str, call: str, number: str, entered: Ms) -> Call:
        contact = self._ids.of(queue, call)
        before = self._by_id.get(contact)
        if before is not None:
            self._forget(before)
        self._over.pop(contact, None)
        record = Contact(
            **self._terms.who,
            id=contact,
            client=self._terms.client(queue),
            queue=stored_id(queue),
            state=ContactState.WAITING,
            state_since=entered,
            created_at=entered,
            queued_at=entered,
            **self._caller(number),
        )
        return self._add(queue, call, record)

    def _add(self, queue: str, call: str, record: Contact) -> Call:
        added = Call(queue, call, record, {}, {})
        self._calls[queue, call] = self._by_id[record.id] = added
        if added.is_waiting:
            self._waiting.setdefault(queue, {})[call] = added.entered
        return added

    def _awaited(self) -> Iterator[tuple[Ms, Call]]:
        # A copy: the log is read in a thread of its own, and what is due is asked meanwhile.
        for call in [*self._leaving.values()]:
            if call.left_at is not None:
                yield call.left_at + (CONNECTING_MS if call.ringing else LEAVING_MS), call

    def _show(self, call: Call, record: Contact, at: Ms) -> None:
        call.record = record
        self._changes.put(record, at)

    def _stop_waiting(self, call: Call) -> None:
        self._waiting.get(call.queue, {}).pop(call.call, None)

    def _forget(self, call: Call) -> None:
        self._stop_waiting(call)
        self._leaving.pop((call.queue, call.call), None)
        self._calls.pop((call.queue, call.call), None)
        self._by_id.pop(call.record.id, None)
        if self._by_agent.get(call.interface) is call:
            del self._by_agent[call.interface]

    def _caller(self, number: str) -> _Caller:
        return {
            "caller_masked": mask_number(number, self._mask),
            "caller_key": key_number(number, self._key) if number else "",
        }
