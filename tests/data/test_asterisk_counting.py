"""Our own counts: a recorded run against its log, restarts, resets, gaps and the log filled in."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest

from data.rules.call_counts import CallCounter, Stage, Tally
from data.sources.asterisk.counting import OVERLAP_MS, OwnCounts
from data.sources.asterisk.events import (
    AgentEvent,
    AgentStep,
    CallerEvent,
    CallerStep,
    decode_events,
)
from data.sources.asterisk.packets import read_events, read_list
from data.sources.asterisk.queue_log import count_log
from data.sources.asterisk.rows import EntryRow, QueueRow
from data.sources.asterisk.snapshot import STATUS_ENDS, QueuesNow, queues_now
from tests.support.asterisk_recordings import QUEUE_LOG, need_recordings, run

START = 1_795_295_000_000
LOST = ("abandoned", "timed_out", "withdrawn", "left_empty", "left_by_key")


# A recorded run


def replayed() -> tuple[OwnCounts, dict[str, str], int]:
    """Every answer of the run in order, the names of agents, and when the last answer came."""
    own = OwnCounts()
    names: dict[str, str] = {}
    last = 0
    for exchange in run():
        last = exchange.received_ms
        if exchange.action == "QueueStatus":
            now = queues_now(read_list(exchange.body, exchange.asked["actionid"], STATUS_ENDS))
            names |= {row.interface: row.name for row in now.members.values()}
            assert own.take_snapshot(now, last) is False
        elif exchange.action == "WaitEvent":
            for event in decode_events(read_events(exchange.body)).events:
                own.take_event(event, last)
    return own, names, last


def table(title: str, counter: CallCounter, names: dict[str, str]) -> dict[str, tuple[int, ...]]:
    """What has to be equal, by queue and agent; printed, so that both can be looked at."""
    rows: dict[str, tuple[int, ...]] = {}
    for name, tally in sorted(counter.queues.items()):
        lost = sum(getattr(tally, how) for how in LOST)
        rows[name] = (
            *(tally.offered, tally.answered, tally.answered_within, lost),
            *(tally.wait_s, tally.talk_s),
        )
    for key, agent in counter.agents.items():
        rows[names.get(key, key)] = (agent.answered, agent.talk_s)
    print(f"\n{title}: offered, answered, within, lost, wait, talk")
    for name, row in sorted(rows.items()):
        print(f"{name:26}", *(f"{value:5}" for value in row))
    return rows


@pytest.mark.shared
def test_a_recorded_run_is_counted_as_its_log_says() -> None:
    need_recordings()
    own, names, last = replayed()
    log = CallCounter()
    with QUEUE_LOG.open("rb") as lines:
        count_log(lines, log, lambda event: event.at <= last)
    assert table("ours", own.counter, names) == table("the log", log, {})
    assert own.missed == {}
    assert sum(own.untold.values()) == sum(row.abandoned for row in own.counter.queues.values())


@pytest.mark.shared
def test_the_servers_own_counters_agree_where_they_mean_the_same() -> None:
    need_recordings()
    own, _names, _last = replayed()
    for queue, epoch in own.epochs.items():
        # The last snapshot is a little older than the last event.
        assert 0 <= own.counter.queues[queue].abandoned - epoch.row.abandoned <= 1
        assert epoch.resets == 0


@pytest.mark.shared
def test_filling_from_the_log_in_the_middle_counts_every_call_once() -> None:
    need_recordings()
    plain, names, _last = replayed()
    interfaces = {name: interface for interface, name in names.items()}
    lines = QUEUE_LOG.read_bytes().splitlines(keepends=True)
    own = OwnCounts()
    before, middle = 0, 1_795_295_880_000
    for exchange in run():
        if exchange.action != "WaitEvent":
            continue
        if before < middle <= exchange.received_ms:
            told = [line for line in lines if int(line[:10]) * 1000 <= before]
            log = io.BytesIO(b"".join(told))
            assert own.fill(log, 1_795_295_819_000, before, interfaces) == 0
        before = exchange.received_ms
        for event in decode_events(read_events(exchange.body)).events:
            own.take_event(event, exchange.received_ms)
    assert table("filled", own.counter, names) == table("ours", plain.counter, names)
    assert sum(own.untold.values()) < sum(plain.untold.values())


# By hand


def queue(name: str = "sales", completed: int = 0, abandoned: int = 0) -> QueueRow:
    return QueueRow(
        queue=name,
        strategy="ringall",
        waiting=0,
        most_waiting=0,
        hold_time_s=0,
        talk_time_s=0,
        completed=completed,
        abandoned=abandoned,
        threshold_s=20,
        level=None,
        level_abandons_good=None,
        weight=0,
    )


def now(*queues: QueueRow, waiting: Iterable[tuple[str, int]] = ()) -> QueuesNow:
    entries = {
        ("sales", call): EntryRow(
            queue="sales",
            call=call,
            channel="c",
            position=1,
            number="",
            name="",
            wait_s=wait_s,
            priority=0,
        )
        for call, wait_s in waiting
    }
    return QueuesNow(queues={row.queue: row for row in queues}, entries=entries)


def caller(step: CallerStep, call: str, wait_s: int = 0) -> CallerEvent:
    return CallerEvent(
        at=None,
        step=step,
        queue="sales",
        call=call,
        channel="c",
        number="",
        name="",
        position=1,
        waiting=1,
        wait_s=wait_s,
    )


def agent(step: AgentStep, call: str, reason: str = "", talk_s: int = 0) -> AgentEvent:
    return AgentEvent(
        at=None,
        step=step,
        queue="sales",
        interface="Local/1",
        name="Ann",
        call=call,
        channel="",
        agent_channel="",
        wait_s=7,
        ring_ms=0,
        talk_s=talk_s,
        reason=reason,
    )


def sales(own: OwnCounts) -> Tally:
    return own.counter.queues["sales"]


def test_who_waits_in_the_first_snapshot_is_offered_once() -> None:
    own = OwnCounts(interval_s=900)
    own.take_snapshot(now(queue(), waiting=[("c1", 30)]), START)
    own.take_event(caller(CallerStep.JOINED, "c1"), START + 5)
    own.take_snapshot(now(queue(), waiting=[("c1", 31)]), START + 1000)
    assert sales(own).offered == 1
    assert own.since == START


def test_a_caller_who_comes_back_is_offered_again() -> None:
    own = OwnCounts()
    for second in (0, 10):
        own.take_event(caller(CallerStep.JOINED, "c1"), START + second * 1000)
        own.take_event(caller(CallerStep.ABANDONED, "c1", 4), START + (second + 4) * 1000)
        own.take_event(caller(CallerStep.LEFT, "c1"), START + (second + 4) * 1000)
    assert (sales(own).offered, sales(own).abandoned, sales(own).abandoned_short) == (2, 2, 2)


def test_a_completion_without_a_call_belongs_to_the_call_in_hand() -> None:
    own = OwnCounts()
    own.take_event(caller(CallerStep.JOINED, "c1"), START)
    own.take_event(agent(AgentStep.CONNECTED, "c1"), START + 7000)
    own.take_event(agent(AgentStep.COMPLETED, "", "caller", 60), START + 67_000)
    assert own.counter.stage("c1", "sales") is Stage.ENDED
    assert (sales(own).talk_s, own.counter.agents["Local/1"].talk_s) == (60, 60)
    own.take_event(agent(AgentStep.COMPLETED, "c1", "caller", 60), START + 67_001)
    assert sales(own).talk_s == 60


def test_the_talk_of_a_call_that_is_passed_on_is_left_out_as_in_the_log() -> None:
    own = OwnCounts()
    own.take_event(agent(AgentStep.CONNECTED, "c1"), START)
    own.take_event(agent(AgentStep.COMPLETED, "c1", "transfer", 60), START + 60_000)
    assert (sales(own).answered, sales(own).talk_s) == (1, 0)


@pytest.mark.parametrize("how", ["reset", "restart"])
def test_counters_that_begin_anew_open_an_epoch_and_change_no_count_of_ours(how: str) -> None:
    own = OwnCounts()
    startup = "2026-11-21 21:22:21"
    own.take_snapshot(now(queue(completed=5, abandoned=2)), START, startup=startup)
    own.take_event(caller(CallerStep.JOINED, "c1"), START)
    own.take_event(caller(CallerStep.ABANDONED, "c1", 3), START + 3000)
    if how == "reset":
        assert own.take_snapshot(now(queue(completed=5, abandoned=0)), START + 4000)
    else:
        later = "2026-11-21 21:30:00"
        own.take_snapshot(now(queue(completed=6, abandoned=3)), START + 3500, startup=startup)
        assert own.take_snapshot(now(queue(completed=6, abandoned=3)), START + 4000, startup=later)
    epoch = own.epochs["sales"]
    assert (epoch.since, epoch.resets) == (START + 4000, 1)
    assert (sales(own).offered, sales(own).abandoned) == (1, 1)
    row = now(queue(completed=epoch.row.completed + 1, abandoned=epoch.row.abandoned))
    assert not own.take_snapshot(row, START + 9000)
    assert own.epochs["sales"].since == START + 4000


def test_who_is_gone_after_a_gap_is_missed_and_nothing_is_made_up() -> None:
    own = OwnCounts()
    own.take_snapshot(now(queue(), waiting=[("c1", 3), ("c2", 3)]), START)
    own.take_snapshot(now(queue(), waiting=[("c2", 5)]), START + 2000)
    assert own.missed == {}  # the event may still come
    own.take_snapshot(now(queue(), waiting=[("c2", 90), ("c3", 9)]), START + 90_000, after_gap=True)
    assert own.missed == {"sales": 1}
    tally = sales(own)
    assert (tally.offered, tally.answered, tally.abandoned) == (3, 0, 0)


def test_the_log_tells_apart_and_what_it_told_does_not_count_again() -> None:
    own = OwnCounts()
    own.take_event(caller(CallerStep.JOINED, "c1"), START)
    own.take_event(caller(CallerStep.ABANDONED, "c1", 9), START + 9000)
    second = START // 1000
    log = (
        f"{second - 90}|c0|sales|NONE|ENTERQUEUE\n{second + 1}|c0|sales|Ann|CONNECT|91|x|1\n"
        f"{second}|c1|sales|NONE|ENTERQUEUE\n{second + 9}|c1|sales|NONE|WITHDRAW|1|1|9|x\n"
        f"{second + 9}|c2|sales|NONE|ENTERQUEUE\n{second + 10}|c2|sales|NONE|ABANDON|1|1|1\n"
        f"{second + 10}|c3|sales|NONE|ENTERQUEUE\n{second + 10}|c4|sales|NONE|ENTERQUEUE\n"
        f"{second + 10}|c4|sales|Ann|CONNECT|7|x|1\nrubbish\n"
    )
    at = START + 10_000
    assert own.fill(io.BytesIO(log.encode()), START, at, {"Ann": "Local/1"}) == 1
    assert own.untold == {}
    for event in (
        caller(CallerStep.JOINED, "c2"),
        caller(CallerStep.ABANDONED, "c2", 1),
        caller(CallerStep.JOINED, "c3"),
        agent(AgentStep.CONNECTED, "c4"),
    ):
        own.take_event(event, at + 500)
    tally = sales(own)
    assert (tally.offered, tally.withdrawn, tally.abandoned, tally.answered) == (4, 1, 1, 1)
    assert own.counter.agents["Local/1"].answered == 1
    own.take_event(caller(CallerStep.JOINED, "c2"), at + OVERLAP_MS + 1)
    own.take_event(caller(CallerStep.ABANDONED, "c3", 20), at + 20_000)
    assert (sales(own).offered, sales(own).abandoned, own.untold) == (5, 2, {"sales": 1})
