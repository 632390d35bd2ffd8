"""What makes a database file one of ours: its mark, its version, its mode and how it is kept.

Apart from the schemas, because readers need these and must not load what migrates.
"""

from __future__ import annotations

import msgspec

from data.files import PRIVATE_MODE, SHARED_MODE


class FileFormat(msgspec.Struct, frozen=True):
    """How one kind of file is recognised and opened."""

    application_id: int
    """Stored in the file's header: a file with another one is not ours."""
    version: int
    """The number of migrations this program knows; a file that had more is newer."""
    mode: int
    """Permission bits; SQLite gives -wal and -shm the same."""
    synchronous: str
    """NORMAL may lose the last commits at a power cut, FULL none; neither corrupts."""
    has_thorough_check: bool
    """Whether opening compares indexes with their tables too, which is for small files."""
    migrations: str
    """Where they are, as `module:name`; they bring what makes schemas, which is dear to load."""
    schema: int
    """CRC-32 of the schema that they come to: where a file's own is it, they are not needed."""
    cache_kib: int = 2000
    """Pages that the writer keeps: cache and history are mostly added to."""


CACHE = FileFormat(
    *(0x464C4331, 7, SHARED_MODE, "NORMAL"),
    has_thorough_check=True,
    migrations="data.cache.schema:cache_migrations",
    schema=0xE798B795,
    cache_kib=512,
)
HISTORY = FileFormat(
    *(0x464C4831, 2, SHARED_MODE, "NORMAL"),
    has_thorough_check=False,
    migrations="data.cache.history_schema:history_migrations",
    schema=0xD56E476D,
    cache_kib=512,
)
DESK = FileFormat(
    *(0x464C4431, 1, PRIVATE_MODE, "FULL"),
    has_thorough_check=True,
    migrations="data.desk.schema:desk_migrations",
    schema=0xB20593A0,
)
OUTBOX = FileFormat(
    *(0x464C4F31, 2, PRIVATE_MODE, "FULL"),
    has_thorough_check=True,
    migrations="data.sync.outbox_schema:outbox_migrations",
    schema=0x379A0044,
)


def for_table(statement: str, table: str) -> str:
    """Put the name of one of our own tables into a statement; parameters cannot carry names."""
    return statement.replace("$table", table)
