"""People: all memberships of one interface, and the record of an agent that they come to.

A change of one phone is told once for each queue that its owner serves. Such a run of events is
taken in row by row and looked at once: when something else happens to the person, or when somebody
asks what has changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from heapq import heappop, heappush

import msgspec
from msgspec.structs import replace

from data.clean import clean_text
from data.model import Agent, AgentDay, AgentState, Kind, Ms, Penalty
from data.rules.call_counts import AgentTally, CallCounter
from data.sources.asterisk.board_changes import Changes
from data.sources.asterisk.board_terms import Terms
from data.sources.asterisk.channels import NOT_OPTIMISED
from data.sources.asterisk.rows import DeviceStatus, MemberRow
from data.sources.asterisk.snapshot import QueuesNow
from data.sources.asterisk.states import PersonState, person_state
from data.sources.native_ids import native_id, stored_id

LATE_MS = 1000
"""A snapshot may be so much older than it seems: events of so late a time go before it."""
_SECOND_MS = 1000
"""Asterisk tells instants in whole seconds, so two of one event differ by less than two."""
_TOLD_MS = 5000
_IN_HAND = frozenset({AgentState.RINGING, AgentState.BUSY, AgentState.ON_HOLD})
_REASON_LIMIT = 64
_NO_TALLY = AgentTally()
_What = tuple[DeviceStatus | None, bool | None, str | None, bool | None]


class _Person(msgspec.Struct, gc=False):
    """One interface."""

    interface: str
    id: str
    rows: dict[str, MemberRow] = {}
    record: Agent | None = None
    calls: dict[str, bool] = {}
    """Contacts that ring here, and (true) the one that is talked in."""
    heard_at: Ms = 0
    """When an event last told of the person."""
    changed: _What | None = None
    """What a run of events is about; None: nothing is to be looked at."""
    changed_at: Ms = 0
    is_reshaped: bool = True
    """Whether memberships have come, gone or got another penalty."""
    until: Ms | None = None
    doing: AgentState | None = None
    doing_since: Ms = 0
    ready_ms: Ms = 0
    not_ready_ms: Ms = 0
    after_ms: Ms = 0

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
                today = record.today
                person.record = record
                person.ready_ms = round((today.ready_s or 0) * 1000)
                person.not_ready_ms = round((today.not_ready_s or 0) * 1000)
                person.after_ms = round((today.acw_s or 0) * 1000)
                person.doing, person.doing_since = _doing(record), record.reported_since
                days.append((person.interface, today))
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
            person.ready_ms = person.not_ready_ms = person.after_ms = 0
            self._touch(person, None, at)

    def forget_absent(self, at: Ms) -> None:
        """Let go of those who serve no queue any more."""
        absent = [person for person in self._people.values() if not person.rows]
        for person in absent:
            self._changes.drop(Kind.AGENT, person.id, at)
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
        """Interfaces by the names that members bear; names that several bear are left out."""
        bearers: defaultdict[str, set[str]] = defaultdict(set)
        for interface, person in self._people.items():
            for row in person.rows.values():
                bearers[row.name].add(interface)
        return {name: next(iter(who)) for name, who in bearers.items() if len(who) == 1}

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
        del person.rows[row.queue]
        person.is_reshaped = True
        self._touch(person, None, at)

    def ring(self, interface: str, contact: str, at: Ms) -> None:
        """A contact rings at somebody."""
        self._hold(interface, contact, at, is_talk=False)

    def talk(self, interface: str, contact: str, at: Ms) -> None:
        """Somebody talks in a contact, as channels tell."""
        self._hold(interface, contact, at, is_talk=True)

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
        if contact is not None:
            person.calls.pop(contact, None)
        person.heard_at = at
        self._show_now(person, at)

    def let_go(self, interface: str, contact: str, at: Ms) -> None:
        """Somebody has a contact in hand no more."""
        person = self._people.get(interface)
        if person is not None and person.calls.pop(contact, None) is not None:
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
        """Let after-contact work end whose time has run out."""
        while self._due and self._due[0][0] <= at:
            until, interface = heappop(self._due)
            person = self._people.get(interface)
            if person is not None and person.until == until:
                self._show_now(person, until)

    def _new(self, interface: str) -> _Person:
        person = _Person(interface, stored_id(interface), {}, None, {})
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

    def _hold(self, interface: str, contact: str, at: Ms, *, is_talk: bool) -> None:
        person = self._people.get(interface)
        if person is not None and person.calls.get(contact) is not is_talk:
            self._show(person, person.changed_at)
            person.calls[contact] = is_talk
            self._show_now(person, at)

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
            told = _with_contact(told, is_talk=person.calls[contact])
            if person.calls[contact]:
                self._on_hold(contact, told.state is AgentState.ON_HOLD, at)
        person.until = told.until
        if told.until is not None:
            heappush(self._due, (told.until, person.interface))
        self._put(person, self._record(person, told, contact, at), at)

    def _show_gone(self, person: _Person, at: Ms) -> None:
        """Who has left all queues that are shown is logged off until the day ends."""
        person.until = None
        before = person.record
        if before is None:
            return
        since = before.reported_since
        if before.reported_state is not AgentState.LOGGED_OFF:
            since = max(at, since)
        off = AgentState.LOGGED_OFF
        gone = Agent(
            **self._terms.who,
            id=person.id,
            name=before.name,
            state=off,
            since=since,
            reported_state=off,
            reported_since=since,
            contact=person.contact(),
        )
        self._put(person, gone, at)

    def _put(self, person: _Person, record: Agent, at: Ms) -> None:
        doing = _doing(record)
        if doing is not person.doing:
            self._add_up(person, record.reported_since)
            person.doing, person.doing_since = doing, record.reported_since
        person.record = replace(record, today=self._today(person))
        self._changes.put(person.record, at)

    def _record(self, person: _Person, told: PersonState, contact: str | None, at: Ms) -> Agent:
        since = _since(person.record, told, at)
        known = person.record
        if known is None or person.is_reshaped:
            person.is_reshaped = False
            known = self._shape(person)
        return replace(
            known,
            state=told.state,
            since=since,
            reason=clean_text(told.reason, _REASON_LIMIT),
            pending_state=told.pending_state,
            contact=contact,
            reachable=told.reachable,
            reported_state=told.state,
            reported_since=since,
            is_inferred=told.is_inferred,
            paused_in=_partly(told, len(known.queues)),
        )

    def _shape(self, person: _Person) -> Agent:
        """What only memberships say of an agent."""
        shown = sorted(queue for queue in person.rows if self._terms.shows(queue))
        rows = [person.rows[queue] for queue in shown]
        return Agent(
            **self._terms.who,
            id=person.id,
            name=next((row.name for row in rows if row.name), "") or clean_text(person.interface),
            queues=tuple([stored_id(queue) for queue in shown]),
            penalties=tuple(
                [Penalty(stored_id(row.queue), row.penalty) for row in rows if row.penalty]
            ),
        )

    def _today(self, person: _Person) -> AgentDay:
        counted = self._counter.agents.get(person.interface, _NO_TALLY)
        return AgentDay(
            handled=counted.answered,
            talk_s=float(counted.talk_s),
            # What a caller was on hold is part of the talk that Asterisk tells.
            hold_s=0.0,
            acw_s=person.after_ms / 1000,
            ready_s=person.ready_ms / 1000,
            not_ready_s=person.not_ready_ms / 1000,
        )

    def _add_up(self, person: _Person, until: Ms) -> None:
        """Add what a person has done up to now to the sums of the day."""
        spent = max(0, until - max(person.doing_since, self._day_start))
        match person.doing:
            case AgentState.READY:
                person.ready_ms += spent
            case AgentState.NOT_READY:
                person.not_ready_ms += spent
            case AgentState.WORKING_AFTER_CONTACT:
                person.after_ms += spent
            case _:
                pass


_ANYTHING: _What = (None, None, None, None)


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


def _with_contact(told: PersonState, *, is_talk: bool) -> PersonState:
    """A state with a contact in hand, where the phone does not tell of it, or not yet."""
    if told.state in _IN_HAND:
        return told
    is_paused = told.state is AgentState.NOT_READY
    return replace(
        told,
        state=AgentState.BUSY if is_talk else AgentState.RINGING,
        since=None,
        reason="",
        pending_state=AgentState.NOT_READY if is_paused else told.pending_state,
        is_inferred=False,
        until=None,
    )


def _since(before: Agent | None, told: PersonState, at: Ms) -> Ms:
    """Since when a person has been in a state.

    What the rows tell is believed, but for what was decided during a call and begins with its end.
    """
    if before is None:
        return at if told.since is None else min(told.since, at)
    since = before.reported_since
    is_same = told.state is before.reported_state and told.reachable is before.reachable
    if is_same and told.state is AgentState.NOT_READY:
        is_same = clean_text(told.reason, _REASON_LIMIT) == before.reason
    if is_same:
        began_anew = told.since is not None and told.since > since + _SECOND_MS
        return told.since if began_anew and told.since is not None else since
    if told.since is None or before.reported_state in _IN_HAND:
        return max(at, since)
    return max(min(told.since, at), since)


def _partly(told: PersonState, serves: int) -> tuple[str, ...]:
    """The queues in which a person is paused, where that is so in some only."""
    if not told.paused_in or len(told.paused_in) == serves:
        return ()
    return tuple([stored_id(queue) for queue in told.paused_in])


def _doing(agent: Agent) -> AgentState | None:
    """What is summed up of an agent: None of who has a contact or cannot be reached."""
    if agent.contact is not None or not agent.reachable:
        return None
    return agent.reported_state
