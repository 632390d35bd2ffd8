"""Room kept for a full disk: given up, it lets the last actions be saved and told apart."""

from __future__ import annotations

import os
from pathlib import Path

from data.files import PRIVATE_MODE

SIZE = 1024 * 1024


class Ballast:
    """A file that is only there to be removed.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def make(self) -> bool:
        """See that it is there, whole; whether it is. A disk without room for it gets none."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(self._path, flags, PRIVATE_MODE)
        except OSError:
            return False
        try:
            os.posix_fallocate(descriptor, 0, SIZE)
        except OSError:
            self._path.unlink(missing_ok=True)
            return False
        finally:
            os.close(descriptor)
        return True

    def drop(self) -> bool:
        """Give the room up; whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
