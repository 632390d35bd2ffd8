"""The whole sync process raises alerts, with no screen, and goes on with them when begun anew."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from data.cache.reader import CacheReader
from data.errors import StoreError
from data.files import FloorFiles
from data.model import Alert, Kind
from data.settings import (
    DEFAULT_RULES,
    FloorSettings,
    Reckoning,
    SiteSettings,
    SourceSettings,
    Sync,
)
from data.sync.process import run_sync
from tests.support.loopback import until
from tests.support.model_api import ModelApi, queue, stamp


def alerts(files: FloorFiles) -> list[Alert]:
    try:
        reader = CacheReader.open(files.cache)
    except StoreError:
        return []
    try:
        found = reader.read(0).upserts
    finally:
        reader.close()
    return [record for kind, record in found if kind is Kind.ALERT and isinstance(record, Alert)]


@contextlib.asynccontextmanager
async def syncing(files: FloorFiles, url: str) -> AsyncIterator[None]:
    source = SourceSettings(id="acd", url=url, poll=1.0, min_interval=0.05, deadline=1.0)
    site = SiteSettings(id="hh", name="Hamburg", source=(source,))
    stop = asyncio.Event()
    settings = FloorSettings(sync=Sync.EXTERNAL)
    reckoning = Reckoning(rules=DEFAULT_RULES)
    task = asyncio.create_task(
        run_sync(settings, [site], files, once=False, stop=stop, reckoning=reckoning)
    )
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(5):
            await task


async def test_what_needs_somebody_is_raised_and_outlives_the_process(tmp_path: Path) -> None:
    files = FloorFiles(tmp_path / "floor")
    api = ModelApi()
    since = stamp(-600)
    api.put("queue", "q1", queue("Claims", contacts_waiting=1, longest_wait_since=since))
    async with api.run() as url:
        async with syncing(files, url):
            await until(lambda: alerts(files), 15.0)
        (first,) = alerts(files)
        assert (first.name, first.severity, first.about and first.about.id) == (
            "longest_wait_s",
            "act",
            "q1",
        )
        async with syncing(files, url):
            api.put("queue", "q2", queue("Sales", contacts_waiting=1, longest_wait_since=since))
            await until(lambda: len(alerts(files)) > 1, 15.0)
        again = {alert.id: alert for alert in alerts(files)}
        assert len(again) == 2
        assert again[first.id].ended_at is None
        assert again[first.id].raised_at == first.raised_at
