"""The desk on disk: versions, answers, the change log, and nothing lost unsaid."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime

import pytest

from data import contract
from data.clock import ManualClock
from data.desk.keeper import Kept, StoredAnswer
from data.desk.log_messages import KeptNote
from data.desk.store import SqliteKeeper
from data.errors import Code, StoreError
from data.files import FloorFiles
from tests.data.files_support import T0, run_python

CLOCK = ManualClock(T0)


@pytest.fixture
def files(tmp_path):
    return FloorFiles(tmp_path)


@pytest.fixture
def desk(files):
    desk = SqliteKeeper.open(files, "hh1", CLOCK)
    yield desk
    desk.close()


def note(text: str = "Back at two") -> KeptNote:
    return KeptNote(author="eva", text=text, written_at=datetime(2026, 1, 5, tzinfo=UTC))


def put(desk: SqliteKeeper, entity: str, data: KeptNote | None, by: str = "") -> Kept:
    with desk.transaction() as keeper:
        return keeper.put("note", entity, data, at=T0, by=by)


def test_versions_rise_and_go_on_after_a_deletion(desk):
    assert desk.get("note", "n1") is None
    assert put(desk, "n1", note()) == Kept("note", "n1", 1, T0, note())
    assert put(desk, "n1", note("at three")).version == 2
    assert desk.get("note", "n1") == Kept("note", "n1", 2, T0, note("at three"))
    assert put(desk, "n1", None) == Kept("note", "n1", 3, T0, None)
    assert desk.get("note", "n1") is None
    assert put(desk, "n1", note()).version == 4


def test_a_transaction_keeps_all_or_nothing(desk):
    answer = StoredAnswer("f" * 64, 200, b"{}")
    with desk.transaction() as keeper:
        keeper.put("note", "n1", note(), at=T0, by="k1")
        keeper.remember("k1", answer, at=T0)
        assert keeper.get("note", "n1") is not None
    with pytest.raises(KeyboardInterrupt), desk.transaction() as keeper:
        _change_and_fail(keeper)
    assert desk.answer_for("k1") == answer
    assert desk.answer_for("k2") is None
    assert desk.get("note", "n1") == Kept("note", "n1", 1, T0, note())
    assert [serial for serial, _ in desk.recent(0)] == [1]


def _change_and_fail(keeper: SqliteKeeper) -> None:
    keeper.put("note", "n1", None, at=T0, by="k2")
    keeper.remember("k2", StoredAnswer("f", 200, b""), at=T0)
    raise KeyboardInterrupt


def test_a_key_is_answered_once_and_forgotten_when_it_is_too_old(desk):
    life = round(contract.KEY_LIFE.total_seconds() * 1000)
    with desk.transaction() as keeper:
        keeper.remember("k1", StoredAnswer("f", 200, b"1"), at=T0)
    with pytest.raises(StoreError), desk.transaction() as keeper:
        keeper.remember("k1", StoredAnswer("f", 409, b"2"), at=T0)
    for key, at in (("k2", T0 + life), ("k3", T0 + life + 1)):
        assert desk.answer_for("k1") == StoredAnswer("f", 200, b"1")
        with desk.transaction() as keeper:
            keeper.remember(key, StoredAnswer("f", 200, b""), at=at)
    assert desk.answer_for("k1") is None
    assert desk.answer_for("k2") is not None


def test_the_change_log_is_in_commit_order(desk):
    put(desk, "n2", note("one"))
    put(desk, "n1", note("two"))
    put(desk, "n2", None)
    serials = [serial for serial, _ in desk.recent(0)]
    assert serials == sorted(set(serials))
    assert [(kept.id, kept.version, kept.data) for _, kept in desk.recent(0)] == [
        ("n2", 1, note("one")),
        ("n1", 1, note("two")),
        ("n2", 2, None),
    ]
    assert [kept.id for _, kept in desk.recent(serials[1])] == ["n2"]


def test_sites_are_kept_apart(files, desk):
    put(desk, "n1", note())
    with desk.transaction() as keeper:
        keeper.remember("k1", StoredAnswer("f", 200, b""), at=T0)
    other = SqliteKeeper.open(files, "leeds", CLOCK)
    assert (other.get("note", "n1"), other.answer_for("k1"), other.recent(0)) == (None, None, [])
    other.close()


def test_a_row_carries_the_client_of_its_message(files, desk):
    counts = contract.Counts(
        offered=0,
        answered=0,
        answered_within=0,
        abandoned=0,
        abandoned_within=0,
        abandoned_short=0,
        wait_answered_s=0,
        talk_s=0,
        hold_s=0,
        acw_s=0,
    )
    queue = contract.Queue(
        name="Claims",
        channel="voice",
        direction="inbound",
        contacts_waiting=0,
        longest_wait_since=None,
        threshold_s=20,
        target_percent=80,
        day=counts,
        day_started_at=datetime(2026, 1, 5, tzinfo=UTC),
        client="Harbour",
    )
    with desk.transaction() as keeper:
        keeper.put("queue", "q1", queue, at=T0, by="")
        keeper.put("queue", "q1", None, at=T0, by="")
    connection = sqlite3.connect(files.desk)
    for table in ("entity", "change"):
        assert set(connection.execute(f"SELECT site, client FROM {table}")) == {("hh1", "Harbour")}
    connection.close()


def test_what_was_committed_survives_the_process(files):
    run_python(
        "import os, pathlib, sys\n"
        "from tests.data.test_desk_store import SqliteKeeper, FloorFiles, note, put\n"
        "desk = SqliteKeeper.open(FloorFiles(pathlib.Path(sys.argv[1])), 'hh1')\n"
        "put(desk, 'n1', note())\n"
        "desk._file.connection.execute('BEGIN IMMEDIATE')\n"
        "desk.put('note', 'n2', note(), at=0, by='')\n"
        "sys.stdout.flush(); os._exit(0)\n",
        files.root,
        cwd=__import__("pathlib").Path(__file__).parents[2],
    )
    desk = SqliteKeeper.open(files, "hh1", CLOCK)
    assert desk.get("note", "n1") is not None
    assert desk.get("note", "n2") is None
    desk.close()


def test_only_the_owner_reads_it(files, desk):
    put(desk, "n1", note())
    modes = {stat.S_IMODE(path.stat().st_mode) for path in files.root.iterdir()}
    assert modes == {0o600}


def test_a_damaged_desk_is_saved_row_by_row(files):
    desk = SqliteKeeper.open(files, "hh1", CLOCK)
    for number in range(200):
        put(desk, f"n{number}", note("x" * 200))
    connection = desk._file.connection
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'answer'"
    ).fetchone()
    desk.close()
    content = bytearray(files.desk.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xa5" * 4096
    files.desk.write_bytes(content)
    again = SqliteKeeper.open(files, "hh1", CLOCK)
    assert again.salvage is not None
    assert again.salvage.moved_to.read_bytes() == bytes(content)
    assert again.salvage.rows_lost_tables == ("answer",)
    assert again.salvage.rows_saved == 400
    assert again.get("note", "n199") == Kept("note", "n199", 1, T0, note("x" * 200))
    assert put(again, "n0", None).version == 2
    assert again.recent(200)[0][0] == 201
    again.close()


def test_a_newer_desk_is_left_alone(files):
    SqliteKeeper.open(files, "hh1", CLOCK).close()
    connection = sqlite3.connect(files.desk)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    before = files.desk.read_bytes()
    with pytest.raises(StoreError) as caught:
        SqliteKeeper.open(files, "hh1", CLOCK)
    assert caught.value.code is Code.FILE_NEWER
    assert files.desk.read_bytes() == before
