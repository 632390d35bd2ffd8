"""The process guard: no screen outlives its terminal, and none leaves it in disorder.

Left to itself a Textual process dies of SIGTERM with the terminal still in the alternate screen,
hangs after SIGHUP, and spins for ever when the terminal vanishes while SIGHUP is ignored. Here a
thread of its own watches for signals, for a terminal that has hung up and for a parent that is
gone. It asks the app to leave, and ends the process itself when that takes too long: what matters
is on disk before a person is told so, which makes a hard end safe.

Signal handlers only write one byte into a pipe. They write no escape codes and start no threads,
for they may interrupt anything, and a stalled terminal would block them.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Protocol

from supervisor_tui.incident import quiet_threads, record

LEAVE_S = 2.0
"""How long an orderly exit may take."""
LOOK_S = 0.5
"""How often to look whether the parent is still there; a hang-up is seen at once."""
HUNG_UP = 128 + signal.SIGHUP
SIGNALS = (signal.SIGTERM, signal.SIGHUP)

_RESTORE = (
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l"  # mouse
    b"\x1b[?2004l\x1b[?1004l\x1b[?2026l\x1b[<u\x1b[?7h"  # paste, focus, updates, keys, wrapping
    b"\x1b[0m\x1b[?1049l\x1b[?25h"  # attributes, alternate screen, cursor
)


class Leaving(Protocol):
    """What the guard needs of an app."""

    def exit(self, *, return_code: int) -> None:
        """Leave in good order; called within the app's event loop."""
        ...


class Guard:
    """Watches over one app from a thread of its own.

    Args:
        loop: The app's event loop.
        leave: Asks the app to leave with an exit status; called within the loop.
        terminal: The descriptor of the terminal that is read.
        mode: Its ordinary mode; None: the one in which it is.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        leave: Callable[[int], None],
        terminal: int = 0,
        mode: list[Any] | None = None,
    ) -> None:
        self._loop = loop
        self._leave = leave
        self._terminal = terminal
        self._parent = os.getppid()
        self._mode = termios.tcgetattr(terminal) if mode is None else mode
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        self._thread = threading.Thread(target=self._watch, name="guard", daemon=True)

    def start(self) -> None:
        """Take over the signals and begin to watch; only in the main thread."""
        for number in SIGNALS:
            # A SIGHUP that our parent had ignored stays ignored; the hang-up itself is seen.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)
        self._thread.start()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        with suppress(OSError):
            os.write(self._writing, bytes([number]))

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._terminal, 0)  # only what is always told: hang-up and error
        poll.register(self._reading, select.POLLIN)
        while True:
            for descriptor, events in poll.poll(LOOK_S * 1000):
                if descriptor == self._reading:
                    self._end(128 + os.read(self._reading, 1)[0])
                elif events & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                    os._exit(HUNG_UP)
            if os.getppid() != self._parent:
                self._end(HUNG_UP)

    def _end(self, status: int) -> None:
        """Ask the app to leave; end the process when it has not, or when the line is gone."""
        with suppress(RuntimeError):  # the loop has ended already: the process is on its way out
            self._loop.call_soon_threadsafe(self._leave, status)
        poll = select.poll()
        poll.register(self._terminal, 0)
        deadline = time.monotonic() + LEAVE_S
        while (left := deadline - time.monotonic()) > 0:
            if poll.poll(left * 1000):
                os._exit(status)
        if self._loop.is_running():
            _restore(self._terminal, self._mode)
        os._exit(status)


def install(app: Leaving, mode: list[Any] | None = None) -> Guard:
    """Guard an app: to be called in its event loop, before it takes over the terminal.

    Errors that nobody catches become reports from here on, never text across the screen.

    Args:
        app: The app.
        mode: The terminal's ordinary mode, where it is not in it any more.

    Raises:
        termios.error: Standard input is no terminal: there must be no screen then.
    """
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_note_loop_error)
    quiet_threads()
    guard = Guard(loop, lambda status: app.exit(return_code=status), mode=mode)
    guard.start()
    return guard


def _note_loop_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        record(error)


def _restore(terminal: int, mode: list[Any]) -> None:
    """Give the terminal back as far as that can be done without waiting for anything."""
    with suppress(termios.error, OSError):
        termios.tcsetattr(terminal, termios.TCSANOW, mode)
    with suppress(OSError):
        # A description of its own: the one the app uses must not become non-blocking.
        line = os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        os.write(line, _RESTORE)
