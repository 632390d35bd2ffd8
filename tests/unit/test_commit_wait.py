"""The feed sleeps until the kernel tells of a write, and looks itself where it is not told."""

from __future__ import annotations

import sys
import threading

import pytest

from data.cache.reader import CacheReader
from data.cache.writer import CacheWriter
from data.figures.queues import QueueBook
from data.files import FloorFiles
from data.floor import Floor
from data.model import Change, Kind
from supervisor_tui import commit_wait, look_rest, watching
from supervisor_tui.commit_wait import CommitWait
from supervisor_tui.feed import Begun, Feed
from supervisor_tui.first_paint import FirstPaint
from supervisor_tui.output import OutputStage
from tests.builders import NOW, SITE, SOURCE, make_agent

LIMIT_S = 20.0


@pytest.fixture(autouse=True)
def _told_at_once(monkeypatch):
    monkeypatch.setattr(commit_wait, "LOOKS", 1)
    monkeypatch.setattr(commit_wait, "POLL_S", 0.001)


@pytest.fixture
def files(tmp_path):
    cache = tmp_path / "cache.db"
    for path in (cache, tmp_path / "cache.db-wal"):
        path.write_bytes(b"")
    return cache


def write(writer, *names):
    changes = [
        Change(kind=Kind.AGENT, id=name, version=1, at=NOW, record=make_agent(name, name=name))
        for name in names
    ]
    writer.replace(SITE, SOURCE, changes, cursor="0", epoch="e", observed_at=NOW)


def told(cache, monkeypatch, untold_s=LIMIT_S):
    """One that relies on the kernel, and has got over what was written before."""
    monkeypatch.setattr(commit_wait, "UNTOLD_S", 0.0)
    waiting = CommitWait(cache)
    for _ in range(4):
        waiting.wait(has_found=False)
    assert waiting._watch is not None
    monkeypatch.setattr(commit_wait, "UNTOLD_S", untold_s)
    return waiting


@pytest.mark.parametrize("name", ["cache.db", "cache.db-wal"])
@pytest.mark.parametrize("how", ["write", "remove", "replace"])
def test_a_wait_ends_when_a_file_is_written_or_goes(files, monkeypatch, name, how):
    waiting = told(files, monkeypatch, untold_s=1000 * LIMIT_S)
    path, done = files.with_name(name), threading.Event()

    def wait():
        waiting.wait(has_found=False)
        done.set()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    while not done.wait(0.01):  # until it waits there is nobody to tell
        other = path.with_name("other")
        other.write_bytes(b"other")
        if how == "write" or not path.exists():
            path.write_bytes(b"more")
        elif how == "remove":
            path.unlink()
        else:
            other.replace(path)
    thread.join(LIMIT_S)
    waiting.close()


def test_whoever_is_not_told_of_a_commit_polls_from_then_on(files, monkeypatch):
    waiting = told(files, monkeypatch)
    waiting.wait(has_found=True)
    monkeypatch.setattr(commit_wait, "UNTOLD_S", 1000 * LIMIT_S)
    for _ in range(4):
        waiting.wait(has_found=False)
    assert waiting._watch is None


def test_a_commit_that_it_was_told_of_keeps_its_trust(files, monkeypatch):
    waiting = told(files, monkeypatch, untold_s=0.0)
    for _ in range(3):
        files.write_bytes(b"more")
        waiting.wait(has_found=False)
        waiting.wait(has_found=True)
    assert waiting._watch is not None
    waiting.close()


def test_where_the_kernel_tells_nothing_it_polls(files, monkeypatch):
    def refuse(_paths):
        raise OSError

    monkeypatch.setattr(watching, "FileWatch", refuse)
    waiting = CommitWait(files)
    for _ in range(4):
        waiting.wait(has_found=False)
    assert waiting._watch is None


def test_a_file_that_is_missing_is_polled_for_until_it_is_there(files, monkeypatch):
    waiting = told(files, monkeypatch, untold_s=0.0)
    files.unlink()
    for _ in range(4):
        waiting.wait(has_found=False)
    assert waiting._watch is None
    files.write_bytes(b"")
    waiting.wait(has_found=True)
    assert waiting._watch is not None
    waiting.close()


