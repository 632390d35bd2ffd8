"""Tells coroutines that something was committed, whichever thread committed it."""

from __future__ import annotations

import asyncio


class Bell:
    """One loop's waiters, woken together; any number of rings before they wake count as one."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._next = asyncio.Event()
        self._is_ringing = False

    def attach(self) -> None:
        """Serve the running loop's waiters from now on."""
        self._loop = asyncio.get_running_loop()

    def ring(self) -> None:
        """Wake all waiters soon; from any thread, and cheap when nobody listens."""
        loop = self._loop
        if loop is None or self._is_ringing or loop.is_closed():
            return
        self._is_ringing = True
        loop.call_soon_threadsafe(self._wake)

    def next_ring(self) -> asyncio.Event:
        """The next ring. Take it before looking at the state, or a ring between is missed."""
        return self._next

    async def wait(self, ring: asyncio.Event, seconds: float) -> None:
        """Wait for a ring, or until `seconds` have passed."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await ring.wait()
        except TimeoutError:
            return

    def _wake(self) -> None:
        # Cleared first: a commit from here on finds the flag down and rings again.
        self._is_ringing = False
        ring, self._next = self._next, asyncio.Event()
        ring.set()
