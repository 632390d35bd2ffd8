"""Proving the log whole: every seal, every number, and that nothing was cut off its end.

What a chain of seals proves is that nothing inside it was changed without sealing anew all that
follows. It says nothing of entries cut off its end, and nothing against somebody who writes all of
it anew. So two more things are held against it: the actions themselves, each of which must have
come to what the log says of it; and ends of the log that were noted earlier, in the floor's folder
or in a copy of that file which is kept where the writer of the log cannot reach.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import msgspec

from data.cache.database import SQLITE_ERRORS, open_for_reading
from data.cache.formats import OUTBOX
from data.files import FloorFiles
from data.model import Ms
from data.status import ActionState
from data.sync.audit import PAGE, Entry, Head, entries
from data.sync.audit_heads import NotedHead, read_heads

TAKEN_IN = "taken_in"


class Break(StrEnum):
    """In which way an entry is not as it was written."""

    MISSING = "missing"
    """Another number follows: one entry or more were taken out."""
    ALTERED = "altered"
    """Its content does not fit its seal."""
    UNCHAINED = "unchained"
    """It is not sealed with the entry before it: one of the two was replaced."""
    UNREADABLE = "unreadable"
    """What stands in the file there is no entry."""
    CUT_OFF = "cut_off"
    """The log ends before an entry that was there."""
    REWRITTEN = "rewritten"
    """Its seal is not the one that was noted when it was written."""
    UNLOGGED = "unlogged"
    """An action came to something of which the log says nothing."""


class Broken(msgspec.Struct, frozen=True):
    """The first thing that is wrong with a log."""

    what: Break
    seq: int
    """The number of the entry."""
    expected: str
    """What should be there: a number, a seal, or an event and its action's key."""
    found: str
    """What is there; empty for nothing."""
    file: Path


class Verdict(msgspec.Struct, frozen=True):
    """What became of a check."""

    head: Head
    """The last entry that is proved."""
    last_at: Ms | None
    """When that was written."""
    heads: int
    """How many ends noted earlier were held against it."""
    last_noted: Head | None
    """The newest of those; what came later is proved by the actions alone."""
    broken: Broken | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.broken is None


class _Stop(Exception):
    """The check has found what it looked for."""

    def __init__(self, what: Break, seq: int, expected: str, found: str) -> None:
        super().__init__(what)
        self.what, self.seq, self.expected, self.found = what, seq, expected, found


def verify(files: FloorFiles, heads_file: Path | None = None) -> Verdict:
    """Hold the log against its own seals, the actions, and the ends noted of it.

    Args:
        files: The floor.
        heads_file: A copy of the noted ends to go by instead of the floor's own.

    Raises:
        StoreError: outbox.db or the copy of the ends cannot be read at all.
    """
    noted = read_heads(heads_file or files.audit_heads, must_exist=heads_file is not None)
    connection = open_for_reading(files.outbox, OUTBOX, may_be_older=True)
    try:
        return _Check(connection, noted, files.outbox).run()
    finally:
        connection.close()


class _Check:
    """One walk over a log."""

    def __init__(
        self, connection: sqlite3.Connection, noted: Iterable[NotedHead], file: Path
    ) -> None:
        self._connection = connection
        self._noted = {each.seq: each.seal for each in noted}
        self._file = file
        self._head = Head(0, "")
        self._last_at: Ms | None = None
        self._events: dict[str, set[str]] = {}

    def run(self) -> Verdict:
        """Stops at the first thing that is wrong."""
        broken: Broken | None = None
        try:
            self._walk()
            self._hold_against_noted()
            self._hold_against_actions()
        except _Stop as stop:
            broken = Broken(stop.what, stop.seq, stop.expected, stop.found, self._file)
        newest = max(self._noted, default=0)
        return Verdict(
            head=self._head,
            last_at=self._last_at,
            heads=len(self._noted),
            last_noted=Head(newest, self._noted[newest]) if newest else None,
            broken=broken,
        )

    def _walk(self) -> None:
        # Where a page cannot be read, one entry at a time shows which it is.
        if not (self._read_on(PAGE) or self._read_on(1)):
            raise _Stop(Break.UNREADABLE, self._head.seq + 1, "", "")

    def _read_on(self, page: int) -> bool:
        try:
            for entry in entries(self._connection, self._head.seq, page=page):
                self._take(entry)
        except SQLITE_ERRORS:
            return False
        return True

    def _take(self, entry: Entry) -> None:
        seq = self._head.seq + 1
        if entry.seq != seq:
            raise _Stop(Break.MISSING, seq, str(seq), str(entry.seq))
        right = entry.right_seal
        if entry.seal != right:
            raise _Stop(Break.ALTERED, seq, right, entry.seal)
        if entry.prev != self._head.seal:
            raise _Stop(Break.UNCHAINED, seq, self._head.seal, entry.prev)
        noted = self._noted.get(seq, right)
        if noted != right:
            raise _Stop(Break.REWRITTEN, seq, noted, right)
        self._head, self._last_at = Head(seq, right), entry.at
        if entry.key:
            self._events.setdefault(entry.key, set()).add(entry.event)

    def _hold_against_noted(self) -> None:
        beyond = [seq for seq in self._noted if seq > self._head.seq]
        if beyond:
            raise _Stop(Break.CUT_OFF, self._head.seq + 1, self._noted[min(beyond)], "")

    def _hold_against_actions(self) -> None:
        try:
            rows = self._connection.execute("SELECT key, state FROM action ORDER BY seq").fetchall()
        except SQLITE_ERRORS:
            raise _Stop(Break.UNREADABLE, self._head.seq + 1, "", "") from None
        for key, state in rows:
            wanted = _event_of(state)
            if wanted not in self._events.get(key, ()):
                raise _Stop(Break.UNLOGGED, self._head.seq + 1, f"{wanted} {key}", "")


def _event_of(state: str) -> str:
    """What the log must say of an action in this state."""
    try:
        return TAKEN_IN if ActionState(state).is_open else state
    except ValueError:
        return state
