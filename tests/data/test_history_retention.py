"""History is pruned in small steps, by age and by size, and what was imported only by size."""

from __future__ import annotations

import pytest

from data.cache.history_writer import HistoryWriter, Step
from data.cache.retention import DAY_MS, STEP_ROWS, Limits, Pruner
from data.files import FloorFiles
from data.model import AgentState, Counts, Interval, Kind
from data.settings import FloorSettings
from tests.data.files_support import SITE, SOURCE, T0, make_agent, make_contact

STATES = (AgentState.READY, AgentState.NOT_READY)


@pytest.fixture
def files(tmp_path):
    return FloorFiles(tmp_path)


def fill(writer: HistoryWriter, days: int, agents: int = 5, per_day: int = 20) -> None:
    """So many states and contacts a day, one interval and one keyframe a day."""
    for day in range(days):
        start = T0 + day * DAY_MS
        steps = []
        for number in range(per_day):
            at = start + number * 60_000
            steps += [
                Step(at, Kind.AGENT, "", None, _agent(f"a{agent}", number, at))
                for agent in range(agents)
            ]
            contact = make_contact(f"c{day}-{number}", created_at=at, state_since=at)
            steps.append(Step(at, Kind.CONTACT, "", None, contact))
        interval = Interval(
            site=SITE, source=SOURCE, id=f"i{day}", queue="q1", starts_at=start, counts=Counts()
        )
        steps.append(Step(start, Kind.INTERVAL, "", None, interval))
        writer.add(SITE, SOURCE, steps)
        writer.keyframe(start, [])


def _agent(name: str, number: int, at: int):
    return make_agent(name, state=STATES[number % 2], since=at)


def prune(writer: HistoryWriter, now: int) -> list[int]:
    """All steps until nothing is deleted for a while; what each deleted."""
    deleted = []
    while deleted[-3:] != [0, 0, 0]:
        deleted.append(writer.prune_step(now))
    return deleted


def counted(writer: HistoryWriter, table: str, column: str) -> tuple[int, int | None]:
    return writer._file.connection.execute(
        f"SELECT count(*), min({column}) FROM {table}"
    ).fetchone()


def test_by_age(files):
    writer = HistoryWriter.open(files, Limits(history_days=4, contact_days=6))
    fill(writer, 10)
    now = T0 + 10 * DAY_MS
    deleted = prune(writer, now)
    assert counted(writer, "segment", "from_ms") == (4 * 5 * 20, now - 4 * DAY_MS)
    assert counted(writer, "contact", "at") == (6 * 20, now - 6 * DAY_MS)
    assert counted(writer, "interval", "starts_at") == (6, now - 6 * DAY_MS)
    assert counted(writer, "keyframe", "at") == (4, now - 4 * DAY_MS)
    assert 0 < max(deleted) <= 3 * STEP_ROWS
    assert len([one for one in deleted if one]) > 1
    writer.close()


def test_what_was_imported_is_not_pruned_by_age(files):
    writer = HistoryWriter.open(files, Limits(history_days=1, contact_days=1))
    fill(writer, 3)
    for table in ("contact", "interval"):
        writer._file.connection.execute(f"UPDATE {table} SET imported = 1")
    prune(writer, T0 + 100 * DAY_MS)
    assert [counted(writer, table, "1")[0] for table in ("contact", "interval")] == [3 * 20, 3]
    writer.close()


def test_by_size_oldest_segments_first_and_then_contacts(files):
    writer = HistoryWriter.open(files)
    fill(writer, 4, per_day=300)
    (pages,) = writer._file.connection.execute("PRAGMA page_count").fetchone()
    for share, has_segments, has_contacts in ((0.85, True, True), (0, False, False)):
        writer._pruner = Pruner(Limits(10_000, 10_000, pages * 4096 / 1e6 * share))
        prune(writer, T0 + 4 * DAY_MS)
        left, oldest = counted(writer, "segment", "from_ms")
        assert (0 < left < 4 * 5 * 300) == has_segments
        assert oldest is None or oldest > T0
        assert (counted(writer, "contact", "at")[0] == 4 * 300) == has_contacts
    writer.close()


def test_what_was_deleted_is_given_back(files):
    writer = HistoryWriter.open(files, Limits(history_days=1, contact_days=1))
    fill(writer, 10, per_day=200)
    (before,) = writer._file.connection.execute("PRAGMA page_count").fetchone()
    prune(writer, T0 + 100 * DAY_MS)
    (after,) = writer._file.connection.execute("PRAGMA page_count").fetchone()
    assert after < before / 2
    writer.close()


def test_limits_come_from_the_configuration():
    settings = FloorSettings(history_days=7, contact_days=8, history_megabytes=99)
    assert Limits.of(settings) == Limits(7, 8, 99)
