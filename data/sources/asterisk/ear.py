"""Listens to a server's events by its long poll, answer after answer, for as long as it runs.

One task of its own, so that no other request cuts an answer short: events of an answer that was
given up would be lost. Every event on the server wakes the long poll, those too that are of no
interest here; so between two questions there is a pause, which bounds how often it is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from data.errors import FloorError
from data.sources.asterisk.events import Event, Events, decode_events
from data.sources.asterisk.packets import Answer
from data.sync.backoff import Backoff, Timing
from data.sync.tasks import end_tasks

POLL_S = 10
"""How long the server may hold its answer back."""
PAUSE_S = 0.3
MOST_EVENTS = 100_000
"""Held for whoever reads them; with more, events are lost, and told to be."""


class Poll(Protocol):
    """What listening needs of the manager."""

    @property
    def sessions(self) -> int:
        """Rises with each session: between two of them events are lost."""
        ...

    async def wait(self, seconds: float) -> Answer:
        """Hold the line until something happens."""
        ...


class Ear:
    """The task that listens.

    Args:
        poll: Asks for events.
        poked: Called when there are events, or when some were lost.
        timing: Time and chance.
        pause_s: Seconds between an answer and the next question.
    """

    def __init__(
        self, poll: Poll, poked: Callable[[], None], timing: Timing, *, pause_s: float = PAUSE_S
    ) -> None:
        self._poll = poll
        self._pause_s = pause_s
        self._poked = poked
        self._timing = timing
        self._backoff = Backoff(timing.random)
        self._heard: list[Event] = []
        self._session = poll.sessions
        self._task: asyncio.Task[None] | None = None
        self.skipped = 0
        """Events that lacked what they are about, so far."""
        self.has_gap = True
        """Events may have been lost since this was last put to False."""
        self.is_deaf = False
        """The last answer did not come: what is heard of nobody may not be taken for quiet."""

    def begin(self) -> None:
        """Listen, if not at it already."""
        if self._task is None or self._task.done():
            self._session = self._poll.sessions
            self._task = asyncio.create_task(self._run())

    def take(self) -> list[Event]:
        """What was heard since this was last asked, in order."""
        heard, self._heard = self._heard, []
        return heard

    async def end(self) -> None:
        """Stop listening."""
        if self._task is not None:
            await end_tasks([self._task])
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
                self._backoff.succeeded()
                self.is_deaf = False
                wait = self._pause_s
            except FloorError as problem:
                # What is wrong is told by the read that follows, which meets it too.
                self.is_deaf = True
                self._poked()
                wait = max(self._backoff.failed(problem), self._pause_s)
            await self._timing.sleep(wait)

    async def _listen(self) -> None:
        answer = await self._poll.wait(POLL_S)
        if answer.is_success:
            self._keep(decode_events(answer))
        # Looked at afterwards: the session may have had to be renewed for this very answer.
        if self._poll.sessions != self._session:
            self._session = self._poll.sessions
            self.has_gap = True
            self._poked()

    def _keep(self, events: Events) -> None:
        self.skipped += events.skipped
        if not events.events:
            return
        if len(self._heard) > MOST_EVENTS:
            self._heard, self.has_gap = [], True
        self._heard += events.events
        self._poked()
