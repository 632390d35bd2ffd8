"""A copy of history while it is being written: whole, of one moment, and never over another."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from data.cache.backup import backup
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import Kind
from tests.data.files_support import SITE, SOURCE, T0, make_contact


def steps(first: int, count: int) -> list[Step]:
    return [
        Step(T0 + n, Kind.CONTACT, "", None, make_contact(f"c{n}", created_at=T0 + n))
        for n in range(first, first + count)
    ]


@pytest.fixture
def files(tmp_path):
    files = FloorFiles(tmp_path)
    writer = HistoryWriter.open(files)
    writer.add(SITE, SOURCE, steps(0, 2000))
    writer.close()
    return files


def test_a_copy_while_another_thread_writes(files, tmp_path, monkeypatch):
    """Each transaction adds ten contacts: a copy of one moment has a multiple of ten.

    There is a commit between any two steps of the copy, which must not make it begin anew.
    """
    monkeypatch.setattr("data.cache.backup.STEP_PAGES", 8)
    done, written = threading.Event(), threading.Event()

    def write() -> None:
        writer = HistoryWriter.open(files)
        number = 2000
        while not done.is_set():
            writer.add(SITE, SOURCE, steps(number, 10))
            number += 10
            written.set()
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    seen: list[tuple[int, int]] = []

    def progress(copied: int, pages: int) -> None:
        seen.append((copied, pages))
        assert len(seen) <= pages
        written.clear()
        assert written.wait(20), "the writer goes on while the copy is made"

    target = tmp_path / "copy.db"
    try:
        assert written.wait(20)
        backup(files.history, target, progress)
    finally:
        done.set()
        thread.join()
    assert seen[-1][0] == seen[-1][1] > 0
    reader = HistoryReader.open(target)
    count = len(reader.contacts(0, 2**60))
    reader.close()
    assert count >= 2000
    assert count % 10 == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_copy_is_one_file_and_leaves_nothing_beside_it(files, tmp_path):
    target = tmp_path / "elsewhere" / "copy.db"
    target.parent.mkdir()
    backup(files.history, target, lambda *_: None)
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"]
    connection = sqlite3.connect(target)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_another_file_is_never_overwritten(files, tmp_path):
    target = tmp_path / "copy.db"
    target.write_text("mine")
    with pytest.raises(StoreError) as caught:
        backup(files.history, target, lambda *_: None)
    assert caught.value.code is Code.FILE_UNSAFE
    assert target.read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_not_overwritten_either(files, tmp_path):
    target = tmp_path / "out" / "copy.db"
    target.parent.mkdir()

    def progress(*_: int) -> None:
        target.write_text("mine")

    with pytest.raises(StoreError) as caught:
        backup(files.history, target, progress)
    assert caught.value.code is Code.FILE_UNSAFE
    assert target.read_text() == "mine"
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"]


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [("nothing.db", "copy.db", Code.FILE_MISSING), ("history.db", "no/copy.db", Code.FILE_DENIED)],
)
def test_what_is_not_there(files, tmp_path, source, target, code):
    with pytest.raises(StoreError) as caught:
        backup(tmp_path / source, tmp_path / target, lambda *_: None)
    assert caught.value.code is code
    assert not (tmp_path / target).exists()


def test_a_copy_that_is_broken_off_leaves_nothing(files, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup(files.history, folder / "copy.db", stop)
    assert list(Path(folder).iterdir()) == []
