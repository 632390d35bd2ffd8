"""One call in one queue, and the id of the contact that it is shown as."""

from __future__ import annotations

import msgspec

from data.model import Contact, ContactState, Ms
from data.rules.call_counts import Recent
from data.sources.asterisk.events import CallerEvent
from data.sources.asterisk.rows import EntryRow
from data.sources.native_ids import native_id, stored_id

_AGAIN = "#"
_MOST_CALLS = 50_000
_UNANSWERED = frozenset({ContactState.WAITING, ContactState.RINGING})


class Call(msgspec.Struct, gc=False):
    """A call in a queue that is not over."""

    queue: str
    call: str
    record: Contact
    ringing: dict[str, Ms]
    """Interfaces in the order in which they began to ring, and when they last did."""
    listeners: dict[str, str]
    """Names by the channels of those who listen."""
    entry: EntryRow | None = None
    channel: str = ""
    interface: str = ""
    """Who talks."""
    agent_channel: str = ""
    left_at: Ms | None = None
    """When it left the queue, while it is not told how."""
    absent_since: Ms | None = None
    """Since when lists do not have it, though no event has told that it left."""

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered."""
        return self.record.state in _UNANSWERED

    @property
    def entered(self) -> Ms:
        """When it entered the queue, or where that is not known, came into being."""
        record = self.record
        return record.created_at if record.queued_at is None else record.queued_at


class _Seen(msgspec.Struct, gc=False):
    """The queues that a call has been in, under its present id."""

    times: int
    queues: set[str]


class ContactIds:
    """Ids of contacts: the call's, and a number where it has come back into a queue.

    For history a contact is in a queue once; whoever comes back there is another contact.
    """

    def __init__(self) -> None:
        self._seen: Recent[_Seen] = Recent(_MOST_CALLS)

    def of(self, queue: str, call: str) -> str:
        """The id for a call that enters a queue."""
        seen = self._seen.get(call)
        if seen is None or queue in seen.queues:
            seen = _Seen(1 if seen is None else seen.times + 1, set())
            self._seen.put(call, seen)
        seen.queues.add(queue)
        return stored_id(call if seen.times == 1 else f"{call}{_AGAIN}{seen.times}")

    def resume(self, record: Contact) -> str:
        """Remember a contact that was kept; the call that it was made of."""
        call, times = call_of(native_id(record.id))
        self._seen.put(call, _Seen(times, {native_id(record.queue)}))
        return call


def call_of(contact: str) -> tuple[str, int]:
    """The call that a contact is made of, by its native id, and how often it has come by then."""
    call, again, times = contact.rpartition(_AGAIN)
    if not call or not again or not (times.isascii() and times.isdecimal()):
        return contact, 1
    return call, int(times[:9])


def entry_of(event: CallerEvent) -> EntryRow:
    """What a list would say of who has just come, but for the priority, which it alone tells."""
    return EntryRow(
        queue=event.queue,
        call=event.call,
        channel=event.channel,
        position=event.position,
        number=event.number,
        name=event.name,
        wait_s=0,
        priority=0,
    )
