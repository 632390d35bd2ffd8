CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'desk','0001_records',datetime('now'));
CREATE TABLE answer (site TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (site, key)) STRICT;
CREATE TABLE change (serial INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, client TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, caused_by TEXT NOT NULL, data BLOB) STRICT;
CREATE TABLE entity (site TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, client TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, data BLOB, PRIMARY KEY (site, kind, id)) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
