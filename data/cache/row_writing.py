"""Writing rows of cache.db: a plan as statements."""

from __future__ import annotations

import sqlite3

import msgspec

from data.cache.diff import Plan
from data.cache.formats import for_table
from data.model import Ms

_SEE = """
INSERT INTO $table
    (number, version, rev, observed_at, at, deleted, client, body, site, source, id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (number) DO UPDATE SET
    version = excluded.version, rev = excluded.rev, observed_at = excluded.observed_at,
    at = excluded.at, deleted = excluded.deleted, client = excluded.client, body = excluded.body
"""
_TOUCH = """
UPDATE $table SET version = ?, observed_at = ?, at = ? WHERE number = ?
"""
_encode = msgspec.json.Encoder().encode


def write_rows(
    connection: sqlite3.Connection,
    scope: tuple[str, str],
    plan: Plan,
    rev: int,
    observed_at: Ms,
) -> None:
    """Write what a plan alters, in the caller's transaction.

    Args:
        connection: The cache's.
        scope: Site and source.
        plan: What to write.
        rev: The number of the commit.
        observed_at: When it was heard, on the server's clock.
    """
    site, source = scope
    for kind, rows in plan.stored.items():
        values: list[tuple[object, ...]] = []
        for entity, row in rows.items():
            version, record, number, at = row.version, row.record, row.number, row.at
            if record is None:
                gone = number, version, rev, observed_at, at, 1, "", b"", site, source, entity
                values.append(gone)
            else:
                what = record.client, _encode(record)
                values.append(
                    (number, version, rev, observed_at, at, 0, *what, site, source, entity)
                )
        connection.executemany(for_table(_SEE, kind), values)
    for kind, rows in plan.touched.items():
        connection.executemany(
            for_table(_TOUCH, kind),
            [(row.version, observed_at, row.at, row.number) for row in rows.values()],
        )
