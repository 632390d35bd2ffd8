CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'history','0001_past',datetime('now'));
INSERT INTO "_sqlite_migrations" VALUES(2,'history','0002_demand',datetime('now'));
CREATE TABLE agent_day (
    agent INTEGER NOT NULL,
    day_started_at INTEGER NOT NULL,
    handled INTEGER,
    talk_ms INTEGER,
    hold_ms INTEGER,
    acw_ms INTEGER,
    ready_ms INTEGER,
    not_ready_ms INTEGER,
    sales INTEGER,
    dials INTEGER,
    imported INTEGER NOT NULL,
    PRIMARY KEY (day_started_at, agent)
) STRICT, WITHOUT ROWID
;
CREATE TABLE contact (
    c INTEGER PRIMARY KEY AUTOINCREMENT,
    id_hash INTEGER NOT NULL,
    id TEXT NOT NULL,
    leg INTEGER NOT NULL,
    queue INTEGER NOT NULL,
    client INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    direction INTEGER NOT NULL,
    outcome INTEGER,
    at INTEGER NOT NULL,
    queued INTEGER,
    answered INTEGER,
    ended INTEGER,
    agent INTEGER NOT NULL,
    mask INTEGER NOT NULL,
    digits TEXT NOT NULL,
    caller INTEGER,
    imported INTEGER NOT NULL
) STRICT
;
CREATE TABLE event (
    subject INTEGER NOT NULL,
    at INTEGER NOT NULL,
    what INTEGER NOT NULL,
    who INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (subject, at, what, who)
) STRICT, WITHOUT ROWID
;
CREATE TABLE extra (
    contact INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    name INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (contact, at, kind, name)
) STRICT, WITHOUT ROWID
;
CREATE TABLE forecast (
    queue INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    offered REAL NOT NULL,
    aht_s REAL,
    expected REAL NOT NULL,
    required INTEGER,
    PRIMARY KEY (starts_at, queue)
) STRICT, WITHOUT ROWID
;
CREATE TABLE interval (
    queue INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    offered INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    answered_within INTEGER NOT NULL,
    abandoned INTEGER NOT NULL,
    abandoned_within INTEGER NOT NULL,
    abandoned_short INTEGER NOT NULL,
    transferred INTEGER NOT NULL,
    wait_answered_ms INTEGER NOT NULL,
    wait_abandoned_ms INTEGER NOT NULL,
    longest_wait_ms INTEGER NOT NULL,
    talk_ms INTEGER NOT NULL,
    hold_ms INTEGER NOT NULL,
    acw_ms INTEGER NOT NULL,
    forecast_offered REAL,
    forecast_aht_s REAL,
    imported INTEGER NOT NULL,
    PRIMARY KEY (starts_at, queue)
) STRICT, WITHOUT ROWID
;
CREATE TABLE keyframe (at INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE name (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL,
    source TEXT NOT NULL,
    sort INTEGER NOT NULL,
    id TEXT NOT NULL,
    label TEXT NOT NULL,
    client TEXT NOT NULL,
    UNIQUE (site, source, sort, id)
) STRICT
;
CREATE TABLE need (
    site TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    heads INTEGER NOT NULL,
    PRIMARY KEY (starts_at, site)
) STRICT, WITHOUT ROWID
;
CREATE TABLE segment (
    agent INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    length INTEGER,
    state INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    rang INTEGER,
    talked INTEGER,
    worked INTEGER,
    PRIMARY KEY (agent, from_ms)
) STRICT, WITHOUT ROWID
;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX contact_id ON contact (id_hash);
CREATE INDEX contact_at ON contact (at);
CREATE INDEX contact_lasting ON contact (at) WHERE ended IS NULL OR ended > 1800000
;
CREATE INDEX contact_last4 ON contact (substr(digits, -4)) WHERE digits <> '';
