"""A loss of memberships is noticed, the floor before it is kept, and what is missing is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter
from data.clock import ManualClock
from data.files import FloorFiles
from data.floor import Key
from data.model import Agent, AgentState, AnyRecord, Change, Freshness, Kind, Queue
from data.rules.restoring import PAUSE_HOLDS_MS
from data.settings import SourceSettings
from data.sources.base import Batch
from data.status import ClockAnchor, SourceHealth, Upset
from data.sync.derive import Deriver
from data.sync.health import Health
from data.sync.journal import Journal
from data.sync.upsets import (
    FORGOTTEN_MS,
    LONGEST_GAP_MS,
    SETTLED_MS,
    FloorKeeper,
    UpsetWatch,
)
from tests.builders import NOW, SITE, SOURCE, make_agent, make_queue
from tests.support.sync_fakes import FakeCache

ANCHOR = ClockAnchor(server_ms=NOW, monotonic_ms=0, wall_ms=NOW, boot_id="b")
BEFORE = SourceHealth(
    site=SITE,
    source=SOURCE,
    kind="asterisk",
    state=Freshness.LIVE,
    last_ok_at=NOW - 1000,
    epoch="e",
    startup="s1",
)


class Floor:
    """A source's rows, and a watch over what becomes of them."""

    def __init__(self, history: HistoryWriter, folder: Path, before: SourceHealth) -> None:
        self.history = history
        self.rows = Deriver()
        self.version = 0
        journal = Journal(folder / "sync.log")
        self.keeper = FloorKeeper(lambda: history, self.rows.records, journal)
        settings = SourceSettings(id=SOURCE, url="http://x")
        self.health = Health(SITE, settings, FakeCache(), ManualClock(NOW), before)
        self.watch = UpsetWatch((SITE, SOURCE), self.rows, self.health, self.keeper, journal)

    def tell(
        self,
        *agents: Agent,
        gone: tuple[str, ...] = (),
        others: Sequence[Queue] = (),
        gone_queues: tuple[str, ...] = (),
        startup: str = "s1",
        epoch: str = "e",
        now: int = NOW,
        is_whole: bool = False,
    ) -> None:
        """A page: these agents as they are now, and those who are no more."""
        self.version += 1
        changes = [self.change(agent.id, agent) for agent in agents]
        changes += [self.change(name, None) for name in gone]
        changes += [self.change(queue.id, queue, Kind.QUEUE) for queue in others]
        changes += [self.change(name, None, Kind.QUEUE) for name in gone_queues]
        page = Batch(tuple(changes), "c", has_more=False, anchor=ANCHOR, startup=startup)
        plan = self.rows.plan_generation(changes, now) if is_whole else self.rows.plan(page.changes)
        self.watch.look(page, plan, now, epoch, is_whole=is_whole)
        (self.rows.settle_generation if is_whole else self.rows.settle)(plan)
        self.health.succeeded(page, 0, epoch)

    def change(self, name: str, record: AnyRecord | None, kind: Kind = Kind.AGENT) -> Change:
        return Change(kind=kind, id=name, version=self.version, at=NOW, record=record)

    @property
    def upset(self) -> Upset | None:
        return self.health.row.upset

    def kept(self) -> dict[str, tuple[str, ...]]:
        """Who served which queues when the floor was kept last."""
        with closing(HistoryReader.open(self.history.file.path)) as reader:
            kept = reader.kept_floor(2**53)
        return {} if kept is None else {key.id: one.queues for key, one in kept.agents.items()}


@pytest.fixture
def history(tmp_path: Path) -> Iterator[HistoryWriter]:
    writer = HistoryWriter.open(FloorFiles(tmp_path / "floor").make())
    yield writer
    writer.close()


@pytest.fixture
def floor(history: HistoryWriter, tmp_path: Path) -> Floor:
    made = Floor(history, tmp_path, BEFORE)
    made.tell(*ten())
    return made


def ten(**changes: object) -> list[Agent]:
    return [make_agent(f"a{number}", **changes) for number in range(10)]


def test_a_restart_keeps_the_floor_as_it_was_and_counts_even_one_agent(floor: Floor) -> None:
    floor.tell(make_agent("a3", queues=()), startup="s2")
    assert floor.kept()["a3"] == ("claims",)
    assert floor.upset == Upset(at=NOW, kept_at=NOW - 1, missing=1, has_restarted=True)


def test_what_goes_later_counts_against_the_same_moment(floor: Floor) -> None:
    floor.tell(startup="s2")
    assert floor.upset is not None
    assert floor.upset.missing == 0
    floor.tell(gone=("a1", "a2"), startup="s2", now=NOW + 2000)
    floor.tell(gone=tuple(f"a{n}" for n in range(3, 9)), startup="s2", now=NOW + 3000)
    assert (floor.upset.at, floor.upset.missing) == (NOW, 8)
    assert set(floor.kept()) == {f"a{number}" for number in range(10)}


def test_what_no_queue_takes_back_is_not_offered(floor: Floor) -> None:
    queues = [make_queue(name) for name in ("claims", "gone")]
    floor.tell(make_agent("a1", queues=("claims", "gone")), others=queues)
    floor.tell(make_agent("a1", queues=()), startup="s2")
    assert floor.upset is not None
    assert floor.upset.missing == 2
    floor.tell(gone_queues=("gone",), startup="s2", now=NOW + 1000)
    assert floor.upset.missing == 1
    floor.tell(others=queues, startup="s2", now=NOW + 2000)
    assert floor.upset.missing == 2


