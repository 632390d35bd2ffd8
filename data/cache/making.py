"""Making the schemas of our files: by their migrations, or for a new file all at once.

The migrations are the truth. Beside each module of migrations stands, as SQL, what they come to
(`python -m tests.schemas` writes it): a new file is made of that, since sqlite-utils and all that
it brings take longer to load than everything else that a new floor waits for on its disk.
"""

from __future__ import annotations

import importlib
import sqlite3
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Migrations

    from data.cache.formats import FileFormat

Schema = list[tuple[str, str, str]]
"""Kind, name and text of each thing in a schema, in order."""
_ROOT = Path(__file__).parents[2]


def bring_up_to_date(
    connection: sqlite3.Connection, file_format: FileFormat, *, is_new: bool
) -> None:
    """All pending migrations and the marks in the header, in one transaction.

    Args:
        connection: In no transaction.
        file_format: What the file is to be.
        is_new: Whether there is nothing in it yet.
    """
    try:
        if not (is_new and _make_at_once(connection, file_format)):
            _migrate(connection, file_format)
        connection.execute(f"PRAGMA application_id={file_format.application_id}")
        connection.execute(f"PRAGMA user_version={file_format.version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def is_as_made(connection: sqlite3.Connection, file_format: FileFormat) -> bool:
    """Whether a schema is as the migrations make it: a flipped bit in its text is damage too.

    The text may be another one where other versions of SQLite or sqlite-utils write it.
    """
    schema = schema_of(connection)
    return checksum(schema) == file_format.schema or schema == _expected_schema(file_format)


def schema_of(connection: sqlite3.Connection) -> Schema:
    """What is in a file, by its own account."""
    return connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " ORDER BY type, name"
    ).fetchall()


def checksum(schema: Schema) -> int:
    """What a file format calls its schema by."""
    return zlib.crc32(repr(schema).encode())


def migrations_of(file_format: FileFormat) -> Migrations:
    """The migrations of a kind of file."""
    module, _, name = file_format.migrations.partition(":")
    found: Migrations = getattr(importlib.import_module(module), name)
    return found


def made_file(file_format: FileFormat) -> Path:
    """Where it stands what its migrations come to."""
    module = file_format.migrations.partition(":")[0]
    return _ROOT.joinpath(*module.split(".")).with_suffix(".sql")


def _make_at_once(connection: sqlite3.Connection, file_format: FileFormat) -> bool:
    """Make the whole schema in a transaction, which goes on if what is written is the latest."""
    script = made_file(file_format).read_text(encoding="utf-8")
    connection.executescript(f"BEGIN IMMEDIATE;\n{script}")
    is_latest = checksum(schema_of(connection)) == file_format.schema
    if not is_latest:
        connection.execute("ROLLBACK")
    return is_latest


def _migrate(connection: sqlite3.Connection, file_format: FileFormat) -> None:
    """Begin a transaction and make what the migrations make."""
    from sqlite_utils import Database

    connection.execute("BEGIN IMMEDIATE")
    migrations_of(file_format).apply(Database(connection, execute_plugins=False))


@lru_cache
def _expected_schema(file_format: FileFormat) -> Schema:
    from sqlite_utils import Database

    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrations_of(file_format).apply(Database(fresh, execute_plugins=False))
        return schema_of(fresh)
    finally:
        fresh.close()
