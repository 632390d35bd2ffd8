"""A terminal's file that tells whether all that was asked to be written has been taken."""

from __future__ import annotations

import threading
from typing import IO, Any


class CountingFile:
    """A terminal that knows how many of the writes asked of it are still under way."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._pending = 0

    @property
    def is_behind(self) -> bool:
        """Whether something was asked to be written that the terminal has not taken yet."""
        return self._pending > 0

    def expect(self) -> None:
        """A write is on its way."""
        with self._lock:
            self._pending += 1

    def write(self, text: str) -> int:
        """Write and flush; blocks as long as the terminal takes nothing."""
        try:
            count = self._file.write(text)
            self._file.flush()
        finally:
            with self._lock:
                self._pending -= 1
        return count

    def flush(self) -> None:
        """Nothing is left to flush."""

    def __getattr__(self, name: str) -> Any:
        """Everything else is the terminal's own."""
        return getattr(self._file, name)
