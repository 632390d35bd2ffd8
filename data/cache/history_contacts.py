"""One row for each queue that a contact was in, with its instants and how it ended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

import msgspec

from data.cache.history_model import (
    CHANNEL_CODES,
    DIRECTION_CODES,
    EXTRA_CODES,
    OTHER_DIRECTION,
    OUTCOME_CODES,
    ExtraKind,
    Outcome,
    Sort,
    short_hash,
)
from data.cache.names import NOBODY, Names
from data.model import Contact, ContactState, Ms

_TRANSFER = EXTRA_CODES[ExtraKind.TRANSFER]
_HOLD = EXTRA_CODES[ExtraKind.HOLD]
_RETRIEVED = EXTRA_CODES[ExtraKind.RETRIEVED]
_OVER = {ContactState.WRAPPING, ContactState.ENDED}
_TALKING = {ContactState.CONNECTED, ContactState.HELD}

_LOAD = """
SELECT contact.id, contact.c, leg, queue, contact.client, channel, direction, outcome, at, queued,
    answered, ended, agent, mask, digits, caller
FROM contact JOIN name ON name.n = contact.queue
WHERE id_hash IN (SELECT value FROM json_each(?)) AND name.site = ? AND name.source = ?
ORDER BY leg
"""
_STORE = """
INSERT INTO contact (c, id_hash, id, leg, queue, client, channel, direction, outcome,
    at, queued, answered, ended, agent, mask, digits, caller, imported)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
