"""Asking the host who is at the terminal: its own program on the real terminal, nothing of ours.

While it runs nothing of this program stands on the terminal, and no key stops or leaves it: a
person who could stop it would be in the shell behind the lock.
"""

from __future__ import annotations

import os
import signal
import subprocess
import syslog
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

ASK_S = 60.0
"""How long a password may take to type."""
_TERMINAL = 0
"""Standard input: the screen does not start where that is no terminal."""
FREE_TRIES = 3
"""So many refusals in a row cost no more than the host's own delay."""
PAUSE_MS = 30_000
LONGEST_PAUSE_MS = 600_000
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Tries:
    """How often it was refused, and when the host may be asked again."""

    def __init__(self) -> None:
        self.refused = 0
        self._not_before_ms = 0

    def wait_ms(self, now_ms: int) -> int:
        """Milliseconds until it may be tried again; 0: now."""
        return max(0, self._not_before_ms - now_ms)

    def note_refusal(self, now_ms: int) -> None:
        """Wait longer after each refusal beyond the first few: half a minute, one, two ..."""
        self.refused += 1
        over = self.refused - FREE_TRIES
        if over >= 0:
            self._not_before_ms = now_ms + min(LONGEST_PAUSE_MS, PAUSE_MS << min(over, 10))


def ask_host(command: Sequence[str], words: str, seconds: float = ASK_S) -> bool:
    """Whether the host's own program is satisfied with who is at the terminal.

    To be called while the terminal is nobody's. It blocks.

    Args:
        command: The program, by its whole path, and its arguments.
        words: What stands above its question.
        seconds: After this time the answer is no.
    """
    os.write(_TERMINAL, f"{words}\r\n".encode())
    with _kept_in_front():
        is_known = _run(command, seconds) == 0
    if not is_known:
        syslog.openlog("supervisor-tui")
        syslog.syslog(syslog.LOG_AUTH | syslog.LOG_WARNING, "unlocking the screen was refused")
    return is_known


def _run(command: Sequence[str], seconds: float) -> int | None:
    environ = {"PATH": _PATH, "TERM": os.environ.get("TERM", "dumb")}
    try:
        process = subprocess.Popen(list(command), cwd="/", env=environ)
    except (OSError, RuntimeError):
        return None
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        # A program of root's cannot be killed by us: what it says later is heard by nobody.
        with suppress(PermissionError, ProcessLookupError):
            process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(1.0)
        return None


@contextmanager
def _kept_in_front() -> Iterator[None]:
    """Let no key stop this process; Ctrl+C ends what asks, and nothing else."""
    before = termios.tcgetattr(_TERMINAL)
    handlers = {
        number: signal.signal(number, _let_pass if number == signal.SIGINT else signal.SIG_IGN)
        for number in (signal.SIGTSTP, signal.SIGQUIT, signal.SIGINT)
    }
    without = termios.tcgetattr(_TERMINAL)
    for key in (termios.VSUSP, termios.VQUIT):
        without[6][key] = b"\x00"
    termios.tcsetattr(_TERMINAL, termios.TCSANOW, without)
    try:
        yield
    finally:
        termios.tcsetattr(_TERMINAL, termios.TCSANOW, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _let_pass(_number: int, _frame: object) -> None:
    """A handler, and not to ignore: that would be handed down to the program that asks."""
