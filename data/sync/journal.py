"""What the sync process has to say, as JSON lines for whoever has to mend something.

Only codes, counts and cleaned details are written: no tokens, no callers' numbers, no values of
local variables. The file is for its owner only, and there are never more than two of it.
"""

from __future__ import annotations

import os
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from data.clean import clean_text
from data.clock import Clock, HostClock
from data.files import PRIVATE_MODE

LARGEST_BYTES = 1024 * 1024
FIELD_LIMIT = 300
_FRAMES = 6
_LONG_NUMBER = re.compile(r"\d(?:[ ()/-]{0,2}\d){6,}")
_CREDENTIAL = re.compile(r"(?i)\b(bearer|basic|token)\b[ :=]+\S+")


class Journal:
    """One log file, turned over when it is full.

    A log that cannot be written is no reason to stop working, so nothing here raises for it.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or HostClock()

    def write(self, event: str, **fields: str | float | None) -> None:
        """Add one line.

        Args:
            event: What happened, in a word.
            fields: What is to be known of it; texts are cleaned and scrubbed.
        """
        now = datetime.fromtimestamp(self._clock.now() / 1000, UTC)
        line: dict[str, object] = {"at": f"{now:%Y-%m-%dT%H:%M:%S}Z", "event": event}
        for name, value in fields.items():
            line[name] = scrub(value) if isinstance(value, str) else value
        try:
            self._turn_over()
            self._append(msgspec.json.encode(line) + b"\n")
        except OSError:
            return

    def crash(self, error: BaseException, **fields: str) -> None:
        """Say where a fault of our own happened: its type and places in the code, no values."""
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        places = " < ".join(
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)
        )
        self.write("crash", kind=type(error).__name__, where=places, **fields)

    def _append(self, line: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._path, flags, PRIVATE_MODE)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def _turn_over(self) -> None:
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return
        if size >= LARGEST_BYTES:
            self._path.replace(self._path.with_name(self._path.name + ".1"))


def scrub(text: str) -> str:
    """A text as it may stand in a log: clean, without credentials and long numbers."""
    text = _CREDENTIAL.sub(r"\1 (hidden)", clean_text(text, FIELD_LIMIT))
    return _LONG_NUMBER.sub("(number)", text)
