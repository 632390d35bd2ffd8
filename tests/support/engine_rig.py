"""An engine over real or fake files, and a server that can be led."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from data.errors import Code
from data.model import Freshness, Kind
from data.settings import SiteSettings, SourceSettings
from data.sources.supervision import SupervisionSource
from data.status import SourceHealth
from data.sync.backfill import Tools, Unread
from data.sync.backoff import Timing
from data.sync.engine import Engine
from data.sync.journal import Journal
from tests.support.model_api import ModelApi, queue
from tests.support.sync_fakes import FakeCache, FakeHistory

SITE = SiteSettings(id="hamburg")
KEY = b"k" * 32


def source_settings(url: str, **more: Any) -> SourceSettings:
    given = {"id": "acd", "url": url, "poll": 0.05, "min_interval": 0.0, "deadline": 2.0}
    return SourceSettings(**{**given, **more})


class Rig:
    """An engine at a model server, with what it writes."""

    def __init__(self, api: ModelApi, url: str, folder: Path, **more: Any) -> None:
        self.api = api
        self.cache: Any = more.pop("cache", None) or FakeCache()
        self.history: Any = more.pop("history", None) or FakeHistory()
        self.folder = folder
        timing = Timing(random=more.pop("random", lambda: 0.0), clock=more.pop("clock", _CLOCK))
        self.tools = Tools(timing, Journal(folder / "sync.log"), Unread(folder / "unread.json"))
        self.settings = source_settings(url, **more)
        self.source = SupervisionSource(self.settings, SITE, key=KEY, timing=timing)
        self.engine = self.make_engine()

    def make_engine(self, before: SourceHealth | None = None) -> Engine:
        parts = self.settings, self.source, self.cache, self.history
        return Engine(SITE, *parts, tools=self.tools, before=before)

    def versions(self) -> dict[tuple[str, str], int]:
        return {
            (kind.value, entity): version
            for kind in Kind
            for entity, version in self.cache.versions("hamburg", "acd", kind).items()
        }

    def is_in_step(self) -> bool:
        return self.versions() == self.api.state()

    def was_said(self, problem: Code, state: Freshness | None = None) -> bool:
        """Whether the screens were told, though it may be over by now."""
        return any(
            each.problem == problem and state in {None, each.state} for each in self.cache.health
        )

    @property
    def health(self) -> Any:
        return self.engine.health.row

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(self.engine.run(stop))
        try:
            yield
        finally:
            stop.set()
            async with asyncio.timeout(5):
                await task


_CLOCK = Timing().clock


@contextlib.asynccontextmanager
async def rig(api: ModelApi, folder: Path, **more: Any) -> AsyncIterator[Rig]:
    async with api.run() as url:
        made = Rig(api, url, folder, **more)
        try:
            yield made
        finally:
            await made.source.close()


def fill(api: ModelApi, queues: int = 4) -> None:
    for number in range(queues):
        api.put("queue", f"q{number}", queue(f"Queue {number}"))
