"""Going on in a copy of a database whose log a reader keeps from being emptied.

A reader that stands still in the middle of a read (a stopped process, a shell that was left open)
makes the log grow with every write, without end. It keeps the old file, whose room comes back when
it ends; everybody else goes on with the new one, whose log is empty.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from data.cache.database import WritableFile, open_for_writing, store_error, translating

if TYPE_CHECKING:
    from data.cache.formats import FileFormat


def renew(file: WritableFile, file_format: FileFormat) -> WritableFile:
    """Put an exact copy of a database in its place.

    Args:
        file: The database; where this succeeds it is closed.
        file_format: How it is recognised.

    Returns:
        The copy, under the old name.

    Raises:
        StoreError: There was no room for a copy, and `file` can go on as it was; or the copy
            cannot be opened, and `file` is closed.
    """
    path = file.path
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.unlink(missing_ok=True)
        draft.touch(mode=file_format.mode)
        with translating(path), closing(sqlite3.connect(draft)) as copy:
            file.connection.backup(copy)
        draft.chmod(file_format.mode)
        file.close(has_checkpoint=False)
        # The log goes first: with the old one beside it, whoever opened the copy at that moment
        # would read a log that nobody writes any more.
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        draft.replace(path)
    except OSError as error:
        raise store_error(error, path) from error
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    return open_for_writing(path, file_format)
