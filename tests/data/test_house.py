"""The floor's files while the sync process runs: bounded, looked after, and told of."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.cache import damage
from data.cache.blocks import kept_rows
from data.cache.damage import drop_old, move_aside
from data.cache.history_writer import HistoryWriter
from data.cache.reader import CacheReader
from data.cache.writer import CacheWriter
from data.clock import ManualClock
from data.errors import Code, FloorError, StoreError
from data.files import FloorFiles
from data.model import Kind
from data.sync import house, patient_acting
from data.sync.house import House
from data.sync.journal import Journal
from data.sync.lock import NOTE_BYTES, SyncLock, read_note
from data.sync.notice import Notice, acting_problem, read_notice
from data.sync.process import run_sync
from data.sync.wanted import ask_now
from tests.data.files_support import SITE, SOURCE, T0, apply, changed, make_agent
from tests.data.test_sync_process import STAYING, read, running, sites
from tests.support.loopback import until
from tests.support.model_api import ModelApi, queue

LIMIT = 256 * 1024
ROUNDS = 40


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    return FloorFiles(tmp_path / "floor").make()


@pytest.fixture
def kept(files: FloorFiles) -> Iterator[tuple[House, CacheWriter]]:
    cache, history = CacheWriter.open(files), HistoryWriter.open(files)
    yield House(files, cache, history, Journal(files.sync_log)), cache
    history.close()
    cache.close()


def shown(files: FloorFiles) -> int:
    """How many rows a screen that is started now shows; -1 where it can read none."""
    try:
        return len(read(files).upserts)
    except StoreError:
        return -1


def write(cache: CacheWriter, round_: int) -> None:
    agents = [
        changed(make_agent(f"a{number}", name=f"{round_} " + "x" * 200), round_)
        for number in range(50)
    ]
    apply(cache, *agents, cursor=str(round_))


def stuck_reader(files: FloorFiles) -> sqlite3.Connection:
    """A reader that stands still in the middle of a read, as a stopped process does."""
    reader = sqlite3.connect(f"{files.cache.as_uri()}?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM block").fetchall()
    return reader


# A reader who stands still


def test_a_reader_that_stands_still_does_not_let_the_log_grow(
    files: FloorFiles, kept: tuple[House, CacheWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "WAL_LIMIT_BYTES", LIMIT)
    keeper, cache = kept
    write(cache, 1)
    screen = CacheReader.open(files.cache)
    rev = screen.read(0).rev
    sizes = []
    with closing(stuck_reader(files)) as stuck:
        for round_ in range(2, ROUNDS):
            write(cache, round_)
            keeper.watch(round_)
            sizes.append(cache.file.log_bytes)
            rev = max(rev, screen.read(rev).rev)
        assert {row.version for *_, row in kept_rows(stuck)} == {1}
    assert max(sizes) < 2 * LIMIT
    assert rev == ROUNDS - 1
    with closing(CacheReader.open(files.cache)) as reader:
        fresh = reader.read(0)
    assert {record.name[:2] for _, record in fresh.upserts} == {str(ROUNDS - 1)}
    assert len(fresh.upserts) == 50
    names = {path.name for path in files.root.glob("*cache.db*")}
    assert names == {"cache.db", "cache.db-wal", "cache.db-shm"}
    assert "cache_renewed" in files.sync_log.read_text()
    screen.close()


def test_what_a_renewed_cache_holds_is_there_after_a_restart(files: FloorFiles) -> None:
    cache = CacheWriter.open(files)
    write(cache, 1)
    with closing(stuck_reader(files)):
        cache.renew()
        write(cache, 2)
    cache.close()
    again = CacheWriter.open(files)
    assert again.rebuilt is None
    assert {version for version, _ in again.records(SITE, SOURCE, Kind.AGENT)} == {2}
    assert shown(files) == 50
    again.close()


def test_a_disk_without_room_for_a_copy_leaves_the_cache_as_it_was(
    files: FloorFiles, kept: tuple[House, CacheWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "WAL_LIMIT_BYTES", 1)
    keeper, cache = kept
    write(cache, 1)

    def no_room(*_: object) -> None:
        raise StoreError(Code.DISK_FULL, "cache.db")

    monkeypatch.setattr("data.cache.writer.renew", no_room)
    with closing(stuck_reader(files)):
        write(cache, 2)
        keeper.watch(1)
        write(cache, 3)
    assert {version for version, _ in cache.records(SITE, SOURCE, Kind.AGENT)} == {3}
    assert "disk_full" in files.sync_log.read_text()


def test_each_minute_the_log_is_emptied_unless_somebody_reads(
    files: FloorFiles, kept: tuple[House, CacheWriter]
) -> None:
    keeper, cache = kept
    write(cache, 1)
    with closing(stuck_reader(files)):
        write(cache, 2)
        keeper.keep(T0, list)
        keeper.keep(T0, list)
        assert cache.file.log_bytes > 0
        assert files.sync_log.read_text().count("log_held") == 1
    keeper.keep(T0, list)
    assert cache.file.log_bytes == 0


# Copies of what was broken


def test_of_broken_copies_the_newest_few_are_kept(files: FloorFiles) -> None:
    clock = ManualClock(T0)
    for number in range(6):
        for suffix in ("", "-wal"):
            files.cache.with_name(f"cache.db{suffix}").write_text(str(number))
        move_aside(files.cache, clock)
        if number % 2:
            clock.advance(1000)
    files.root.joinpath("cache.db.broken-by-hand").write_text("mine")
    drop_old(files.cache)
    left = sorted(files.root.glob("cache.db.broken-2*"))
    assert [path.read_text() for path in left if "wal" not in path.name] == ["3", "4", "5"]
    assert len(left) == 2 * damage.KEPT
    assert files.root.joinpath("cache.db.broken-by-hand").exists()


# A cache that is spoilt while it is used


def spoil(files: FloorFiles, how: str) -> None:
    match how:
        case "removed":
            files.cache.unlink()
        case "overwritten":
            with closing(sqlite3.connect(files.cache)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = files.cache.stat().st_size
            with files.cache.open("r+b") as file:
                file.write(b"\xa5" * size)
        case "replaced":
            other = files.root / "other.db"
            with closing(sqlite3.connect(other)) as connection:
                connection.execute("CREATE TABLE t (a)")
            other.replace(files.cache)


@pytest.mark.parametrize("how", ["removed", "overwritten", "replaced"])
async def test_a_cache_that_is_spoilt_in_use_is_given_up_and_made_anew(
    files: FloorFiles, how: str
) -> None:
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with api.run() as url:
        stop = asyncio.Event()
        task = asyncio.create_task(run_sync(STAYING, sites(url), files, once=False, stop=stop))
        await until(lambda: shown(files) == 1)
        spoil(files, how)
        ask_now(files)
        async with asyncio.timeout(5):
            outcome = await task
        assert [problem.code for problem in outcome.problems] == [Code.FILE_CORRUPT]
        async with running(files, sites(url)):
            await until(lambda: shown(files) == 1)
            api.put("queue", "q2", queue())
            await until(lambda: shown(files) == 2)
    assert read_notice(files) is None


# What cannot be acted on is told, and the floor is shown


@pytest.mark.parametrize("name", ["outbox", "desk"])
async def test_without_its_precious_files_a_floor_is_shown_and_nothing_can_be_done(
    files: FloorFiles, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_acting, "REOPEN_S", 0.01)
    path = getattr(files, name)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 7")
        connection.execute("CREATE TABLE t (a)")
    before = path.read_bytes()
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with api.run() as url, running(files, sites(url)):
        await until(lambda: shown(files) == 1)
        await until(lambda: acting_problem(files) is not None)
        told = Notice(Code.FILE_FOREIGN, str(path), is_acting_only=True)
        assert acting_problem(files) == told
        assert path.read_bytes() == before
        path.unlink()
        await until(lambda: acting_problem(files) is None)
        assert files.outbox.exists()
        assert files.desk.exists()
    assert read_notice(files) is None


async def test_why_a_process_could_not_begin_outlives_it(files: FloorFiles) -> None:
    files.caller_key.write_bytes(b"short")
    files.caller_key.chmod(0o600)
    outcome = await run_sync(STAYING, sites("http://127.0.0.1:9"), files, once=True)
    assert not outcome.ok
    detail = str(files.caller_key)
    assert read_notice(files) == Notice(Code.FILE_INVALID, detail, has_ended=True)
    files.caller_key.unlink()
    await run_sync(STAYING, sites("http://127.0.0.1:9"), files, once=True)
    assert read_notice(files) is None


def test_a_note_takes_no_more_room_than_it_has(files: FloorFiles) -> None:
    with SyncLock(files) as lock:
        assert files.sync_lock.stat().st_size == NOTE_BYTES
        lock.tell(FloorError(Code.DISK_FULL, "ü" * 5000))
        assert files.sync_lock.stat().st_size == NOTE_BYTES
        note = read_note(files.sync_lock)
        assert note is not None
        assert note.problem == "disk_full"
        lock.tell(None)
        assert read_notice(files) is None
    assert read_note(files.sync_lock) is not None
