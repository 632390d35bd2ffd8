"""People: all memberships of one interface, and the record of an agent that they come to.

A change of one phone is told once for each queue that its owner serves. Such a run of events is
taken in row by row and looked at once: when something else happens to the person, or when somebody
asks what has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from data.model import Agent, AgentDay, AgentState, Kind, Ms
from data.rules.call_counts import AgentTally, CallCounter
from data.sources.asterisk.board_agent import (
    IN_HAND,
    DaySums,
    in_state,
    logged_off,
    of_memberships,
    sole_bearers,
    still_busy,
    with_contact,
)
from data.sources.asterisk.board_changes import Changes
from data.sources.asterisk.board_terms import Terms
from data.sources.asterisk.channels import NOT_OPTIMISED
from data.sources.asterisk.rows import DeviceStatus, MemberRow
from data.sources.asterisk.snapshot import QueuesNow
from data.sources.asterisk.states import person_state
from data.sources.native_ids import native_id, stored_id

LATE_MS = 1000
"""A snapshot may be so much older than it seems: events of so late a time go before it."""
_TOLD_MS = 5000
"""The end of a call is told twice, in the member's row and by an event, within so long."""
LINGER_MS = 3000
"""A phone is put down after its call has ended; what is busy for longer is busy with another."""
_NO_TALLY = AgentTally()
_What: TypeAlias = tuple[DeviceStatus | None, bool | None, str | None, bool | None]
_ANYTHING: _What = (None, None, None, None)


class _Person(msgspec.Struct, gc=False):
    """One interface."""

    interface: str
    blank: Agent
    """A record that says who it is of, and nothing else."""
    shape: Agent
    """What memberships say; old where `is_reshaped`."""
    sums: DaySums
    rows: dict[str, MemberRow]
    """Memberships by queue."""
    calls: dict[str, bool]
    """Contacts that ring here, and (true) the one that is talked in."""
    record: Agent | None = None
    heard_at: Ms = 0
    """When an event last told of the person."""
    changed: _What | None = None
    """What a run of events is about; None: nothing is to be looked at."""
    changed_at: Ms = 0
    is_reshaped: bool = True
    """Whether memberships have come, gone or got another name or penalty."""
    until: Ms | None = None
    """When after-contact work ends by itself."""
    last: str = ""
    """The contact that was in hand last, while the phone may still be busy with it."""
    last_until: Ms = 0

    def contact(self) -> str | None:
        """The contact in hand: the one that is talked in, or the first that rings."""
        if not self.calls:
            return None
        talk = next((contact for contact, is_talk in self.calls.items() if is_talk), None)
        return talk or next(iter(self.calls))


