"""A cache that cannot be used is moved aside and made anew, whatever is wrong with it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from data.cache.damage import move_aside
from data.cache.reader import CacheReader
from data.cache.writer import CacheWriter
from data.clock import ManualClock
from data.errors import StoreError
from data.files import FloorFiles
from data.model import Kind
from tests.data.files_support import (
    SITE,
    SOURCE,
    T0,
    apply,
    changed,
    deleted,
    make_agent,
    make_contact,
)
from tests.support.damages import DAMAGES, damage

CLOCK = ManualClock(T0)


def build(folder: Path) -> FloorFiles:
    files = FloorFiles(folder)
    writer = CacheWriter.open(files)
    agents = [changed(make_agent(f"a{n}", name=f"Agent {n}"), 1) for n in range(60)]
    contacts = [changed(make_contact(f"c{n}"), 1, Kind.CONTACT) for n in range(60)]
    apply(writer, *agents, *contacts)
    apply(writer, *(deleted(f"c{n}", 2, Kind.CONTACT) for n in range(0, 60, 3)), cursor="2")
    writer.close()
    return files


def read_or_refuse(files: FloorFiles) -> None:
    """What a screen does with it: it may refuse, in these terms and no others."""
    try:
        with closing(CacheReader.open(files.cache)) as reader:
            reader.read(0)
    except StoreError:
        pass


def survive(folder: Path, seed: int) -> bool:
    """Take a cache through a damage; whether it had to be made anew."""
    files = build(folder)
    outbox = folder / "outbox.db"
    outbox.write_bytes(b"precious")
    what = damage(files.cache, seed)
    is_empty = files.cache.stat().st_size == 0
    read_or_refuse(files)
    writer = CacheWriter.open(files, CLOCK)
    agents = len(writer.records(SITE, SOURCE, Kind.AGENT))
    assert agents == (60 if writer.rebuilt is None and not is_empty else 0), what
    if writer.rebuilt is not None:
        assert writer.rebuilt.name == "cache.db.broken-20260105T080000Z"
        assert writer.rebuilt.exists()
    apply(writer, changed(make_agent("fresh"), 1), cursor="3")
    with closing(CacheReader.open(files.cache)) as reader:
        assert "fresh" in {record.id for _, record in reader.read(0).upserts}, what
    writer.close()
    assert outbox.read_bytes() == b"precious"
    return not agents


@pytest.mark.soak
def test_damage_of_any_kind_is_survived(tmp_path, request):
    seeds = 200 if request.config.getoption("--soak") else len(DAMAGES)
    rebuilt = 0
    for seed in range(seeds):
        folder = tmp_path / str(seed)
        folder.mkdir()
        rebuilt += survive(folder, seed)
    assert rebuilt >= seeds // 3, "much of it did harm"


def test_a_cache_of_a_newer_program_is_moved_aside(tmp_path):
    files = build(tmp_path)
    connection = sqlite3.connect(files.cache)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    writer = CacheWriter.open(files, CLOCK)
    assert writer.rebuilt is not None
    assert writer.records(SITE, SOURCE, Kind.AGENT) == []
    writer.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE block SET records = x'9180' WHERE kind = 'agent'",
        "UPDATE block SET records = x'' WHERE kind = 'agent'",
        "UPDATE block SET kind = 'agnt' WHERE kind = 'agent'",
        "UPDATE block SET site = 'hh2' WHERE kind = 'agent'",
        "UPDATE block SET number = 99 WHERE kind = 'agent'",
        "INSERT INTO recent SELECT rowid, kind, site, source, heads, ids, x'90' FROM block",
        "UPDATE meta SET value = 0 WHERE name = 'rev'",
        "DELETE FROM meta",
    ],
)
def test_rows_that_sqlite_finds_sound_and_that_make_no_sense(tmp_path, statement):
    files = build(tmp_path)
    connection = sqlite3.connect(files.cache, isolation_level=None)
    connection.execute(statement)
    connection.close()
    writer = CacheWriter.open(files, CLOCK)
    assert writer.rebuilt is not None
    writer.close()


def test_nothing_is_overwritten_when_moving_aside(tmp_path):
    files = FloorFiles(tmp_path)
    names = []
    for content in (b"one", b"two", b"three"):
        files.cache.write_bytes(content)
        Path(f"{files.cache}-wal").write_bytes(content)
        names.append(move_aside(files.cache, CLOCK))
    assert [name.read_bytes() for name in names] == [b"one", b"two", b"three"]
    assert [Path(f"{name}-wal").read_bytes() for name in names] == [b"one", b"two", b"three"]
    assert not files.cache.exists()
