"""All rows of cache.db in blocks of neighbours, as of the last time that the blocks learned."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing

from data.cache.diff import Held, Scope
from data.cache.packing import Packed, pack, unpack
from data.model import Kind

_BITS = 6
"""Of a row's number: 64 rows are some 16 KB, and few enough to be written for one of them."""
_PUT = """
INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, site, source, number)
DO UPDATE SET heads = excluded.heads, ids = excluded.ids, records = excluded.records
"""
_DROP = "DELETE FROM block WHERE kind = ? AND site = ? AND source = ? AND number = ?"
_ALL = "SELECT kind, site, source, number, heads, ids, records FROM block"


def block_of(row: Held) -> int:
    """The number of the block that a row is in."""
    return row.number >> _BITS


def write_blocks(
    connection: sqlite3.Connection,
    scope: Scope,
    kind: Kind,
    rows: Mapping[str, Held],
    wanted: Collection[int],
) -> None:
    """Write some blocks anew, in the caller's transaction.

    Args:
        connection: The cache's.
        scope: Site and source.
        kind: The kind.
        rows: All rows of that kind and source that there are.
        wanted: The numbers of the blocks.
    """
    blocks: dict[int, list[tuple[str, Held]]] = {number: [] for number in wanted}
    for entity, row in rows.items():
        block = blocks.get(block_of(row))
        if block is not None:
            block.append((entity, row))
    where = kind.value, *scope
    full = [(*where, number, *pack(block)) for number, block in blocks.items() if block]
    connection.executemany(_PUT, full)
    empty = [(*where, number) for number, block in blocks.items() if not block]
    connection.executemany(_DROP, empty)


def kept_rows(connection: sqlite3.Connection) -> Iterator[tuple[Scope, Kind, str, Held]]:
    """All rows, each with where it belongs and its id.

    Raises:
        msgspec.DecodeError: A record makes no sense.
        ValueError: A block does not add up.
    """
    with closing(connection.execute(_ALL)) as found:
        for name, site, source, number, *parts in found:
            kind = Kind(name)
            for entity, row in unpack(kind, Packed(*parts)):
                if block_of(row) != number:
                    raise ValueError(kind)
                yield (site, source), kind, entity, row
