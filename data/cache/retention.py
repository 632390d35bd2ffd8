"""How long history is kept: pruned by age and by size, a few hundred rows at a time."""

from __future__ import annotations

import sqlite3

import msgspec

from data.model import Ms
from data.settings import FloorSettings

DAY_MS = 86_400_000
STEP_ROWS = 300
STEP_AGENTS = 200
STEP_PAGES = 500
SIZE_SLICE_MS = 6 * 3_600_000
"""How much of the oldest time is given up at once where the file has grown too large."""

_OLD_SEGMENTS = """
DELETE FROM segment WHERE agent = ?1 AND from_ms IN (
    SELECT from_ms FROM segment WHERE agent = ?1 AND from_ms < ?2 ORDER BY from_ms LIMIT ?3)
"""
_OLD_CONTACTS = """
SELECT c, at FROM contact WHERE at >= ? AND at < ? AND (imported = 0 OR ?) ORDER BY at LIMIT ?
"""


class Limits(msgspec.Struct, frozen=True):
    """What history may hold."""

    history_days: int = 35
    """Days for which states of agents and keyframes are kept."""
    contact_days: int = 1096
    """Days for which contacts, counts, sums of days and events are kept."""
    megabytes: float = 4096

    @classmethod
    def of(cls, settings: FloorSettings) -> Limits:
        """As a floor is configured."""
        return cls(settings.history_days, settings.contact_days, settings.history_megabytes)


class Pruner:
    """Deletes what is too old or too much, in steps short enough to go unnoticed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._after_agent = 0
        self._contacts_from: Ms = -(2**62)
        """Older contacts than this are imported ones, which age does not touch."""
        self._size_cutoff: Ms | None = None

    def step(self, connection: sqlite3.Connection, now: Ms) -> int:
        """Delete at most a few hundred rows, in the caller's transaction; returns how many."""
        aged = now - self._limits.history_days * DAY_MS
        cutoff = max(aged, self._cutoff_by_size(connection))
        deleted = self._segments(connection, cutoff)
        if deleted < STEP_ROWS:
            deleted += self._contacts(connection, now - self._limits.contact_days * DAY_MS)
        if deleted < STEP_ROWS:
            deleted += _small_tables(connection, now, self._limits)
        if deleted < STEP_ROWS and _is_too_large(connection, self._limits):
            deleted += self._oldest_contacts(connection)
        return deleted

    def _cutoff_by_size(self, connection: sqlite3.Connection) -> Ms:
        """Up to when segments have to go for the file to fit; stands until none are left."""
        if self._size_cutoff is not None:
            return self._size_cutoff
        if not _is_too_large(connection, self._limits):
            return -(2**62)
        (oldest,) = connection.execute(
            "SELECT min((SELECT min(from_ms) FROM segment WHERE agent = n)) FROM name"
        ).fetchone()
        if oldest is None:
            return -(2**62)
        self._size_cutoff = int(oldest) + SIZE_SLICE_MS
        self._after_agent = 0
        return self._size_cutoff

    def _segments(self, connection: sqlite3.Connection, cutoff: Ms) -> int:
        """Go on from agent to agent; their segments are together, their times are not."""
        deleted = 0
        for _ in range(STEP_AGENTS):
            (agent,) = connection.execute(
                "SELECT min(agent) FROM segment WHERE agent > ?", (self._after_agent,)
            ).fetchone()
            if agent is None:
                self._after_agent = 0
                self._size_cutoff = None
                break
            cursor = connection.execute(_OLD_SEGMENTS, (agent, cutoff, STEP_ROWS - deleted))
            deleted += cursor.rowcount
            if deleted >= STEP_ROWS:
                break
            self._after_agent = agent
        return deleted

    def _contacts(self, connection: sqlite3.Connection, cutoff: Ms) -> int:
        rows = connection.execute(
            _OLD_CONTACTS, (self._contacts_from, cutoff, False, STEP_ROWS)
        ).fetchall()
        self._contacts_from = rows[-1][1] if len(rows) == STEP_ROWS else cutoff
        return _delete_contacts(connection, rows)

    @staticmethod
    def _oldest_contacts(connection: sqlite3.Connection) -> int:
        """Where even no segments at all leave the file too large."""
        (has_segments,) = connection.execute("SELECT EXISTS (SELECT 1 FROM segment)").fetchone()
        if has_segments:
            return 0
        rows = connection.execute(_OLD_CONTACTS, (-(2**62), 2**62, True, STEP_ROWS)).fetchall()
        return _delete_contacts(connection, rows)


def give_back(connection: sqlite3.Connection) -> None:
    """Return freed pages to the file system, a limited number; outside of a transaction."""
    # The pragma yields an empty row for each page, and `execute` stops at the first of them.
    connection.executescript(f"PRAGMA incremental_vacuum({STEP_PAGES})")


def _is_too_large(connection: sqlite3.Connection, limits: Limits) -> bool:
    """By the pages in use, so that what was deleted counts at once."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return bool((pages - free) * size > limits.megabytes * 1_000_000)


def _delete_contacts(connection: sqlite3.Connection, rows: list[tuple[int, Ms]]) -> int:
    keys = [row[:1] for row in rows]
    connection.executemany("DELETE FROM extra WHERE contact = ?", keys)
    connection.executemany("DELETE FROM contact WHERE c = ?", keys)
    return len(rows)


def _small_tables(connection: sqlite3.Connection, now: Ms, limits: Limits) -> int:
    """Keyframes, sums, counts and events: few enough rows to be looked through."""
    state_cutoff = now - limits.history_days * DAY_MS
    count_cutoff = now - limits.contact_days * DAY_MS
    deleted = connection.execute("DELETE FROM keyframe WHERE at < ?", (state_cutoff,)).rowcount
    for statement in (
        "DELETE FROM forecast WHERE (starts_at, queue) IN (SELECT starts_at, queue"
        " FROM forecast WHERE starts_at < ? LIMIT ?)",
        "DELETE FROM need WHERE (starts_at, site) IN (SELECT starts_at, site"
        " FROM need WHERE starts_at < ? LIMIT ?)",
    ):
        deleted += connection.execute(statement, (state_cutoff, STEP_ROWS)).rowcount
    for statement in (
        "DELETE FROM agent_day WHERE (day_started_at, agent) IN (SELECT day_started_at, agent"
        " FROM agent_day WHERE day_started_at < ? AND imported = 0 LIMIT ?)",
        "DELETE FROM interval WHERE (starts_at, queue) IN (SELECT starts_at, queue"
        " FROM interval WHERE starts_at < ? AND imported = 0 LIMIT ?)",
        "DELETE FROM event WHERE (subject, at, what, who) IN (SELECT subject, at, what, who"
        " FROM event WHERE at < ? LIMIT ?)",
    ):
        deleted += connection.execute(statement, (count_cutoff, STEP_ROWS)).rowcount
    return deleted
