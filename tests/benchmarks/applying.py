"""What it costs to keep a page of changes, and how soon a commit is on the screen."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

import msgspec

from data.cache.reader import CacheReader
from data.cache.writer import CacheWriter
from data.files import FloorFiles
from data.model import Agent, AgentState, Change, Kind, Queue
from tests.benchmarks.terminal import Terminal
from tests.builders import NOW, SITE, SOURCE, make_agent

WATCHED = "Billing 2"
"""The queue whose count of offered contacts is watched from the cache to the screen."""
_POLL_S = 0.002
_SEEN_WITHIN_S = 5.0
_COLUMNS = 12
TURNS = 100
"""So many pages at least: what is put off from page to page has to be paid several times."""

_RAW_TABLE = """
CREATE TABLE raw (id TEXT PRIMARY KEY, a TEXT, b TEXT, c TEXT, d INTEGER, e TEXT, f TEXT, g TEXT,
    h INTEGER, i INTEGER, j REAL, k REAL)
"""
_RAW_UPSERT = (
    f"INSERT INTO raw VALUES ({', '.join('?' * _COLUMNS)}) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in "abcdefghijk")
)


@dataclass(frozen=True, slots=True)
class Apply:
    """Processor seconds for one page: ours, and writing every row with one `executemany`."""

    ours_s: float
    raw_s: float


def apply(agents: int, share: float, times: int) -> Apply:
    """Keep pages in which a share of all agents changed, alternating with the yardstick."""
    chance = random.Random(1)
    rows = [make_agent(f"{n}", remote=n % 2 == 0) for n in range(agents)]
    versions = [1] * agents
    with tempfile.TemporaryDirectory(prefix="apply-") as folder:
        files = FloorFiles(Path(folder))
        files.make()
        writer = CacheWriter.open(files)
        raw = _raw_file(Path(folder) / "raw.db")
        try:
            changes = [_change(row, 1) for row in rows]
            writer.replace(SITE, SOURCE, changes, cursor="0", epoch="e", observed_at=NOW)
            raw.executemany(_RAW_UPSERT, [_columns(row) for row in rows])
            ours: list[float] = []
            theirs: list[float] = []
            for turn in range(max(times, TURNS)):
                named = chance.sample(range(agents), round(agents * share))
                for n in named:
                    versions[n] += 1
                    rows[n] = _next(rows[n], chance)
                page = [_change(rows[n], versions[n]) for n in named]
                with _timed(ours):
                    writer.apply(
                        SITE, SOURCE, page, cursor=f"{turn}", epoch="e", observed_at=NOW + turn
                    )
                whole = [_columns(row) for row in rows]
                with _timed(theirs):
                    raw.execute("BEGIN IMMEDIATE")
                    raw.executemany(_RAW_UPSERT, whole)
                    raw.execute("COMMIT")
        finally:
            raw.close()
            writer.close()
    return Apply(fmean(ours), fmean(theirs))


@contextlib.contextmanager
def _timed(into: list[float]) -> Iterator[None]:
    began = time.process_time()
    yield
    into.append(time.process_time() - began)


def _raw_file(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(_RAW_TABLE)
    return connection


def _next(agent: Agent, chance: random.Random) -> Agent:
    state = chance.choice([AgentState.READY, AgentState.BUSY, AgentState.WORKING_AFTER_CONTACT])
    return msgspec.structs.replace(agent, state=state, since=agent.since + 1000)


def _change(agent: Agent, version: int) -> Change:
    return Change(kind=Kind.AGENT, id=agent.id, version=version, at=NOW, record=agent)


def _columns(agent: Agent) -> tuple[object, ...]:
    day = agent.today
    words = agent.name, agent.team, agent.state.value
    text = agent.reason, ",".join(agent.queues), agent.contact
    return (agent.id, *words, agent.since, *text, agent.remote, day.handled, day.talk_s, day.acw_s)


def commit_to_paint(cache: Path, terminal: Terminal, seconds: float) -> list[float]:
    """Seconds from a commit of a queue's count to the moment at which the screen shows it.

    Args:
        cache: The floor's cache.db, which a sync process is writing.
        terminal: A screen of it, wide enough for the count, the queue in sight.
        seconds: How long to watch.
    """
    commits: list[tuple[float, int]] = []
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(cache, commits, stop))
    thread.start()
    waits: list[float] = []
    last = -1
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            terminal.pump(time.monotonic() + _POLL_S)
            if not commits or commits[-1][1] == last:
                continue
            committed, last = commits[-1]
            if terminal.wait(partial(_shows, terminal, last), _SEEN_WITHIN_S):
                waits.append(terminal.arrived - committed)
    finally:
        stop.set()
        thread.join()
    return waits[1:]  # the first was on the screen before it was looked for


def _shows(terminal: Terminal, count: int) -> bool:
    rows = (line for line in terminal.screen.display if f" {WATCHED} " in line)
    return any(str(count) in line.split() for line in rows)


def _watch(cache: Path, commits: list[tuple[float, int]], stop: threading.Event) -> None:
    """Note each new count of the watched queue, and when it was committed."""
    version, rev, count = -1, 0, -1
    with contextlib.closing(CacheReader.open(cache)) as reader:
        while not stop.wait(_POLL_S):
            now = reader.data_version()
            if now == version:
                continue
            version, seen = now, time.monotonic()
            delta = reader.read(rev)
            rev = delta.rev
            for _, row in delta.upserts:
                if isinstance(row, Queue) and row.name == WATCHED and row.day.offered != count:
                    count = row.day.offered
                    commits.append((seen, count))