"""
# No column of an index but of the one of those that last: a contact leaves it as it ends.
_UPDATE = """
UPDATE contact SET outcome = ?, queued = ?, answered = ?, ended = ?, agent = ? WHERE c = ?
"""
ENDED_KEPT = 1_024
"""Contacts that have ended and may still be spoken of, by the work after them."""

Key = tuple[str, str, str]
"""Site, source and native id."""


class Leg(msgspec.Struct):
    """A row to be: instants are ms since 1970 here."""

    row: int
    number: int
    queue: int
    client: int
    channel: int
    direction: int
    outcome: int | None
    at: Ms
    queued: Ms | None = None
    answered: Ms | None = None
    ended: Ms | None = None
    agent: int = NOBODY
    mask: int = NOBODY
    digits: str = ""
    caller: int | None = None
    is_stored: bool = False
    """Whether the file has a row of it."""

    def latest(self) -> Ms:
        """The last instant at which something is known to have happened."""
        return max(self.at, self.queued or 0, self.answered or 0, self.ended or 0)


class Live(msgspec.Struct):
    """A contact in memory."""

    legs: list[Leg]
    seen_at: Ms
    extras: set[tuple[int, int]] = msgspec.field(default_factory=set)
    """Kind and name of the extras it has."""
    is_held: bool = False
    is_unknown: bool = False
    """The source has lost sight of it: how it ends, if it does so next, nobody knows."""

    @property
    def leg(self) -> Leg:
        """The queue it is or was in last."""
        return self.legs[-1]


class ContactRecorder:
    """Turns the reports of contacts into rows; telling it the same again changes nothing."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._live: dict[Key, Live] = {}
        self._ended: dict[Key, None] = {}
        self._gone: list[Key] = []
        self._absent: set[Key] = set()
        self._dirty: dict[int, tuple[str, Leg]] = {}
        self._extras: list[tuple[int, Ms, int, int, str]] = []
        self._next_row = 1
        self.forget()

    def forget(self) -> None:
        """Go back to what is in the file, as after a start."""
        for kept in (self._live, self._ended, self._gone, self._absent, self._dirty, self._extras):
            kept.clear()
        (last,) = self._connection.execute(
            "SELECT max((SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'contact'),"
            " (SELECT coalesce(max(c), 0) FROM contact))"
        ).fetchone()
        self._next_row = last + 1

    def expect(self, site: str, source: str, contacts: Iterable[str]) -> None:
        """Look up, all at once, what the file has of contacts that will be spoken of."""
        wanted = {
            contact
            for contact in contacts
            if (key := (site, source, contact)) not in self._live and key not in self._absent
        }
        if not wanted:
            return
        hashes = json.dumps([short_hash(contact) for contact in wanted])
        found: dict[str, list[Leg]] = {}
        for contact, *row in self._connection.execute(_LOAD, (hashes, site, source)).fetchall():
            if contact in wanted:
                found.setdefault(contact, []).append(_leg(row))
        for contact, legs in found.items():
            self._live[site, source, contact] = self._revive(legs)
            self._ended[site, source, contact] = None
        self._absent.update((site, source, contact) for contact in wanted if contact not in found)

    def find(self, site: str, source: str, contact: str, at: Ms, agent: int = NOBODY) -> int:
        """The row of the stay that a contact was in at an instant; 0 if unknown.

        Args:
            site: Where it is.
            source: The source that it is of.
            contact: Its native id.
            at: The instant at which an agent began to do something with it.
            agent: Rather the stay in which this agent had it before: who passes a contact on has
                not been in the queue to which it goes in that instant.
        """
        live = self._get((site, source, contact))
        if live is None:
            return NOBODY
        begun = [leg for leg in live.legs if leg.at <= at] or live.legs[:1]
        had = [leg for leg in begun if agent != NOBODY and leg.agent == agent and leg.at < at]
        return (had or begun)[-1].row

    def record(self, at: Ms, contact: Contact) -> None:
        """Take in a contact as it was reported at an instant."""
        key = contact.site, contact.source, contact.id
        live = self._get(key)
        queue = self._names.of(contact.site, contact.source, Sort.QUEUE, contact.queue)
        if live is None:
            leg = self._new_leg(contact, queue, 0, contact.created_at or at)
            live = self._live[key] = Live([leg], at)
            self._absent.discard(key)
        elif at < live.seen_at or self._is_old(live, at, contact):
            return
        elif queue != live.leg.queue:
            if live.leg.ended is None:
                self._end(live.leg, at, Outcome.TRANSFERRED)
                self._dirty[live.leg.row] = contact.id, live.leg
            live.legs.append(self._new_leg(contact, queue, live.leg.number + 1, at))
            live.is_held = False
        live.seen_at = max(at, live.seen_at)
        live.is_unknown = contact.state is ContactState.UNKNOWN
        self._update(live, at, contact)
        self._add_extras(live, at, contact)
        self._dirty[live.leg.row] = contact.id, live.leg
        if live.leg.ended is not None:
            self._ended[key] = None

    def end(self, at: Ms, site: str, source: str, contact: str) -> None:
        """The source has stopped to report a contact: it has ended if it had not before."""
        key = site, source, contact
        live = self._get(key)
        if live is not None and live.leg.ended is None and at >= live.seen_at:
            live.seen_at = at
            is_lost = live.is_unknown and live.leg.answered is None
            self._end(live.leg, at, Outcome.OTHER if is_lost else None)
            self._dirty[live.leg.row] = contact, live.leg
        self._gone.append(key)

    def reserve(self, count: int) -> int:
        """The first of so many row numbers that are somebody else's from now on."""
        first, self._next_row = self._next_row, self._next_row + count
        return first

    def flush(self) -> None:
        """Write what was recorded, in the caller's transaction; what ended long ago is let go."""
        new = [(contact, leg) for contact, leg in self._dirty.values() if not leg.is_stored]
        self._connection.executemany(
            _UPDATE, [_changes(leg) for _, leg in self._dirty.values() if leg.is_stored]
        )
        self._connection.executemany(_STORE, [_row(contact, leg) for contact, leg in new])
        for _, leg in new:
            leg.is_stored = True
        self._connection.executemany(
            "INSERT OR IGNORE INTO extra VALUES (?, ?, ?, ?, ?)", self._extras
        )
        self._dirty.clear()
        self._extras.clear()
        self._absent.clear()
        self._let_go()

    def _let_go(self) -> None:
        """Forget contacts that are gone, and of the ended the first; the file has them."""
        for key in self._gone:
            self._forget(key)
        self._gone.clear()
        while len(self._ended) > ENDED_KEPT:
            self._forget(next(iter(self._ended)))

    def _forget(self, key: Key) -> None:
        self._ended.pop(key, None)
        live = self._live.get(key)
        if live is not None and live.leg.ended is not None:
            del self._live[key]

    def _is_old(self, live: Live, at: Ms, contact: Contact) -> bool:
        """Whether this is what was so before, in the very instant in which it was handed on."""
        if at != live.seen_at:
            return False
        queue = self._names.of(contact.site, contact.source, Sort.QUEUE, contact.queue)
        if queue != live.leg.queue and any(leg.queue == queue for leg in live.legs):
            return True
        if not contact.agent or all(kind != _TRANSFER for kind, _ in live.extras):
            return False
        agent = self._names.of(contact.site, contact.source, Sort.AGENT, contact.agent)
        return agent != live.leg.agent and (_TRANSFER, agent) in live.extras

    def _update(self, live: Live, at: Ms, contact: Contact) -> None:
        leg = live.leg
        if leg.queued is None and contact.queued_at is not None:
            leg.queued = contact.queued_at if leg.number == 0 else max(contact.queued_at, leg.at)
        if leg.answered is None:
            leg.answered = _answered_at(leg, contact)
        if leg.answered is not None and contact.agent:
            agent = self._names.of(contact.site, contact.source, Sort.AGENT, contact.agent)
            if leg.agent not in {NOBODY, agent}:
                self._extra(live, at, ExtraKind.TRANSFER, leg.agent)
            leg.agent = agent
        if contact.state in _OVER and leg.ended is None:
            self._end(leg, contact.state_since or at)

    def _add_extras(self, live: Live, at: Ms, contact: Contact) -> None:
        since = contact.state_since or at
        if contact.state is ContactState.HELD and not live.is_held:
            self._extra(live, since, ExtraKind.HOLD, NOBODY)
            live.is_held = True
        elif live.is_held and contact.state is ContactState.CONNECTED:
            self._extra(live, since, ExtraKind.RETRIEVED, NOBODY)
            live.is_held = False
        for listener in contact.listeners:
            name = self._names.of(contact.site, contact.source, Sort.AGENT, listener)
            if (EXTRA_CODES[ExtraKind.LISTENED], name) not in live.extras:
                self._extra(live, at, ExtraKind.LISTENED, name)
        if contact.recording:
            name = self._names.word(Sort.WORD, "recording")
            if (EXTRA_CODES[ExtraKind.RECORDING], name) not in live.extras:
                self._extra(live, at, ExtraKind.RECORDING, name, contact.recording)

    def _extra(self, live: Live, at: Ms, kind: ExtraKind, name: int, text: str = "") -> None:
        code = EXTRA_CODES[kind]
        live.extras.add((code, name))
        self._extras.append((live.leg.row, at, code, name, text))

    @staticmethod
    def _end(leg: Leg, at: Ms, outcome: Outcome | None = None) -> None:
        leg.ended = max(at, leg.at)
        if outcome is None:
            if leg.answered is not None:
                outcome = Outcome.ANSWERED
            else:
                outcome = Outcome.ABANDONED if leg.queued is not None else Outcome.OTHER
        leg.outcome = OUTCOME_CODES[outcome]

    def _new_leg(self, contact: Contact, queue: int, number: int, at: Ms) -> Leg:
        row, self._next_row = self._next_row, self._next_row + 1
        mask, digits = split_masked(contact.caller_masked)
        return Leg(
            row=row,
            number=number,
            queue=queue,
            client=self._names.word(Sort.CLIENT, contact.client),
            channel=CHANNEL_CODES[contact.channel],
            direction=DIRECTION_CODES.get(contact.direction, OTHER_DIRECTION),
            outcome=None,
            at=at,
            mask=self._names.word(Sort.MASK, mask),
            digits=digits,
            caller=short_hash(contact.caller_key, 64) if contact.caller_key else None,
        )

    def _get(self, key: Key) -> Live | None:
        """A contact from memory or, where it ended long ago or we were started since, the file."""
        if key not in self._live and key not in self._absent:
            self.expect(key[0], key[1], (key[2],))
        return self._live.get(key)

    def _revive(self, legs: list[Leg]) -> Live:
        """A contact as the file knows it."""
        live = Live(legs, legs[-1].latest())
        held: list[tuple[Ms, int]] = []
        for leg in legs:
            for at, kind, name in self._connection.execute(
                "SELECT at, kind, name FROM extra WHERE contact = ?", (leg.row,)
            ).fetchall():
                live.extras.add((kind, name))
                live.seen_at = max(live.seen_at, at)
                if leg is legs[-1] and kind in {_HOLD, _RETRIEVED}:
                    held.append((at, kind))
        live.is_held = max(held, default=(0, _RETRIEVED))[1] == _HOLD
        return live


