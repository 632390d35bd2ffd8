"""Keys in the order in which they were typed, each done before the next is looked at.

Textual hands a key to whatever has the focus when the key arrives. What the key before it opened
may not have the focus yet, so that of `:find` typed in one go some letters would reach the table,
where letters are commands. Here a key waits until the one before it has gone its whole way: from
the focused widget up to the app. A mark sent after it along the same way tells when that is.
What is pasted waits like a key, lest it overtake what was typed before it.
"""

from __future__ import annotations

import asyncio
from collections import deque

from textual import events
from textual.app import App
from textual.message import Message

from data.clock import monotonic_ms

PATIENCE_S = 0.5
"""How long to wait for a key that does not come back, before the next one goes its way."""


class KeyDone(Message):
    """Follows a key from the focused widget up to the app."""


class OrderedKeysApp(App[None]):
    """An app that looks at one key at a time."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._keys_waiting: deque[events.Key | events.Paste] = deque()
        self._key_under_way: asyncio.TimerHandle | None = None
        self.last_key_ms = monotonic_ms()
        """When a key was pressed last, or the app began, by the host's monotonic clock."""

    async def on_event(self, event: events.Event) -> None:
        """Let a key wait while another one is under way."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self.last_key_ms = monotonic_ms()
        if self._key_under_way is not None:
            self._keys_waiting.append(event)
        else:
            await self._send_key(event)

    async def on_key_done(self, message: KeyDone) -> None:
        """A key has gone its way: the next."""
        message.stop()
        await self._next_key()

    async def _send_key(self, event: events.Key | events.Paste) -> None:
        target = self.focused or self.screen
        await super().on_event(event)
        if target.post_message(KeyDone()):
            wait = asyncio.get_running_loop().call_later
            self._key_under_way = wait(PATIENCE_S, self.call_later, self._next_key)

    async def _next_key(self) -> None:
        if self._key_under_way is not None:
            self._key_under_way.cancel()
            self._key_under_way = None
        if self._keys_waiting:
            await self._send_key(self._keys_waiting.popleft())
