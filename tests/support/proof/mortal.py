"""Deaths: of a process at a named step, and of a screen at a call of the operating system."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

KILLED = 9
_CALLS = ("mkdir", "open", "fchmod", "write", "fsync", "rename", "unlink", "close")


class Killed(BaseException):
    """The process is gone, in the middle of whatever it was doing."""


class Death:
    """Waits at one step of a process, and strikes once."""

    def __init__(self) -> None:
        self.at = ""

    def step(self, name: str) -> None:
        """A step is reached."""
        if self.at == name:
            self.at = ""
            raise Killed

    def waits_around(self, owner: object, name: str) -> None:
        """Let a method be a step, with a death before it and one after it."""
        real: Callable[..., Any] = getattr(owner, name)

        def wrapped(*args: Any, **named: Any) -> Any:
            self.step(f"before {name}")
            result = real(*args, **named)
            self.step(f"after {name}")
            return result

        setattr(owner, name, wrapped)


def dies_at(call: int, work: Callable[[], None]) -> bool:
    """Do something in a child that is killed before one of its calls of the operating system.

    Args:
        call: Which one, counted from 0.
        work: What it does.

    Returns:
        Whether it died of it; else the work had fewer calls and is done.
    """
    child = os.fork()
    if child == 0:
        _live_until(call, work)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == KILLED


def _live_until(call: int, work: Callable[[], None]) -> None:
    left = call

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **named: Any) -> Any:
            nonlocal left
            if left == 0:
                os._exit(KILLED)
            left -= 1
            return real(*args, **named)

        return wrapped

    try:
        for name in _CALLS:
            setattr(os, name, counted(getattr(os, name)))
        work()
        os._exit(0)
    finally:
        os._exit(1)
