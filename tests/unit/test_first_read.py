"""What is read before there is a feed, and how long it is waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.cache.writer import CacheWriter
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import Change, Kind
from supervisor_tui.first_read import first_read
from tests.builders import NOW, SITE, SOURCE, make_agent, make_health

LONG_S = 60.0


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    files = FloorFiles(tmp_path)
    files.make()
    return files


@pytest.fixture
def writer(files: FloorFiles) -> Iterator[CacheWriter]:
    writer = CacheWriter.open(files)
    yield writer
    writer.close()


def write(writer: CacheWriter) -> None:
    change = Change(kind=Kind.AGENT, id="1", version=1, at=NOW, record=make_agent("1"))
    writer.replace(SITE, SOURCE, [change], cursor="0", epoch="e", observed_at=NOW)


def agents_read(files: FloorFiles, patience_s: float) -> int:
    begun = first_read(files, patience_s)
    begun.reader.close()
    return len(begun.snapshot.agents)


def test_what_is_there_is_read_at_once(files: FloorFiles, writer: CacheWriter) -> None:
    write(writer)
    assert agents_read(files, 0) == 1
    assert agents_read(files, LONG_S) == 1


def test_figures_that_are_being_brought_are_waited_for_and_the_file_too(files: FloorFiles) -> None:
    found: list[int] = []
    reading = threading.Thread(target=lambda: found.append(agents_read(files, LONG_S)))
    reading.start()
    writer = CacheWriter.open(files)
    try:
        assert reading.is_alive()
        writer.set_health(make_health())
        write(writer)
        reading.join(LONG_S)
    finally:
        writer.close()
    assert found == [1]


def test_a_source_that_has_failed_is_not_waited_for(files: FloorFiles, writer: CacheWriter) -> None:
    writer.set_health(make_health(problem=Code.REFUSED_CONNECTION.value))
    reading = threading.Thread(target=agents_read, args=(files, LONG_S), daemon=True)
    reading.start()
    reading.join(LONG_S / 2)
    assert not reading.is_alive()


def test_nothing_is_waited_for_longer_than_that(files: FloorFiles) -> None:
    for patience_s in (0, 0.05):
        with pytest.raises(StoreError):
            first_read(files, patience_s)
    CacheWriter.open(files).close()
    assert agents_read(files, 0) == 0
    assert agents_read(files, 0.05) == 0
