"""The schema of outbox.db, as migrations. A migration that was released never changes."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

outbox_migrations = Migrations("outbox")


@outbox_migrations(name="0001_actions")
def create_actions(db: Database) -> None:
    """Actions with their fate, and the log of everything that became of them."""
    # `body` is the action as it was taken in; `digest` that of its file, by which a second file
    # with the same key is told from the same file found twice.
    db.execute(
        "CREATE TABLE action (seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,"
        " uid INTEGER NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL, body BLOB NOT NULL,"
        " digest TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,"
        " may_have_arrived INTEGER NOT NULL, updated_at INTEGER NOT NULL, code TEXT NOT NULL,"
        " held_by TEXT NOT NULL, held_since INTEGER, version INTEGER NOT NULL,"
        " current BLOB NOT NULL) STRICT"
    )
    db.table("action").create_index(["state", "updated_at"], "action_state")
    db.execute(
        "CREATE TABLE audit (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, uid INTEGER NOT NULL,"
        " key TEXT NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL, prev TEXT NOT NULL,"
        " hash TEXT NOT NULL) STRICT"
    )
    for word in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER audit_no_{word.lower()} BEFORE {word} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END"
        )


@outbox_migrations(name="0002_requests")
def create_requests(db: Database) -> None:
    """The key and the version under which an action goes out, and what its person agreed to."""
    db.execute("ALTER TABLE action ADD COLUMN wire_key TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE action ADD COLUMN wire_version INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE action ADD COLUMN is_agreed INTEGER NOT NULL DEFAULT 0")