def test_a_feed_that_is_told_shows_commits_and_a_cache_that_was_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(commit_wait, "UNTOLD_S", 5.0)
    files = FloorFiles(tmp_path)
    files.make()
    seen, came = [], threading.Condition()

    def show(snapshot):
        with came:
            seen.append({agent.name for agent in snapshot.agents.values()})
            came.notify()

    feed = Feed(files.cache, show, lambda _problem: None)
    writer = CacheWriter.open(files)
    write(writer, "Anna")
    feed.start()
    try:
        for names in (("Anna",), ("Anna", "Bert"), ("Cleo",)):
            if names != ("Anna",):
                write(writer, *names)
            with came:
                assert came.wait_for(lambda names=names: set(names) in seen, LIMIT_S)
        writer.close()
        for path in (
            files.cache,
            *(files.cache.with_name(f"cache.db{end}") for end in ("-wal", "-shm")),
        ):
            path.unlink()
        writer = CacheWriter.open(files)
        write(writer, "Dora")
        with came:
            assert came.wait_for(lambda: {"Dora"} in seen, LIMIT_S)
    finally:
        feed.stop()
        writer.close()


def test_a_feed_whose_looks_are_dear_shows_the_last_of_many_commits(tmp_path, monkeypatch):
    monkeypatch.setattr(look_rest, "SHARE", 2.0)
    files, came, seen = FloorFiles(tmp_path), threading.Condition(), []
    files.make()

    def show(snapshot):
        feed.shown(60.0)
        with came:
            seen.append(len(snapshot.agents))
            came.notify()

    feed = Feed(files.cache, show, lambda _problem: None)
    writer = CacheWriter.open(files)
    feed.start()
    try:
        for count in range(1, 20):
            write(writer, *(f"Agent {number}" for number in range(count)))
        with came:
            assert came.wait_for(lambda: seen and seen[-1] == 19, LIMIT_S)
    finally:
        feed.stop()
        writer.close()
    assert seen == sorted(seen)


def test_a_feed_that_rests_for_long_shows_what_somebody_waits_for(tmp_path, monkeypatch):
    monkeypatch.setattr(look_rest, "SHARE", 0.0001)  # a look would wait for a quarter of an hour
    files, came, seen = FloorFiles(tmp_path), threading.Condition(), []
    files.make()

    def show(snapshot):
        feed.shown(60.0)
        with came:
            seen.append(len(snapshot.agents))
            came.notify()

    feed = Feed(files.cache, show, lambda _problem: None)
    writer = CacheWriter.open(files)
    feed.start()
    try:
        for count in range(1, 5):
            write(writer, *(f"Agent {number}" for number in range(count)))
            feed.hurry()
            with came:
                assert came.wait_for(lambda count=count: seen and seen[-1] == count, LIMIT_S)
    finally:
        feed.stop()
        writer.close()


def test_the_first_view_is_let_go_when_there_is_a_newer_one(tmp_path):
    files, came = FloorFiles(tmp_path), threading.Condition()
    files.make()
    writer = CacheWriter.open(files)
    write(writer, "Anna")
    reader, floor = CacheReader.open(files.cache), Floor()
    first = floor.apply(reader.read(floor.rev))
    held = sys.getrefcount(first)
    paint = FirstPaint(Begun(reader, floor, first), QueueBook(), OutputStage(80, 24, None), [])
    names = set()

    def show(snapshot):
        with came:
            names.update(agent.name for agent in snapshot.agents.values())
            came.notify()

    feed = Feed(files.cache, show, lambda _problem: None, paint.take_begun())
    assert feed.first() is first
    feed.start()
    try:
        write(writer, "Anna", "Bert")
        with came:
            assert came.wait_for(lambda: "Bert" in names, LIMIT_S)
        # The floor itself held it too, until it had a newer one.
        assert sys.getrefcount(first) == held - 1
    finally:
        feed.stop()
        writer.close()
    assert paint.take_begun() is None
