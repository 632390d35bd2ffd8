"""The cache's writer: what passes the gate, what is written, what readers get to see of it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import msgspec
import pytest
from sqlite_utils import Database

from data.cache import blocks, committing, following, tombstones
from data.cache import writer as writer_module
from data.cache.blocks import kept_rows
from data.cache.formats import CACHE
from data.cache.reader import CacheReader
from data.cache.recent import entries
from data.cache.schema import cache_migrations
from data.cache.writer import Applied, CacheWriter, Remembered
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.floor import Key
from data.model import AgentState, Freshness, Kind
from data.status import ActionRow, ActionState, SiteInfo, SourceHealth
from tests.data.files_support import (
    EPOCH,
    SITE,
    SOURCE,
    T0,
    agent_at,
    apply,
    changed,
    deleted,
    make_agent,
    make_queue,
    replace,
)


@pytest.fixture
def files(tmp_path):
    return FloorFiles(tmp_path)


@pytest.fixture
def writer(files):
    writer = CacheWriter.open(files)
    yield writer
    writer.close()


@pytest.fixture
def reader(files, writer):
    reader = CacheReader.open(files.cache)
    yield reader
    reader.close()


def ids(delta) -> list[str]:
    return sorted(record.id for _, record in delta.upserts)


def gone(delta) -> list[Key]:
    return sorted(key for _, key in delta.deletions)


def tombstones_in(files) -> list[str]:
    with closing(sqlite3.connect(files.cache)) as connection:
        return sorted(each for *_, each, row in kept_rows(connection) if row.record is None)


def test_what_is_applied_is_remembered_and_read_back(files, writer, reader):
    agent, queue = make_agent("a1", name="Chloé"), make_queue("q1", client="Harbour")
    applied = apply(writer, changed(agent, 3), changed(queue, 1, Kind.QUEUE), cursor="c7")
    assert applied.rev == 1
    assert dict(reader.read(0).upserts) == {Kind.QUEUE: queue, Kind.AGENT: agent}
    for one in (writer, CacheWriter.open(files)):
        assert one.remembered(SITE, SOURCE) == Remembered(EPOCH, "c7")
        assert one.records(SITE, SOURCE, Kind.AGENT) == [(3, agent)]
        assert one.versions(SITE, SOURCE, Kind.QUEUE) == {"q1": 1}
        assert one.rebuilt is None
        one.close()


def test_a_source_never_read_is_remembered_as_nothing(writer):
    assert writer.remembered("x", "y") == Remembered("", None)
    assert writer.records("x", "y", Kind.AGENT) == []


def test_versions_never_go_back_within_a_batch_or_after_it(writer):
    first = agent_at("a1", 5)
    assert apply(writer, agent_at("a1", 4), first, agent_at("a1", 3)).written == (
        agent_at("a1", 4),
        first,
    )
    assert apply(writer, agent_at("a1", 5, since=9), agent_at("a1", 2)).written == ()
    assert writer.records(SITE, SOURCE, Kind.AGENT) == [(5, first.record)]


def test_deleted_rows_stay_deleted_even_if_they_were_never_seen(writer, reader):
    apply(writer, deleted("a1", 5))
    assert apply(writer, agent_at("a1", 4), agent_at("a1", 5)).written == ()
    assert reader.read(0).upserts == ()
    assert apply(writer, agent_at("a1", 6)).written == (agent_at("a1", 6),)
    assert ids(reader.read(0)) == ["a1"]


def test_what_is_unchanged_is_not_written(files, writer, reader):
    apply(writer, agent_at("a1", 1), agent_at("a2", 1))
    seen = reader.data_version()
    assert apply(writer, agent_at("a1", 1), agent_at("a2", 1)) == Applied(1, ())
    assert reader.data_version() == seen
    again = agent_at("a1", 2, since=1)
    assert apply(writer, again) == Applied(1, (again,))
    assert reader.read(1).upserts == ()
    assert writer.versions(SITE, SOURCE, Kind.AGENT) == {"a1": 2, "a2": 1}
    assert apply(writer, cursor="2") == Applied(1, ())
    reopened = CacheWriter.open(files)
    assert reopened.versions(SITE, SOURCE, Kind.AGENT) == {"a1": 2, "a2": 1}
    assert reopened.remembered(SITE, SOURCE).cursor == "2"
    reopened.close()


def test_a_reader_gets_only_what_is_newer(writer, reader):
    apply(writer, agent_at("a1", 1), agent_at("a2", 1))
    apply(writer, agent_at("a2", 2), deleted("a1", 2))
    delta = reader.read(1)
    assert (ids(delta), gone(delta), delta.rev) == (["a2"], [Key(SITE, SOURCE, "a1")], 2)
    assert reader.read(2).upserts == ()


def test_a_new_generation_is_a_difference_to_the_old_one(writer, reader):
    apply(writer, agent_at("same", 1), agent_at("other", 1), agent_at("gone", 7))
    applied = replace(
        writer,
        agent_at("same", 1),
        agent_at("other", 2),
        agent_at("new", 1),
        agent_at("brief", 1),
        deleted("brief", 2),
        cursor="9",
    )
    delta = reader.read(1)
    assert ids(delta) == ["new", "other"]
    assert Key(SITE, SOURCE, "gone") in gone(delta)
    assert [(change.id, change.record is None) for change in applied.written] == [
        ("other", False),
        ("new", False),
        ("gone", True),
    ]
    assert ids(reader.read(0)) == ["new", "other", "same"]
    assert writer.remembered(SITE, SOURCE).cursor == "9"


def test_within_an_epoch_what_vanished_does_not_come_back_by_an_old_report(writer):
    apply(writer, agent_at("gone", 7))
    replace(writer)
    assert apply(writer, agent_at("gone", 7)).written == ()
    assert apply(writer, agent_at("gone", 8)).written == (agent_at("gone", 8),)


def test_another_epoch_forgets_versions_and_tombstones(writer, reader):
    apply(writer, agent_at("gone", 7), agent_at("kept", 90), deleted("dead", 50))
    replace(writer, agent_at("kept", 2), epoch="e2")
    assert writer.versions(SITE, SOURCE, Kind.AGENT) == {"kept": 2}
    apply(writer, agent_at("gone", 1), agent_at("dead", 1), agent_at("kept", 3), epoch="e2")
    assert ids(reader.read(0)) == ["dead", "gone", "kept"]


def test_a_reader_never_sees_half_a_generation(files, writer):
    """Many swaps between two generations while another thread reads all the time."""
    one = [agent_at(f"a{n}", 1) for n in range(50)]
    two = [agent_at(f"b{n}", 1) for n in range(50)]
    replace(writer, *one)
    done = threading.Event()
    seen: set[frozenset[str]] = set()

    def look() -> None:
        reader = CacheReader.open(files.cache)
        while not done.is_set():
            seen.add(frozenset(record.id[0] for _, record in reader.read(0).upserts))
        reader.close()

    thread = threading.Thread(target=look)
    thread.start()
    for number in range(40):
        replace(writer, *(two, one)[number % 2], cursor=str(number))
    done.set()
    thread.join()
    assert seen <= {frozenset("a"), frozenset("b")}


def test_other_contents_of_the_same_version(writer, reader):
    apply(writer, agent_at("a1", 3), agent_at("a2", 3), deleted("a3", 3))
    derived = changed(make_agent("a1", state=AgentState.BUSY), 3)
    applied = writer.upsert_same(
        SITE,
        SOURCE,
        [derived, agent_at("a2", 2, since=9), agent_at("a3", 3), agent_at("a4", 1)],
        T0,
    )
    assert applied.written == (derived,)
    assert reader.read(1).upserts == ((Kind.AGENT, derived.record),)
    assert writer.upsert_same(SITE, SOURCE, [derived], T0) == Applied(2, ())
    assert writer.remembered(SITE, SOURCE) == Remembered(EPOCH, "1")


def test_sites_no_longer_configured_go_with_their_rows(files, writer, reader):
    here = SiteInfo(id=SITE, name="Hamburg", zone="Europe/Berlin", day_start="06:00")
    there = SiteInfo(id="leeds", name="Leeds", zone="Europe/London", day_start="06:00")
    writer.set_sites([there, here])
    apply(writer, agent_at("a1", 1))
    other = changed(make_agent("b1", site="leeds"), 1)
    writer.apply("leeds", SOURCE, [other], cursor="1", epoch=EPOCH, observed_at=T0)
    assert reader.read(0).sites == (there, here)
    seen = reader.data_version()
    writer.set_sites([there, here])
    assert reader.data_version() == seen
    writer.set_sites([here])
    delta = reader.read(2)
    assert delta.reset
    assert (ids(delta), delta.sites) == (["a1"], (here,))
    assert writer.remembered("leeds", SOURCE) == Remembered()
    writer.set_sites([here], sources=[(SITE, "other")])
    assert reader.read(0).upserts == ()


def test_health_and_actions_are_read_whole_every_time(files, writer, reader):
    health = SourceHealth(site=SITE, source=SOURCE, kind="supervision", state=Freshness.LIVE)
    row = ActionRow(
        key="k1",
        actor="eva",
        verb="claim",
        site=SITE,
        kind=Kind.ESCALATION,
        entity="E-1",
        state=ActionState.SAVED,
        pressed_at=T0,
        not_after=T0 + 60_000,
        updated_at=T0,
    )
    writer.set_health(health)
    writer.set_actions([row])
    delta = reader.read(0)
    assert (delta.sources, delta.actions, delta.rev) == ((health,), (row,), 0)
    seen = reader.data_version()
    writer.set_health(health)
    writer.set_actions([row])
    assert reader.data_version() == seen
    writer.set_actions([])
    assert reader.data_version() != seen
    assert reader.read(0).actions == ()


def test_old_tombstones_are_forgotten_and_late_readers_start_anew(writer, reader):
    apply(writer, agent_at("a1", 1), agent_at("a2", 1))
    apply(writer, deleted("a1", 2))
    apply(writer, agent_at("a3", 1))
    later = T0 + tombstones.TOMBSTONE_LIFE_MS + 1
    apply(writer, agent_at("a4", 1), at=later)
    late = reader.read(1)
    assert late.reset
    assert ids(late) == ["a2", "a3", "a4"]
    just_in_time = reader.read(2)
    assert not just_in_time.reset
    assert ids(just_in_time) == ["a3", "a4"]
    assert apply(writer, agent_at("a1", 1), at=later, cursor="9").written != ()


def test_tombstones_beyond_a_number_are_forgotten_oldest_first(files, writer, monkeypatch):
    monkeypatch.setattr(tombstones, "TOMBSTONES_KEPT", 3)
    for number in range(6):
        apply(writer, deleted(f"a{number}", 5))
    apply(writer, agent_at("b", 1), at=T0 + tombstones.PRUNE_EVERY_MS)
    assert tombstones_in(files) == ["a3", "a4", "a5"]


def test_many_tombstones_are_dropped_by_one_write_after_the_other(files, writer, monkeypatch):
    monkeypatch.setattr(tombstones, "TOMBSTONES_KEPT", 1)
    monkeypatch.setattr(tombstones, "PRUNE_STEP", 2)
    monkeypatch.setattr(writer_module, "PRUNE_STEP", 2)
    left = []
    for second, page in enumerate([[deleted(f"a{n}", 5) for n in range(6)], [], [], []]):
        apply(writer, *page, at=T0 + 1000 * second, cursor=f"{second}")
        left.append(len(tombstones_in(files)))
    assert left == [4, 2, 1, 1]


def test_a_cache_of_before_rows_had_numbers_goes_on(files):
    files.make()
    with closing(sqlite3.connect(files.cache)) as connection:
        cache_migrations.apply(Database(connection), stop_before="0004_numbered_rows")
        connection.execute(f"PRAGMA application_id={CACHE.application_id}")
        connection.execute("PRAGMA user_version=3")
        connection.execute("UPDATE meta SET value = 7 WHERE name = 'rev'")
        connection.execute("INSERT INTO scope VALUES (?, ?, ?, 'c7')", (SITE, SOURCE, EPOCH))
        for name in ("a1", "a2"):
            body = msgspec.json.encode(make_agent(name))
            row = (SITE, SOURCE, name, "", 3, 7, T0, T0, 0, body)
            connection.execute(f"INSERT INTO agent VALUES ({', '.join('?' * 10)})", row)
        connection.commit()
    with pytest.raises(StoreError) as caught:
        CacheReader.open(files.cache)
    assert caught.value.code is Code.FILE_OLDER, "it is no damage"
    with closing(CacheWriter.open(files)) as writer:
        assert (writer.rebuilt, writer.remembered(SITE, SOURCE)) == (None, Remembered(EPOCH, "c7"))
        apply(writer, agent_at("a2", 4, since=9), agent_at("a3", 1), deleted("a1", 4), cursor="c8")
        with closing(CacheReader.open(files.cache)) as reader:
            assert ids(reader.read(7)) == ["a2", "a3"]
            assert [key.id for key in gone(reader.read(7))] == ["a1"]
    with closing(CacheWriter.open(files)) as writer:
        assert writer.versions(SITE, SOURCE, Kind.AGENT) == {"a2": 4, "a3": 1}


def test_blocks_learn_of_what_was_told_before_it_is_too_much(files, writer, reader, monkeypatch):
    monkeypatch.setattr(committing, "FEWEST_TOLD", 4)
    apply(writer, *(agent_at(f"a{n}", 1) for n in range(3)))
    told, seen = [], 0
    for version in range(2, 12):
        apply(writer, agent_at("a1", version))
        told.append(sum(len(entry.rows) for entry in entries(writer.file.connection)))
        delta = reader.read(seen or 1)
        seen = delta.rev
        assert [record.since for _, record in delta.upserts] == [version]
    assert max(told) == 4
    assert told.count(1) > 1
    writer.file.close()
    with closing(CacheWriter.open(files)) as again:
        assert again.versions(SITE, SOURCE, Kind.AGENT) == {"a0": 1, "a1": 11, "a2": 1}


def test_what_a_killed_process_had_told_is_kept_by_the_next(files, monkeypatch):
    monkeypatch.setattr(blocks, "_BITS", 0)  # a block for each row
    killed = CacheWriter.open(files)
    for number in (1, 2, 3):  # the first write of a process goes to the blocks at once
        apply(killed, agent_at(f"a{number}", 1), cursor=str(number))
    killed.file.close()
    with (
        closing(CacheWriter.open(files)) as writer,
        closing(CacheReader.open(files.cache)) as reader,
    ):
        apply(writer, agent_at("a4", 1), cursor="4")
        assert next(entries(writer.file.connection), None) is None
        assert ids(reader.read(0)) == ["a1", "a2", "a3", "a4"]
        assert ids(reader.read(2)) == ["a3", "a4"]


def test_a_failed_write_changes_nothing_and_the_writer_goes_on(files, writer, reader):
    apply(writer, agent_at("a1", 1))
    connection = writer._file.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    many = [changed(make_agent(f"x{n}", name="n" * 250), 1) for n in range(500)]
    with pytest.raises(StoreError) as caught:
        apply(writer, agent_at("a1", 2), *many, cursor="2")
    assert caught.value.code is Code.DISK_FULL
    assert writer.versions(SITE, SOURCE, Kind.AGENT) == {"a1": 1}
    assert writer.remembered(SITE, SOURCE).cursor == "1"
    assert reader.read(0).rev == 1
    connection.execute("PRAGMA max_page_count=1000000")
    assert len(apply(writer, agent_at("a1", 2), *many, cursor="2").written) == 501
    assert reader.read(0).rev == 2


def test_who_follows_in_the_process_is_told_what_a_reader_finds(writer, reader):
    follower = writer.follow()
    apply(writer, agent_at("a1", 1), agent_at("a2", 1))
    first = follower.take()
    assert (first.reset, ids(first)) == (True, ["a1", "a2"])
    apply(writer, agent_at("a1", 2), agent_at("a3", 1))
    apply(writer, deleted("a3", 2), deleted("a1", 3))
    apply(writer, agent_at("a1", 4))
    second = follower.take()
    assert (second.reset, ids(second), gone(second)) == (False, ["a1"], [Key(SITE, SOURCE, "a3")])
    assert second.rev == reader.read(0).rev
    assert follower.take().upserts == ()


def test_who_follows_is_told_of_sources_that_are_gone_and_of_all_after_a_long_silence(
    writer, monkeypatch
):
    monkeypatch.setattr(following, "ROWS_KEPT", 4)
    site = SiteInfo(id=SITE, name=SITE, zone="Europe/Berlin", day_start="06:00")
    health = SourceHealth(site=SITE, source=SOURCE, kind="x", state=Freshness.LIVE)
    follower = writer.follow()
    apply(writer, agent_at("a1", 1))
    follower.take()
    writer.set_sites([site], {(SITE, "other")})
    writer.set_health(health)
    told = follower.take()
    assert (told.reset, told.upserts, told.sites, told.sources) == (True, (), (site,), (health,))
    for first, last, is_whole in ((1, 4, False), (5, 9, True)):
        for version in range(first, last + 1):
            apply(writer, agent_at("a1", version, since=version))
        told = follower.take()
        assert (told.reset, ids(told)) == (is_whole, ["a1"])
