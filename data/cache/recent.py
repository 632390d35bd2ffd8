"""What the latest commits told, each in one piece; the blocks learn it some time later.

A page of a busy floor changes rows of all blocks. So a commit writes to `recent` what it alters
and nothing else, and a reader who was there a moment ago finds all that is new in one place. `meta`
says how far back that goes: whoever has seen the commit `told_from` need not look into the blocks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import msgspec

from data.cache.diff import Held, Plan, Scope
from data.cache.news import PLACES, TOLD_FROM
from data.cache.packing import Packed, pack, pack_versions, unpack
from data.model import Kind

_APPEND = "INSERT INTO recent VALUES (?, ?, ?, ?, ?, ?, ?)"
_ALL = "SELECT place, kind, site, source, heads, ids, records FROM recent ORDER BY place"


class Entry(msgspec.Struct, frozen=True):
    """What a commit wrote of one kind."""

    place: int
    scope: Scope
    kind: Kind
    rows: dict[str, Held]
    has_records: bool
    """Whether there is something to see; else only the versions of the rows are new."""


def append(
    connection: sqlite3.Connection, scope: Scope, plan: Plan, rev: int, last_place: int
) -> int:
    """Write what a plan alters, in the caller's transaction.

    Args:
        connection: The cache's.
        scope: Site and source.
        plan: What to write.
        rev: The number of the commit.
        last_place: Where the last entry stands or stood.

    Returns:
        Where the last one stands now.
    """
    place = max(last_place + 1, rev * PLACES)
    packed = [(kind, pack(rows.items())) for kind, rows in plan.stored.items()]
    packed += [(kind, pack_versions(rows.items())) for kind, rows in plan.touched.items()]
    connection.executemany(
        _APPEND,
        [(place + n, kind.value, *scope, *parts) for n, (kind, parts) in enumerate(packed)],
    )
    return place + len(packed) - 1


def clear(connection: sqlite3.Connection, told_from: int) -> None:
    """Forget all, in the caller's transaction, up to and with a commit."""
    connection.execute("DELETE FROM recent")
    connection.execute("UPDATE meta SET value = ? WHERE name = ?", (told_from, TOLD_FROM))


def entries(connection: sqlite3.Connection) -> Iterator[Entry]:
    """All that there is, in order.

    Raises:
        msgspec.DecodeError: A record makes no sense.
        ValueError: An entry does not add up.
    """
    with closing(connection.execute(_ALL)) as found:
        for place, name, site, source, *parts in found:
            kind, packed = Kind(name), Packed(*parts)
            rows = dict(unpack(kind, packed))
            yield Entry(place, (site, source), kind, rows, bool(packed.records))
