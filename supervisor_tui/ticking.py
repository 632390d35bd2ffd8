"""The tick: what ages on the screen is drawn again, each second and not right beside a commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.app import App

TICK_S = 1.0
AFTER_COMMIT_S = 1.25
"""Commits come each second, give or take: a tick just before one would draw everything twice."""


class Ticker:
    """Has something done by an app each second. Cheaper than a timer of Textual's, and put off.

    Args:
        app: Does it, between its messages.
        do: What is to be done.
    """

    def __init__(self, app: App[None], do: Callable[[], None]) -> None:
        self._app = app
        self._do = do
        self._next: asyncio.TimerHandle | None = None

    def put_off(self, seconds: float = AFTER_COMMIT_S) -> None:
        """Let the next tick come so many seconds from now."""
        self.stop()
        self._next = asyncio.get_running_loop().call_later(seconds, self._tick)

    def stop(self) -> None:
        """Tick no more."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _tick(self) -> None:
        self.put_off(TICK_S)
        self._app.call_later(self._do)
