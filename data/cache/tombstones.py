"""Deleted rows of cache.db: kept for a while, so that readers hear of them, and then dropped."""

from __future__ import annotations

import sqlite3

from data.cache.formats import for_table
from data.model import Kind, Ms

TOMBSTONE_LIFE_MS = 7 * 86_400_000
TOMBSTONES_KEPT = 5_000
"""Of each kind: who has not looked for longer than that many contacts last reads all anew."""
PRUNE_EVERY_MS = 60_000
PRUNE_STEP = 2_000
"""Of each kind in one transaction; where there are more, the next one goes on."""

_OUTDATED = """
SELECT number, rev, site, source, id FROM $table
WHERE deleted = 1 AND (observed_at < ? OR ?) ORDER BY rev LIMIT ?
"""

Dropped = tuple[Kind, tuple[str, str], str]
"""Kind, site and source, and id."""


def prune(connection: sqlite3.Connection, now: Ms) -> list[Dropped]:
    """Drop tombstones that are old or too many, oldest first, in the caller's transaction."""
    dropped: list[Dropped] = []
    newest = 0
    for kind in Kind:
        (count,) = connection.execute(
            for_table("SELECT count(*) FROM $table WHERE deleted = 1", kind)
        ).fetchone()
        excess = max(0, count - TOMBSTONES_KEPT)
        found = connection.execute(
            for_table(_OUTDATED, kind),
            (now - TOMBSTONE_LIFE_MS, excess > 0, min(excess or PRUNE_STEP, PRUNE_STEP)),
        ).fetchall()
        connection.executemany(
            for_table("DELETE FROM $table WHERE number = ?", kind), [row[:1] for row in found]
        )
        newest = max(newest, *(row[1] for row in found), 0)
        dropped += [(kind, (row[2], row[3]), row[4]) for row in found]
    if dropped:
        connection.execute(
            "UPDATE meta SET value = max(value, ?) WHERE name = 'forgotten'", (newest,)
        )
    return dropped
