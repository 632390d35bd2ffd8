CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'outbox','0001_actions',datetime('now'));
INSERT INTO "_sqlite_migrations" VALUES(2,'outbox','0002_requests',datetime('now'));
CREATE TABLE action (seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, uid INTEGER NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL, body BLOB NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, may_have_arrived INTEGER NOT NULL, updated_at INTEGER NOT NULL, code TEXT NOT NULL, held_by TEXT NOT NULL, held_since INTEGER, version INTEGER NOT NULL, current BLOB NOT NULL, wire_key TEXT NOT NULL DEFAULT '', wire_version INTEGER NOT NULL DEFAULT 0, is_agreed INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE audit (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, uid INTEGER NOT NULL, key TEXT NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "action_state"
    ON "action" ("state", "updated_at");
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
