"""When the sync process has outlived its use."""

from __future__ import annotations

from data.clock import Clock
from data.files import FloorFiles
from data.sync.lock import any_screens

GRACE_S = 2.0
"""How long a first screen may take to appear, however short the linger. Screens are there before
they start the process; but one of another account must wait for us to make the file it locks."""


class Linger:
    """Watches for screens, and says when the last has been gone for long enough.

    Args:
        files: The floor.
        linger_s: How long to stay after the last screen has gone.
        clock: The host's clock.
    """

    def __init__(self, files: FloorFiles, linger_s: float, clock: Clock) -> None:
        self._files = files
        self._clock = clock
        self._linger_ms = linger_s * 1000
        grace_s = linger_s if any_screens(files) else max(GRACE_S, linger_s)
        self._ends_ms = clock.monotonic_ms() + grace_s * 1000

    def is_over(self) -> bool:
        """Look now; whether nobody needs the process any more."""
        now = self._clock.monotonic_ms()
        if any_screens(self._files):
            self._ends_ms = now + self._linger_ms
            return False
        return now >= self._ends_ms
