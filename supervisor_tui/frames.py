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

    def resume(self) -> None:
        """There is something to paint."""
        may_wait = self._may_wait()
        if self._next is not None:
            if may_wait:
                return
            self._next.cancel()
        at = self._painted_at + self._period_s if may_wait else self._loop.time()
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
