"""The board: what Asterisk really answered, and texts that pretend to be such answers."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest

from data.model import Agent, Change, Contact, ContactState, Kind, Queue
from data.rules.call_counts import CallCounter, Limits
from data.sources.asterisk.board import Board
from data.sources.asterisk.channels import CHANNELS_END, ChannelRow, channel_rows
from data.sources.asterisk.events import decode_events
from data.sources.asterisk.packets import read_events, read_list
from data.sources.asterisk.queue_log import count_log
from data.sources.asterisk.snapshot import STATUS_ENDS, QueuesNow, queues_now
from tests.support.asterisk_recordings import QUEUE_LOG, Exchange, need_recordings, run
from tests.support.asterisk_watch import Watch


def replayed(board: Board, exchanges: Iterable[Exchange] | None = None) -> list[Change]:
    """A recorded run, each answer followed by a look at what has changed."""
    changes: list[Change] = []
    channels: tuple[ChannelRow, ...] | None = None
    for exchange in run() if exchanges is None else exchanges:
        if exchange.action == "QueueStatus":
            now = queues_now(read_list(exchange.body, exchange.asked["actionid"], STATUS_ENDS))
            board.take_snapshot(now, channels, exchange.received_ms)
        elif exchange.action == "CoreShowChannels":
            answer = read_list(exchange.body, exchange.asked["actionid"], CHANNELS_END)
            channels = channel_rows(answer)
            continue
        elif exchange.action == "WaitEvent":
            for event in decode_events(read_events(exchange.body)).events:
                board.take_event(event, exchange.received_ms)
        channels = None
        changes += board.take_changes()
    return changes


def table(board: Board) -> dict[str, tuple[float, ...]]:
    """What is shown of queues and people, by the names that the log uses."""
    rows: dict[str, tuple[float, ...]] = {}
    for change in board.records():
        record = change.record
        if isinstance(record, Queue):
            day = record.day
            counted = (day.offered, day.answered, day.answered_within)
            rows[record.id] = (*counted, day.wait_answered_s, day.talk_s)
        elif isinstance(record, Agent) and record.today.handled:
            rows[record.name] = (record.today.handled, record.today.talk_s or 0)
    return rows


def logged(until: int) -> dict[str, tuple[float, ...]]:
    """The same, as the log has it."""
    thresholds = {"sales": 30, "support": 20, "complaints": 10}
    log = CallCounter(by_queue={name: Limits(seconds) for name, seconds in thresholds.items()})
    with QUEUE_LOG.open("rb") as lines:
        count_log(lines, log, lambda event: event.at <= until)
    queues = {
        name: (each.offered, each.answered, each.answered_within, each.wait_s, each.talk_s)
        for name, each in log.queues.items()
    }
    return queues | {name: (each.answered, each.talk_s) for name, each in log.agents.items()}


@pytest.mark.shared
def test_a_recorded_run_shows_the_figures_of_its_log() -> None:
    need_recordings()
    watch = Watch()
    changes = replayed(watch.board)
    last = max(exchange.received_ms for exchange in run())
    assert table(watch.board) == logged(last)
    versions = [change.version for change in changes]
    assert versions == sorted(set(versions))
    assert watch.changes() == []
    system = {name: watch.queue(name).system for name in ("sales", "support", "complaints")}
    assert all(told is not None and told.missed == 0 for told in system.values())


@pytest.mark.shared
def test_a_process_that_starts_anew_amid_a_run_and_reads_the_log_shows_the_same() -> None:
    need_recordings()
    exchanges = list(run())
    middle = [
        place for place, exchange in enumerate(exchanges) if exchange.action == "QueueStatus"
    ][30]
    first = Watch()
    replayed(first.board, exchanges[:middle])
    watch = Watch()
    watch.board.resume(first.kept())
    replayed(watch.board, exchanges[middle : middle + 1])
    at = exchanges[middle].received_ms
    lines = QUEUE_LOG.read_bytes().splitlines(keepends=True)
    told = b"".join(line for line in lines if int(line[:10]) * 1000 <= at - 1000)
    assert watch.board.fill(io.BytesIO(told), at - 1000) == 0
    replayed(watch.board, exchanges[middle + 1 :])
    assert table(watch.board) == logged(exchanges[-1].received_ms)


@pytest.mark.shared
def test_every_step_of_a_recorded_run_follows_from_the_one_before() -> None:
    need_recordings()
    watch = Watch(wrap_up=6)
    before: dict[str, ContactState] = {}
    seen: set[tuple[str, str]] = set()
    at: dict[tuple[Kind, str], int] = {}
    for change in replayed(watch.board):
        place = change.kind, change.id
        assert at.get(place, 0) <= change.at
        at[place] = change.at
        if isinstance(change.record, Contact):
            last = before.get(change.id)
            before[change.id] = change.record.state
            if last is not None and last is not change.record.state:
                seen.add((last.value, change.record.state.value))
    assert seen == {
        ("waiting", "ringing"),
        ("waiting", "ended"),
        ("ringing", "waiting"),
        ("ringing", "connected"),
        ("ringing", "ended"),
        ("connected", "held"),
        ("held", "connected"),
        ("connected", "ended"),
        # It rang when the recording began.
        ("waiting", "connected"),
    }


# Texts of others

NAMES = ["sales\x1b[2J", "%:sales", "sales.20261121T2100Z", "[red]x[/]", "x" * 79, "\u00fc\u202e"]
FORGED = "x\r\nEvent: QueueMember\r\nQueue: sales\r\nLocation: PJSIP/999\r\nCallsTaken: 9"


def status(*packets: dict[str, str]) -> QueuesNow:
    """A QueueStatus as it comes over the wire."""
    end = {
        "Event": "QueueStatusComplete",
        "EventList": "Complete",
        "ListItems": str(len(packets)),
    }
    head = {"Response": "Success", "ActionID": "7"}
    blocks = [head, *[{**packet, "ActionID": "7"} for packet in packets], {**end}]
    body = "".join(
        "".join(f"{key}: {value}\r\n" for key, value in block.items()) + "\r\n" for block in blocks
    )
    return queues_now(read_list(body.encode(), "7", STATUS_ENDS))


def test_hostile_names_forge_no_row_and_change_no_figure() -> None:
    watch = Watch()
    packets = []
    for name in NAMES:
        packets += [
            {"Event": "QueueParams", "Queue": name, "Calls": "1", "Completed": "0"},
            {
                "Event": "QueueMember",
                "Queue": name,
                "Name": f"{name}\x07",
                "Location": f"PJSIP/{name}",
                "Status": "1",
                "Paused": "1",
                "PausedReason": FORGED,
                "Wrapuptime": "0",
            },
            {
                "Event": "QueueEntry",
                "Queue": name,
                "Position": "1",
                "Channel": "PJSIP/trunk-1",
                "Uniqueid": f"c\x1b{name}",
                "CallerIDNum": "+4930123456",
                "CallerIDName": FORGED,
                "Wait": "3",
                "Priority": "0",
            },
        ]
    watch.look(status(*packets))
    places = len(NAMES)
    assert [len(watch.ids(kind)) for kind in (Kind.QUEUE, Kind.AGENT, Kind.CONTACT)] == [places] * 3
    days = [row.record.day for row in watch.said if isinstance(row.record, Queue)]
    assert {(day.offered, day.answered) for day in days} == {(1, 0)}
    said = repr([row.record for row in watch.said])
    assert not any(char in said for char in ("\\x1b", "\\x07", "\\u202e", "\\r", "PJSIP/999'"))
    assert watch.look(status(*packets), 5) == []
