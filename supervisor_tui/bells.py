"""What rings: an agent asks for help, a complainant calls, a caller who waited too long is lost.

Each event rings once. It is known by what it is of and by when it happened, so neither a state that
flaps nor a connection that comes back repeats it; and what was there before somebody began to look
does not ring at all. Everything goes by the server's own instants, never by when news arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import msgspec

from data.figures.freshness import Moment, own_now
from data.figures.queues import source_ages
from data.floor import FloorSnapshot, Key
from data.model import Contact, ContactState, Escalation, Kind, Ms
from data.rules.limits import Scope, evaluate
from data.settings import Figure, RuleSettings, Severity
from screens.formats import format_caller, format_duration, format_first
from screens.text import _

KEPT = 2000
"""Events remembered as told; the oldest of more are forgotten, and are long past by then."""
_CALLING = frozenset(
    {ContactState.WAITING, ContactState.RINGING, ContactState.CONNECTED, ContactState.HELD}
)


class RaisedHand(msgspec.Struct, frozen=True):
    """An agent asks for help."""

    key: Key
    at: Ms
    name: str


class ComplainantCalls(msgspec.Struct, frozen=True):
    """A caller whose open complaint is the person's own, or nobody's."""

    key: Key
    """Of the contact."""
    at: Ms
    reference: str
    queue: str
    is_own: bool
    """The complaint is the person's; otherwise nobody has it."""


class CallerLost(msgspec.Struct, frozen=True):
    """A caller gave up after a wait for which the floor's own limits want somebody to act."""

    key: Key
    """Of the contact."""
    at: Ms
    caller: str
    queue: str
    wait_s: float


Event: TypeAlias = RaisedHand | ComplainantCalls | CallerLost


class Bells:
    """Finds what has newly happened, each once.

    Args:
        rules: The floor's limits.
        person: The id of who looks; empty for nobody known.
    """

    def __init__(self, rules: Sequence[RuleSettings], person: str = "") -> None:
        self._rules = rules
        self._person = person
        self._told: dict[tuple[type[Event], Key, Ms], None] = {}
        self._before = FloorSnapshot()
        self._began: dict[tuple[str, str], Ms] = {}
        """By site and source, the instant on its clock since which it is looked at."""

    def newly(self, snapshot: FloorSnapshot, moment: Moment) -> tuple[Event, ...]:
        """What has happened since the last look, the raised hands first.

        Args:
            snapshot: The floor as of one commit.
            moment: The present.
        """
        ages = source_ages(snapshot, moment)
        for health in snapshot.sources:
            place = (health.site, health.source)
            if health.anchor is not None and place not in self._began:
                self._began[place] = own_now(ages, Key(*place, ""), moment)
        found = [
            event
            for event in self._events(snapshot)
            if self._is_first(event) and self._is_new(event)
        ]
        self._before = snapshot
        while len(self._told) > KEPT:
            del self._told[next(iter(self._told))]
        return tuple(sorted(found, key=lambda event: (not isinstance(event, RaisedHand), event.at)))

    def _events(self, snapshot: FloorSnapshot) -> Iterator[Event]:
        """What a look may have brought about: whatever is as it was has been told or was old."""
        before = self._before
        for key, (_old, agent) in snapshot.agents_since(before).items():
            if agent is not None and agent.assist_since is not None and agent.assist_by is None:
                yield RaisedHand(key, agent.assist_since, agent.name)
        complaints = _complaints(snapshot.escalations.values())
        contacts: Iterable[tuple[Key, Contact | None]] = snapshot.contacts.items()
        if not snapshot.changed_since(before, Kind.ESCALATION):
            since = snapshot.contacts_since(before).items()
            contacts = ((key, contact) for key, (_old, contact) in since)
        for key, contact in contacts:
            if contact is None:
                continue
            if contact.state is ContactState.ENDED:
                yield from self._lost(key, contact, snapshot)
            elif complaints and contact.caller_key and contact.state in _CALLING:
                complaint = complaints.get((contact.site, contact.caller_key))
                yield from self._calls(key, contact, complaint, snapshot)

    def _calls(
        self, key: Key, contact: Contact, complaint: Escalation | None, snapshot: FloorSnapshot
    ) -> Iterator[ComplainantCalls]:
        # A complaint that this very call has brought about is no reason to be called to it.
        if complaint is None or complaint.contact == contact.id:
            return
        if complaint.owner is None or complaint.owner.id == self._person:
            yield ComplainantCalls(
                key,
                contact.created_at,
                complaint.reference,
                _queue_name(contact, snapshot),
                complaint.owner is not None,
            )

    def _lost(self, key: Key, contact: Contact, snapshot: FloorSnapshot) -> Iterator[CallerLost]:
        if contact.queued_at is None or contact.answered_at is not None:
            return
        if contact.direction != "inbound" or not contact.channel.is_immediate:
            return
        wait_s = (contact.state_since - contact.queued_at) / 1000
        name = _queue_name(contact, snapshot)
        scope = Scope(
            site=contact.site,
            queues=(contact.queue, name),
            client=contact.client,
            channel=contact.channel,
        )
        if evaluate(self._rules, Figure.LONGEST_WAIT, wait_s, scope) is Severity.ACT:
            yield CallerLost(key, contact.state_since, contact.caller_masked, name, wait_s)

    def _is_first(self, event: Event) -> bool:
        known = (type(event), event.key, event.at)
        if known in self._told:
            return False
        self._told[known] = None
        return True

    def _is_new(self, event: Event) -> bool:
        """Whether it happened while somebody was looking."""
        began = self._began.get((event.key.site, event.key.source))
        return began is not None and event.at >= began


def word_events(events: Sequence[Event], snapshot: FloorSnapshot) -> str:
    """Events in one line: the first in full, and how many more there are."""
    if not events:
        return ""
    said = _word(events[0])
    if len(snapshot.sites) > 1:
        names = {site.id: site.name or site.id for site in snapshot.sites}
        site = events[0].key.site
        said = _("{site}: {event}").format(site=names.get(site, site), event=said)
    return format_first(said, len(events) - 1)


def _word(event: Event) -> str:
    match event:
        case RaisedHand(key=key, name=name):
            return _("{id} {name} asks for help").format(id=key.id, name=name)
        case ComplainantCalls(is_own=True):
            return _("{reference} is calling now: {queue}, owner you").format(
                reference=event.reference, queue=event.queue
            )
        case ComplainantCalls():
            return _("{reference} is calling now: {queue}, nobody has it").format(
                reference=event.reference, queue=event.queue
            )
        case CallerLost():
            return _("{caller} was lost after {wait}: {queue}").format(
                caller=format_caller(event.caller),
                wait=format_duration(event.wait_s),
                queue=event.queue,
            )


def _complaints(complaints: Iterable[Escalation]) -> dict[tuple[str, str], Escalation]:
    """The open complaints by site and caller; of several of one caller the oldest."""
    found: dict[tuple[str, str], Escalation] = {}
    for complaint in sorted(complaints, key=lambda each: each.received_at):
        if complaint.is_open and complaint.caller_key:
            found.setdefault((complaint.site, complaint.caller_key), complaint)
    return found


def _queue_name(contact: Contact, snapshot: FloorSnapshot) -> str:
    queue = snapshot.queues.get(Key(contact.site, contact.source, contact.queue))
    return queue.name if queue is not None else contact.queue