def test_what_comes_back_is_missing_no_more(floor: Floor) -> None:
    floor.tell(gone=("a1", "a2"), startup="s2")
    floor.tell(make_agent("a1"), startup="s2", now=NOW + 5000)
    assert floor.upset is not None
    assert floor.upset.missing == 1
    floor.tell(make_agent("a2"), startup="s2", now=NOW + 6000)
    assert floor.upset.missing == 0
    floor.tell(make_agent("a2", since=1), startup="s2", now=NOW + SETTLED_MS + 1)
    assert floor.upset is None


def test_many_that_go_at_once_are_a_loss_and_few_are_none(floor: Floor) -> None:
    floor.tell(*ten(queues=())[:4])
    assert floor.upset is None
    assert floor.kept() == {}
    floor.tell(*ten(queues=())[4:9])
    assert floor.upset == Upset(at=NOW, kept_at=NOW - 1, missing=5, has_restarted=False)
    assert floor.kept()["a4"] == ("claims",)


def test_a_second_restart_is_a_loss_of_its_own_and_the_first_moment_counts(floor: Floor) -> None:
    floor.tell(gone=("a1",), startup="s2")
    floor.tell(gone=("a2",), startup="s3", now=NOW + 60_000)
    assert floor.upset == Upset(
        at=NOW + 60_000, kept_at=NOW - 1, missing=2, has_restarted=True, earlier=(NOW,)
    )
    assert "a1" not in floor.kept()
    assert Key(SITE, SOURCE, "a1") in floor.keeper.agents(NOW - 1)


def test_a_restart_after_all_was_given_back_has_a_moment_of_its_own(floor: Floor) -> None:
    floor.tell(gone=("a1",), startup="s2")
    floor.tell(make_agent("a1"), startup="s2", now=NOW + 1000)
    floor.tell(gone=("a2",), startup="s3", now=NOW + 60_000)
    assert floor.upset is not None
    assert (floor.upset.missing, floor.upset.earlier) == (1, ())
    assert floor.upset.kept_at >= NOW


def test_the_pages_of_one_read_tell_of_one_restart(floor: Floor) -> None:
    page = Batch((), "c", has_more=True, anchor=ANCHOR, startup="s2")
    for now in (NOW, NOW + 1):
        floor.watch.look(page, floor.rows.plan(()), now, "e")
    assert floor.upset is not None
    assert (floor.upset.at, floor.upset.earlier) == (NOW, ())


def test_a_generation_without_them_is_a_loss_too(floor: Floor) -> None:
    floor.tell(*ten()[:2], is_whole=True)
    assert floor.upset is not None
    assert floor.upset.missing == 8


def test_another_epoch_is_a_restart_where_no_start_is_told(history, tmp_path) -> None:
    floor = Floor(history, tmp_path, BEFORE)
    floor.tell(*ten(), startup="")
    floor.tell(*ten()[1:], startup="", epoch="f", is_whole=True)
    assert floor.upset is not None
    assert (floor.upset.missing, floor.upset.has_restarted) == (1, True)


def test_a_loss_is_forgotten_after_half_a_shift(floor: Floor) -> None:
    floor.tell(gone=("a1",), startup="s2")
    floor.tell(make_agent("a2", since=1), startup="s2", now=NOW + FORGOTTEN_MS)
    assert floor.upset is not None
    floor.tell(make_agent("a2", since=2), startup="s2", now=NOW + FORGOTTEN_MS + 1)
    assert floor.upset is None


def test_who_goes_later_goes_by_themselves_and_is_not_missing(floor: Floor) -> None:
    floor.tell(gone=("a1", "a2"), startup="s2")
    floor.tell(gone=("a3",), startup="s2", now=NOW + SETTLED_MS)
    assert floor.upset is not None
    assert floor.upset.missing == 3
    floor.tell(gone=("a4",), startup="s2", now=NOW + SETTLED_MS + 1)
    assert floor.upset.missing == 3
    floor.tell(make_agent("a1"), startup="s2", now=NOW + SETTLED_MS + 2)
    floor.tell(gone=("a1",), startup="s2", now=NOW + SETTLED_MS + 3)
    assert floor.upset.missing == 2


def test_pauses_are_missing_for_as_long_as_a_break_takes(history, tmp_path) -> None:
    floor = Floor(history, tmp_path, BEFORE)
    floor.tell(*ten(reported_state=AgentState.NOT_READY)[:3], *ten()[3:])
    floor.tell(*ten()[:3], gone=("a9",), startup="s2")
    assert floor.upset is not None
    assert floor.upset.missing == 4
    floor.tell(make_agent("a4", since=1), startup="s2", now=NOW + PAUSE_HOLDS_MS)
    assert floor.upset.missing == 4
    floor.tell(make_agent("a4", since=2), startup="s2", now=NOW + PAUSE_HOLDS_MS + 1)
    assert floor.upset.missing == 1


def test_a_gap_in_which_nobody_looked_tells_nothing(history, tmp_path) -> None:
    floor = Floor(history, tmp_path, BEFORE)
    for agent in ten():
        floor.rows.load(Kind.AGENT, [(1, agent)])
    floor.version = 1
    floor.tell(gone=("a1",), startup="s2", now=NOW + LONGEST_GAP_MS)
    assert floor.upset is None


def test_the_next_process_goes_on_counting(floor: Floor, tmp_path: Path) -> None:
    floor.tell(gone=("a1", "a2"), startup="s2")
    again = Floor(floor.history, tmp_path, floor.health.row)
    for agent in ten():
        if agent.id not in {"a1", "a2"}:
            again.rows.load(Kind.AGENT, [(2, agent)])
    again.version = 2
    again.tell(make_agent("a1"), startup="s2", now=NOW + 9000)
    assert again.upset is not None
    assert (again.upset.at, again.upset.missing) == (NOW, 1)
    assert Key(SITE, SOURCE, "a2") in again.keeper.agents(NOW)
