"""Whether a terminal may stop what is sent to it, as slow ones do while they draw."""

from __future__ import annotations

import termios
from contextlib import suppress
from typing import Any

from supervisor_tui.terminal import SLOW_SPEED, speed_of

_INPUT = 0


def kept_flow_control(mode: list[Any]) -> int:
    """The flag of XON/XOFF where it stays as it was found, else 0.

    On a slow line it is what keeps a terminal of its own from losing characters. Where a terminal
    is a window, Ctrl+S is a slip of the hand that would stop the screen for no reason to be seen.

    Args:
        mode: The terminal's mode as it was found, as `termios.tcgetattr` gives it.
    """
    is_slow = 0 < speed_of(mode) <= SLOW_SPEED
    return int(mode[_INPUT]) & termios.IXON if is_slow else 0


def keep_flow_control(terminal: int, found: list[Any] | None) -> None:
    """Put the flag back where it is to stay.

    Args:
        terminal: The descriptor of the terminal.
        found: Its mode as it was found; None where it has gone.
    """
    if found is not None and (kept := kept_flow_control(found)):
        with suppress(termios.error):  # gone meanwhile, which the guard sees
            mode = termios.tcgetattr(terminal)
            mode[_INPUT] |= kept
            termios.tcsetattr(terminal, termios.TCSANOW, mode)