class People:
    """The agents of one source.

    Args:
        changes: Where their records go.
        terms: What holds for the queues.
        on_hold: Told of a contact whose agent's phone holds it, or holds it no more.

    Attributes:
        contradicted: Set where a snapshot and a late event say different things.
    """

    def __init__(
        self, changes: Changes, terms: Terms, on_hold: Callable[[str, bool, Ms], None]
    ) -> None:
        self._changes = changes
        self._terms = terms
        self._on_hold = on_hold
        self._people: dict[str, _Person] = {}
        self._dirty: dict[str, None] = {}
        self._due: list[tuple[Ms, str]] = []
        self._day_start: Ms = 0
        self._counter = CallCounter()
        self.contradicted = False

    @property
    def next_due(self) -> Ms | None:
        """When something of them changes by itself."""
        return self._due[0][0] if self._due else None

    def resume(self) -> list[tuple[str, AgentDay]]:
        """Take over agents whose records were kept; their interfaces and sums of the day."""
        days = []
        for record in self._changes.of(Kind.AGENT):
            if isinstance(record, Agent):
                person = self._new(native_id(record.id))
                person.record = record
                person.sums.resume(record)
                days.append((person.interface, record.today))
        return days

    def count_by(self, counter: CallCounter) -> None:
        """From now on these counts are shown."""
        self._counter = counter

    def recall(self, interface: str, contact: str, *, is_talk: bool) -> None:
        """Take over a contact that somebody had in hand."""
        person = self._people.get(interface)
        if person is not None:
            person.calls[contact] = is_talk

    def begin_day(self, since: Ms, at: Ms) -> None:
        """Count from nothing."""
        self._day_start = since
        for person in self._people.values():
            person.sums.begin(since)
            self._touch(person, None, at)

    def forget_absent(self, at: Ms) -> None:
        """Let go of those who serve no queue any more."""
        absent = [person for person in self._people.values() if not person.rows]
        for person in absent:
            self._changes.drop(Kind.AGENT, person.blank.id, at)
            del self._people[person.interface]

    def rows(self, interface: str) -> list[MemberRow]:
        """All memberships of an interface, those in queues that are not shown too."""
        person = self._people.get(interface)
        return [] if person is None else list(person.rows.values())

    def name_at(self, channel: str) -> str:
        """The name of the person whose phone a channel is of; empty where nobody is known."""
        dialled = channel.rpartition("-")[0]
        person = self._people.get(dialled) or self._people.get(dialled + NOT_OPTIMISED)
        return "" if person is None or person.record is None else person.record.name

    def names(self) -> dict[str, str]:
        """Interfaces by the names that members bear, or bore; what several bear is left out."""
        people = self._people.items()
        members = [(row.name, who) for who, person in people for row in person.rows.values()]
        gone = [(one.record.name, who) for who, one in people if one.record and not one.rows]
        return sole_bearers(members, gone)

    def take_snapshot(self, now: QueuesNow, at: Ms, *, is_proof: bool) -> None:
        """Take in all memberships.

        Args:
            now: Proved whole.
            at: When it was answered.
            is_proof: Whether it goes before whatever events have told.
        """
        people = self._people
        believed_from = at + 1 if is_proof else at - LATE_MS
        for (queue, interface), row in now.members.items():
            person = people.get(interface) or self._new(interface)
            known = person.rows.get(queue)
            if known == row:
                continue
            if person.heard_at > believed_from:
                self.contradicted = True
            else:
                self._set(person, row, known)
                self._touch(person, None, at)
        for person in people.values():
            gone = [queue for queue in person.rows if (queue, person.interface) not in now.members]
            if gone and person.heard_at > believed_from:
                self.contradicted = True
                continue
            for queue in gone:
                del person.rows[queue]
            if gone or not person.rows:
                person.is_reshaped = True
                self._touch(person, None, at)

    def take_row(self, row: MemberRow, at: Ms) -> None:
        """A membership has become what an event tells."""
        person = self._people.get(row.interface) or self._new(row.interface)
        known = person.rows.get(row.queue)
        person.heard_at = at
        if known == row:
            return
        what = _difference(known, row)
        if person.changed is not None and person.changed != what:
            self._show(person, person.changed_at)
        self._set(person, row, known)
        self._touch(person, what, at)

    def drop_row(self, row: MemberRow, at: Ms) -> None:
        """A membership is no more."""
        person = self._people.get(row.interface)
        if person is None or row.queue not in person.rows:
            return
        person.heard_at = at
        self._show(person, person.changed_at)
        del person.rows[row.queue]
        person.is_reshaped = True
        self._touch(person, None, at)

    def hold(self, interface: str, contact: str, at: Ms, *, is_talk: bool) -> None:
        """A contact rings at somebody; or is talked in, as channels tell."""
        person = self._people.get(interface)
        if person is not None and person.calls.get(contact) is not is_talk:
            self._show(person, person.changed_at)
            person.calls[contact] = is_talk
            self._show_now(person, at)

    def connect(self, queue: str, interface: str, contact: str | None, at: Ms) -> None:
        """Somebody was connected with a caller of a queue.

        Args:
            queue: Which.
            interface: Who.
            contact: The contact's id; None where it is not to be seen.
            at: When.
        """
        person = self._people.get(interface)
        if person is None:
            return
        self._show(person, person.changed_at)
        row = person.rows.get(queue)
        if row is not None and not row.in_call:
            person.rows[queue] = replace(row, in_call=True)
        if contact is not None:
            person.calls[contact] = True
        person.heard_at = at
        self._show_now(person, at)

    def complete(self, queue: str, interface: str, contact: str | None, at: Ms) -> None:
        """A talk of a member has ended; the arguments are those of `connect`."""
        person = self._people.get(interface)
        if person is None:
            return
        self._show(person, person.changed_at)
        row = person.rows.get(queue)
        if row is not None:
            # The server may have told already, and by its own seconds.
            last_call = row.last_call or 0
            ended = last_call if last_call > at - _TOLD_MS else at - at % 1000
            person.rows[queue] = replace(row, in_call=False, last_call=ended)
        if contact in person.calls:
            self._drop_call(person, contact, at)
        person.heard_at = at
        self._show_now(person, at)

    def let_go(self, interface: str, contact: str, at: Ms) -> None:
        """Somebody has a contact in hand no more."""
        person = self._people.get(interface)
        if person is not None and contact in person.calls:
            self._show(person, person.changed_at)
            self._drop_call(person, contact, at)
            self._show_now(person, at)

    def look(self, interface: str, at: Ms) -> None:
        """Something about a person may have changed."""
        person = self._people.get(interface)
        if person is not None:
            self._touch(person, None, at)

    def look_at_all(self, at: Ms) -> None:
        """The counts of everybody may have changed."""
        for person in self._people.values():
            self._touch(person, None, at)

    def flush(self) -> None:
        """Bring every record up to what is known."""
        dirty, self._dirty = self._dirty, {}
        for interface in dirty:
            person = self._people.get(interface)
            if person is not None:
                self._show(person, person.changed_at)

    def tick(self, at: Ms) -> None:
        """Let after-contact work end whose time has run out, and the like."""
        while self._due and self._due[0][0] <= at:
            until, interface = heappop(self._due)
            person = self._people.get(interface)
            if person is not None and until in {person.until, person.last_until}:
                self._show_now(person, until)

    def _new(self, interface: str) -> _Person:
        blank = Agent(**self._terms.who, id=stored_id(interface), name="")
        person = _Person(interface, blank, blank, DaySums(day_start=self._day_start), {}, {})
        self._people[interface] = person
        return person

    @staticmethod
    def _set(person: _Person, row: MemberRow, known: MemberRow | None) -> None:
        person.rows[row.queue] = row
        if known is None or known.penalty != row.penalty or known.name != row.name:
            person.is_reshaped = True

    def _touch(self, person: _Person, what: _What | None, at: Ms) -> None:
        if person.interface not in self._dirty:
            self._dirty[person.interface] = None
            person.changed_at = at
        person.changed = what or _ANYTHING

    @staticmethod
    def _drop_call(person: _Person, contact: str, at: Ms) -> None:
        del person.calls[contact]
        person.last, person.last_until = contact, at + LINGER_MS

    def _last(self, person: _Person, at: Ms) -> str | None:
        """The contact that was in hand last, if a phone in use is still busy with it."""
        if not person.last or at >= person.last_until:
            person.last = ""
            return None
        heappush(self._due, (person.last_until, person.interface))
        return person.last

    def _show_now(self, person: _Person, at: Ms) -> None:
        self._show(person, person.changed_at)
        person.changed, person.changed_at = _ANYTHING, at
        self._show(person, at)

    def _show(self, person: _Person, at: Ms) -> None:
        """Make the record of a person of whom something has changed at an instant."""
        if person.changed is None:
            return
        person.changed = None
        self._dirty.pop(person.interface, None)
        terms = self._terms
        if not any(terms.shows(queue) for queue in person.rows):
            self._show_gone(person, at)
            return
        rows = list(person.rows.values())
        told = person_state(rows, at, terms.wrapups_s, terms.shows)
        contact = person.contact()
        if contact is not None:
            told = with_contact(told, is_talk=person.calls[contact])
            if person.calls[contact]:
                self._on_hold(contact, told.state is AgentState.ON_HOLD, at)
        elif told.state in IN_HAND:
            contact = self._last(person, at)
            if contact is not None:
                told = still_busy(told, person.record)
        else:
            person.last = ""
        person.until = told.until
        if told.until is not None:
            heappush(self._due, (told.until, person.interface))
        if person.is_reshaped:
            person.is_reshaped = False
            shown = sorted(queue for queue in person.rows if terms.shows(queue))
            named = [person.rows[queue] for queue in shown]
            person.shape = of_memberships(person.blank, person.interface, named)
        self._put(person, in_state(person.shape, person.record, told, contact, at), at)

    def _show_gone(self, person: _Person, at: Ms) -> None:
        """Who has left all queues that are shown is logged off until the day ends."""
        person.until = None
        if person.record is not None:
            contact = person.contact()
            talk = contact if contact is not None and person.calls[contact] else None
            self._put(person, logged_off(person.blank, person.record, talk, at), at)

    def _put(self, person: _Person, record: Agent, at: Ms) -> None:
        person.sums.turn(record)
        counted = self._counter.agents.get(person.interface, _NO_TALLY)
        person.record = replace(record, today=person.sums.today(counted))
        self._changes.put(person.record, at)


def _difference(known: MemberRow | None, row: MemberRow) -> _What:
    """What has changed of a membership that a state can depend on."""
    if known is None:
        return _ANYTHING
    return (
        None if known.status is row.status else row.status,
        None if known.is_paused is row.is_paused else row.is_paused,
        None if known.reason == row.reason else row.reason,
        None if known.in_call is row.in_call else row.in_call,
    )
