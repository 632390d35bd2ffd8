"""The sync process as a whole: real files, a real server, and what it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from data.cache.reader import CacheReader
from data.clock import ManualClock
from data.errors import Code, LockHeld
from data.files import FloorFiles
from data.floor import Delta
from data.model import Freshness, Kind
from data.settings import FloorSettings, SiteSettings, SourceSettings, Sync
from data.sync import linger, process
from data.sync.journal import LARGEST_BYTES, Journal, scrub
from data.sync.lock import ScreenPresence, is_held
from data.sync.notice import Notice, read_notice
from data.sync.outcome import SyncOutcome
from data.sync.process import run_sync
from data.sync.wanted import ask_now
from tests.support.loopback import until
from tests.support.model_api import ModelApi, queue

STAYING = FloorSettings(sync=Sync.EXTERNAL)


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    return FloorFiles(tmp_path / "floor")


def sites(*urls: str, poll: float = 0.05) -> list[SiteSettings]:
    sources = tuple(
        SourceSettings(id=f"acd{n}", url=url, poll=poll, min_interval=0.0, deadline=1.0)
        for n, url in enumerate(urls)
    )
    return [SiteSettings(id="hh", name="Hamburg", source=sources)]


def read(files: FloorFiles) -> Delta:
    reader = CacheReader.open(files.cache)
    try:
        return reader.read(0)
    finally:
        reader.close()


@contextlib.asynccontextmanager
async def running(
    files: FloorFiles, where: list[SiteSettings], settings: FloorSettings = STAYING
) -> AsyncIterator[asyncio.Task[SyncOutcome]]:
    stop = asyncio.Event()
    task = asyncio.create_task(run_sync(settings, where, files, once=False, stop=stop))
    try:
        yield task
    finally:
        stop.set()
        async with asyncio.timeout(2):
            await task


def states(files: FloorFiles) -> dict[str, Freshness]:
    return {health.source: health.state for health in read(files).sources}


async def test_once_fills_the_files_and_leaves_them_readable(files: FloorFiles) -> None:
    api = ModelApi()
    api.put("queue", "q1", queue("Claims"))
    async with api.run() as url:
        outcome = await run_sync(STAYING, sites(url), files, once=True)
    assert outcome == SyncOutcome(ok=True)
    delta = read(files)
    assert [(kind, record.id) for kind, record in delta.upserts] == [(Kind.QUEUE, "q1")]
    assert [site.name for site in delta.sites] == ["Hamburg"]
    assert not is_held(files)
    modes = {path.name: path.stat().st_mode & 0o777 for path in files.root.iterdir()}
    assert modes["sync.log"] == modes["caller.key"] == 0o600
    assert {"cache.db-wal", "cache.db-shm"} <= set(modes)
    assert all(not mode & 0o007 for mode in modes.values())


async def test_once_says_what_could_not_be_read_and_reads_the_rest(files: FloorFiles) -> None:
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with api.run() as url:
        where = sites(url, "http://127.0.0.1:9", "http://acd.example.org")
        outcome = await run_sync(STAYING, where, files, once=True)
    assert not outcome.ok
    assert [(each.source, each.code) for each in outcome.problems] == [
        ("acd1", Code.REFUSED_CONNECTION),
        ("acd2", Code.TLS_OTHER),
    ]
    assert str(outcome.problems[0]) == "hh/acd1: refused_connection: 127.0.0.1:9"
    assert len(read(files).upserts) == 1


async def test_without_room_for_what_screens_share_the_floor_is_read_and_it_is_told(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = {files.screens_lock, files.wanted, files.night_marks}
    is_full, real = [True], os.open

    def open_file(path: Path, flags: int, *how: int) -> int:
        if is_full and path in shared and flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, "no room")
        return real(path, flags, *how)

    monkeypatch.setattr(os, "open", open_file)
    monkeypatch.setattr(linger, "GRACE_S", 0.0)
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with api.run() as url, running(files, sites(url), FloorSettings(linger=0.0)) as task:
        await until(lambda: files.cache.exists() and read(files).upserts)
        await until(lambda: read_notice(files) is not None)
        assert read_notice(files) == Notice(Code.DISK_FULL, str(files.screens_lock))
        assert not task.done(), "nobody knows whether there is a screen"
        is_full.clear()
        async with asyncio.timeout(10):
            outcome = await task
        assert outcome.ok
        assert all(path.exists() for path in shared)
    assert read_notice(files) is None
    assert files.sync_log.read_text(encoding="utf-8").count("not_made") == 1


async def test_one_process_a_floor(files: FloorFiles) -> None:
    api = ModelApi()
    async with api.run() as url, running(files, sites(url)):
        await until(lambda: is_held(files))
        with pytest.raises(LockHeld):
            await run_sync(STAYING, sites(url), files, once=True)
    assert not is_held(files)


async def test_a_source_that_is_down_does_not_hold_up_the_others(files: FloorFiles) -> None:
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with (
        api.run() as url,
        running(files, sites(url, "http://127.0.0.1:9", "http://acd.example.org")),
    ):
        await until(lambda: files.cache.exists() and len(states(files)) == 3)
        await until(lambda: states(files)["acd0"] is Freshness.LIVE)
        assert states(files)["acd1"] is Freshness.OFFLINE
        assert states(files)["acd2"] is Freshness.FAULT


async def test_how_old_the_figures_are_outlives_the_process(files: FloorFiles) -> None:
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with api.run() as url:
        await run_sync(STAYING, sites(url), files, once=True)
        (first,) = read(files).sources
    await run_sync(STAYING, sites("http://127.0.0.1:9"), files, once=True)
    (health,) = read(files).sources
    assert health.state is Freshness.OFFLINE
    assert health.last_ok_mono_ms == first.last_ok_mono_ms
    assert len(read(files).upserts) == 1


async def test_a_fault_of_ours_is_logged_without_values_and_begun_anew(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.sync.engine import Engine

    real, broken = Engine.run, [1]

    async def run(self: Engine, stop: asyncio.Event) -> None:
        if broken:
            secret = f"01701234912 {broken.pop()}"
            raise RuntimeError(secret)
        await real(self, stop)

    monkeypatch.setattr(Engine, "run", run)
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with api.run() as url, running(files, sites(url)):
        await until(lambda: files.cache.exists() and states(files).get("acd0") is Freshness.LIVE)
    log = files.sync_log.read_text()
    assert "1234912" not in log
    crash = next(line for line in map(json.loads, log.splitlines()) if line["event"] == "crash")
    assert crash["kind"] == "RuntimeError"
    assert "test_sync_process.py" in crash["where"]


async def test_a_wish_for_fresh_data_is_heard(files: FloorFiles) -> None:
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with api.run() as url, running(files, sites(url, poll=60.0)):
        await until(lambda: files.cache.exists() and read(files).upserts)
        await asyncio.sleep(0.02)  # a file's time has a grain
        api.put("queue", "q2", queue())
        assert ask_now(files)
        await until(lambda: len(read(files).upserts) == 2)


async def test_it_ends_when_the_last_screen_has_gone(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linger, "GRACE_S", 0.3)
    monkeypatch.setattr(process, "LOOK_S", 0.02)
    api = ModelApi()
    settings = FloorSettings(linger=0.0)
    async with api.run() as url:
        with ScreenPresence(files.make()):
            async with running(files, sites(url), settings) as task:
                await until(lambda: files.cache.exists() and states(files))
                await asyncio.wait([task], timeout=0.5)
                assert not task.done()
        async with running(files, sites(url), settings) as task, asyncio.timeout(5):
            assert (await task).ok


async def test_a_damaged_folder_is_an_outcome(files: FloorFiles) -> None:
    files.make()
    files.caller_key.write_bytes(b"short")
    files.caller_key.chmod(0o600)
    outcome = await run_sync(STAYING, sites("http://127.0.0.1:9"), files, once=True)
    assert [each.code for each in outcome.problems] == [Code.FILE_INVALID]
    assert not is_held(files)


def test_the_journal_is_turned_over_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "sync.log"
    journal = Journal(path, ManualClock(1767603600000))
    journal.write("started", sources=2, detail="a\x1b[31m\nb")
    line = json.loads(path.read_text())
    assert line == {"at": "2026-01-05T09:00:00Z", "event": "started", "sources": 2,
                    "detail": "a\ufffd[31m b"}  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"x" * LARGEST_BYTES)
    journal.write("next")
    assert json.loads(path.read_text())["event"] == "next"
    assert (tmp_path / "sync.log.1").stat().st_size == LARGEST_BYTES


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("Bearer abc.def rest", "Bearer (hidden) rest"),
        ("token=abc", "token (hidden)"),
        ("call +49 (170) 123-4912 now", "call +(number) now"),
        ("127.0.0.1:54321", "127.0.0.1:54321"),
        ("status 503", "status 503"),
    ],
)
def test_what_a_log_may_hold(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed
