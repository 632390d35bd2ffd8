"""The schema of cache.db, as migrations. A migration that was released never changes."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlite_utils import Database, Migrations

from data.cache.formats import for_table

cache_migrations = Migrations("cache")

# One table for each kind of entity, all alike: what is shown is `body`, the record as JSON.
# A deleted row stays for a while with an empty body, so that readers hear of it and an older
# version cannot bring it back.
_KINDS = ("queue", "interval", "contact", "agent", "escalation", "shift", "note", "alert")
_ENTITY = """
CREATE TABLE {kind} (
    site TEXT NOT NULL,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    client TEXT NOT NULL,
    version INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (site, source, id)
) STRICT
"""
_LATER = ("lost_caller", "loan", "mute", "incident", "checklist", "handover", "promise")
_NUMBERED = """
CREATE TABLE $table (
    number INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    client TEXT NOT NULL,
    version INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (site, source, id)
) STRICT
"""
_NUMBER = """
INSERT INTO $table (site, source, id, client, version, rev, observed_at, at, deleted, body)
SELECT * FROM unnumbered
"""


@cache_migrations(name="0001_present")
def create_present(db: Database) -> None:
    """Entities, where to read on from, sites, health, and the mirror of actions."""
    for kind in _KINDS:
        db.execute(_ENTITY.format(kind=kind))
        db.table(kind).create_index(["rev"], f"{kind}_rev")
    db.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT")
    # rev: the newest commit; forgotten: the newest commit that a reader can no longer be told of.
    db.execute("INSERT INTO meta VALUES ('rev', 0), ('forgotten', 0)")
    db.execute(
        "CREATE TABLE scope (site TEXT NOT NULL, source TEXT NOT NULL, epoch TEXT NOT NULL,"
        " cursor TEXT, PRIMARY KEY (site, source)) STRICT"
    )
    db.execute(
        "CREATE TABLE site (id TEXT PRIMARY KEY, position INTEGER NOT NULL, body BLOB NOT NULL)"
        " STRICT"
    )
    db.execute(
        "CREATE TABLE health (site TEXT NOT NULL, source TEXT NOT NULL, body BLOB NOT NULL,"
        " PRIMARY KEY (site, source)) STRICT"
    )
    db.execute(
        "CREATE TABLE action (key TEXT PRIMARY KEY, site TEXT NOT NULL, state TEXT NOT NULL,"
        " updated_at INTEGER NOT NULL, body BLOB NOT NULL) STRICT"
    )


@cache_migrations(name="0002_lost_callers")
def create_lost_callers(db: Database) -> None:
    """What the floor's own desk keeps of callers who were lost."""
    db.execute(_ENTITY.format(kind="lost_caller"))
    db.table("lost_caller").create_index(["rev"], "lost_caller_rev")


@cache_migrations(name="0003_loans")
def create_loans(db: Database) -> None:
    """What the floor's own desk keeps of agents who were lent to another queue."""
    db.execute(_ENTITY.format(kind="loan"))
    db.table("loan").create_index(["rev"], "loan_rev")


@cache_migrations(name="0004_numbered_rows")
def number_rows(db: Database) -> None:
    """Rows have numbers by which they are written, a third cheaper than by three texts."""
    for kind in (*_KINDS, "lost_caller", "loan"):
        db.execute(for_table("ALTER TABLE $table RENAME TO unnumbered", kind))
        db.execute(for_table(_NUMBERED, kind))
        db.execute(for_table(_NUMBER, kind))
        db.execute("DROP TABLE unnumbered")
        db.table(kind).create_index(["rev"], f"{kind}_rev")


@cache_migrations(name="0005_alerts_and_shifts")
def create_mutes_and_shift_log(db: Database) -> None:
    """What the floor's own desk keeps of muted alerts, and of what a shift leaves to the next."""
    for kind in ("mute", "incident", "checklist", "handover"):
        db.execute(for_table(_NUMBERED, kind))
        db.table(kind).create_index(["rev"], f"{kind}_rev")


@cache_migrations(name="0006_promises")
def create_promises(db: Database) -> None:
    """What the floor's own desk keeps of what customers were promised."""
    db.execute(for_table(_NUMBERED, "promise"))
    db.table("promise").create_index(["rev"], "promise_rev")


_NEIGHBOURS = 64


@cache_migrations(name="0007_blocks")
def pack_rows(db: Database) -> None:
    """Rows in blocks of neighbours, and what the latest commits told: see `data.cache.packing`.

    What is here has to come to the same with each later version, so it packs by itself.
    """
    db.execute(
        "CREATE TABLE block (kind TEXT NOT NULL, site TEXT NOT NULL, source TEXT NOT NULL,"
        " number INTEGER NOT NULL, heads BLOB NOT NULL, ids BLOB NOT NULL, records BLOB NOT NULL,"
        " PRIMARY KEY (kind, site, source, number)) STRICT"
    )
    db.execute(
        "CREATE TABLE recent (place INTEGER PRIMARY KEY, kind TEXT NOT NULL, site TEXT NOT NULL,"
        " source TEXT NOT NULL, heads BLOB NOT NULL, ids BLOB NOT NULL, records BLOB NOT NULL)"
        " STRICT"
    )
    db.execute("INSERT INTO meta SELECT 'told_from', value FROM meta WHERE name = 'rev'")
    # A row had a number of its own among those of its kind; now it is one among all.
    first = 1
    for kind in (*_KINDS, *_LATER):
        first = _pack_table(db, kind, first)
        db.execute(for_table("DROP TABLE $table", kind))


_UNPACKED = """
SELECT site, source, id, version, rev, observed_at, body FROM $table ORDER BY site, source, number
"""


def _pack_table(db: Database, kind: str, first: int) -> int:
    """Put the rows of a table into blocks, with numbers from `first` on; the number after them."""
    blocks: dict[tuple[str, str, int], list[tuple[Any, ...]]] = {}
    for number, row in enumerate(db.execute(for_table(_UNPACKED, kind)).fetchall(), first):
        blocks.setdefault((*row[:2], number // _NEIGHBOURS), []).append((number, *row[2:]))
        first = number + 1
    pack = msgspec.msgpack.encode
    for where, rows in blocks.items():
        standing = [row for row in rows if row[-1]]
        gone = [row for row in rows if not row[-1]]
        named = *standing, *gone
        heads = [[row[column] for row in named] for column in (0, 2, 3, 4)]
        records = [msgspec.json.decode(row[-1]) for row in standing]
        packed = pack(heads), pack([row[1] for row in gone]), pack(records)
        db.execute("INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?)", (kind, *where, *packed))
    return first
