"""Where the log ended, noted from time to time in a file of its own, one line each time.

A line tells nothing but a number and a seal, so the floor's group may read the file, and anybody of
them may keep a copy where the writer of the log cannot reach it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from data.cache.database import store_error
from data.clean import clean_text
from data.errors import Code, StoreError
from data.files import SHARED_MODE, FloorFiles
from data.model import Ms
from data.sync.audit import Head

EVERY_MS = 3_600_000
SEAL_LENGTH = 64
_LINE_LIMIT = 256


class NotedHead(NamedTuple):
    """An end of the log that was noted."""

    seq: int
    seal: str
    at: Ms


class HeadsFile:
    """Notes where the log ends, at most once an hour and when told that it is the last time.

    Args:
        files: The floor.
    """

    def __init__(self, files: FloorFiles) -> None:
        self._path = files.audit_heads
        self._noted = self._last()
        self._next_ms: Ms | None = None

    def note(self, head: Head, now: Ms, *, is_due: bool = False) -> None:
        """Note the end of the log if it is time to and it is another one.

        What cannot be noted is noted another time: the log itself does not wait for it.

        Args:
            head: Where the log ends.
            now: The server's time.
            is_due: Whatever the hour.
        """
        if self._next_ms is not None and now < self._next_ms and not is_due:
            return
        if head.seq > self._noted and self._append(f"{head.seq} {head.seal} {now}\n"):
            self._noted = head.seq
        self._next_ms = now + EVERY_MS

    def _append(self, line: str) -> bool:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(self._path, flags, SHARED_MODE)
        except OSError:
            return False
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True

    def _last(self) -> int:
        try:
            return max((each.seq for each in read_heads(self._path)), default=0)
        except StoreError:
            return 0


def read_heads(path: Path, *, must_exist: bool = False) -> list[NotedHead]:
    """The ends that were noted in a file, in its order.

    A line that was not finished when the power failed is no end of the log and is passed over.

    Raises:
        StoreError: FILE_MISSING where it must exist, FILE_FOREIGN where nothing in it is a noted
            end, FILE_DENIED.
    """
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError as error:
        if must_exist:
            raise StoreError(Code.FILE_MISSING, clean_text(str(path))) from error
        return []
    except OSError as error:
        raise store_error(error, path) from error
    found = [head for head in map(_parsed, lines) if head is not None]
    if must_exist and lines and not found:
        raise StoreError(Code.FILE_FOREIGN, clean_text(str(path)))
    return found


def _parsed(line: str) -> NotedHead | None:
    fields = line[:_LINE_LIMIT].split()
    if len(fields) != 3 or len(fields[1]) != SEAL_LENGTH:
        return None
    seq, seal, at = fields
    if not (seq.isdecimal() and at.isdecimal()):
        return None
    return NotedHead(int(seq), seal, int(at))
