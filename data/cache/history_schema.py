"""The schema of history.db, as migrations. A migration that was released never changes.

A busy floor adds millions of rows a week, so rows are integers: who and what is in `name`, once;
instants are milliseconds since 1970 UTC, and those that follow another are kept as the distance
to it. A row's site and client are those of the name it is keyed by, and a contact, which may be
another client's than its queue is, has a client of its own. Codes: `data.cache.history_model`.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

history_migrations = Migrations("history")

_NAME = """
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
"""
# A state, and what of a call followed it without a gap: see `data.cache.history_pieces`. `rang`,
# `talked`, `worked`, `length`: ms after `from_ms`. The queue is that of the contact's stay.
_SEGMENT = """
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
"""
# One row for each queue that a contact was in. `queued`, `answered`, `ended`: ms after `at`.
# `id_hash` stands in for an index on the native id, which is long text. `mask` (a name) and
# `digits` together are the caller's masked number; `caller` is a hash of the caller's key.
_CONTACT = """
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
"""
# Contacts that last, or took over half an hour: who looks at the past finds them among millions.
_LASTING = """
CREATE INDEX contact_lasting ON contact (at) WHERE ended IS NULL OR ended > 1800000
"""
_EXTRA = """
CREATE TABLE extra (
    contact INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    name INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (contact, at, kind, name)
) STRICT, WITHOUT ROWID
"""
_INTERVAL = """
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
"""
_AGENT_DAY = """
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
"""
_EVENT = """
CREATE TABLE event (
    subject INTEGER NOT NULL,
    at INTEGER NOT NULL,
    what INTEGER NOT NULL,
    who INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (subject, at, what, who)
) STRICT, WITHOUT ROWID
"""


@history_migrations(name="0001_past")
def create_past(db: Database) -> None:
    """What happened, in integers."""
    for statement in (_NAME, _SEGMENT, _CONTACT, _EXTRA, _INTERVAL, _AGENT_DAY, _EVENT):
        db.execute(statement)
    db.execute("CREATE TABLE keyframe (at INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
    db.execute("CREATE INDEX contact_id ON contact (id_hash)")
    db.execute("CREATE INDEX contact_at ON contact (at)")
    db.execute(_LASTING)
    db.execute("CREATE INDEX contact_last4 ON contact (substr(digits, -4)) WHERE digits <> ''")


# Both by half hour. `origin`: `data.figures.demand`; `required`: of the queue alone.
_FORECAST = """
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
"""
_NEED = """
CREATE TABLE need (
    site TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    heads INTEGER NOT NULL,
    PRIMARY KEY (starts_at, site)
) STRICT, WITHOUT ROWID
"""


@history_migrations(name="0002_demand")
def create_demand(db: Database) -> None:
    """What is expected, and how many agents that needs."""
    db.execute(_FORECAST)
    db.execute(_NEED)
