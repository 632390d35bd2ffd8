"""Where a floor's files are, and how they are made so that only the right people read them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import msgspec

from data.errors import Code, StoreError

SHARED_MODE = 0o640
PRIVATE_MODE = 0o600


class FloorFiles(msgspec.Struct, frozen=True):
    """The files of one floor, by name."""

    root: Path

    @property
    def cache(self) -> Path:
        """The present: disposable."""
        return self.root / "cache.db"

    @property
    def history(self) -> Path:
        """What happened: kept."""
        return self.root / "history.db"

    @property
    def desk(self) -> Path:
        """The record where no endpoint keeps it: precious."""
        return self.root / "desk.db"

    @property
    def outbox(self) -> Path:
        """Actions and their fate: precious."""
        return self.root / "outbox.db"

    @property
    def ballast(self) -> Path:
        """Room that is given up when the disk is full, so that actions can still be kept."""
        return self.root / "outbox.ballast"

    @property
    def audit_heads(self) -> Path:
        """Where the log of actions ended, noted from time to time."""
        return self.root / "audit.heads"

    @property
    def spool(self) -> Path:
        """Has a folder for each account, in which its screens leave actions."""
        return self.root / "spool"

    @property
    def bad_spool(self) -> Path:
        """Where files go that lay in the spool and are no actions; the sync process's own."""
        return self.root / "spool-bad"

    @property
    def imports(self) -> Path:
        """Where complaints and plans lie that the sync process is to import; its own."""
        return self.root / "imports"

    @property
    def sync_lock(self) -> Path:
        """Held by the one sync process."""
        return self.root / "sync.lock"

    @property
    def screens_lock(self) -> Path:
        """Held shared by every screen."""
        return self.root / "screens.lock"

    @property
    def wanted(self) -> Path:
        """Touched by a screen that wants fresh data."""
        return self.root / "wanted"

    @property
    def night_marks(self) -> Path:
        """Where screens note their keys, and whom one of them has called at night."""
        return self.root / "night.marks"

    @property
    def sync_log(self) -> Path:
        """What the sync process has to say."""
        return self.root / "sync.log"

    @property
    def caller_key(self) -> Path:
        """The key with which callers' numbers are hashed."""
        return self.root / "caller.key"

    def make(self) -> FloorFiles:
        """Create the folder if it is missing; its files are for the owner and the group at most.

        Raises:
            StoreError: The folder cannot be made or is open to everybody for writing.
        """
        try:
            self.root.mkdir(mode=0o750, parents=True, exist_ok=True)
            mode = self.root.stat().st_mode
        except OSError as error:
            raise file_error(error, self.root) from error
        if mode & 0o002:
            raise StoreError(Code.FILE_UNSAFE, str(self.root))
        return self


def file_error(error: OSError, path: Path) -> StoreError:
    """What the system says of a file, for whoever keeps it: a full disk, or no permission."""
    is_full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return StoreError(Code.DISK_FULL if is_full else Code.FILE_DENIED, str(path))


def open_shared(path: Path, mode: int) -> None:
    """See that there is a file with exactly this mode, which several accounts write to.

    Raises:
        StoreError: There is no room for it, or no permission.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW, mode)
        try:
            os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise file_error(error, path) from error


def create_empty(path: Path, mode: int) -> None:
    """Create a file with exactly this mode if it is not there; SQLite then keeps the mode."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, mode)
    except FileExistsError:
        return
    try:
        os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)
