"""The whole program on bad days, as the person at the screen sees them."""

from __future__ import annotations

import asyncio
import re
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from queue import Queue

import psutil
import pytest

from data.cache.reader import CacheReader
from data.errors import Code, StoreError
from data.sync.lock import NOTE_BYTES
from data.sync.notice import read_notice
from tests.integration.test_faults import Endpoint as FaultyEndpoint
from tests.support.fault_table import FAULT_TABLE
from tests.support.faults import _bomb
from tests.support.floors import Endpoint, Place
from tests.support.heartbeat import longest_pause_ms
from tests.support.loopback import serve
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("bad-days")]

LIVE = re.compile(r"\A.* live \d+ s")
ROOT = Path(__file__).parents[2]
SLOW_S = 40.0
HEARTBEAT_MS = 250
SYNC_MORE_MB = 16
"""How much more the sync process may take after all faults than before."""
FEW = ("html", "hangs", "gzip_bomb")
FOR_LONG = "busy_until"
"""Asks for five minutes of patience, and gets them."""


@contextmanager
def served(endpoint: FaultyEndpoint) -> Iterator[str]:
    """An endpoint that misbehaves, served by a thread; its address."""
    ready: Queue[str] = Queue()
    loop, over = asyncio.new_event_loop(), asyncio.Event()

    async def run() -> None:
        async with serve(endpoint.handle) as server:
            ready.put(server.base)
            await over.wait()

    def work() -> None:
        loop.run_until_complete(run())
        loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield ready.get(timeout=10)
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)


def sync_process(*screens: Session) -> psutil.Process:
    """The one sync process that screens have between them, once the others have given way."""

    def running() -> list[psutil.Process]:
        found = []
        for screen in screens:
            for child in screen.children():
                with suppress(psutil.Error):
                    if "sync" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                        found.append(child)
        return found

    screens[0].wait_for(lambda: len({child.pid for child in running()}) == 1, timeout=SLOW_S)
    return running()[0]


def screen_with_a_pulse(place: Place, pulse: Path) -> Session:
    """A wide screen that notes in a file how long its event loop ever stood still."""
    argv = [sys.executable, "-P", "-m", "tests.support.heartbeat", str(pulse)]
    env = {**place.environ, "PYTHONPATH": str(ROOT)}
    return Session([*argv, "--config", str(place.config)], env=env, cols=200, rows=50)


def is_filled(cache: Path) -> bool:
    """Whether there is a cache with a floor in it."""
    try:
        with closing(CacheReader.open(cache)) as reader:
            return bool(reader.read(0).upserts)
    except StoreError:
        return False


def is_well(screen: Session) -> bool:
    return LIVE.search(screen.text) is not None and "The endpoint" not in screen.text


def test_every_fault_is_told_on_the_screen_and_holds_it_up_in_nothing(
    place: Place, request: pytest.FixtureRequest
) -> None:
    is_soak = request.config.getoption("--soak")
    faults = [fault for fault in (FAULT_TABLE if is_soak else FEW) if fault != FOR_LONG]
    _bomb()
    endpoint = FaultyEndpoint()
    pulse = place.folder / "pulse"
    with served(endpoint) as url, ExitStack() as opened:
        place.configure(url, source="poll = 1\ndeadline = 1")
        screen = opened.enter_context(screen_with_a_pulse(place, pulse))
        screen.wait_for(LIVE, timeout=SLOW_S)
        before = sync_process(screen).memory_info().rss
        for fault in faults:
            endpoint.fault = fault
            words = FAULT_TABLE[fault].words
            screen.wait_for(lambda words=words: words in screen.text, timeout=SLOW_S)
            endpoint.fault = ""
            screen.wait_for(lambda: is_well(screen), timeout=SLOW_S)
        more_mb = (sync_process(screen).memory_info().rss - before) / 2**20
        assert more_mb < SYNC_MORE_MB
        if is_soak:
            print(f"longest pause {longest_pause_ms(pulse):.0f} ms, sync grew {more_mb:.1f} MB")
            assert longest_pause_ms(pulse) < HEARTBEAT_MS
        screen.send("i")
        screen.wait_for("live 0 s|live 1 s")
        screen.send("qq")


# Against the sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Endpoint]:
    with Endpoint(("--starts-at", "10:40", "--seed", "7")) as endpoint:
        yield endpoint