def _answered_at(leg: Leg, contact: Contact) -> Ms | None:
    """When the contact was answered in this queue; an answer before it came here is not one."""
    answered = contact.answered_at
    if answered is None and contact.state in _TALKING:
        answered = contact.state_since
    if answered is None or (leg.number > 0 and answered < leg.at):
        return None
    return answered


def split_masked(masked: str) -> tuple[str, str]:
    """A masked number as what hides and what shows; what is no number is all shown."""
    shown = masked.lstrip("*+\u2022xX#-. ")
    hidden = masked[: len(masked) - len(shown)]
    return (hidden, shown) if shown.isdigit() else ("", masked)


def _row(contact: str, leg: Leg) -> tuple[object, ...]:
    return (
        *(leg.row, short_hash(contact), contact, leg.number, leg.queue, leg.client, leg.channel),
        *(leg.direction, leg.outcome, leg.at),
        *(_after(leg, leg.queued), _after(leg, leg.answered), _after(leg, leg.ended)),
        *(leg.agent, leg.mask, leg.digits, leg.caller),
    )


def _changes(leg: Leg) -> tuple[object, ...]:
    queued, answered = _after(leg, leg.queued), _after(leg, leg.answered)
    return (leg.outcome, queued, answered, _after(leg, leg.ended), leg.agent, leg.row)


def _after(leg: Leg, instant: Ms | None) -> int | None:
    return None if instant is None else instant - leg.at


def _leg(row: list[int]) -> Leg:
    at = row[7]
    instants = [None if one is None else at + one for one in row[8:11]]
    leg = Leg(*row[:8], *instants, *row[11:])  # type: ignore[arg-type]
    leg.is_stored = True
    return leg
