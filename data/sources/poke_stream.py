"""Listening, in the background, for an endpoint to say that something changed.

The stream carries no data, so losing it costs nothing but speed: whatever goes wrong here is not
raised but waited out, and the poll goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import msgspec

from data import contract
from data.clock import monotonic_ms
from data.errors import Code, FetchError, FloorError
from data.sources.event_stream import EventReader, StreamEvent
from data.sync.backoff import Backoff, Timing
from data.sync.fetch import Fetcher

SILENCE_S = 30.0
"""A stream that says nothing for so long, not even a heartbeat, is dead."""
LONGEST_PAUSE_S = 300.0
NO_STREAM_S = 300.0
"""How long an endpoint that offers no stream is left alone about it."""


class Poked(Protocol):
    """What is told of every sign that something changed; `head` is empty where it is not known."""

    def __call__(self, head: str) -> None:
        """Something changed."""
        ...


class PokeStream:
    """Keeps one stream open for as long as it runs.

    Args:
        fetcher: Asks the endpoint.
        path: Where the stream is.
        since: The cursor to name when (re)connecting.
        poked: Told of each sign that something changed.
        timing: Time and chance.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        path: str,
        *,
        since: Callable[[], str],
        poked: Poked,
        timing: Timing,
    ) -> None:
        self._fetcher = fetcher
        self._path = path
        self._since = since
        self._poked = poked
        self._timing = timing
        self._backoff = Backoff(timing.random)
        self._pause_s: float | None = None
        self.heard_at: int | None = None
        """Monotonic instant of the last line that came, ms."""
        self.is_open = False
        """Whether the stream stands now."""

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
                # An end without a word: the endpoint went away, or offers no stream.
                wait = self._backoff.failed() if self.is_open else NO_STREAM_S
            except FloorError as problem:
                wait = self._backoff.failed(problem)
            if self.is_open and self._pause_s is None:
                # Whether the endpoint went away with it is for a question to find out, at once.
                self._poked("")
            self.is_open = False
            await self._timing.sleep(self._pause_s if self._pause_s is not None else wait)
            self._pause_s = None

    async def _listen(self) -> None:
        since = self._since()
        headers = {"Last-Event-ID": since} if since else {}
        params = {"since": since} if since else {}
        reader = EventReader()
        stream = self._fetcher.listen(self._path, headers=headers, params=params)
        try:
            while True:
                async with asyncio.timeout(self._silence_left_s()):
                    piece = await anext(stream, None)
                if piece is None:
                    return
                before = reader.lines
                events = reader.feed(piece)
                if reader.lines > before:
                    self._heard()
                for event in events:
                    self._take(event)
        except TimeoutError:
            raise FetchError(Code.TIMED_OUT, "stream") from None
        finally:
            await stream.aclose()

    def _silence_left_s(self) -> float:
        """How much longer the next whole line may take; a dripping line is silence too."""
        if not self.is_open or self.heard_at is None:
            return SILENCE_S
        return max(0.0, SILENCE_S - (monotonic_ms() - self.heard_at) / 1000)

    def _heard(self) -> None:
        self.is_open = True
        self.heard_at = monotonic_ms()
        self._backoff.succeeded()

    def _take(self, event: StreamEvent) -> None:
        try:
            poke = msgspec.json.decode(event.data, type=contract.StreamPoke)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            poke = None
        if event.name == "bye":
            asked = poke.retry_ms if poke is not None else 0
            if isinstance(asked, int):
                self._pause_s = min(max(asked / 1000, 0.0), LONGEST_PAUSE_S)
        else:
            self._poked(poke.head if poke is not None and event.name != "reset" else "")
