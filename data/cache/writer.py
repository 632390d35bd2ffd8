"""The one writer of cache.db: what a source reported, kept so that readers see only what changed.

Each call is one transaction begun IMMEDIATE. What was last written is held in memory, so that the
difference costs no SELECT and a row that is unchanged never reaches SQL.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TypeVar

import msgspec

from data.cache.damage import move_aside
from data.cache.database import UNUSABLE, WritableFile, open_for_writing, translating
from data.cache.diff import (
    Held,
    Mark,
    Plan,
    Scope,
    plan_changes,
    plan_generation,
    plan_same,
)
from data.cache.following import Follower
from data.cache.formats import CACHE, for_table
from data.cache.loading import load_rows
from data.cache.renewal import renew
from data.cache.tombstones import PRUNE_EVERY_MS, PRUNE_STEP
from data.clock import Clock
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.floor import Delta
from data.model import AnyRecord, Change, Kind, Ms
from data.status import ActionRow, SiteInfo, SourceHealth

_FORGET = "UPDATE meta SET value = max(value, ?) WHERE name = 'forgotten'"
_T = TypeVar("_T")
_encode = msgspec.json.Encoder().encode


class Remembered(msgspec.Struct, frozen=True):
    """Where to read on from; empty and None for a source that was never read."""

    epoch: str = ""
    cursor: str | None = None


class Applied(msgspec.Struct, frozen=True):
    """What a batch did."""

    rev: int
    """The newest commit that readers can see."""
    written: tuple[Change, ...]


class CacheWriter:
    """Holds cache.db open for writing; one process at a time (the sync lock sees to that)."""

    def __init__(self, file: WritableFile, rebuilt: Path | None) -> None:
        self.rebuilt = rebuilt
        """Where an unusable cache was moved when this one was made; None if it was usable."""
        self._file = file
        self._rows: dict[Scope, dict[Kind, dict[str, Held]]] = {}
        self._scopes: dict[Scope, Remembered] = {}
        self._sites: tuple[SiteInfo, ...] = ()
        self._health: dict[Scope, SourceHealth] = {}
        self._actions: tuple[ActionRow, ...] | None = None
        self._rev = 0
        self._pruned_at: Ms = 0
        self._follower: Follower | None = None
        self._load()

    @classmethod
    def open(cls, files: FloorFiles, clock: Clock | None = None) -> CacheWriter:
        """Open the cache; one that is damaged, foreign or newer is moved aside and made anew.

        Raises:
            StoreError: The folder or the disk does not let us write.
        """
        try:
            return cls._open(files.cache, None)
        except StoreError as error:
            if error.code not in UNUSABLE:
                raise
        return cls._open(files.cache, move_aside(files.cache, clock))

    @classmethod
    def _open(cls, path: Path, rebuilt: Path | None) -> CacheWriter:
        file = _prepared(open_for_writing(path, CACHE))
        try:
            return cls(file, rebuilt)
        except BaseException:
            file.close()
            raise

    def remembered(self, site: str, source: str) -> Remembered:
        """Where reading that source had got to when it was last written."""
        return self._scopes.get((site, source), Remembered())

    def records(self, site: str, source: str, kind: Kind) -> list[tuple[int, AnyRecord]]:
        """Versions and records of a kind that exist, as last written."""
        return [
            (held.version, held.record)
            for held in self._kinds((site, source))[kind].values()
            if held.record is not None
        ]

    def standing(
        self, site: str, source: str, kind: Kind, entity: str
    ) -> tuple[int, AnyRecord] | None:
        """Version and record of one entity that exists, as last written."""
        held = self._kinds((site, source))[kind].get(entity)
        if held is None or held.record is None:
            return None
        return held.version, held.record

    def versions(self, site: str, source: str, kind: Kind) -> dict[str, int]:
        """Versions by id of the entities that exist."""
        kept = self._kinds((site, source))[kind]
        return {entity: held.version for entity, held in kept.items() if held.record is not None}

    def living(self, site: str, kind: Kind) -> Iterator[AnyRecord]:
        """The records of a kind that a site's sources tell of, as last written."""
        for (of, _), kinds in self._rows.items():
            if of == site:
                for held in kinds[kind].values():
                    if held.record is not None:
                        yield held.record

    def follow(self) -> Follower:
        """Be told in this process of what is committed; whoever asks last is told."""
        self._follower = Follower(self._state, self._records)
        return self._follower

    def apply(
        self,
        site: str,
        source: str,
        changes: Sequence[Change],
        *,
        cursor: str | None,
        epoch: str,
        observed_at: Ms,
    ) -> Applied:
        """Keep a page of changes and the cursor after it.

        Args:
            site: Whose.
            source: From where.
            changes: In order; of several versions of one entity the last is stored.
            cursor: Where to read on from afterwards.
            epoch: The history that versions and cursor belong to.
            observed_at: When this was heard, on the server's clock.

        Returns:
            `written` has every change that was newer than what was known, in order.
        """
        plan = plan_changes(
            self._kinds((site, source)), changes, self._numbers, mark=self._mark(observed_at)
        )
        return self._write((site, source), plan, Remembered(epoch, cursor), observed_at)

    def replace(
        self,
        site: str,
        source: str,
        changes: Sequence[Change],
        *,
        cursor: str | None,
        epoch: str,
        observed_at: Ms,
    ) -> Applied:
        """Put a new generation in the place of everything the source had told before.

        Readers see the old rows until this commits, and of the new ones only those that differ.

        Returns:
            `written` has what differs from before, vanished rows as deletions.
        """
        scope = site, source
        plan = plan_generation(
            self._kinds(scope),
            changes,
            self._numbers,
            is_same_epoch=self.remembered(site, source).epoch == epoch,
            mark=self._mark(observed_at),
        )
        return self._write(scope, plan, Remembered(epoch, cursor), observed_at)

    def upsert_same(
        self, site: str, source: str, changes: Sequence[Change], observed_at: Ms
    ) -> Applied:
        """Write other contents of versions that are held: what we derive from several rows."""
        mark = self._mark(observed_at)
        plan = plan_same(self._kinds((site, source)), changes, mark=mark)
        return self._write((site, source), plan, self.remembered(site, source), observed_at)

    def set_sites(
        self, sites: Sequence[SiteInfo], sources: Collection[Scope] | None = None
    ) -> None:
        """Say which sites there are; rows of sites (and of sources, if given) not named go.

        Args:
            sites: In the order of the configuration.
            sources: Every (site, source) that is configured; None leaves sources alone.
        """
        wanted = tuple(sites)
        names = {site.id for site in wanted}
        gone = [
            scope
            for scope in {*self._rows, *self._scopes, *self._health}
            if scope[0] not in names or (sources is not None and scope not in sources)
        ]
        if wanted == self._sites and not gone:
            return
        rev = self._rev + 1
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM site")
            connection.executemany(
                "INSERT INTO site VALUES (?, ?, ?)",
                [(site.id, place, _encode(site)) for place, site in enumerate(wanted)],
            )
            for table in ("block", "recent", "scope", "health"):
                connection.executemany(
                    for_table("DELETE FROM $table WHERE site = ? AND source = ?", table), gone
                )
            if gone:
                _set_meta(connection, "rev", rev)
                _set_meta(connection, "forgotten", rev)
        self._sites = wanted
        for scope in gone:
            self._rev = rev
            self._rows.pop(scope, None)
            self._commits.forget(scope)
            self._scopes.pop(scope, None)
            self._health.pop(scope, None)
        if gone and self._follower is not None:
            self._follower.reset()

    def set_health(self, health: SourceHealth) -> None:
        """Say how a source is doing."""
        scope = health.site, health.source
        if self._health.get(scope) == health:
            return
        with self._file.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO health VALUES (?, ?, ?)", (*scope, _encode(health))
            )
        self._health[scope] = health

    def health(self) -> dict[Scope, SourceHealth]:
        """How each source was doing when that was last said, also by an earlier process."""
        return dict(self._health)

    def set_actions(self, rows: Sequence[ActionRow]) -> None:
        """Mirror the open and recent actions: all of them, in the order given."""
        wanted = tuple(rows)
        if wanted == self._actions:
            return
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM action")
            connection.executemany(
                "INSERT INTO action VALUES (?, ?, ?, ?, ?)",
                [(row.key, row.site, row.state, row.updated_at, _encode(row)) for row in wanted],
            )
        self._actions = wanted

    @property
    def file(self) -> WritableFile:
        """The file as it is open now."""
        return self._file

    def renew(self) -> None:
        """Go on in a copy, because a reader keeps the log from being emptied.

        Raises:
            StoreError: As for `data.cache.renewal.renew`.
        """
        self._file = _prepared(renew(self._file, CACHE))

    def close(self) -> None:
        """Write everything back and close; -wal and -shm stay for readers of other accounts."""
        with contextlib.suppress(StoreError), self._file.transaction() as connection:
            self._commits.settle(connection, self._rows, self._rev)
        self._file.close()

    def _kinds(self, scope: Scope) -> dict[Kind, dict[str, Held]]:
        return self._rows.setdefault(scope, {kind: {} for kind in Kind})

    def _mark(self, observed_at: Ms) -> Mark:
        """The next commit, if it has anything to show."""
        return Mark(self._rev + 1, observed_at)

    def _state(self) -> Delta:
        sources = tuple(self._health.values())
        return Delta(self._rev, (), (), self._sites, sources, self._actions or ())

    def _records(self) -> list[tuple[Kind, AnyRecord]]:
        return [
            (kind, held.record)
            for kinds in self._rows.values()
            for kind, rows in kinds.items()
            for held in rows.values()
            if held.record is not None
        ]

    def _write(self, scope: Scope, plan: Plan, remembered: Remembered, observed_at: Ms) -> Applied:
        """One transaction; memory follows only once it is committed."""
        is_read_on = remembered != self.remembered(*scope)
        if not plan and not is_read_on:
            return Applied(self._rev, tuple(plan.written))
        rev = self._rev + 1 if plan.stored else self._rev
        is_prune_due = abs(observed_at - self._pruned_at) >= PRUNE_EVERY_MS
        prune_at = observed_at if is_prune_due else None
        with self._file.transaction() as connection:
            dropped = self._commits.write(connection, scope, plan, rev, self._rows, prune_at)
            if is_read_on:
                connection.execute(
                    "INSERT OR REPLACE INTO scope VALUES (?, ?, ?, ?)",
                    (*scope, remembered.epoch, remembered.cursor),
                )
            if rev != self._rev:
                _set_meta(connection, "rev", rev)
            if dropped:
                newest = max(row.mark.rev for *_, row in dropped)
                connection.execute(_FORGET, (newest,))
        self._commits.committed()
        self._rev = rev
        self._scopes[scope] = remembered
        kept = self._kinds(scope)
        for kind, rows in (*plan.touched.items(), *plan.stored.items()):
            kept[kind].update(rows)
        for owner, kind, entity, _ in dropped:
            self._kinds(owner)[kind].pop(entity, None)
        if self._follower is not None:
            self._follower.note(scope, plan.stored)
        if is_prune_due and len(dropped) < PRUNE_STEP:
            self._pruned_at = observed_at
        return Applied(rev, tuple(plan.written))

    def _load(self) -> None:
        """Learn what was last written, and see that every row of it can be read.

        Raises:
            StoreError: FILE_CORRUPT, where SQLite found no fault but a record makes no sense.
        """
        path, connection = self._file.path, self._file.connection
        try:
            with translating(path):
                meta = dict(connection.execute("SELECT name, value FROM meta").fetchall())
                self._rev = meta["rev"]
                for row in connection.execute("SELECT * FROM scope"):
                    self._scopes[row[0], row[1]] = Remembered(row[2], row[3])
                self._sites = tuple(_bodies(connection, "site", "position", SiteInfo))
                for health in _bodies(connection, "health", "rowid", SourceHealth):
                    self._health[health.site, health.source] = health
                self._actions = tuple(_bodies(connection, "action", "rowid", ActionRow))
                loaded = load_rows(connection, self._rev)
                self._rows, self._commits = loaded.rows, loaded.commits
                self._numbers = count(loaded.last_number + 1)
        except (msgspec.DecodeError, KeyError, ValueError) as error:
            raise StoreError(Code.FILE_CORRUPT, str(path)) from error


def _prepared(file: WritableFile) -> WritableFile:
    """A cache whose pages are not blanked as they become free: the next commits fill them."""
    file.connection.execute("PRAGMA secure_delete=FAST").fetchall()
    return file


def _set_meta(connection: sqlite3.Connection, name: str, value: int) -> None:
    connection.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))


def _bodies(connection: sqlite3.Connection, table: str, order: str, kind: type[_T]) -> list[_T]:
    rows = connection.execute(
        for_table("SELECT body FROM $table ORDER BY ", table) + order
    ).fetchall()
    decode = msgspec.json.Decoder(kind).decode
    return [decode(body) for (body,) in rows]
