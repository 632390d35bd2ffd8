"""A laboratory for programs on a terminal: a real pty, a screen to look at, every byte kept.

    with spawn([sys.executable, "-m", "supervisor_tui", "demo"], rows=24, cols=80) as session:
        session.wait_for("Claims")
        session.send("q")
        assert session.wait_exit() == 0
    assert session.survivors() == []

The program gets a small environment of its own, not the tester's. A thread drains the pty, so that
a program is never held up by a test; `stall` stops that. Nothing here sleeps for a fixed time.
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
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import psutil
import pyte

TIMEOUT_S = 20.0
QUIET_S, SETTLING_S = 0.02, 0.5
"""A frame comes in pieces: it is whole when the line is quiet; a line never quiet is let go."""
MARK = "PTYLAB_ID"

# Runs in the child before the program: takes the pty as its controlling terminal. A function for
# the child of a fork would do the same, but forking a process that has threads is unsafe.
_LAUNCH = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(1, termios.TIOCSCTTY, 0)
if sys.argv[1] == "ignore": signal.signal(signal.SIGHUP, signal.SIG_IGN)
os.execvp(sys.argv[2], sys.argv[2:])
"""


class Screen(pyte.Screen):
    """A terminal like old ones: silent about what it does not know, and erasing with no colour."""

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        attributes, self.cursor.attrs = self.cursor.attrs, self.default_char
        super().erase_in_line(how, private)
        self.cursor.attrs = attributes

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        if not private:
            super().select_graphic_rendition(*attributes)

    def report_device_status(self, mode: int, private: bool = False) -> None:
        if not private:
            super().report_device_status(mode)


