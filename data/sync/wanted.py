"""How a screen asks the sync process for fresh data: it touches a file that the sync process made.

Nothing is written into it, so the rule of one writer for each file holds, and a touch that nobody
sees does no harm: the next poll comes anyway.
"""

from __future__ import annotations

import os

from data.files import FloorFiles, open_shared

MODE = 0o660


def make_wanted(files: FloorFiles) -> None:
    """Make the file, so that screens of the floor's group may touch it.

    Raises:
        StoreError: There is no room for it, or no permission.
    """
    open_shared(files.wanted, MODE)


def ask_now(files: FloorFiles) -> bool:
    """Ask for fresh data; whether that could be done."""
    try:
        os.utime(files.wanted, follow_symlinks=False)
    except OSError:
        return False
    return True


class Wanted:
    """Sees, in the sync process, whether somebody asked since it last looked."""

    def __init__(self, files: FloorFiles) -> None:
        self._path = str(files.wanted)
        self._seen = self._stamp()

    def was_asked(self) -> bool:
        """Whether somebody asked for fresh data since the last look."""
        stamp = self._stamp()
        asked = stamp != self._seen
        self._seen = stamp
        return asked

    def _stamp(self) -> int:
        try:
            return os.stat(self._path).st_mtime_ns  # noqa: PTH116 - asked four times a second
        except OSError:
            return 0
