"""A terminal for measuring: a pty, a screen, arrival times, and a slow line in between if wanted.

Everything happens in `pump`, in one thread: what is read is stamped before it is interpreted, so
that the cost of interpreting does not count as the program's.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pyte

from tests.terminal.ptylab import Screen

MARK = "BENCHMARK_ID"
_ANSWERS = (
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[5n"), b"\x1b[0n"),
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
)
_UNFINISHED = re.compile(rb"\x1b(\[[0-?]*[ -/]*|\][^\x07\x1b]*)?$")
_TAKE_THE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(1, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A line between the program and the person."""

    bits_per_second: float = 0.0
    """0 for as fast as can be."""
    round_trip_s: float = 0.0
    holds_bytes: int = 16_384
    """What may be under way before the program has to wait."""


class Terminal:
    """One program on one terminal.

    Args:
        argv: The program.
        environ: Its whole environment.
        size: Columns and rows.
        link: The line to it.
    """

    def __init__(
        self,
        argv: Sequence[str],
        environ: Mapping[str, str],
        size: tuple[int, int],
        link: Link | None = None,
    ) -> None:
        self.link = link or Link()
        self.mark = environ.get(MARK, "")
        """What all processes of this run bear in their environment."""
        self.screen = Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._tail = self._rest = b""
        self._down: deque[tuple[float, bytes]] = deque()
        self._up: deque[tuple[float, bytes]] = deque()
        self._line_free = 0.0
        self._under_way = 0
        self.is_over = False
        self.received = 0
        """Bytes that have arrived."""
        self.arrived = 0.0
        """When the last of them did."""
        self._master, slave = os.openpty()
        columns, rows = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.began = time.monotonic()
        launcher = [sys.executable, "-I", "-S", "-c", _TAKE_THE_TERMINAL]
        self.process = subprocess.Popen(
            [*launcher, *argv],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environ),
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_details: object) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
                self.wait(lambda: self.process.poll() is not None, 3)
        self.process.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        """What it shows."""
        return "\n".join(self.screen.display)

    def send(self, keys: str) -> float:
        """Type; answers when."""
        now = time.monotonic()
        self._up.append((now + self.link.round_trip_s / 2, keys.encode()))
        self._write_due(now)
        return now

    def wait(self, holds: Callable[[], object], limit_s: float) -> bool:
        """Take what comes until a condition holds; whether it did within the limit."""
        end = time.monotonic() + limit_s
        while not holds():
            if time.monotonic() >= end or self.is_over:
                return bool(holds())
            self.pump(min(end, time.monotonic() + 0.05))
        return True

    def settle(self, quiet_s: float, limit_s: float) -> None:
        """Take what comes until nothing has come for a while."""
        self.arrived = max(self.arrived, time.monotonic() - quiet_s / 2)
        self.wait(
            lambda: not self._under_way and time.monotonic() - self.arrived >= quiet_s, limit_s
        )

    def pump(self, until: float) -> None:
        """Take what arrives up to a time; returns as soon as something did."""
        while True:
            now = time.monotonic()
            self._write_due(now)
            if self._down and self._down[0][0] <= now:
                self._show(*self._down.popleft())
                return
            if now >= until:
                return
            due = min([until, *(queue[0][0] for queue in (self._down, self._up) if queue)])
            has_room = not self.link.bits_per_second or self._under_way < self.link.holds_bytes
            wanted = [self._master] if has_room and not self.is_over else []
            if select.select(wanted, [], [], max(0.0, due - now))[0]:
                self._read()

    def _write_due(self, now: float) -> None:
        while self._up and self._up[0][0] <= now:
            with suppress(OSError):
                os.write(self._master, self._up.popleft()[1])

    def _read(self) -> None:
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            data = b""
        self.is_over = not data
        now = time.monotonic()
        speed = self.link.bits_per_second / 8
        piece = max(16, int(speed * 0.02)) if speed else len(data)
        for start in range(0, len(data), piece or 1):
            part = data[start : start + piece]
            self._line_free = max(self._line_free, now) + (len(part) / speed if speed else 0.0)
            self._under_way += len(part)
            self._down.append((self._line_free + self.link.round_trip_s / 2, part))

    def _show(self, due: float, part: bytes) -> None:
        self.received += len(part)
        self._under_way -= len(part)
        self.arrived = due
        for query, answer in _ANSWERS:
            for found in query.finditer(self._tail + part):
                if found.end() > len(self._tail):
                    self._up.append((due + self.link.round_trip_s / 2, answer))
        self._tail = (self._tail + part)[-16:]
        data = self._rest + part
        cut = _UNFINISHED.search(data)
        self._rest = data[cut.start() :] if cut else b""
        self._stream.feed(data[: cut.start()] if cut else data)
