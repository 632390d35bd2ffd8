"""Being told by the kernel when files are written, so that nobody has to look all the time.

Linux tells by inotify, which Python's library does not reach. Where it cannot be had (another
system, no watches left, a file system that tells nothing) whoever wants to know has to poll.
"""

from __future__ import annotations

import ctypes
import os
import select
from collections.abc import Sequence
from pathlib import Path

_MODIFIED, _ATTRIBUTES, _GONE, _MOVED = 0x2, 0x4, 0x400, 0x800
_EVENTS = _MODIFIED | _ATTRIBUTES | _GONE | _MOVED
_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC
_READ_BYTES = 65_536


class FileWatch:
    """Tells that one of some files was written, removed or replaced. For one thread at a time.

    Args:
        paths: The files; those that are missing are watched from the next `renew` on.

    Raises:
        OSError: The system has no such thing, or has none left.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = [os.fsencode(path) for path in paths]
        self._libc = ctypes.CDLL(None, use_errno=True)
        try:
            self._file: int = self._libc.inotify_init1(_FLAGS)
        except AttributeError as error:
            raise OSError("no inotify") from error
        if self._file < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")

    def renew(self) -> bool:
        """Watch the files that have the names now; whether all of them can be watched."""
        add = self._libc.inotify_add_watch
        watched = [add(self._file, path, _EVENTS) for path in self._paths]
        return all(number >= 0 for number in watched)

    def wait(self, seconds: float) -> bool:
        """Wait until something is told; whether it was. What was told is then forgotten."""
        if not select.select([self._file], [], [], seconds)[0]:
            return False
        self.drain()
        return True

    def drain(self) -> None:
        """Forget what was told until now."""
        try:
            while len(os.read(self._file, _READ_BYTES)) > _READ_BYTES // 2:
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Watch no more."""
        os.close(self._file)
