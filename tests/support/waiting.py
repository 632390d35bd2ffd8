"""Waiting for what other processes do: on a condition, with a deadline, and never for a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LOOK_S = 0.02


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Return once a condition holds.

    Raises:
        AssertionError: It did not in time.
    """
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        pause.wait(LOOK_S)
