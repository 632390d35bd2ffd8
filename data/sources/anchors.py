"""The server's clock, noted from the answers that it dates.

The median of five counts, so that one late answer does not move every age on the floor.
"""

from __future__ import annotations

from collections import deque

from data.clock import take_anchor
from data.model import Ms
from data.status import ClockAnchor

KEPT = 5
SLOW_MS = 2_000
"""An answer that took longer dates nothing: nobody knows when in that time it was written."""
STEP_MS = 2_000
"""A larger difference is a clock that was set, not one that is read a little late."""


class Anchors:
    """What the last few answers said of the server's clock."""

    def __init__(self) -> None:
        self._kept: deque[ClockAnchor] = deque(maxlen=KEPT)
        self.rate = 1.0
        """Server seconds per real second."""

    def take(self, server_ms: Ms, took_ms: int) -> ClockAnchor:
        """Note one answer and say what the clock is, all things considered.

        Args:
            server_ms: What the answer says the time is.
            took_ms: How long the answer took; the time is taken to be that of its middle.
        """
        fresh = take_anchor(server_ms + int(took_ms * self.rate / 2), self.rate)
        if self._kept:
            if took_ms > SLOW_MS:
                return self._median(fresh)
            if abs(self._at(self._median(fresh), fresh) - fresh.server_ms) > STEP_MS * self.rate:
                self._kept.clear()
        self._kept.append(fresh)
        return self._median(fresh)

    def restart(self, rate: float) -> None:
        """Forget what was noted: another session, perhaps another server."""
        self._kept.clear()
        self.rate = rate

    def _median(self, now: ClockAnchor) -> ClockAnchor:
        """Of those kept, the one that says the middle of what they say of this moment."""
        ordered = sorted(self._kept or [now], key=lambda each: self._at(each, now))
        return ordered[len(ordered) // 2]

    def _at(self, anchor: ClockAnchor, now: ClockAnchor) -> float:
        return anchor.server_ms + (now.monotonic_ms - anchor.monotonic_ms) * self.rate
