CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'cache','0001_present',datetime('now'));
INSERT INTO "_sqlite_migrations" VALUES(2,'cache','0002_lost_callers',datetime('now'));
INSERT INTO "_sqlite_migrations" VALUES(3,'cache','0003_loans',datetime('now'));
INSERT INTO "_sqlite_migrations" VALUES(4,'cache','0004_numbered_rows',datetime('now'));
INSERT INTO "_sqlite_migrations" VALUES(5,'cache','0005_alerts_and_shifts',datetime('now'));
INSERT INTO "_sqlite_migrations" VALUES(6,'cache','0006_promises',datetime('now'));
CREATE TABLE action (key TEXT PRIMARY KEY, site TEXT NOT NULL, state TEXT NOT NULL, updated_at INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE agent (
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
;
CREATE TABLE alert (
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
;
CREATE TABLE checklist (
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
;
CREATE TABLE contact (
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
;
CREATE TABLE escalation (
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
;
CREATE TABLE handover (
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
;
CREATE TABLE health (site TEXT NOT NULL, source TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (site, source)) STRICT;
CREATE TABLE incident (
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
;
CREATE TABLE interval (
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
;
CREATE TABLE loan (
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
;
CREATE TABLE lost_caller (
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
;
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO "meta" VALUES('rev',0);
INSERT INTO "meta" VALUES('forgotten',0);
CREATE TABLE mute (
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
;
CREATE TABLE note (
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
;
CREATE TABLE promise (
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
;
CREATE TABLE queue (
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
;
CREATE TABLE scope (site TEXT NOT NULL, source TEXT NOT NULL, epoch TEXT NOT NULL, cursor TEXT, PRIMARY KEY (site, source)) STRICT;
CREATE TABLE shift (
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
;
CREATE TABLE site (id TEXT PRIMARY KEY, position INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "queue_rev"
    ON "queue" ("rev");
CREATE INDEX "interval_rev"
    ON "interval" ("rev");
CREATE INDEX "contact_rev"
    ON "contact" ("rev");
CREATE INDEX "agent_rev"
    ON "agent" ("rev");
CREATE INDEX "escalation_rev"
    ON "escalation" ("rev");
CREATE INDEX "shift_rev"
    ON "shift" ("rev");
CREATE INDEX "note_rev"
    ON "note" ("rev");
CREATE INDEX "alert_rev"
    ON "alert" ("rev");
CREATE INDEX "lost_caller_rev"
    ON "lost_caller" ("rev");
CREATE INDEX "loan_rev"
    ON "loan" ("rev");
CREATE INDEX "mute_rev"
    ON "mute" ("rev");
CREATE INDEX "incident_rev"
    ON "incident" ("rev");
CREATE INDEX "checklist_rev"
    ON "checklist" ("rev");
CREATE INDEX "handover_rev"
    ON "handover" ("rev");
CREATE INDEX "promise_rev"
    ON "promise" ("rev");
