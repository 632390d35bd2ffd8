"""A cache that cannot be used is moved aside and made anew, whatever is wrong with it."""

from __future__ import annotations

import random
import sqlite3
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


def damage(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    if chance.random() < 0.3:
        del content[chance.randrange(len(content)) :]
    else:
        for _ in range(chance.choice((1, 8, 64))):
            content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    path.write_bytes(content)


@pytest.mark.parametrize("seed", range(20))
def test_damage_of_any_kind_is_survived(tmp_path, seed):
    files = build(tmp_path)
    damage(files.cache, random.Random(seed))
    try:
        reader = CacheReader.open(files.cache)
        reader.read(0)
        reader.close()
    except StoreError:
        pass  # a reader may refuse it, in these terms and no others
    writer = CacheWriter.open(files, CLOCK)
    is_whole = len(writer.records(SITE, SOURCE, Kind.AGENT)) == 60
    assert is_whole or writer.rebuilt is not None
    if writer.rebuilt is not None:
        assert writer.rebuilt.name == "cache.db.broken-20260105T080000Z"
        assert writer.rebuilt.exists()
        assert writer.records(SITE, SOURCE, Kind.AGENT) == []
    apply(writer, changed(make_agent("fresh"), 1), cursor="3")
    reader = CacheReader.open(files.cache)
    assert "fresh" in {record.id for _, record in reader.read(0).upserts}
    reader.close()
    writer.close()


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
        "UPDATE agent SET body = x'7b7d' WHERE id = 'a7'",
        "UPDATE agent SET body = x'' WHERE id = 'a7'",
        "UPDATE agent SET rev = 1000 WHERE id = 'a7'",
        "UPDATE agent SET body = (SELECT body FROM agent WHERE id = 'a8') WHERE id = 'a7'",
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
