"""The floor as it was, from history, is the ledger's state at that instant."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest

from data.cache.history_reader import HistoryReader
from data.cache.rewind import Rewind
from data.figures.agents import handling_s
from data.figures.freshness import Moment
from data.figures.report import By
from data.figures.report_reading import ReportQuestion
from data.figures.report_times import today_at
from data.floor import FloorSnapshot, Key
from data.model import ContactState
from data.rules.periods import Length, Period
from data.sandbox.ledger import LedgerCall, LedgerSegment
from supervisor_tui.commands.common import read_snapshot
from tests.data.sandbox_helpers import COUNTED
from tests.support.days import Truth
from tests.support.ledger_then import LedgerThen

pytestmark = pytest.mark.xdist_group("counts")

INSTANTS = 40
SOAK_INSTANTS = 1000
SEED = 20261122
_SUMMED = tuple(name for name in COUNTED if name != "longest_wait_s")
_SERVED = {ContactState.CONNECTED, ContactState.HELD}


@pytest.fixture(scope="module")
def rewind(whole_day: Truth) -> Iterator[Rewind]:
    files = whole_day.place.files
    with closing(HistoryReader.open(files.history)) as reader:
        yield Rewind(reader, read_snapshot(files))


def test_at_random_instants_the_floor_is_as_the_ledger_has_it(
    whole_day: Truth, rewind: Rewind, request: pytest.FixtureRequest
) -> None:
    ledger = LedgerThen(whole_day.calls, whole_day.segments)
    chance = random.Random(SEED)
    begins = min(call.queued_at for call in whole_day.calls)
    ends = max(one.from_at for one in whole_day.segments)
    count = SOAK_INSTANTS if request.config.getoption("--soak") else INSTANTS
    # Half of them in the very instant at which something happens, which is where one errs.
    events = [one.from_at for one in whole_day.segments if begins <= one.from_at <= ends]
    for number in range(count):
        at = chance.choice(events) if number % 2 else chance.randrange(begins, ends)
        compare(ledger, rewind.at(at), at, whole_day.calls)


def compare(ledger: LedgerThen, then: FloorSnapshot, at: int, calls: list[LedgerCall]) -> None:
    compare_agents(ledger.agents(at), then, calls, at)
    compare_contacts(ledger, then, at)
    limits = {key.id: (one.threshold_s, one.short_abandon_s) for key, one in then.queues.items()}
    counted = ledger.counts(at, limits)
    for key, queue in then.queues.items():
        shown = msgspec.structs.asdict(queue.day)
        assert {name: shown[name] for name in _SUMMED} == pytest.approx(
            {name: counted.days[key.id][name] for name in _SUMMED}, abs=0.01
        ), (at, key)
    for interval in then.intervals.values():
        shown = msgspec.structs.asdict(interval.counts)
        true = counted.intervals[interval.queue, interval.starts_at]
        assert {name: shown[name] for name in _SUMMED} == pytest.approx(
            {name: true[name] for name in _SUMMED}, abs=0.01
        ), (at, interval.id)


def compare_agents(
    true: dict[str, LedgerSegment], then: FloorSnapshot, calls: list[LedgerCall], at: int
) -> None:
    shown = {
        key.id: (one.state, one.since, one.reason, one.contact) for key, one in then.agents.items()
    }
    assert shown == {
        id_: (one.state, one.from_at, one.reason, one.contact) for id_, one in true.items()
    }, at
    handled = dict.fromkeys(true, 0)
    handling = dict.fromkeys(true, 0.0)
    for call in calls:
        if call.answered_at is None or call.ended_at is None or call.ended_at > at:
            continue
        handled[call.agent] += 1
        handling[call.agent] += call.talk_s + call.hold_s
        if call.ended_at + call.acw_s * 1000 <= at:
            handling[call.agent] += call.acw_s
    assert {key.id: one.today.handled for key, one in then.agents.items()} == handled, at
    assert {key.id: handling_s(one.today) for key, one in then.agents.items()} == pytest.approx(
        handling, abs=0.01
    ), at


def compare_contacts(ledger: LedgerThen, then: FloorSnapshot, at: int) -> None:
    waiting = ledger.waiting(at)
    for key, queue in then.queues.items():
        since = waiting.get(key.id, [])
        assert queue.contacts_waiting == len(since), (at, key)
        assert queue.longest_wait_since == min(since, default=None), (at, key)
    served = {key.id: one.agent for key, one in then.contacts.items() if one.state in _SERVED}
    assert served == ledger.in_service(at), at


def test_before_anything_happened_nothing_is_said_to_be_known(
    whole_day: Truth, rewind: Rewind
) -> None:
    begins = min(one.from_at for one in whole_day.segments)
    then = rewind.at(begins - 3_600_000)
    assert not then.agents
    assert not then.contacts
    assert {health.last_ok_at for health in then.sources} == {None}


def test_nothing_of_later_is_shown(whole_day: Truth, rewind: Rewind) -> None:
    begins = min(call.queued_at for call in whole_day.calls)
    at = begins + 4 * 3_600_000
    then = rewind.at(at)
    assert all(one.received_at <= at for one in then.escalations.values())
    events = [event for one in then.escalations.values() for event in one.events]
    assert events
    assert all(event.at <= at for event in events)
    assert not then.actions
    assert Key("main", "pbx", "nobody") not in then.agents


@pytest.mark.parametrize("hours", [2.5, 4.117, 7.0])
def test_a_report_of_the_past_says_what_the_floor_said_then(
    whole_day: Truth, rewind: Rewind, hours: float
) -> None:
    at = min(call.queued_at for call in whole_day.calls) + round(hours * 3_600_000)
    then = rewind.at(at)
    period = Period.holding(Length.DAY, today_at(then.sites, at))
    with closing(HistoryReader.open(whole_day.place.files.history)) as reader:
        by_queue, by_agent, by_interval = (
            ReportQuestion(period, by, then.sites).ask(reader, then, Moment(at, 0), is_past=True)
            for by in (By.QUEUE, By.AGENT, By.INTERVAL)
        )
    assert not by_queue.is_over
    shown = {line.key: line.counts for line in by_queue.lines}
    counted = {"/".join(key): queue.day for key, queue in then.queues.items()}
    for key, counts in shown.items():
        for name in _SUMMED:
            assert getattr(counts, name) == pytest.approx(getattr(counted[key], name)), (key, name)
    assert sum(line.counts.offered for line in by_queue.lines if line.counts) > 0
    handled = sum(agent.today.handled or 0 for agent in then.agents.values())
    assert by_agent.work.handled == handled
    (voice,) = (one for one in by_queue.totals if one.key == "immediate")
    intervals = [line.counts for line in by_interval.lines if line.counts is not None]
    assert voice.counts is not None
    assert sum(one.answered for one in intervals) == voice.counts.answered
    assert sum(offered for _hour, offered in by_queue.hours) == voice.counts.offered
