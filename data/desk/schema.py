"""The schema of desk.db, as migrations. A migration that was released never changes."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

desk_migrations = Migrations("desk")


@desk_migrations(name="0001_records")
def create_records(db: Database) -> None:
    """Entities as they are, every change in commit order, and answers to give again."""
    # `data` is the contract's message as JSON; NULL once the entity was deleted, so that its
    # version goes on from there if it is made anew.
    db.execute(
        "CREATE TABLE entity (site TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,"
        " client TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, data BLOB,"
        " PRIMARY KEY (site, kind, id)) STRICT"
    )
    db.execute(
        "CREATE TABLE change (serial INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL,"
        " kind TEXT NOT NULL, id TEXT NOT NULL, client TEXT NOT NULL, version INTEGER NOT NULL,"
        " at INTEGER NOT NULL, caused_by TEXT NOT NULL, data BLOB) STRICT"
    )
    db.execute(
        "CREATE TABLE answer (site TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,"
        " status INTEGER NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL,"
        " PRIMARY KEY (site, key)) STRICT"
    )
