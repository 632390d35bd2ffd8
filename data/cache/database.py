"""Opening SQLite as this project does: for reading without side effects, for writing with care.

Everything that SQLite can complain of leaves here as a `StoreError` with a code.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from data.cache.filesystem import refuse_network
from data.cache.making import bring_up_to_date, is_as_made
from data.errors import Code, StoreError
from data.files import create_empty, file_error

if TYPE_CHECKING:
    from data.cache.formats import FileFormat

BUSY_MS = 5_000
READ_BUSY_MS = 250
CHECKPOINT_BUSY_MS = 50
ATTEMPTS = 20
PAUSE_S = 0.025
WAL_LIMIT_BYTES = 64 * 1024 * 1024
CHECKPOINT_PAGES = 4000
"""16 MB: at SQLite's own 1000, a floor of thousands spends more on writing back than on writing."""
UNUSABLE = frozenset({Code.FILE_CORRUPT, Code.FILE_FOREIGN, Code.FILE_NEWER, Code.FILE_MISSING})
"""What is the matter with a file itself, and no wait mends."""

_CODES = {
    sqlite3.SQLITE_FULL: Code.DISK_FULL,
    sqlite3.SQLITE_BUSY: Code.FILE_BUSY,
    sqlite3.SQLITE_LOCKED: Code.FILE_BUSY,
    sqlite3.SQLITE_PERM: Code.FILE_DENIED,
    sqlite3.SQLITE_READONLY: Code.FILE_DENIED,
    sqlite3.SQLITE_CANTOPEN: Code.FILE_DENIED,
    sqlite3.SQLITE_AUTH: Code.FILE_DENIED,
}
# What a quota or a limit on a file's size looks like: SQLite knows only ENOSPC as a full disk.
_NO_ROOM = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}


_PASSING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY}
_T = TypeVar("_T")


# Besides its own errors, the binding raises these over what a damaged file makes it read.
SQLITE_ERRORS = (sqlite3.Error, MemoryError, UnicodeDecodeError)


def store_error(error: BaseException, path: Path) -> StoreError:
    """What an error of SQLite or the system means to whoever keeps the file.

    Whatever is none of a full disk, a lock or a permission is damage: a statement of ours that
    the file's schema does not fit, a page that cannot be read, text that is not UTF-8.
    """
    if isinstance(error, OSError):
        return file_error(error, path)
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    if extended in _NO_ROOM:
        return StoreError(Code.DISK_FULL, str(path))
    return StoreError(_CODES.get(extended & 0xFF, Code.FILE_CORRUPT), str(path))


@contextlib.contextmanager
def translating(path: Path) -> Iterator[None]:
    """Let what SQLite raises about a file leave as a `StoreError`."""
    try:
        yield
    except SQLITE_ERRORS as error:
        raise store_error(error, path) from error


def patiently(call: Callable[[], _T], path: Path) -> _T:
    """Call again, a limited number of times, while another process is busy with the file.

    A reader that may not write cannot mend a log that the writer left in the middle of something
    (READONLY_RECOVERY, READONLY_CANTINIT): it waits until the writer has.

    Raises:
        StoreError: What the last attempt met.
    """
    attempts = 0
    while True:
        attempts += 1
        try:
            with translating(path):
                return call()
        except StoreError as error:
            cause = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
            if cause not in _PASSING or attempts == ATTEMPTS:
                raise
        time.sleep(PAUSE_S)


def open_for_reading(
    path: Path, file_format: FileFormat, *, may_be_older: bool = False
) -> sqlite3.Connection:
    """Open a file of ours without being able to change it.

    Args:
        path: The file.
        file_format: What it is to be.
        may_be_older: What is asked of it could be asked of its first version already.

    Raises:
        StoreError: FILE_MISSING (also where it is still empty), FILE_FOREIGN, FILE_NEWER,
            FILE_OLDER, FILE_DENIED, FILE_BUSY, FILE_CORRUPT, NETWORK_FILESYSTEM.
    """
    try:
        is_empty = path.stat().st_size == 0
    except FileNotFoundError as error:
        raise StoreError(Code.FILE_MISSING, str(path)) from error
    except OSError as error:
        raise store_error(error, path) from error
    if is_empty:
        raise StoreError(Code.FILE_MISSING, str(path))
    refuse_network(path.parent)
    with translating(path):
        connection = _connect_read_only(path)
        try:
            least = 1 if may_be_older else file_format.version
            _version(connection, path, file_format, least=least)
        except sqlite3.DatabaseError as error:
            connection.close()
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
                raise StoreError(Code.FILE_FOREIGN, str(path)) from error
            raise
        except StoreError:
            connection.close()
            raise
    return connection


