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
INSERT INTO "_sqlite_migrations" VALUES(7,'cache','0007_blocks',datetime('now'));
CREATE TABLE action (key TEXT PRIMARY KEY, site TEXT NOT NULL, state TEXT NOT NULL, updated_at INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE block (kind TEXT NOT NULL, site TEXT NOT NULL, source TEXT NOT NULL, number INTEGER NOT NULL, heads BLOB NOT NULL, ids BLOB NOT NULL, records BLOB NOT NULL, PRIMARY KEY (kind, site, source, number)) STRICT;
CREATE TABLE health (site TEXT NOT NULL, source TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (site, source)) STRICT;
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO "meta" VALUES('rev',0);
INSERT INTO "meta" VALUES('forgotten',0);
INSERT INTO "meta" VALUES('told_from',0);
CREATE TABLE recent (place INTEGER PRIMARY KEY, kind TEXT NOT NULL, site TEXT NOT NULL, source TEXT NOT NULL, heads BLOB NOT NULL, ids BLOB NOT NULL, records BLOB NOT NULL) STRICT;
CREATE TABLE scope (site TEXT NOT NULL, source TEXT NOT NULL, epoch TEXT NOT NULL, cursor TEXT, PRIMARY KEY (site, source)) STRICT;
CREATE TABLE site (id TEXT PRIMARY KEY, position INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
