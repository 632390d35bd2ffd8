"""A damaged history is moved aside and what can be read of it is saved, and said."""

from __future__ import annotations

import random
import sqlite3

import pytest

from data.cache.history_model import FindQuery
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.clock import ManualClock
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import AgentState, ContactState, Kind
from tests.data.files_support import SITE, SOURCE, T0, make_agent, make_contact

CLOCK = ManualClock(T0)
CONTACTS = 1500


@pytest.fixture
def files(tmp_path):
    files = FloorFiles(tmp_path)
    writer = HistoryWriter.open(files)
    steps = []
    for number in range(CONTACTS):
        at = T0 + number * 1000
        contact = make_contact(f"c{number}", state=ContactState.ENDED, state_since=at + 500)
        steps.append(Step(at, Kind.CONTACT, "", None, contact))
        agent = make_agent("a1", state=AgentState.BUSY, since=at, contact=f"c{number}")
        steps.append(Step(at, Kind.AGENT, "", None, agent))
    writer.add(SITE, SOURCE, steps)
    writer.close()
    return files


def root_page(files: FloorFiles, name: str) -> int:
    connection = sqlite3.connect(files.history)
    found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,))
    (page,) = found.fetchone()
    connection.close()
    return page


def spoil(files: FloorFiles, page: int, length: int = 4096) -> None:
    content = bytearray(files.history.read_bytes())
    start = (page - 1) * 4096
    content[start : start + length] = b"\xa5" * length
    files.history.write_bytes(content)


def test_a_sound_file_needs_no_saving(files):
    writer = HistoryWriter.open(files, clock=CLOCK)
    assert writer.salvage is None
    writer.close()


def test_one_bad_page_costs_what_is_on_it(files):
    content = files.history.read_bytes()
    place = content.index(b"c700") // 4096 + 1  # some leaf in the middle of the contacts
    spoil(files, place)
    writer = HistoryWriter.open(files, clock=CLOCK)
    assert writer.salvage is not None
    assert writer.salvage.moved_to.read_bytes() != content
    assert writer.salvage.moved_to.name == "history.db.broken-20260105T080000Z"
    assert "contact" in writer.salvage.rows_lost_tables
    assert "segment" not in writer.salvage.rows_lost_tables
    reader = HistoryReader.open(files.history)
    found = {one.id for one in reader.find(FindQuery(limit=CONTACTS))}
    assert CONTACTS - 150 < len(found) < CONTACTS
    assert {"c0", f"c{CONTACTS - 1}"} <= found
    assert "c700" not in found
    assert len(reader.segments(SITE, SOURCE, "a1", 0, 2**60)) == CONTACTS
    assert writer.salvage.rows_saved >= CONTACTS + len(found)
    reader.close()
    writer.close()


def test_states_of_a_program_that_kept_each_by_itself_are_saved(files):
    """Such rows lack the last columns, and mean what they meant where these are NULL."""
    connection = sqlite3.connect(files.history)
    before = connection.execute("SELECT count(*), sum(length) FROM segment").fetchone()
    for column in ("rang", "talked", "worked"):
        connection.execute(f"ALTER TABLE segment DROP COLUMN {column}")
    connection.close()
    writer = HistoryWriter.open(files, clock=CLOCK)
    assert writer.salvage is not None
    assert writer.salvage.rows_lost_tables == ()
    after = writer.file.connection.execute("SELECT count(*), sum(length) FROM segment").fetchone()
    assert after == before
    told = writer.segments(SITE, SOURCE, "a1", T0, T0 + 10_000)
    assert [one.contact for one in told] == [f"c{number}" for number in range(10)]
    writer.close()


def test_numbers_of_lost_rows_are_not_given_away_again(files):
    spoil(files, root_page(files, "name"))
    spoil(files, root_page(files, "contact"))
    writer = HistoryWriter.open(files, clock=CLOCK)
    assert {"name", "contact"} <= set(writer.salvage.rows_lost_tables)
    connection = writer._file.connection
    (old,) = connection.execute("SELECT max(agent) FROM segment").fetchone()
    (last,) = connection.execute("SELECT max(contact) FROM segment").fetchone()
    assert last == CONTACTS
    contact = make_contact("new", queue="q9")
    writer.add(SITE, SOURCE, [Step(T0, Kind.CONTACT, "", None, contact)])
    assert connection.execute("SELECT min(n) > ? FROM name", (old,)).fetchone() == (1,)
    assert connection.execute("SELECT c > ? FROM contact", (last,)).fetchone() == (1,)
    writer.close()


@pytest.mark.parametrize("seed", range(10))
def test_damage_of_any_kind_is_survived_and_said(files, seed):
    chance = random.Random(seed)
    content = bytearray(files.history.read_bytes())
    for _ in range(chance.choice((1, 20, 200))):
        content[chance.randrange(100, len(content))] ^= chance.randrange(1, 256)
    if chance.random() < 0.3:
        del content[chance.randrange(4096, len(content)) :]
    files.history.write_bytes(content)
    writer = HistoryWriter.open(files, clock=CLOCK)
    if writer.salvage is not None:
        assert writer.salvage.moved_to.read_bytes() == bytes(content)
    writer.add(SITE, SOURCE, [Step(T0, Kind.CONTACT, "", None, make_contact("new"))])
    writer.close()
    again = HistoryWriter.open(files, clock=CLOCK)
    assert again.salvage is None, "the file that was made is sound"
    again.close()


@pytest.mark.parametrize(
    ("pragma", "code"),
    [("user_version=99", Code.FILE_NEWER), ("application_id=7", Code.FILE_FOREIGN)],
)
def test_a_file_of_another_program_is_left_alone(files, pragma, code):
    connection = sqlite3.connect(files.history)
    connection.execute(f"PRAGMA {pragma}")
    connection.close()
    before = files.history.read_bytes()
    with pytest.raises(StoreError) as caught:
        HistoryWriter.open(files, clock=CLOCK)
    assert caught.value.code is code
    assert files.history.read_bytes() == before


def test_if_nothing_can_be_saved_now_the_damaged_file_keeps_its_name(files, monkeypatch):
    spoil(files, root_page(files, "contact"))
    before = files.history.read_bytes()

    def no_room(*_: object) -> None:
        raise StoreError(Code.DISK_FULL, "history.db")

    monkeypatch.setattr("data.cache.salvage.salvage", no_room)
    with pytest.raises(StoreError) as caught:
        HistoryWriter.open(files, clock=CLOCK)
    assert caught.value.code is Code.DISK_FULL
    assert files.history.read_bytes() == before
