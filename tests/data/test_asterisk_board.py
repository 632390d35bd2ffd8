"""The board: recorded runs and packets made by hand become the records that screens read."""

from __future__ import annotations

import pytest

from data.model import Change, Queue
from data.settings import SiteSettings, SourceKind, SourceSettings
from data.sources.asterisk.board import Board
from data.sources.asterisk.channels import CHANNELS_END, ChannelRow, channel_rows
from data.sources.asterisk.events import decode_events
from data.sources.asterisk.packets import read_events, read_list
from data.sources.asterisk.snapshot import STATUS_ENDS, QueuesNow, queues_now
from tests.support.asterisk_recordings import need_recordings, run

KEY = b"k" * 32
SITE = SiteSettings(id="main", zone="Europe/Berlin", day_start="06:00")


def settings(**what: object) -> SourceSettings:
    return SourceSettings(id="pbx", kind=SourceKind.ASTERISK, url="http://127.0.0.1", **what)


def board(**what: object) -> Board:
    return Board(SITE, settings(**what), key=KEY)


def replayed(board: Board) -> list[Change]:
    """A recorded run, each answer followed by a look at what has changed."""
    changes: list[Change] = []
    now: QueuesNow | None = None
    channels: tuple[ChannelRow, ...] | None = None
    for exchange in run():
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


@pytest.mark.shared
def test_a_recorded_run_counts_and_shows_what_its_log_says() -> None:
    need_recordings()
    made = board()
    changes = replayed(made)
    queues = {one.id: one.record for one in made.records() if isinstance(one.record, Queue)}
    days = {name: queue.day for name, queue in queues.items()}
    assert {name: (day.offered, day.answered) for name, day in days.items()} == {
        "complaints": (12, 10),
        "sales": (22, 14),
        "support": (35, 15),
    }
    assert queues["support"].contacts_waiting == 12
    versions = [change.version for change in changes]
    assert versions == sorted(set(versions))
    assert made.take_changes() == ()
