"""What the board says, through what every source's changes go through, into a real history."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from data.cache.history_model import FindQuery, FoundContact, Outcome
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter
from data.files import FloorFiles
from data.model import Agent, AgentState, Change, Contact, ContactState, Kind
from data.sources.asterisk.events import AgentStep, CallerStep
from data.sources.asterisk.rows import DeviceStatus
from data.sync.agent_days import AgentDays
from data.sync.derive import Deriver
from tests.support.asterisk_made import START, agent, caller, member, now, queue, told
from tests.support.asterisk_recordings import need_recordings
from tests.support.asterisk_watch import SITE, Watch, instant

JOINED, ABANDONED, LEFT = CallerStep.JOINED, CallerStep.ABANDONED, CallerStep.LEFT
CALLED, CONNECTED, COMPLETED = AgentStep.CALLED, AgentStep.CONNECTED, AgentStep.COMPLETED
FLOOR = [queue(), queue("support"), member(), member(interface="PJSIP/2")]
RINGS, IN_USE, FREE = DeviceStatus.RINGING, DeviceStatus.IN_USE, DeviceStatus.NOT_IN_USE


class Kept:
    """The state that is derived of changes, and their history."""

    def __init__(self, files: FloorFiles) -> None:
        self.history = HistoryWriter.open(files)
        self.reader = HistoryReader.open(files.history)
        self.deriver = Deriver(AgentDays(SITE))

    def take(self, changes: list[Change]) -> None:
        plan = self.deriver.plan(changes)
        self.history.add("main", "pbx", plan.steps)
        self.deriver.settle(plan)

    def legs(self, call: str) -> list[FoundContact]:
        return list(self.reader.life("main", "pbx", call).legs)

    def states(self, interface: str = "PJSIP/1") -> list[tuple[AgentState, float, str]]:
        found = self.reader.segments("main", "pbx", interface, 0, 2**60)
        return [(one.state, (one.start - START) / 1000, one.contact) for one in found]

    def lost(self) -> set[str]:
        return {one.contact for one in self.reader.callers_of_day("main", 0).lost}

    def agent(self, interface: str = "PJSIP/1") -> Agent:
        row = self.deriver.row(Kind.AGENT, interface)
        assert row is not None
        assert isinstance(row.record, Agent)
        return row.record


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(FloorFiles(tmp_path))
    yield kept
    kept.reader.close()
    kept.history.close()


def watched(kept: Kept) -> Watch:
    watch = Watch(wrap_up=8)
    kept.take(watch.look(now(*FLOOR)))
    return watch


def test_a_call_leaves_a_row_and_its_agents_segments(kept: Kept) -> None:
    watch = watched(kept)
    kept.take(watch.hear(1, caller(JOINED, "c1"), agent(CALLED, "c1"), told(member(status=RINGS))))
    busy = [told(member(status=IN_USE)), caller(LEFT, "c1"), agent(CONNECTED, "c1", wait_s=4)]
    kept.take(watch.hear(5, *busy))
    assert kept.agent().state is AgentState.BUSY
    over = [told(member(status=FREE)), agent(COMPLETED, "c1", wait_s=4, talk_s=30)]
    kept.take(watch.hear(35, *over))
    kept.take(watch.tick(50))
    (leg,) = kept.legs("c1")
    assert (leg.queued_at, leg.answered_at, leg.ended_at) == (instant(1), instant(5), instant(35))
    assert (leg.outcome, leg.agent, leg.agent_name) == (
        Outcome.ANSWERED,
        "PJSIP/1",
        "Ann PJSIP/1",
    )
    assert kept.states() == [
        (AgentState.READY, 0, ""),
        (AgentState.RINGING, 1, "c1"),
        (AgentState.BUSY, 5, "c1"),
        (AgentState.WORKING_AFTER_CONTACT, 35, "c1"),
        (AgentState.READY, 43, ""),
    ]
    found = kept.reader.find(FindQuery(digits="3456"))
    assert [(one.id, one.queue_name) for one in found] == [("c1", "sales")]
    assert kept.agent().unanswered_rings in {0, None}
    assert kept.lost() == set()


def test_who_gave_up_is_lost_and_of_whom_nobody_knows_is_not(kept: Kept) -> None:
    watch = watched(kept)
    kept.take(watch.hear(1, caller(JOINED, "c1"), caller(JOINED, "c2")))
    kept.take(watch.hear(31, caller(ABANDONED, "c1", wait_s=30), caller(LEFT, "c1")))
    kept.take(watch.look(now(*FLOOR), 90, after_gap=True))
    assert kept.lost() == {"c1"}
    (one,), (two,) = kept.legs("c1"), kept.legs("c2")
    assert (one.outcome, one.ended_at) == (Outcome.ABANDONED, instant(31))
    assert (two.outcome, two.ended_at) == (Outcome.OTHER, instant(90))


def test_who_leaves_by_a_key_is_lost_since_then(kept: Kept) -> None:
    watch = watched(kept)
    kept.take(watch.hear(1, caller(JOINED, "c1"), agent(CALLED, "c1")))
    kept.take(watch.hear(20, caller(LEFT, "c1")))
    kept.take(watch.hear(25, agent(AgentStep.NO_ANSWER, "c1")))
    kept.take(watch.tick(60))
    (leg,) = kept.legs("c1")
    assert (leg.outcome, leg.ended_at) == (Outcome.ABANDONED, instant(20))
    assert kept.lost() == {"c1"}


def test_who_comes_back_and_is_answered_has_two_rows(kept: Kept) -> None:
    watch = watched(kept)
    kept.take(watch.hear(1, caller(JOINED, "c1")))
    kept.take(watch.hear(31, caller(ABANDONED, "c1", wait_s=30)))
    kept.take(watch.hear(32, caller(JOINED, "c1")))
    kept.take(watch.hear(40, agent(CONNECTED, "c1", wait_s=8)))
    assert [leg.outcome for leg in kept.legs("c1")] == [Outcome.ABANDONED]
    assert [leg.answered_at for leg in kept.legs("c1#2")] == [instant(40)]
    day = kept.reader.callers_of_day("main", 0)
    assert [one.answered_at for one in day.answered] == [instant(40)]


def test_who_is_sent_on_has_a_leg_in_each_queue(kept: Kept) -> None:
    watch = watched(kept)
    kept.take(watch.hear(1, caller(JOINED, "c1")))
    kept.take(watch.hear(5, agent(CONNECTED, "c1", wait_s=4)))
    kept.take(watch.hear(30, agent(COMPLETED, "c1", reason="transfer", talk_s=25)))
    kept.take(watch.hear(31, caller(JOINED, "c1", "support")))
    both = agent(CONNECTED, "c1", "support", interface="PJSIP/2", wait_s=9)
    kept.take(watch.hear(40, both))
    first, second = kept.legs("c1")
    assert (first.queue, first.answered_at, first.ended_at) == ("sales", instant(5), instant(30))
    assert (second.queue, second.queued_at, second.answered_at, second.agent) == (
        "support",
        instant(31),
        instant(40),
        "PJSIP/2",
    )


def test_it_rings_at_several_and_one_answers(kept: Kept) -> None:
    watch = watched(kept)
    other = member(interface="PJSIP/2", status=RINGS)
    kept.take(
        watch.hear(
            1,
            caller(JOINED, "c1"),
            agent(CALLED, "c1"),
            told(member(status=RINGS)),
            agent(CALLED, "c1", interface="PJSIP/2"),
            told(other),
        )
    )
    assert kept.agent().state is kept.agent("PJSIP/2").state is AgentState.RINGING
    answers = agent(CONNECTED, "c1", interface="PJSIP/2", wait_s=4)
    kept.take(watch.hear(5, answers, told(member(status=FREE))))
    assert (kept.agent().state, kept.agent("PJSIP/2").state) == (
        AgentState.READY,
        AgentState.BUSY,
    )
    assert kept.states()[1:] == [(AgentState.RINGING, 1, "c1"), (AgentState.READY, 5, "")]


def test_a_phone_that_cannot_be_reached_is_never_ready(kept: Kept) -> None:
    watch = watched(kept)
    kept.take(watch.hear(9, told(member(status=DeviceStatus.UNAVAILABLE))))
    assert (kept.agent().state, kept.agent().since) == (AgentState.UNREACHABLE, instant(9))
    kept.take(watch.hear(20, told(member())))
    assert kept.states() == [
        (AgentState.READY, 0, ""),
        (AgentState.UNREACHABLE, 9, ""),
        (AgentState.READY, 20, ""),
    ]


def test_a_phone_is_put_down_after_its_call_has_ended(kept: Kept) -> None:
    watch = watched(kept)
    kept.take(watch.hear(1, caller(JOINED, "c1"), told(member(status=IN_USE))))
    kept.take(watch.hear(2, agent(CONNECTED, "c1", wait_s=1)))
    kept.take(watch.hear(30, agent(COMPLETED, "c1", wait_s=1, talk_s=28)))
    assert kept.agent().state is AgentState.BUSY
    kept.take(watch.hear(30.2, told(member(status=FREE, last_call=instant(30)))))
    assert kept.states()[1:] == [
        (AgentState.BUSY, 1, "c1"),
        (AgentState.WORKING_AFTER_CONTACT, 30.2, "c1"),
    ]
    kept.take(watch.hear(40, caller(JOINED, "c2"), told(member(status=IN_USE))))
    kept.take(watch.hear(41, agent(CONNECTED, "c2", wait_s=1)))
    kept.take(watch.hear(60, agent(COMPLETED, "c2", wait_s=1, talk_s=19)))
    kept.take(watch.tick(70))
    # Still in use: that is another call.
    assert kept.states()[-2:] == [(AgentState.BUSY, 40, "c2"), (AgentState.BUSY, 63, "")]


def test_a_phone_that_shows_its_ring_too_long_has_been_answered(kept: Kept) -> None:
    watch = watched(kept)
    kept.take(watch.hear(1, caller(JOINED, "c1"), agent(CALLED, "c1"), told(member(status=RINGS))))
    kept.take(watch.hear(3, agent(CONNECTED, "c1", wait_s=2)))
    kept.take(watch.hear(4, agent(COMPLETED, "c1", wait_s=2, talk_s=1)))
    kept.take(watch.hear(4.1, told(member(status=FREE, last_call=instant(4)))))
    assert kept.states()[1:] == [
        (AgentState.RINGING, 1, "c1"),
        (AgentState.BUSY, 3, "c1"),
        (AgentState.WORKING_AFTER_CONTACT, 4.1, "c1"),
    ]


@pytest.mark.shared
def test_a_recorded_run_leaves_as_many_rows_as_it_had_calls(kept: Kept) -> None:
    need_recordings()
    from tests.data.test_asterisk_board import replayed

    watch = Watch(wrap_up=6)
    changes = replayed(watch.board)
    kept.take(changes)
    contacts = kept.reader.contacts(0, 2**60)
    offered = {name: watch.queue(name).day for name in ("sales", "support", "complaints")}
    for name, day in offered.items():
        mine = [one for one in contacts if one.queue == name]
        assert len(mine) == day.offered
        assert sum(one.answered_at is not None for one in mine) == day.answered
        assert sum(one.outcome is Outcome.ABANDONED for one in mine) == day.abandoned
    states = {row.record.state for row in watch.board.records() if isinstance(row.record, Contact)}
    assert ContactState.CONNECTED in states
    for person in (row.record for row in watch.board.records()):
        if isinstance(person, Agent):
            spans = kept.reader.segments("main", "pbx", person.id, 0, 2**60)
            assert all(one.end == after.start for one, after in pairwise(spans))
            assert spans[-1].state is kept.agent(person.id).state
