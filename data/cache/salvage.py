"""Saving what can still be read of a damaged file that must not be lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from data.cache.damage import move_aside, move_back
from data.cache.database import SQLITE_ERRORS, WritableFile, open_for_writing
from data.cache.formats import FileFormat, for_table
from data.clock import Clock
from data.errors import Code, StoreError


class Salvage(msgspec.Struct, frozen=True):
    """What became of a damaged file that had to be kept."""

    moved_to: Path
    rows_saved: int
    rows_lost_tables: tuple[str, ...]
    """Tables of which some rows could not be read."""


def open_or_salvage(
    path: Path,
    file_format: FileFormat,
    tables: tuple[str, ...],
    clock: Clock | None,
    finish: Callable[[sqlite3.Connection], None] | None = None,
) -> tuple[WritableFile, Salvage | None]:
    """Open a file that must be kept; where it is damaged, save its rows into a new one.

    Args:
        path: The file.
        file_format: How it is recognised.
        tables: Its tables, those that others refer to first.
        clock: For the name of a damaged file that is moved aside; None: the host's.
        finish: Called with the new file's connection in the transaction that saved the rows.

    Raises:
        StoreError: As for `open_for_writing`, but for FILE_CORRUPT. If the rows cannot be saved
            (a full disk) the damaged file gets its name back.
    """
    try:
        return open_for_writing(path, file_format), None
    except StoreError as error:
        if error.code is not Code.FILE_CORRUPT:
            raise
    moved = move_aside(path, clock)
    try:
        file = open_for_writing(path, file_format)
        try:
            with file.transaction() as connection:
                saved, lost = salvage(moved, connection, tables)
                if finish is not None:
                    finish(connection)
        except BaseException:
            file.close()
            raise
    except BaseException:
        move_back(moved, path)
        raise
    return file, Salvage(moved, saved, lost)


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
            (before,) = into.execute(for_table("SELECT count(*) FROM $table", table)).fetchone()
            insert = for_table("INSERT OR IGNORE INTO $table ($columns) VALUES ($marks)", table)
            width = _width(source, table) or len(columns)
            insert = insert.replace("$columns", ", ".join(one[1] for one in columns[:width]))
            insert = insert.replace("$marks", ", ".join("?" * width))
            forward = for_table("SELECT * FROM $table NOT INDEXED", table)
            backward = f"{forward} ORDER BY {', '.join(f'{column} DESC' for column in key)}"
            if not _copy(source, forward, into, insert):
                _copy(source, backward, into, insert)
                lost.append(table)
            (after,) = into.execute(for_table("SELECT count(*) FROM $table", table)).fetchone()
            saved += after - before
    return saved, tuple(lost)


def _width(source: sqlite3.Connection, table: str) -> int:
    """How many columns a table had: one of an earlier program lacks the last ones, which are NULL.

    Returns:
        0 where that cannot be read.
    """
    try:
        return len(source.execute(f"PRAGMA table_info({table})").fetchall())
    except SQLITE_ERRORS:
        return 0


def _copy(source: sqlite3.Connection, select: str, into: sqlite3.Connection, insert: str) -> bool:
    """Copy rows until the end (True) or until one cannot be read (False)."""
    try:
        for row in _rows(source, select):
            # A value that the column's type refuses is damage of one row only.
            with suppress(sqlite3.IntegrityError):
                into.execute(insert, row)
    except SQLITE_ERRORS:
        if not into.in_transaction:
            raise
        return False
    return True


def _rows(source: sqlite3.Connection, select: str) -> Iterator[tuple[object, ...]]:
    cursor = source.execute(select)
    while (row := cursor.fetchone()) is not None:
        yield row