class Session:
    """One program on one pty.

    Args:
        argv: The program and its arguments.
        env: Added to the small environment that it gets; a value of None takes a name out.
        rows: Lines of the terminal.
        cols: Columns of the terminal.
        ignore_hangup: Start it with SIGHUP ignored, as nohup and some brokers do.
        stdin: Instead of the pty, for example `subprocess.DEVNULL`.
        cwd: Its working directory.
        answers: Say where the cursor is when asked, as every terminal does.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str | None] | None = None,
        rows: int = 24,
        cols: int = 80,
        ignore_hangup: bool = False,
        stdin: int | None = None,
        cwd: str | os.PathLike[str] | None = None,
        answers: bool = False,
    ) -> None:
        self._answers = answers
        self.mark = uuid.uuid4().hex
        self.screen = Screen(cols, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._raw = bytearray()
        self._changed = threading.Condition()
        self._is_stalled = threading.Event()
        self._is_closed = False
        self._master, slave = os.openpty()
        self._wake_reading, self._wake_writing = os.pipe()
        self.resize(rows, cols)
        self.attributes_before = termios.tcgetattr(self._master)
        launcher = [sys.executable, "-I", "-S", "-c", _LAUNCH]
        try:
            self.process = subprocess.Popen(
                [*launcher, "ignore" if ignore_hangup else "default", *argv],
                stdin=slave if stdin is None else stdin,
                stdout=slave,
                stderr=slave,
                env=_environment(env or {}, self.mark),
                start_new_session=True,
                cwd=cwd,
            )
        finally:
            os.close(slave)
        self._reader = threading.Thread(target=self._drain, name="ptylab", daemon=True)
        self._reader.start()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()
        for process in self._marked():
            with suppress(psutil.Error):
                process.kill()
        self.process.wait()

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self.process.pid

    @property
    def raw(self) -> bytes:
        """Every byte that it has written so far."""
        with self._changed:
            return bytes(self._raw)

    @property
    def text(self) -> str:
        """What the terminal shows, one line a row, blanks at the end taken off."""
        with self._changed:
            # Not `display`: in the midst of a frame it stumbles over half of a wide character.
            rows = [self.screen.buffer[y] for y in range(self.screen.lines)]
            lines = ["".join(row[x].data for x in range(self.screen.columns)) for row in rows]
            return "\n".join(line.rstrip() for line in lines)

    @property
    def attributes(self) -> list[Any]:
        """The terminal's modes, as `termios.tcgetattr` gives them."""
        return termios.tcgetattr(self._master)

    def send(self, keys: str | bytes) -> None:
        """Type."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def signal(self, number: signal.Signals) -> None:
        """Send the program, and nothing else, a signal."""
        self.process.send_signal(number)

    def resize(self, rows: int, cols: int) -> None:
        """Change the size of the terminal; the program is told by SIGWINCH."""
        with self._changed:  # what is painted for the new size is never shown on the old one
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
            self.screen.resize(rows, cols)

    def stall(self) -> None:
        """Drain no more: to the program the line stands still."""
        self._is_stalled.set()
        os.write(self._wake_writing, b"s")

    def resume(self) -> None:
        """Drain again."""
        self._is_stalled.clear()
        os.write(self._wake_writing, b"r")

    def close(self) -> None:
        """Hang up: the terminal is gone."""
        if self._is_closed:
            return
        self._is_closed = True
        os.write(self._wake_writing, b"c")
        self._reader.join()
        for descriptor in (self._master, self._wake_reading, self._wake_writing):
            os.close(descriptor)

    def wait_for(
        self, what: str | re.Pattern[str] | Callable[[], object], timeout: float = TIMEOUT_S
    ) -> None:
        """Wait until the screen shows a regular expression, or until a condition holds.

        What came with it is there too, then: a frame reaches the terminal in pieces, and a test
        that looked at once would now and then see half of one.

        Raises:
            AssertionError: It did not in time; shows the screen.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while not self._holds(what):
                left = deadline - time.monotonic()
                assert left > 0, f"waited {timeout} s for {what!r}, and saw\n{self.text}"
                # Conditions on something other than the screen are looked at now and then.
                self._changed.wait(min(left, 0.05))
            settled_by = time.monotonic() + SETTLING_S
            # What was shown for a moment only has been seen, and counts.
            while self._comes_more() or not self._holds(what):
                if time.monotonic() > settled_by:
                    return

    def wait_exit(self, timeout: float = TIMEOUT_S) -> int:
        """Wait until the program has ended, and all that it wrote was read.

        Returns:
            Its exit status; minus the number of the signal that ended it.

        Raises:
            AssertionError: It is still there.
        """
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"still running after {timeout} s, and shows\n{self.text}"
            ) from None
        if not (self._is_closed or self._is_stalled.is_set() or self.survivors()):
            self._reader.join(timeout)
        return status

    def survivors(self) -> list[psutil.Process]:
        """The program and whatever it started, detached or not, as far as still running."""
        return [each for each in self._marked() if each.status() != psutil.STATUS_ZOMBIE]

    def children(self) -> list[psutil.Process]:
        """What the program started, detached or not, and is still running."""
        return [each for each in self.survivors() if each.pid != self.pid]

    def wait_gone(self, timeout: float = 3.0) -> None:
        """Wait until nothing of the program is left running.

        Raises:
            AssertionError: Something is.
        """
        deadline = time.monotonic() + timeout
        while left := self.survivors():
            assert time.monotonic() < deadline, f"left after {timeout} s: {left}"
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.02)
                psutil.wait_procs(left, timeout=0.02)

    def cpu_seconds(self) -> float:
        """Processor time that the program has used."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    def _comes_more(self) -> bool:
        seen = len(self._raw)
        self._changed.wait_for(lambda: len(self._raw) > seen, QUIET_S)
        return len(self._raw) > seen

    def _holds(self, what: str | re.Pattern[str] | Callable[[], object]) -> bool:
        if callable(what):
            return bool(what())
        return re.search(what, self.text) is not None

    def _marked(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.pid == self.pid or process.environ().get(MARK) == self.mark:
                    found.append(process)
        return found

    def _drain(self) -> None:
        while not self._is_closed:
            wanted = [self._wake_reading]
            if not self._is_stalled.is_set():
                wanted.append(self._master)
            readable, _, _ = select.select(wanted, [], [])
            if self._wake_reading in readable:
                os.read(self._wake_reading, 64)
            elif not self._take():
                return

    def _take(self) -> bool:
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # how Linux says that nobody has the other end open any more
            return False
        with self._changed:
            self._raw += piece
            self._stream.feed(piece)
            self._changed.notify_all()
        for _question in range(piece.count(b"\x1b[6n") if self._answers else 0):
            os.write(self._master, b"\x1b[%d;1R" % self.screen.lines)
        return bool(piece)


def spawn(argv: Sequence[str], **how: Any) -> Session:
    """Start a program on a pty of its own; the arguments are those of `Session`."""
    return Session(argv, **how)


def _environment(extra: Mapping[str, str | None], mark: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    wanted = {**kept, "TERM": "xterm-256color", "LANG": "en_GB.UTF-8", MARK: mark, **extra}
    return {name: value for name, value in wanted.items() if value is not None}