@pytest.mark.soak
def test_many_screens_have_one_cache_and_one_sync_process(
    sandbox: Endpoint, place: Place, request: pytest.FixtureRequest
) -> None:
    count = 40 if request.config.getoption("--soak") else 3
    place.configure(sandbox.url)
    with ExitStack() as opened:
        screens = [opened.enter_context(place.screen()) for _ in range(count)]
        for screen in screens:
            screen.wait_for(LIVE, timeout=SLOW_S * (1 + count // 10))
        sync = sync_process(*screens)
        for screen in screens[1:]:
            screen.send("q")
            assert screen.wait_exit() == 0
        screens[0].wait_for(LIVE)
        assert sync.is_running()


def is_settled(place: Place) -> bool:
    """Whether the sync process has opened all of its files, and read the day's past."""
    return place.files.outbox.exists() and "past_read" in place.files.sync_log.read_text()


def test_a_full_disk_is_told_loses_nothing_and_is_over_when_there_is_room(
    sandbox: Endpoint, place: Place, request: pytest.FixtureRequest
) -> None:
    """A limit on the size of its files is to the sync process what a full disk is."""
    place.configure(sandbox.url, floor='sync = "external"', source="poll = 1")
    pulse = place.folder / "pulse"
    # Python would cut off the byte code of what is loaded later, and stumble over it ever after.
    environ = {**place.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(place.command("sync"), env=environ) as sync:
        try:
            with screen_with_a_pulse(place, pulse) as screen:
                screen.wait_for(LIVE, timeout=SLOW_S)
                screen.wait_for(lambda: is_settled(place), timeout=SLOW_S)
                limits = psutil.Process(sync.pid)
                limits.rlimit(psutil.RLIMIT_FSIZE, (NOTE_BYTES, resource.RLIM_INFINITY))
                screen.wait_for(r"The disk is full: .*\.db", timeout=SLOW_S)
                notice = read_notice(place.files)
                assert notice is not None
                assert (notice.code, notice.has_ended) == (Code.DISK_FULL, False)
                doctor = place.run("doctor")
                assert "kept from its work. The disk is full" in doctor.stdout
                room = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                limits.rlimit(psutil.RLIMIT_FSIZE, room)
                screen.wait_for(lambda: "The disk is full" not in screen.text, timeout=SLOW_S)
                screen.wait_for(LIVE, timeout=SLOW_S)
                assert sync.poll() is None
                if request.config.getoption("--soak"):
                    assert longest_pause_ms(pulse) < HEARTBEAT_MS
        finally:
            sync.terminate()
            sync.wait(10)


def test_a_second_sync_process_says_so_and_disturbs_nothing(
    sandbox: Endpoint, place: Place
) -> None:
    place.configure(sandbox.url)
    with place.screen() as screen:
        screen.wait_for(LIVE, timeout=SLOW_S)
        pid = sync_process(screen).pid
        second = place.run("sync")
        assert second.returncode == 1
        assert "A sync process of this floor is already running." in second.stderr
        assert sync_process(screen).pid == pid
        screen.wait_for(LIVE)


def test_a_cache_that_is_removed_while_it_is_shown_comes_back_by_itself(
    sandbox: Endpoint, place: Place
) -> None:
    place.configure(sandbox.url)
    with place.screen() as screen:
        screen.wait_for(LIVE, timeout=SLOW_S)
        first = sync_process(screen).pid
        place.files.cache.unlink()
        screen.wait_for(
            lambda: any(child.pid != first for child in screen.children()), timeout=SLOW_S
        )
        screen.wait_for(lambda: place.files.cache.exists() and LIVE.search(screen.text))


@pytest.mark.soak
def test_the_screen_stands_still_through_none_of_what_happens_to_its_files(
    sandbox: Endpoint, place: Place, request: pytest.FixtureRequest
) -> None:
    """A reader that is stuck, a second sync process, and a cache that is gone."""
    if not request.config.getoption("--soak"):
        pytest.skip("each of these has a quicker test of its own; the pulse is for --soak")
    place.configure(sandbox.url, source="poll = 1")
    pulse, cache = place.folder / "pulse", place.files.cache
    with screen_with_a_pulse(place, pulse) as screen, ExitStack() as opened:
        screen.wait_for(LIVE, timeout=SLOW_S)
        stuck = opened.enter_context(closing(sqlite3.connect(cache, isolation_level=None)))
        stuck.execute("BEGIN")
        before = stuck.execute("SELECT value FROM meta WHERE name = 'rev'").fetchone()
        assert place.run("sync").returncode == 1
        assert stuck.execute("SELECT value FROM meta WHERE name = 'rev'").fetchone() == before
        first = sync_process(screen).pid
        cache.unlink()
        screen.wait_for(
            lambda: any(child.pid != first for child in screen.children()), timeout=SLOW_S
        )
        screen.wait_for(lambda: is_filled(cache) and LIVE.search(screen.text), timeout=SLOW_S)
        pause_ms = longest_pause_ms(pulse)
        print(f"longest pause {pause_ms:.0f} ms")
        assert 0 < pause_ms < HEARTBEAT_MS
        screen.send("q")
        assert screen.wait_exit() == 0
