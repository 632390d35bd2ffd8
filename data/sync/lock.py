"""Who has a floor: the one sync process, and the screens that still need it.

Both are `flock` locks: the kernel drops them when a process dies in whatever way, so nothing has to
be cleaned up and no process id has to be believed. What stands in the file is only for people.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import Self

import msgspec

from data.clock import wall_ms
from data.errors import Code, FloorError, LockHeld, StoreError
from data.files import SHARED_MODE, FloorFiles, file_error

NOTE_BYTES = 1024
"""The note is always as long: writing it again takes no room on a disk that is full."""
DETAIL_LIMIT = 200
_TRIES = 15
_BETWEEN_TRIES_S = 0.02


class LockNote(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder wrote into the lock file."""

    pid: int
    started: int
    """By the host's wall clock, ms."""
    problem: str = ""
    """A code of `data.errors.Code`: what keeps the holder from its work; empty for nothing."""
    detail: str = ""
    is_acting_only: bool = False
    """Only actions are kept from being carried out."""


class SyncLock:
    """The right to be the one process that writes a floor's files; held until released."""

    def __init__(self, files: FloorFiles) -> None:
        self._path = files.sync_lock
        self._descriptor: int | None = None
        self._note = LockNote(pid=0, started=0)

    def acquire(self) -> None:
        """Take the lock, or say who has it.

        It is tried for a third of a second, since `is_held` of another process takes it for an
        instant.

        Raises:
            LockHeld: Another process has the floor; `detail` is its process id where known.
            StoreError: The lock file cannot be opened.
        """
        descriptor = _open(self._path, os.O_RDWR | os.O_CREAT)
        for attempt in range(_TRIES):
            if _try(descriptor, fcntl.LOCK_EX):
                break
            if attempt == _TRIES - 1:
                os.close(descriptor)
                note = read_note(self._path)
                raise LockHeld(Code.LOCK_HELD, str(note.pid) if note else "")
            time.sleep(_BETWEEN_TRIES_S)
        self._descriptor = descriptor
        self._note = LockNote(pid=os.getpid(), started=wall_ms())
        self._write()

    def tell(self, problem: FloorError | None, *, is_acting_only: bool = False) -> None:
        """Say what keeps the holder from its work, or (None) that nothing does any more.

        What cannot be written is left: the lock itself is what counts.
        """
        if self._descriptor is None:
            return
        told = msgspec.structs.replace(
            self._note,
            problem="" if problem is None else problem.code.value,
            detail="" if problem is None else problem.detail[:DETAIL_LIMIT],
            is_acting_only=is_acting_only,
        )
        if told != self._note:
            self._note = told
            self._write()

    def _write(self) -> None:
        line = msgspec.json.encode(self._note)
        with contextlib.suppress(OSError):
            if self._descriptor is not None:
                os.pwrite(self._descriptor, line[: NOTE_BYTES - 1].ljust(NOTE_BYTES - 1) + b"\n", 0)

    def release(self) -> None:
        """Give the lock back; without effect where it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_details: object) -> None:
        self.release()


class ScreenPresence:
    """A screen's sign of life: a shared lock, so that the sync process knows when to end.

    A screen of another account may not be able to make the file; the sync process makes it, and
    `hold` can be called again later.
    """

    def __init__(self, files: FloorFiles) -> None:
        self._path = files.screens_lock
        self._descriptor: int | None = None

    def hold(self) -> bool:
        """Take the shared lock if it is not held yet, or of a file that is gone; whether it is."""
        if self._descriptor is not None and not self._is_gone(self._descriptor):
            return True
        self.leave()
        try:
            descriptor = _open_shared(self._path)
        except StoreError:
            return False
        for attempt in range(_TRIES):
            if _try(descriptor, fcntl.LOCK_SH):
                self._descriptor = descriptor
                return True
            if attempt < _TRIES - 1:
                time.sleep(_BETWEEN_TRIES_S)
        os.close(descriptor)
        return False

    def _is_gone(self, descriptor: int) -> bool:
        """Whether somebody has removed the file, or put another in its place: nobody sees us."""
        try:
            return not os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return True
        except OSError:
            return False

    def leave(self) -> None:
        """Give the lock back; without effect where it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.hold()
        return self

    def __exit__(self, *_details: object) -> None:
        self.leave()


def is_held(files: FloorFiles) -> bool:
    """Whether a sync process has the floor. Changes nothing and creates nothing."""
    try:
        descriptor = _open(files.sync_lock, os.O_RDONLY)
    except StoreError:
        return False
    try:
        return not _try(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def any_screens(files: FloorFiles) -> bool:
    """Whether any screen of the floor is open."""
    try:
        descriptor = _open(files.screens_lock, os.O_RDONLY)
    except StoreError:
        return False
    try:
        return not _try(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def make_screens_lock(files: FloorFiles) -> None:
    """Make the file that screens lock, so that screens of other accounts find it.

    Raises:
        StoreError: There is no room for it, or no permission.
    """
    os.close(_open_shared(files.screens_lock))


def read_note(path: Path) -> LockNote | None:
    """Who wrote the lock file last; None where nobody did."""
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(NOTE_BYTES), type=LockNote)
    except (OSError, msgspec.DecodeError):
        return None


def _open_shared(path: Path) -> int:
    """The lock file of the screens, made if this account may."""
    try:
        return _open(path, os.O_RDONLY | os.O_CREAT)
    except StoreError as problem:
        try:
            return _open(path, os.O_RDONLY)
        except StoreError:
            raise problem from None  # why there is none says more than that there is none


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, SHARED_MODE)
    except FileNotFoundError as error:
        raise StoreError(Code.FILE_MISSING, str(path)) from error
    except OSError as error:
        raise file_error(error, path) from error


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
