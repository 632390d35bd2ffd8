"""Writes what the migrations of each kind of file come to, as SQL: `python -m tests.schemas`."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from sqlite_utils import Database

from data.cache.formats import CACHE, DESK, HISTORY, OUTBOX, FileFormat
from data.cache.making import made_file, migrations_of

FORMATS = (CACHE, HISTORY, DESK, OUTBOX)
_INSTANT = re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+00:00'")
_NOT_OURS = {"BEGIN TRANSACTION;", "COMMIT;", 'DELETE FROM "sqlite_sequence";'}


def written(file_format: FileFormat) -> str:
    """The statements that make a new file of a kind."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrations_of(file_format).apply(Database(connection, execute_plugins=False))
        dump = [each for each in connection.iterdump() if each not in _NOT_OURS]
    return _INSTANT.sub("datetime('now')", "\n".join(dump)) + "\n"


def main() -> None:
    """Write all of them."""
    for file_format in FORMATS:
        made_file(file_format).write_text(written(file_format), encoding="utf-8")


if __name__ == "__main__":
    main()
