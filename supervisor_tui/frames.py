"""When the next frame is painted: at once for whoever types, else at most so often a second.

Textual's own clock ticks at fixed instants, and what changes right after a frame waits for one or
two of them: half a second where a slow line has four frames a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class FrameClock:
    """Has frames painted. Takes the place of the timer that a screen of Textual's has for it.

    Args:
        loop: Where painting is done.
        period_s: From one frame to the next, at least.
        paint: Paints what is due.
        may_wait: Whether nobody waits for the next frame.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        period_s: float,
        paint: Callable[[], None],
        may_wait: Callable[[], bool],
    ) -> None:
        self._loop = loop
        self._period_s = period_s
        self._paint = paint
        self._may_wait = may_wait
        self._next: asyncio.TimerHandle | None = None
        self._painted_at = loop.time() - period_s
        self._asked_at = self._painted_at
        """Since when there is something to paint."""

    def resume(self) -> None:
        """There is something to paint.

        For whoever types it is put off to the end of what goes on, by one frame at most: changes
        that never end would have nothing painted.
        """
        may_wait, now = self._may_wait(), self._loop.time()
        if self._next is None:
            self._asked_at = now
        elif may_wait or now - self._asked_at >= self._period_s:
            return
        else:
            self._next.cancel()
        at = self._painted_at + self._period_s if may_wait else now
        self._next = self._loop.call_at(at, self._paint_now)

    def pause(self) -> None:
        """What there was to paint is being painted."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        self._painted_at = self._loop.time()

    def _paint_now(self) -> None:
        self._next = None
        self._paint()
