"""How long to leave newer commits alone, so that looking takes a small share of the time.

A floor of ten thousand commits five pages a second, one right behind the other. To show each of
them would cost five looks, and nobody could read them. What came meanwhile is read in one go.
"""

from __future__ import annotations

from collections.abc import Callable

from data.clock import monotonic_ms

SHARE = 20
"""So many times as long as a look takes passes from one to the next: at most 5 % of a core."""
LONGEST_S = 2.0
"""What is on the screen gets no older by it than this, whatever a look takes."""


class LookRest:
    """Says when the next look is due, by what those before it have cost.

    Args:
        monotonic: Milliseconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], int] = monotonic_ms) -> None:
        self._monotonic = monotonic
        self._began_ms = monotonic()
        self._costs_s = [0.0, 0.0, 0.0]
        """Of the last looks, the newest last."""

    def begin(self) -> None:
        """A look begins."""
        self._began_ms = self._monotonic()
        self._costs_s = [*self._costs_s[1:], 0.0]

    def add(self, seconds: float) -> None:
        """Count processor time of the look that began last; from whichever thread did it."""
        self._costs_s[-1] += seconds

    @property
    def left_s(self) -> float:
        """How long the next look has to wait yet.

        The middle one of three counts: what is loaded once, or swept up now and then, is no look.
        """
        cost_s = sorted(self._costs_s)[1]
        passed_s = (self._monotonic() - self._began_ms) / 1000
        return max(0.0, min(LONGEST_S, SHARE * cost_s) - passed_s)
