"""outbox.db: every action that was taken in, once, and what became of it.

An action is kept before it is sent and settled before the next one is sent, so a process that is
killed between any two steps begins again with the same key where it was. Whether a request may have
reached its endpoint is kept with it: what may have arrived is never called expired, it is asked
about again until somebody says what became of it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from data.actions.files import ActionFile, encode_action
from data.actions.rules import RULES, may
from data.cache.database import WritableFile, translating
from data.cache.formats import OUTBOX
from data.cache.salvage import Salvage, open_or_salvage
from data.clock import Clock
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import Ms
from data.people import Person
from data.status import ActionRow, ActionState
from data.sync.audit import Head, append, head
from data.sync.ballast import Ballast
from data.sync.kept import COLUMNS, Fate, Kept, Wire, as_kept, as_row

TABLES = ("action", "audit")
RECENT_MS = 12 * 3_600_000
RECENT_ROWS = 300
"""Of settled actions, how many and how old the screens still see."""
CURRENT_LIMIT = 64 * 1024

_T = TypeVar("_T")

_SELECT_OPEN = "SELECT $columns FROM action WHERE state IN (?, ?, ?) ORDER BY seq"
_SELECT_SETTLED = (
    "SELECT $columns FROM action WHERE state NOT IN (?, ?, ?) AND updated_at > ?"
    " ORDER BY seq DESC LIMIT ?"
)
_OPEN_STATES = (ActionState.SAVED, ActionState.SENDING, ActionState.HELD)
_UPDATE = (
    "UPDATE action SET state = ?, attempts = ?, may_have_arrived = ?, updated_at = ?, code = ?,"
    " held_by = ?, held_since = ?, version = ?, current = ?, wire_key = ?, wire_version = ?,"
    " is_agreed = ? WHERE key = ?"
)


class TakenIn(Enum):
    """What became of a file from the spool."""

    NEW = "new"
    KNOWN = "known"
    """It had been taken in before: a process ended before it could remove the file."""
    REUSED = "reused"
    """Another action has this key: it is not taken in."""


class Outbox:
    """The actions of a floor; one process at a time (the sync lock sees to that)."""

    def __init__(
        self, file: WritableFile, ballast: Ballast, salvaged: Salvage | None = None
    ) -> None:
        self.salvage = salvaged
        """What became of a damaged file when this one was opened; None if it was sound."""
        self.gave_up_ballast = False
        """The disk was full, and what was kept for that is used up."""
        self.unreadable = 0
        """How many rows make no sense; they stay as they are."""
        self._file = file
        self._ballast = ballast
        rows = self._read(_SELECT_OPEN, *_OPEN_STATES)
        self._open: dict[str, Kept] = {kept.key: kept for kept in rows}

    @classmethod
    def open(cls, files: FloorFiles, clock: Clock | None = None) -> Outbox:
        """Open the outbox; of a damaged one everything that can be read is saved.

        Raises:
            StoreError: As for `open_or_salvage`.
        """
        ballast = Ballast(files.ballast)
        try:
            opened = open_or_salvage(files.outbox, OUTBOX, TABLES, clock)
        except StoreError as error:
            if error.code is not Code.DISK_FULL or not ballast.drop():
                raise
            opened = open_or_salvage(files.outbox, OUTBOX, TABLES, clock)
        file, salvaged = opened
        try:
            outbox = cls(file, ballast, salvaged)
        except BaseException:
            file.close()
            raise
        outbox.renew_ballast()
        return outbox

    def take_in(
        self,
        action: ActionFile,
        raw: bytes,
        uid: int,
        person: Person | None,
        now: Ms,
        *,
        is_theirs: bool = True,
    ) -> TakenIn:
        """Keep an action that lay in the spool, exactly once.

        What its person may not do is kept as refused, so that they are told.

        Args:
            action: The action.
            raw: The file it was read from.
            uid: Who owned the file.
            person: Who that is; None for somebody whom the floor does not know.
            now: The server's time.
            is_theirs: It is about somebody or something that their role reaches.

        Raises:
            StoreError: It is not kept; the file has to stay.
        """
        digest = hashlib.sha256(raw).hexdigest()
        with translating(self._file.path):
            known = self._file.connection.execute(
                "SELECT uid, digest FROM action WHERE key = ?", (action.key,)
            ).fetchone()
        if known is not None:
            return TakenIn.KNOWN if known == (uid, digest) else TakenIn.REUSED
        # A screen whose clock is ahead must not give an action a longer life.
        action = msgspec.structs.replace(
            action, not_after=min(action.not_after, now + RULES[action.verb].valid_ms)
        )
        fate = _first_fate(action, person, is_theirs=is_theirs)
        name = person.name if person is not None else ""
        actor = person.id if person is not None else ""
        row = (action.key, uid, actor, name, encode_action(action), digest, fate.state, now)

        def write(connection: sqlite3.Connection) -> int:
            seq = connection.execute(
                "INSERT INTO action (key, uid, actor, actor_name, body, digest, state, attempts,"
                " may_have_arrived, updated_at, code, held_by, version, current, wire_key,"
                " wire_version) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, '', 0, x'', ?, ?)",
                (*row, fate.code, action.key, action.version),
            ).lastrowid
            event = "taken_in" if fate.state.is_open else fate.state.value
            detail = f"{action.verb} {action.kind} {action.site}/{action.source}/{action.entity}"
            append(connection, at=now, uid=uid, key=action.key, event=event, detail=detail)
            return seq or 0

        seq = self._commit(write)
        if fate.state.is_open:
            wire = Wire(action.key, action.version)
            kept = Kept(seq, uid, actor, name, action, 0, False, now, fate, wire)
            self._open[action.key] = kept
        return TakenIn.NEW

    def waiting(self) -> list[Kept]:
        """The actions that are not settled, in the order in which they were taken in."""
        return list(self._open.values())

    @property
    def is_empty(self) -> bool:
        """Whether every action is settled."""
        return not self._open

    def open_of(self, account_limit: int) -> dict[int, int]:
        """How many more actions each account with unsettled ones may add."""
        counts = Counter(kept.uid for kept in self._open.values())
        return {uid: max(0, account_limit - count) for uid, count in counts.items()}

    def begin(self, kept: Kept, now: Ms, version: int | None = None) -> Kept:
        """Note, on disk, that it is going to be sent: from now on it may have arrived.

        Args:
            kept: The action.
            now: The server's time.
            version: Of its record, that it is to be based on; None for the one it had.
        """
        fate = replace(kept.fate, state=ActionState.SENDING)
        begun = replace(kept, attempts=kept.attempts + 1, may_have_arrived=True, fate=fate)
        if version is not None and not kept.may_have_arrived:
            begun = replace(begun, wire=Wire(kept.wire.key, version))
        return self._update(begun, now, "sent" if begun.attempts == 1 else "")

    def put_off(self, kept: Kept, code: Code, now: Ms, *, may_have_arrived: bool) -> Kept:
        """Note that it has to be tried again, and whether it may have arrived all the same."""
        fate = Fate(ActionState.SENDING if may_have_arrived else ActionState.SAVED, code.value)
        later = replace(kept, may_have_arrived=may_have_arrived, fate=fate)
        return self._update(later, now, "put_off" if code != kept.fate.code else "", code.value)

    def overtaken(self, kept: Kept, key: str, now: Ms) -> None:
        """Note that it was refused because its record had moved on: it goes out anew.

        Args:
            kept: The action; that request has surely done nothing.
            key: Of the next request.
            now: The server's time.
        """
        later = replace(
            kept,
            may_have_arrived=False,
            fate=Fate(ActionState.SAVED, Code.VERSION_MISMATCH.value),
            wire=Wire(key, kept.wire.version),
        )
        self._update(later, now, "overtaken")

    def hold(self, kept: Kept, now: Ms) -> None:
        """Note that its person has to be asked: what it was meant for has changed."""
        fate = Fate(ActionState.HELD, Code.CHANGED_SINCE.value)
        self._update(replace(kept, fate=fate), now, "held")

    def agree(self, kept: Kept, now: Ms) -> None:
        """Note that its person wants it all the same."""
        fate = Fate(ActionState.SAVED)
        self._update(replace(kept, fate=fate, is_agreed=True), now, "agreed")

    def settle(self, kept: Kept, fate: Fate, now: Ms) -> None:
        """Note what became of it; it is never sent again."""
        self._update(replace(kept, fate=fate), now, fate.state.value, fate.code)

    def find(self, key: str) -> Kept | None:
        """An action by its key, settled or not; None where there is none."""
        waiting = self._open.get(key)
        if waiting is not None:
            return waiting
        rows = self._read("SELECT $columns FROM action WHERE key = ?", key)
        return rows[0] if rows else None

    def note(self, event: str, uid: int, now: Ms, detail: str, *, key: str = "") -> None:
        """Add to the log something that changes no action."""

        def write(connection: sqlite3.Connection) -> None:
            append(connection, at=now, uid=uid, key=key, event=event, detail=detail)

        self._commit(write)

    def log_head(self) -> Head:
        """Where the log ends.

        Raises:
            StoreError: It cannot be read.
        """
        with translating(self._file.path):
            return head(self._file.connection)

    def rows(self, now: Ms) -> list[ActionRow]:
        """What the screens see: all that is open, and what was settled lately, oldest first."""
        settled = self._read(_SELECT_SETTLED, *_OPEN_STATES, now - RECENT_MS, RECENT_ROWS)
        whole = sorted([*settled, *self._open.values()], key=lambda kept: kept.seq)
        return [as_row(kept) for kept in whole]

    def renew_ballast(self) -> None:
        """Keep room for a full disk again, where there is room to keep."""
        self.gave_up_ballast = not self._ballast.make()

    def close(self) -> None:
        """Write everything back and close."""
        self._file.close()

    def _update(self, kept: Kept, now: Ms, event: str, detail: str = "") -> Kept:
        fate = kept.fate
        kept = replace(kept, updated_at=now)

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                _UPDATE,
                (
                    *(fate.state, kept.attempts, kept.may_have_arrived, now, fate.code),
                    *(fate.held_by, fate.held_since, fate.version, fate.current[:CURRENT_LIMIT]),
                    *(kept.wire.key, kept.wire.version, kept.is_agreed, kept.key),
                ),
            )
            if event:
                append(connection, at=now, uid=kept.uid, key=kept.key, event=event, detail=detail)

        self._commit(write)
        if fate.state.is_open:
            self._open[kept.key] = kept
        else:
            self._open.pop(kept.key, None)
        return kept

    def _commit(self, write: Callable[[sqlite3.Connection], _T]) -> _T:
        """One transaction; on a full disk once more with the room that was kept for it."""
        try:
            with self._file.transaction() as connection:
                return write(connection)
        except StoreError as error:
            if error.code is not Code.DISK_FULL or not self._ballast.drop():
                raise
        self.gave_up_ballast = True
        with self._file.transaction() as connection:
            return write(connection)

    def _read(self, select: str, *parameters: object) -> list[Kept]:
        select = select.replace("$columns", COLUMNS)
        with translating(self._file.path):
            rows = self._file.connection.execute(select, parameters).fetchall()
        found: list[Kept] = []
        unreadable = 0
        for row in rows:
            try:
                found.append(as_kept(*row))
            except (msgspec.DecodeError, ValueError):
                unreadable += 1
        self.unreadable = max(self.unreadable, unreadable)
        return found


def _first_fate(action: ActionFile, person: Person | None, *, is_theirs: bool) -> Fate:
    if person is None or not may(person.role, action.verb):
        return Fate(ActionState.REFUSED, Code.FORBIDDEN.value)
    if not is_theirs:
        return Fate(ActionState.REFUSED, Code.NOT_YOUR_TEAM.value)
    return Fate(ActionState.SAVED)
