"""A recorded run of an Asterisk, served at twenty times its speed, counted by the sync process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from data.cache.reader import CacheReader
from data.files import FloorFiles
from data.floor import Floor, FloorSnapshot
from data.rules.call_counts import CallCounter, Limits
from data.settings import FloorSettings, SiteSettings, SourceKind, SourceSettings, Sync
from data.sources.anchors import Anchors
from data.sources.asterisk.queue_log import count_log
from data.sync.process import run_sync
from tests.support.asterisk_recordings import QUEUE_LOG, need_recordings, run
from tests.support.asterisk_replay import Replay
from tests.support.asterisk_server import AsteriskServer

SPEED = 20.0
LOST = ("abandoned", "timed_out", "withdrawn", "left_empty", "left_by_key")


class FastClock(Anchors):
    """Reads the run's clock, which goes so many times faster than ours."""

    def __init__(self) -> None:
        super().__init__()
        self.restart(SPEED)


def site_at(server: AsteriskServer, folder: Path) -> SiteSettings:
    secret = folder / "secret"
    secret.write_text("s3cret w0rd\n")
    secret.chmod(0o600)
    source = SourceSettings(
        id="pbx",
        kind=SourceKind.ASTERISK,
        url=server.url,
        username="panel",
        secret_file=str(secret),
        min_interval=0.05,
        poll=1.0,
        short_abandon=5,
    )
    return SiteSettings(id="hh", source=(source,))


def cached(files: FloorFiles) -> FloorSnapshot:
    reader = CacheReader.open(files.cache)
    try:
        return Floor().apply(reader.read(0))
    finally:
        reader.close()


async def followed(replay: Replay, files: FloorFiles, folder: Path) -> FloorSnapshot:
    """The cache when the sync process has followed the whole run."""
    stop = asyncio.Event()
    async with replay.server().running() as server:
        site = site_at(server, folder)
        settings = FloorSettings(name="Floor", sync=Sync.EXTERNAL)
        sync = asyncio.create_task(run_sync(settings, [site], files, once=False, stop=stop))
        async with asyncio.timeout(60):
            while not replay.is_over:  # noqa: ASYNC110 - the replay has no event for it
                await asyncio.sleep(0.05)
            looks = server.count("QueueStatus")
            while server.count("QueueStatus") < looks + 2:  # noqa: ASYNC110 - so all was kept
                await asyncio.sleep(0.05)
        stop.set()
        await sync
    return cached(files)


def ours(floor: FloorSnapshot) -> dict[str, tuple[int, ...]]:
    rows: dict[str, tuple[int, ...]] = {}
    for queue in floor.queues.values():
        day = queue.day
        rows[queue.name] = (
            *(day.offered, day.answered, day.answered_within, day.abandoned),
            *(round(day.wait_answered_s), round(day.talk_s)),
        )
    for agent in floor.agents.values():
        if agent.today.handled:
            rows[agent.name] = (agent.today.handled, round(agent.today.talk_s or 0))
    return rows


def of_the_log(until: int, thresholds: dict[str, int]) -> dict[str, tuple[int, ...]]:
    log = CallCounter(
        by_queue={queue: Limits(threshold_s=limit) for queue, limit in thresholds.items()}
    )
    with QUEUE_LOG.open("rb") as lines:
        count_log(lines, log, lambda event: event.at <= until)
    rows: dict[str, tuple[int, ...]] = {}
    for name, tally in log.queues.items():
        lost = sum(getattr(tally, how) for how in LOST)
        rows[name] = (
            *(tally.offered, tally.answered, tally.answered_within, lost),
            *(tally.wait_s, tally.talk_s),
        )
    return rows | {name: (one.answered, one.talk_s) for name, one in log.agents.items()}


def show(title: str, rows: dict[str, tuple[int, ...]]) -> None:
    print(f"\n{title}: offered, answered, within, lost, wait s, talk s; of agents answered, talk s")
    for name, row in sorted(rows.items()):
        print(f"{name:26}", *(f"{value:5}" for value in row))


@pytest.mark.shared
async def test_a_recorded_run_is_counted_as_its_log_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_recordings()
    monkeypatch.setattr("data.sources.asterisk.manager.Anchors", FastClock)
    files = FloorFiles(tmp_path / "state")
    floor = await followed(Replay(SPEED, looks_first=True), files, tmp_path)
    until = max(exchange.received_ms for exchange in run())
    limits = {queue.name: queue.threshold_s for queue in floor.queues.values()}
    counted, logged = ours(floor), of_the_log(until, limits)
    show("ours", counted)
    show("the log", logged)
    assert counted == logged
