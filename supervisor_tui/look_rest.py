"""How long to leave newer commits alone, so that looking takes a small share of the time.

A floor of ten thousand commits nine pages a second, one right behind the other. To show each of
them would cost nine looks, and nobody could read them. What came meanwhile is read in one go. A
floor of two thousand is not kept waiting, though an answer of its may have two pages.
"""

from __future__ import annotations

from collections.abc import Callable

from data.clock import monotonic_ms

SHARE = 0.05
"""What looks may take of a core where there is always something new."""
AHEAD_S = 0.1
"""So much processor time looks may take before they have to wait; one counts as no more than it."""
HURRY_MS = 5_000
"""How long nothing waits once somebody has done something: what comes of it is a commit, too."""


class LookRest:
    """Says when the next look is due, by what those before it have cost.

    Args:
        monotonic: Milliseconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], int] = monotonic_ms) -> None:
        self._monotonic = monotonic
        self._began_ms = monotonic()
        self._taken_s = 0.0
        """What was taken and not yet made up for when the last look began."""
        self._cost_s = 0.0
        """What that look has cost so far."""
        self._hurried_until_ms = 0

    def begin(self) -> None:
        """A look begins."""
        self._taken_s = min(self._owed_s, AHEAD_S)  # of a hurry no more has to be made up for
        self._began_ms, self._cost_s = self._monotonic(), 0.0

    def add(self, seconds: float) -> None:
        """Count processor time of the look that began last; from whichever thread did it."""
        self._cost_s += seconds

    def hurry(self) -> None:
        """Let no look wait for some seconds; from whichever thread."""
        self._hurried_until_ms = self._monotonic() + HURRY_MS

    @property
    def left_s(self) -> float:
        """How long the next look has to wait yet: nothing on the screen becomes old by it."""
        if self._monotonic() < self._hurried_until_ms:
            return 0.0
        return max(0.0, self._owed_s - AHEAD_S) / SHARE

    @property
    def _owed_s(self) -> float:
        passed_s = (self._monotonic() - self._began_ms) / 1000
        return max(0.0, self._taken_s + min(self._cost_s, AHEAD_S) - SHARE * passed_s)
