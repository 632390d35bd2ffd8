"""The queue_log on disk, with those that were put aside when it was rotated.

Asterisk and logrotate put a log aside under its name and a mark of their own (`queue_log.0`,
`queue_log.1`, `queue_log-20260312`, compressed or not) and begin another. Which is which is told by
the first line of each, never by its name; a file whose first lines are rubbish is looked into a
little further.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from data.model import Ms
from data.sources.asterisk.queue_log import LONGEST_LINE, log_lines, parse_line

MOST_FILES = 16
"""As many of the newest files with the log's name are looked at."""
_LINES_LOOKED_AT = 50
_PIECE = 64 * 1024
_GZIP = (".gz",)
_TEMPORARY = (".tmp", ".swp", "~")


class LogFiles:
    """A queue_log by its path.

    Args:
        path: Of the log that is written now; it may have been rotated away just now.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def since(self, since: Ms) -> BinaryIO:
        """All lines since an instant, oldest first, with few before it.

        Raises:
            OSError: No file of the log can be read.
        """
        files = self._files()
        starts = [(start, file) for file in files if (start := _first_at(file)) is not None]
        starts.sort()
        before = [place for place, (start, _file) in enumerate(starts) if start <= since]
        wanted = starts[before[-1] if before else 0 :]
        if not wanted:
            self._path.open("rb").close()  # tells why it cannot be read, if so
        return cast("BinaryIO", io.BufferedReader(_Joined(_pieces(wanted, since))))

    def _files(self) -> list[Path]:
        named = [
            file
            for file in self._path.parent.glob(f"{self._path.name}*")
            if file.is_file() and not file.name.endswith(_TEMPORARY)
        ]
        return sorted(named, key=lambda file: file.stat().st_mtime_ns)[-MOST_FILES:]


class _Joined(io.RawIOBase):
    """Pieces of bytes as one stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _pieces(files: list[tuple[Ms, Path]], since: Ms) -> Iterator[bytes]:
    for place, (_start, path) in enumerate(files):
        with _opened(path) as file:
            if place == 0 and path.suffix not in _GZIP:
                _seek(file, since)
            while piece := file.read(_PIECE):
                yield piece


def _opened(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.suffix in _GZIP else path.open("rb")


def _first_at(path: Path) -> Ms | None:
    """When the first line of a file was written; None where it holds none of the log's."""
    try:
        with _opened(path) as file:
            return _next_at(islice(log_lines(file), _LINES_LOOKED_AT))
    except (OSError, EOFError):
        return None


def _next_at(lines: Iterator[bytes]) -> Ms | None:
    events = (parse_line(line) for line in lines)
    return next((event.at for event in events if event is not None), None)


def _seek(file: BinaryIO, since: Ms) -> None:
    """Go to the beginning of a line, near the last one before an instant, without reading all."""
    low, high = 0, file.seek(0, io.SEEK_END)
    while high - low > LONGEST_LINE:
        middle = (low + high) // 2
        file.seek(middle)
        file.readline(LONGEST_LINE)
        at = _next_at(islice(log_lines(file), _LINES_LOOKED_AT))
        if at is None or at >= since:
            high = middle
        else:
            low = middle
    file.seek(low)
    if low:
        file.readline(LONGEST_LINE)  # this may be the middle of a line