class WritableFile:
    """A file of ours, open for writing by the one process that may."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self._log = f"{path}-wal"
        self._identity = _identity(path)
        # The last connection to close deletes -wal and -shm, without which a reader who may not
        # write to the folder cannot open the file. A read-only one closes last and cannot delete.
        keeper = _connect_read_only(path)
        keeper.execute("SELECT count(*) FROM sqlite_master").fetchall()
        self._keeper = keeper
        self._finalizer = weakref.finalize(self, _close, connection, keeper)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, with the write lock taken before the first read.

        Raises:
            StoreError: What was to be written is not; the file stays usable.
        """
        with translating(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        self.connection.execute("ROLLBACK")
                raise

    @property
    def log_bytes(self) -> int:
        """How large the log beside the file is."""
        try:
            return os.stat(self._log).st_size  # noqa: PTH116 - asked four times a second
        except OSError:
            return 0

    def checkpoint(self) -> bool:
        """Write the log back into the main file and empty it.

        Returns:
            Whether it is empty; a reader in the middle of something keeps it from being emptied,
            and is not waited for.

        Raises:
            StoreError: What is in the log stays there.
        """
        with translating(self.path):
            self.connection.execute(f"PRAGMA busy_timeout={CHECKPOINT_BUSY_MS}").fetchall()
            try:
                asked = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self.connection.execute(f"PRAGMA busy_timeout={BUSY_MS}").fetchall()
        return not asked[0][0]

    @property
    def is_in_place(self) -> bool:
        """Whether the name still stands for the file that is open: somebody may have removed it."""
        return _identity(self.path) == self._identity

    def is_sound(self, file_format: FileFormat) -> bool:
        """Whether what is on disk can be read, past what this process has in memory of it.

        Raises:
            StoreError: That could not be found out.
        """
        try:
            fresh = open_for_reading(self.path, file_format)
            with contextlib.closing(fresh), translating(self.path):
                return bool(fresh.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)])
        except StoreError as problem:
            if problem.code in UNUSABLE:
                return False
            raise

    def close(self, *, has_checkpoint: bool = True) -> None:
        """Write everything back into the main file; -wal and -shm stay, empty.

        Args:
            has_checkpoint: Without, the log is left as it is: for a file that is given up.
        """
        if has_checkpoint:
            self._finalizer()
        elif self._finalizer.detach() is not None:
            self.connection.close()
            self._keeper.close()


def open_for_writing(path: Path, file_format: FileFormat) -> WritableFile:
    """Open a file of ours for writing: created where missing, migrated, checked for damage.

    Raises:
        StoreError: FILE_CORRUPT, FILE_NEWER and FILE_FOREIGN leave the file as it was; else
            DISK_FULL, FILE_DENIED, FILE_BUSY, FILE_UNSAFE, NETWORK_FILESYSTEM.
    """
    refuse_network(path.parent)
    _make(path, file_format.mode)
    with translating(path):
        connection = sqlite3.connect(
            path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            version = _version(connection, path, file_format, least=0)
            if version:
                _check(connection, path, file_format)
            else:
                _prepare_new(connection, file_format)
            _set_up(connection)
            if version < file_format.version:
                bring_up_to_date(connection, file_format, is_new=not version)
            connection.execute(f"PRAGMA synchronous={file_format.synchronous}")
            connection.execute(f"PRAGMA cache_size=-{file_format.cache_kib}")
            is_usable = is_as_made(connection, file_format)
        except BaseException:
            connection.close()
            raise
        if not is_usable:
            connection.close()
            raise StoreError(Code.FILE_CORRUPT, str(path))
        return WritableFile(path, connection)


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of what has the name; None where nothing has."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked four times a second
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _close(connection: sqlite3.Connection, keeper: sqlite3.Connection) -> None:
    """Checkpoint and close in the order that leaves -wal and -shm behind."""
    with contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with contextlib.suppress(sqlite3.Error):
        connection.close()
    keeper.close()


def _connect_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=READ_BUSY_MS / 1000,
        isolation_level=None,
        check_same_thread=False,
    )


def _make(path: Path, mode: int) -> None:
    """See that there is a regular file with exactly this mode."""
    try:
        create_empty(path, mode)
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise StoreError(Code.FILE_UNSAFE, str(path))
        if stat.S_IMODE(found.st_mode) != mode and found.st_uid == os.geteuid():
            path.chmod(mode)
    except OSError as error:
        raise store_error(error, path) from error


def _version(
    connection: sqlite3.Connection, path: Path, file_format: FileFormat, *, least: int
) -> int:
    """How many migrations a file has had: 0 where there is nothing in it yet.

    One that has had fewer than it has to have is no damaged one, though it lacks what is asked for.
    """
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if mark != file_format.application_id:
        (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if mark or version or objects:
            raise StoreError(Code.FILE_FOREIGN, str(path))
    if version > file_format.version:
        raise StoreError(Code.FILE_NEWER, str(path), version=version)
    if version < least:
        code = Code.FILE_OLDER if version else Code.FILE_MISSING
        raise StoreError(code, str(path), version=version)
    return int(version)


def _prepare_new(connection: sqlite3.Connection, file_format: FileFormat) -> None:
    if file_format.synchronous == "NORMAL":
        # An empty file that a power cut damages is made again; waiting for the disk a dozen times
        # is what a new floor would be seen later for.
        connection.execute("PRAGMA synchronous=OFF")
    # It works only if set before the first page is written, and writes whenever set.
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")


def _set_up(connection: sqlite3.Connection) -> None:
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={BUSY_MS}",
        f"journal_size_limit={WAL_LIMIT_BYTES}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def _check(connection: sqlite3.Connection, path: Path, file_format: FileFormat) -> None:
    check = "integrity_check(1)" if file_format.has_thorough_check else "quick_check(1)"
    if connection.execute(f"PRAGMA {check}").fetchall() != [("ok",)]:
        raise StoreError(Code.FILE_CORRUPT, str(path))
