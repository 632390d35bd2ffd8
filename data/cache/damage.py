"""What is done with a file that cannot be used: it is moved aside, never dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from data.cache.database import store_error
from data.cache.formats import for_table
from data.clock import Clock, HostClock
from data.contract import from_ms

_SIDE_FILES = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Salvage:
    """What became of a damaged file that had to be kept."""

    moved_to: Path
    rows_saved: int
    rows_lost_tables: tuple[str, ...]
    """Tables of which some rows could not be read."""


def move_aside(path: Path, clock: Clock | None = None) -> Path:
    """Rename a database with its -wal and -shm to `NAME.broken-<UTC stamp>`.

    Raises:
        StoreError: The folder does not let us.
    """
    moment = from_ms((clock or HostClock()).now())
    base = path.with_name(f"{path.name}.broken-{moment:%Y%m%dT%H%M%SZ}")
    target, count = base, 1
    while target.exists():
        count += 1
        target = base.with_name(f"{base.name}-{count}")
    try:
        # The main file goes last: as long as it is there, whoever opens it sees a broken file
        # and not a new one with an old -wal beside it.
        for suffix in reversed(_SIDE_FILES):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(target.with_name(target.name + suffix))
    except OSError as error:
        raise store_error(error, path) from error
    return target


def salvage(
    broken: Path, into: sqlite3.Connection, tables: tuple[str, ...]
) -> tuple[int, tuple[str, ...]]:
    """Copy every row that can still be read into a new file's empty tables.

    Each table is read from its start up to the damage and from its end back to it, so that one
    bad page costs what is on it. Runs in the caller's transaction.

    Args:
        broken: The damaged file; it is only read.
        into: A connection to the new file, with the same schema, in a transaction.
        tables: The tables to save.

    Returns:
        How many rows were saved, and the tables of which some may be lost.
    """
    lost: list[str] = []
    saved = 0
    with closing(sqlite3.connect(f"{broken.absolute().as_uri()}?mode=ro", uri=True)) as source:
        source.text_factory = lambda raw: raw.decode("utf-8", "replace")
        for table in tables:
            columns = into.execute(f"PRAGMA table_info({table})").fetchall()
            key = [column[1] for column in columns if column[5]]
            marks = ", ".join("?" for _ in columns)
            (before,) = into.execute(for_table("SELECT count(*) FROM $table", table)).fetchone()
            insert = for_table("INSERT OR IGNORE INTO $table VALUES ($marks)", table)
            insert = insert.replace("$marks", marks)
            forward = for_table("SELECT * FROM $table NOT INDEXED", table)
            backward = f"{forward} ORDER BY {', '.join(f'{column} DESC' for column in key)}"
            if not _copy(source, forward, into, insert):
                _copy(source, backward, into, insert)
                lost.append(table)
            (after,) = into.execute(for_table("SELECT count(*) FROM $table", table)).fetchone()
            saved += after - before
    return saved, tuple(lost)


def _copy(source: sqlite3.Connection, select: str, into: sqlite3.Connection, insert: str) -> bool:
    """Copy rows until the end (True) or until one cannot be read (False)."""
    try:
        for row in _rows(source, select):
            # A value that the column's type refuses is damage of one row only.
            with suppress(sqlite3.IntegrityError):
                into.execute(insert, row)
    except (sqlite3.DatabaseError, MemoryError):
        if not into.in_transaction:
            raise
        return False
    return True


def _rows(source: sqlite3.Connection, select: str) -> Iterator[tuple[object, ...]]:
    cursor = source.execute(select)
    while (row := cursor.fetchone()) is not None:
        yield row
