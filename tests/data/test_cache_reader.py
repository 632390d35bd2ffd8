"""The cache's reader: files that are replaced, commits that are noticed, writers in between."""

from __future__ import annotations

import os
import sqlite3

import pytest

from data.cache.damage import move_aside
from data.cache.reader import CacheReader
from data.cache.writer import CacheWriter
from data.clock import ManualClock
from data.errors import Code, StoreError
from data.files import FloorFiles
from tests.data.files_support import T0, agent_at, apply

CLOCK = ManualClock(T0)


@pytest.fixture
def files(tmp_path):
    return FloorFiles(tmp_path)


def test_there_must_be_a_file(files):
    with pytest.raises(StoreError) as caught:
        CacheReader.open(files.cache)
    assert caught.value.code is Code.FILE_MISSING


def test_a_commit_is_noticed_and_a_look_is_not_one(files):
    writer = CacheWriter.open(files)
    reader = CacheReader.open(files.cache)
    seen = reader.data_version()
    reader.read(0)
    assert reader.data_version() == seen
    apply(writer, agent_at("a1", 1))
    assert reader.data_version() != seen
    reader.close()
    writer.close()


def test_a_log_is_quiet_once_it_is_settled_and_until_it_is_written(files):
    writer = CacheWriter.open(files)
    reader = CacheReader.open(files.cache)
    log = files.cache.with_name(files.cache.name + "-wal")
    apply(writer, agent_at("a1", 1))
    assert not reader.is_quiet(), "it was never asked before"
    assert not reader.is_quiet(), "it may have been written twice within a tick"
    os.utime(log, (1, 1))
    assert [reader.is_quiet() for _ in range(3)] == [False, True, True]
    apply(writer, agent_at("a2", 1), cursor="2")
    assert not reader.is_quiet()
    os.utime(log, (2**33, 2**33))
    assert [reader.is_quiet() for _ in range(2)] == [False, False], "the clock was set back"
    reader.close()
    writer.close()


def test_a_replaced_file_is_noticed_and_read_whole(files):
    writer = CacheWriter.open(files)
    apply(writer, agent_at("old", 1))
    reader = CacheReader.open(files.cache)
    assert not reader.read(0).reset
    writer.close()
    seen = reader.data_version()
    move_aside(files.cache, CLOCK)
    assert reader.data_version() == seen, "as long as there is no other, the old one is read"
    files.cache.touch()
    assert not reader.read(1).reset, "an empty file is one that is being made"
    writer = CacheWriter.open(files)
    apply(writer, agent_at("new", 1), agent_at("newer", 1))
    assert reader.data_version() != seen
    delta = reader.read(1)
    assert delta.reset
    assert sorted(record.id for _, record in delta.upserts) == ["new", "newer"]
    assert not reader.read(delta.rev).reset
    reader.close()
    writer.close()


def test_a_commit_that_does_not_exist_yet_means_another_file(files):
    writer = CacheWriter.open(files)
    apply(writer, agent_at("a1", 1))
    reader = CacheReader.open(files.cache)
    delta = reader.read(99)
    assert delta.reset
    assert delta.rev == 1
    assert len(delta.upserts) == 1
    reader.close()
    writer.close()


def test_a_reader_keeps_no_lock_on_the_log(files):
    writer = CacheWriter.open(files)
    reader = CacheReader.open(files.cache)
    for number in range(1, 4):
        apply(writer, agent_at("a1", number))
        reader.read(0)
        (busy, _, _) = writer._file.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert busy == 0
    reader.close()
    writer.close()


def test_a_writer_that_is_at_it_does_not_disturb(files):
    writer = CacheWriter.open(files)
    apply(writer, agent_at("a1", 1))
    reader = CacheReader.open(files.cache)
    with writer._file.transaction() as connection:
        connection.execute("DELETE FROM block")
        assert len(reader.read(0).upserts) == 1
    reader.close()
    writer.close()


def test_a_record_that_makes_no_sense_is_damage(files):
    writer = CacheWriter.open(files)
    apply(writer, agent_at("a1", 1))
    reader = CacheReader.open(files.cache)
    writer._file.connection.execute("UPDATE block SET records = x'9180'")
    with pytest.raises(StoreError) as caught:
        reader.read(0)
    assert caught.value.code is Code.FILE_CORRUPT
    reader.close()
    writer.close()


def test_a_lock_that_passes_is_waited_for(files):
    """The first answers are BUSY and READONLY, as while a log is being recovered."""
    writer = CacheWriter.open(files)
    apply(writer, agent_at("a1", 1))
    reader = CacheReader.open(files.cache)
    real, errors = reader._connect, []
    for code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY | 5 << 8):
        error = sqlite3.OperationalError("passing")
        error.sqlite_errorcode = code
        errors.append(error)

    def connect():
        if errors:
            raise errors.pop()
        return real()

    reader._connect = connect
    assert len(reader.read(0).upserts) == 1
    assert not errors
    reader.close()
    writer.close()
