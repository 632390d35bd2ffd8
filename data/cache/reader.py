"""Reading cache.db from another process, without being able to disturb it.

Needs nothing but sqlite3 and msgspec: this is what the screen loads. No cursor is ever left open,
since one that is would keep the writer from emptying its log.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from data.cache.database import open_for_reading, patiently
from data.cache.formats import CACHE
from data.cache.news import TOLD_FROM, News, Standing, read_news
from data.errors import Code, StoreError
from data.floor import Delta, Key
from data.model import AnyRecord, Kind
from data.status import ActionRow, SiteInfo, SourceHealth

_decode_site = msgspec.json.Decoder(SiteInfo).decode
_decode_health = msgspec.json.Decoder(SourceHealth).decode
_decode_action = msgspec.json.Decoder(ActionRow).decode
_SETTLED_NS = 200_000_000
"""Longer than any tick of a file system's clock."""
Identity = tuple[int, int]
CACHE_KIB = 256
"""Pages that SQLite keeps: the system keeps the file's, and what is read is read once."""


def _nothing(_kind: Kind) -> Mapping[Key, AnyRecord]:
    return {}


class CacheReader:
    """What has changed in the cache since a commit. For one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._identity: Identity | None = None
        self._files_seen = 0
        self._stamp: tuple[object, ...] = ()
        self._is_reset_due = False

    @classmethod
    def open(cls, path: Path) -> CacheReader:
        """Open the cache read-only.

        Raises:
            StoreError: FILE_MISSING, FILE_FOREIGN, FILE_NEWER, FILE_OLDER, FILE_DENIED, FILE_BUSY,
                FILE_CORRUPT, NETWORK_FILESYSTEM.
        """
        reader = cls(path)
        patiently(reader._connect, path)
        return reader

    def is_quiet(self) -> bool:
        """Whether surely nothing was committed since this was asked last: by files' times alone.

        It costs a twentieth of asking SQLite. A log that was written just now may be written again
        within the same tick of the file system's clock, and is never called quiet.
        """
        log = _written(f"{self._path}-wal")
        stamp, self._stamp = self._stamp, (log, self._identity_on_disk())
        now = time.time_ns()
        is_settled = log is not None and log[2] + _SETTLED_NS < now
        return stamp == self._stamp and is_settled

    def data_version(self) -> int:
        """A number that differs once anything was committed, or the file was replaced. Cheap.

        Raises:
            StoreError: As for `open`, where the file was replaced by one that cannot be read.
        """

        def ask() -> int:
            (version,) = self._connect().execute("PRAGMA data_version").fetchone()
            return self._files_seen << 32 | int(version)

        return patiently(ask, self._path)

    def read(self, since_rev: int, standing: Standing = _nothing) -> Delta:
        """Everything that a later commit than `since_rev` changed; from 0, all that exists.

        A new reader is asked from 0: numbers of commits mean nothing across files. Where the
        answer cannot be told as a difference (the file is another, or deletions that far back
        are forgotten) it is everything, with `reset`.

        Args:
            since_rev: The number of a commit.
            standing: What has been read before; what is the same in a row is then there once.

        Raises:
            StoreError: As for `open`.
        """
        try:
            return patiently(lambda: self._read(self._connect(), since_rev, standing), self._path)
        except (msgspec.DecodeError, KeyError, ValueError) as error:
            raise StoreError(Code.FILE_CORRUPT, str(self._path)) from error

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> sqlite3.Connection:
        """The connection to the file that has the name now."""
        identity = self._identity_on_disk()
        if self._connection is not None and identity in {None, self._identity}:
            return self._connection
        try:
            connection = open_for_reading(self._path, CACHE)
        except StoreError as error:
            if self._connection is not None and error.code is Code.FILE_MISSING:
                return self._connection  # a new one is being made: go on with the old one
            raise
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self.close()
        self._connection = connection
        self._is_reset_due = self._identity is not None
        self._identity = identity
        self._files_seen += 1
        return self._connection

    def _identity_on_disk(self) -> Identity | None:
        """Device and inode; None in the moment in which a damaged file was moved aside."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - asked many times a second
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _read(self, connection: sqlite3.Connection, since_rev: int, standing: Standing) -> Delta:
        connection.execute("BEGIN")
        try:
            meta = dict(connection.execute("SELECT name, value FROM meta").fetchall())
            rev, forgotten = meta["rev"], meta["forgotten"]
            reset = self._is_reset_due or since_rev > rev or 0 < since_rev < forgotten
            since = 0 if reset else since_rev
            told_from = meta[TOLD_FROM]
            news = News(since, standing)
            if rev > since:
                news = read_news(connection, since, told_from, standing)
            sites = connection.execute("SELECT body FROM site ORDER BY position").fetchall()
            health = connection.execute("SELECT body FROM health ORDER BY rowid").fetchall()
            actions = connection.execute("SELECT body FROM action ORDER BY rowid").fetchall()
        finally:
            with suppress(sqlite3.Error):
                connection.execute("COMMIT")
        self._is_reset_due = False
        return Delta(
            rev=rev,
            upserts=tuple(news.upserts),
            deletions=tuple(news.deletions),
            sites=tuple(_decode_site(body) for (body,) in sites),
            sources=tuple(_decode_health(body) for (body,) in health),
            actions=tuple(_decode_action(body) for (body,) in actions),
            reset=reset,
        )


def _written(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked many times a second
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
