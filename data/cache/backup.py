"""A copy of a database that is in use, complete and of one moment."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from data.cache.database import READ_BUSY_MS, store_error, translating
from data.errors import Code, StoreError
from data.files import PRIVATE_MODE

STEP_PAGES = 512


def backup(source: Path, target: Path, progress: Callable[[int, int], None]) -> None:
    """Copy a database while others read and write it.

    The copy is made beside the target under a temporary name, is synced to disk and only then
    given its name, for the owner only.

    Args:
        source: A database of ours.
        target: A file that does not exist yet.
        progress: Told pages copied and pages in all, now and then.

    Raises:
        StoreError: FILE_MISSING where there is no source, FILE_UNSAFE where the target exists;
            else what kept the copy from being made. Nothing is left behind.
    """
    if not source.exists():
        raise StoreError(Code.FILE_MISSING, str(source))
    if os.path.lexists(target):
        raise StoreError(Code.FILE_UNSAFE, str(target))
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise store_error(error, target) from error
    os.close(descriptor)
    temporary = Path(name)
    try:
        _copy(source, temporary, target, progress)
        _settle(temporary, target)
    except OSError as error:
        raise store_error(error, target) from error
    finally:
        for leftover in (temporary, Path(f"{name}-journal")):
            leftover.unlink(missing_ok=True)


def _copy(
    source: Path, temporary: Path, target: Path, progress: Callable[[int, int], None]
) -> None:
    def tell(_status: int, remaining: int, total: int) -> None:
        progress(total - remaining, total)

    uri = f"{source.absolute().as_uri()}?mode=ro"
    with translating(source), closing(sqlite3.connect(uri, uri=True, timeout=5.0)) as original:
        # Reading in one transaction keeps the copy from starting anew after every commit.
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_master").fetchall()
        with translating(target), closing(sqlite3.connect(temporary)) as copy:
            original.backup(copy, pages=STEP_PAGES, progress=tell, sleep=READ_BUSY_MS / 1000)
            # As copied it still says WAL, and the first to open it would need two more files.
            copy.execute("PRAGMA journal_mode=DELETE").fetchall()


def _settle(temporary: Path, target: Path) -> None:
    """Sync, then take the name unless somebody else has taken it meanwhile."""
    temporary.chmod(PRIVATE_MODE)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(temporary, target)
    except FileExistsError as error:
        raise StoreError(Code.FILE_UNSAFE, str(target)) from error
    except OSError:  # no hard links there: a name that is taken just now would be lost
        temporary.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot sync a folder
            os.fsync(folder)
    finally:
        os.close(folder)
