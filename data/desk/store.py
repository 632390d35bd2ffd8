"""desk.db: the record where no endpoint keeps it. What was committed survives a power cut."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from data.cache.database import WritableFile, translating
from data.cache.formats import DESK
from data.cache.salvage import Salvage, open_or_salvage
from data.clock import Clock
from data.contract import KEY_LIFE
from data.desk.keeper import Kept, StoredAnswer
from data.desk.messages import KEPT_TYPES
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import Ms

TABLES = ("entity", "change", "answer")

_KEY_LIFE_MS = round(KEY_LIFE.total_seconds() * 1000)
_encode = msgspec.json.Encoder().encode
_decoders = {kind: msgspec.json.Decoder(message) for kind, message in KEPT_TYPES.items()}


class SqliteKeeper:
    """Keeps one site's records; one process at a time (the sync lock sees to that)."""

    def __init__(self, file: WritableFile, site: str, salvaged: Salvage | None = None) -> None:
        self.salvage = salvaged
        """What became of a damaged file when this one was made; None if it was sound."""
        self._file = file
        self._site = site

    @classmethod
    def open(cls, files: FloorFiles, site: str, clock: Clock | None = None) -> SqliteKeeper:
        """Open the desk; a damaged file is moved aside and what can be read is saved.

        Raises:
            StoreError: FILE_NEWER and FILE_FOREIGN leave the file as it is; else the folder or
                the disk does not let us write.
        """
        file, saved = open_or_salvage(files.desk, DESK, TABLES, clock)
        return cls(file, site, saved)

    def for_site(self, site: str) -> SqliteKeeper:
        """The same file for another site; closing one closes both."""
        return SqliteKeeper(self._file, site, self.salvage)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[SqliteKeeper]:
        """All that is put and remembered within is kept, on disk, or nothing is.

        Raises:
            StoreError: Nothing was kept, and the keeper can go on.
        """
        with self._file.transaction():
            yield self

    def answer_for(self, key: str) -> StoredAnswer | None:
        """The stored answer to an idempotency key."""
        row = self._one(
            "SELECT fingerprint, status, body FROM answer WHERE site = ? AND key = ?", key
        )
        return None if row is None else StoredAnswer(*row)

    def get(self, kind: str, entity: str) -> Kept | None:
        """An entity that exists, or None."""
        row = self._one(
            "SELECT version, at, data FROM entity WHERE site = ? AND kind = ? AND id = ?",
            *(kind, entity),
        )
        if row is None or row[2] is None:
            return None
        return Kept(kind, entity, row[0], row[1], self._decode(kind, row[2]))

    def count(self, kind: str) -> int:
        """How many entities of a kind there have ever been."""
        row = self._one("SELECT COUNT(*) FROM entity WHERE site = ? AND kind = ?", kind)
        return 0 if row is None else int(row[0])

    def put(self, kind: str, entity: str, data: Any, *, at: Ms, by: str) -> Kept:
        """Keep a new version of an entity (None: it is deleted), within a transaction."""
        row = self._one(
            "SELECT version, client FROM entity WHERE site = ? AND kind = ? AND id = ?",
            *(kind, entity),
        )
        version, client = (row[0] + 1, row[1]) if row is not None else (1, "")
        client = getattr(data, "client", "") or client
        body = None if data is None else _encode(data)
        connection = self._file.connection
        connection.execute(
            "INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._site, kind, entity, client, version, at, body),
        )
        connection.execute(
            "INSERT INTO change (site, kind, id, client, version, at, caused_by, data)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (self._site, kind, entity, client, version, at, by, body),
        )
        return Kept(kind, entity, version, at, data)

    def remember(self, key: str, answer: StoredAnswer, *, at: Ms) -> None:
        """Keep the answer to an idempotency key, in the same transaction as its effect."""
        self._file.connection.execute(
            "DELETE FROM answer WHERE site = ? AND at < ?", (self._site, at - _KEY_LIFE_MS)
        )
        self._file.connection.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)",
            (self._site, key, answer.fingerprint, answer.status, answer.body, at),
        )

    def recent(self, since: int) -> Sequence[tuple[int, Kept]]:
        """The change log after a serial number, in commit order; deletions have no data."""
        with translating(self._file.path):
            rows = self._file.connection.execute(
                "SELECT serial, kind, id, version, at, data FROM change"
                " WHERE serial > ? AND site = ? ORDER BY serial",
                (since, self._site),
            ).fetchall()
        return [
            (serial, Kept(kind, entity, version, at, body and self._decode(kind, body)))
            for serial, kind, entity, version, at, body in rows
        ]

    def head(self) -> int:
        """The serial number of the newest change of any site; 0 where there was none."""
        with translating(self._file.path):
            (serial,) = self._file.connection.execute("SELECT max(serial) FROM change").fetchone()
        return serial or 0

    def living(self, kind: str, limit: int, over_at: str | None = None) -> list[Kept]:
        """The entities of a kind that exist: at most so many, those changed last.

        Args:
            kind: The kind.
            limit: How many.
            over_at: The field that says since when one is over: those that are not come before all
                others, however long ago they were changed. None: none is ever over.
        """
        path = None if over_at is None else f"$.{over_at}"
        with translating(self._file.path):
            rows = self._file.connection.execute(
                "SELECT id, version, at, data FROM entity"
                " WHERE site = ? AND kind = ? AND data IS NOT NULL"
                " ORDER BY json_extract(CAST(data AS TEXT), ?) IS NULL DESC, at DESC LIMIT ?",
                (self._site, kind, path, limit),
            ).fetchall()
        return [
            Kept(kind, entity, version, at, self._decode(kind, body))
            for entity, version, at, body in rows
        ]

    def between(self, kind: str, first: str, beyond: str) -> list[Kept]:
        """The entities of a kind that exist and whose ids lie between two, in their order.

        Args:
            kind: The kind.
            first: The least id that is wanted.
            beyond: The least that is wanted no more.
        """
        with translating(self._file.path):
            rows = self._file.connection.execute(
                "SELECT id, version, at, data FROM entity WHERE site = ? AND kind = ?"
                " AND id >= ? AND id < ? AND data IS NOT NULL ORDER BY id",
                (self._site, kind, first, beyond),
            ).fetchall()
        return [
            Kept(kind, entity, version, at, self._decode(kind, body))
            for entity, version, at, body in rows
        ]

    def before(self, kind: str, entity: str) -> Any:
        """What an entity was before its last change; None where it was not."""
        row = self._one(
            "SELECT data FROM change WHERE site = ? AND kind = ? AND id = ?"
            " ORDER BY serial DESC LIMIT 1 OFFSET 1",
            *(kind, entity),
        )
        return None if row is None or row[0] is None else self._decode(kind, row[0])

    def forget(self, kind: str, before: Ms) -> None:
        """Let go of what is long over, within a transaction: ids of this kind never come again.

        Args:
            kind: Of records that nobody needs as evidence, such as alerts.
            before: Changes, and records that were deleted, before this instant are let go of.
        """
        wanted = (self._site, kind, before)
        connection = self._file.connection
        connection.execute("DELETE FROM change WHERE site = ? AND kind = ? AND at < ?", wanted)
        connection.execute(
            "DELETE FROM entity WHERE site = ? AND kind = ? AND at < ? AND data IS NULL", wanted
        )

    def close(self) -> None:
        """Write everything back and close."""
        self._file.close()

    def _one(self, statement: str, *parameters: str) -> Any:
        with translating(self._file.path):
            return self._file.connection.execute(statement, (self._site, *parameters)).fetchone()

    def _decode(self, kind: str, body: bytes) -> Any:
        try:
            return _decoders[kind].decode(body)
        except (msgspec.DecodeError, KeyError) as error:
            raise StoreError(Code.FILE_CORRUPT, str(self._file.path)) from error
