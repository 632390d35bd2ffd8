"""The log of actions and refusals: only added to, and each line sealed with the one before it."""

from __future__ import annotations

import hashlib
import sqlite3

import msgspec

from data.clean import clean_text
from data.model import Ms

DETAIL_LIMIT = 300
_LAST = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"


def append(
    connection: sqlite3.Connection, *, at: Ms, uid: int, key: str, event: str, detail: str = ""
) -> None:
    """Add a line, within the transaction of what it tells of.

    Args:
        connection: Of outbox.db, in a transaction.
        at: When, on the server's clock.
        uid: The account that acted.
        key: The action's key; empty where there is none.
        event: What happened, in a word.
        detail: What else is to be known of it; no comments, no callers' numbers.
    """
    seq, previous = connection.execute(_LAST).fetchone() or (0, "")
    line = (seq + 1, at, uid, key, event, clean_text(detail, DETAIL_LIMIT), previous)
    connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*line, _seal(line)))


def first_broken(connection: sqlite3.Connection) -> int | None:
    """The number of the first line that is not as it was written; None where all are."""
    expected, previous = 1, ""
    for row in connection.execute("SELECT * FROM audit ORDER BY seq").fetchall():
        *line, seal = row
        if line[0] != expected or line[-1] != previous or _seal(line) != seal:
            return expected
        expected, previous = expected + 1, seal
    return None


def _seal(line: object) -> str:
    return hashlib.sha256(msgspec.json.encode(line)).hexdigest()
