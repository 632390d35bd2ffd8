"""The log of actions and refusals: only added to, and each entry sealed with the one before it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from data.clean import clean_text
from data.model import Ms

DETAIL_LIMIT = 300
PAGE = 1000
_LAST = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
_PAGE = (
    "SELECT seq, at, uid, key, event, detail, prev, hash FROM audit WHERE seq > ?"
    " ORDER BY seq LIMIT ?"
)


class Entry(NamedTuple):
    """One entry, as it is kept."""

    seq: int
    """From 1, without gaps."""
    at: Ms
    """On the server's clock."""
    uid: int
    """The account that acted."""
    key: str
    """The action's key; empty where it is not about one."""
    event: str
    detail: str
    prev: str
    """The seal of the entry before; empty for the first."""
    seal: str

    @property
    def right_seal(self) -> str:
        """The seal that an entry with this content bears."""
        return hashlib.sha256(msgspec.json.encode(self[:-1])).hexdigest()


class Head(NamedTuple):
    """The end of the log at some time: by it everything before it is known."""

    seq: int
    """0 where there is no entry."""
    seal: str


def append(
    connection: sqlite3.Connection, *, at: Ms, uid: int, key: str, event: str, detail: str = ""
) -> None:
    """Add an entry, within the transaction of what it tells of.

    Args:
        connection: Of outbox.db, in a transaction.
        at: When, on the server's clock.
        uid: The account that acted.
        key: The action's key; empty where there is none.
        event: What happened, in a word.
        detail: What else is to be known of it; no comments, no callers' numbers.
    """
    last = head(connection)
    text = clean_text(detail, DETAIL_LIMIT)
    entry = Entry(last.seq + 1, at, uid, key, event, text, last.seal, "")
    connection.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*entry[:-1], entry.right_seal)
    )


def head(connection: sqlite3.Connection) -> Head:
    """Where the log ends now."""
    return Head(*(connection.execute(_LAST).fetchone() or (0, "")))


def entries(connection: sqlite3.Connection, after: int = 0, *, page: int = PAGE) -> Iterator[Entry]:
    """The entries in their order, read in pages so that no cursor stays open.

    Args:
        connection: Of outbox.db.
        after: Begin behind the entry of this number.
        page: How many to read at once.
    """
    while rows := connection.execute(_PAGE, (after, page)).fetchall():
        for row in rows:
            yield Entry(*row)
        after = rows[-1][0]


def first_broken(connection: sqlite3.Connection) -> int | None:
    """The number of the first entry that is not as it was written; None where all are."""
    before = Head(0, "")
    for entry in entries(connection):
        if (entry.seq, entry.prev) != (before.seq + 1, before.seal):
            return before.seq + 1
        if entry.seal != entry.right_seal:
            return entry.seq
        before = Head(entry.seq, entry.seal)
    return None
