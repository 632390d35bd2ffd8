"""What a writer of cache.db that begins learns of the rows that were written before it."""

from __future__ import annotations

import sqlite3

import msgspec
from msgspec.structs import replace

from data.cache.blocks import kept_rows
from data.cache.committing import RowCommits
from data.cache.diff import Held, Scope
from data.cache.recent import entries
from data.model import Kind


class Loaded(msgspec.Struct):
    """All rows, and what of them the blocks do not know."""

    rows: dict[Scope, dict[Kind, dict[str, Held]]] = msgspec.field(default_factory=dict)
    last_number: int = 0
    commits: RowCommits = msgspec.field(default_factory=RowCommits)


def load_rows(connection: sqlite3.Connection, rev: int) -> Loaded:
    """Read all rows, and see that each makes sense.

    Args:
        connection: The cache's.
        rev: The newest commit.

    Raises:
        msgspec.DecodeError: A record does not.
        ValueError: What stands beside it does not.
        KeyError: A row is missing.
    """
    loaded = Loaded()
    for scope, kind, entity, row in kept_rows(connection):
        held = _rows_of(loaded, scope)[kind]
        if entity in held:
            raise ValueError(kind)
        held[entity] = _sound(loaded, scope, kind, row, rev)
    for entry in entries(connection):
        held = _rows_of(loaded, entry.scope)[entry.kind]
        for entity, row in entry.rows.items():
            known = row if entry.has_records else replace(held[entity], version=row.version)
            held[entity] = _sound(loaded, entry.scope, entry.kind, known, rev)
        loaded.commits.replay(entry)
    return loaded


def _rows_of(loaded: Loaded, scope: Scope) -> dict[Kind, dict[str, Held]]:
    return loaded.rows.setdefault(scope, {kind: {} for kind in Kind})


def _sound(loaded: Loaded, scope: Scope, kind: Kind, row: Held, rev: int) -> Held:
    if row.mark.rev > rev or (row.record and (row.record.site, row.record.source) != scope):
        raise ValueError(kind)
    loaded.last_number = max(loaded.last_number, row.number)
    return row
