"""The sync process without its loop: real files, engine, courier and desk, which may die of a step.

What the loop does at its own times is done here when a history says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from data.cache.writer import CacheWriter
from data.clock import ManualClock
from data.errors import FloorError
from data.files import FloorFiles
from data.model import Ms
from data.people import People
from data.settings import ComplaintSettings, SiteSettings, SourceSettings
from data.sources.supervision import SupervisionSource
from data.status import SiteInfo
from data.sync.acting import Acting, Around
from data.sync.backfill import Tools, Unread
from data.sync.backoff import Timing
from data.sync.desk_source import desk_registries
from data.sync.engine import Engine
from data.sync.fetch import Fetcher
from data.sync.journal import Journal
from tests.support.proof.line import Line
from tests.support.proof.mortal import Death, Killed
from tests.support.sync_fakes import FakeHistory

SOURCE = SourceSettings(id="acd", url="http://127.0.0.1/supervision/v1", min_interval=0.0)
SITE = SiteSettings(id="hh", name="Hamburg", source=(SOURCE,))
_OUTBOX_STEPS = ("take_in", "begin", "settle", "put_off", "overtaken", "hold", "agree")
_STEPS = (*_OUTBOX_STEPS, "remove", "_write", "set_actions")
STEPS = (
    *(f"{when} {step}" for step in _STEPS for when in ("before", "after")),
    "between cursor and rows",
)
"""Where a process may die; the last one only a defect has."""


class Process:
    """One sync process after the other, on the same files.

    Args:
        files: The floor.
        line: To the endpoint.
        clock: The only time there is.
        check: Called whenever what the screens see has changed.
    """

    def __init__(
        self, files: FloorFiles, line: Line, clock: ManualClock, check: Callable[[], None]
    ) -> None:
        self._files = files
        self._line = line
        self._clock = clock
        self._check = check
        self.death = Death()
        self.begin()

    def begin(self) -> None:
        """Open everything, as a process does that starts."""
        self.cache = CacheWriter.open(self._files, self._clock)
        self.cache.death = self.death  # type: ignore[attr-defined]
        self.cache.set_sites([SiteInfo(id="hh", name="Hamburg", zone="UTC", day_start="00:00")])
        timing = Timing(clock=self._clock, sleep=_at_once, random=lambda: 1.0)
        journal = Journal(self._files.sync_log, self._clock)
        tools = Tools(timing, journal, Unread(self._files.root / "unread.json"))
        fetcher = Fetcher(SOURCE)
        client = httpx.AsyncClient(transport=self._line, timeout=None, trust_env=False)
        fetcher._endpoint.client = client
        self.source = SupervisionSource(SOURCE, SITE, key=b"k" * 32, timing=timing, fetcher=fetcher)
        # A poke says only that a page is worth asking for, and every look asks.
        self.source._listen = lambda: None  # type: ignore[method-assign]
        self.engine = Engine(SITE, SOURCE, self.source, self.cache, FakeHistory(), tools=tools)
        around = Around(
            lambda _site, _source: self.source,
            self.now,
            lambda _site, _source: None,
            lambda _site, _source: self.engine.health.known_at,
        )
        desks = desk_registries([SITE], ComplaintSettings())
        self.acting = Acting(self._files, People(), desks, self.cache, around, tools)
        self.outbox = self.acting._outbox
        self.courier: Any = self.acting._courier
        self._make_mortal()

    def now(self, _site: str = "") -> Ms:
        """What it takes for the server's time."""
        return self._clock.now()

    async def act(self) -> None:
        """Look and send, until there is nothing more to send just now."""
        try:
            self.courier.step()
            while tasks := list(self.courier._flying.values()):
                for result in await asyncio.gather(*tasks, return_exceptions=True):
                    if isinstance(result, BaseException):
                        raise result
                self.courier.step()
        except Killed:
            # Whoever is dead begins nothing more.
            left = list(self.courier._flying.values())
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            raise

    async def read(self) -> None:
        """Read the endpoint until there is no more, or something is wrong."""
        try:
            await self.engine.once()
        except FloorError:
            return

    async def end(self) -> None:
        """Let go of everything; whoever was killed has done nothing more before that."""
        self.death.at = ""
        await self.source.close()
        self.acting._opened.close()
        self.cache.close()

    def _make_mortal(self) -> None:
        for name in _OUTBOX_STEPS:
            self.death.waits_around(self.outbox, name)
        self.death.waits_around(self.courier._spool, "remove")
        self.death.waits_around(self.cache, "_write")
        links = self.courier._links
        self.death.waits_around(self.cache, "set_actions")
        self.courier._links = type(links)(
            self.cache.set_actions, links.now, links.done, links.known_at
        )
        for name in ("apply", "replace"):
            self._check_after(name)

    def _check_after(self, name: str) -> None:
        real = getattr(self.cache, name)

        def wrapped(*args: Any, **named: Any) -> Any:
            result = real(*args, **named)
            self._check()
            return result

        setattr(self.cache, name, wrapped)


async def _at_once(_seconds: float) -> None:
    """Waiting takes no time of anybody's."""
