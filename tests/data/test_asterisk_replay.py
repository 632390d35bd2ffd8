"""The recorded run, served again: every answer, in order, and as the request asked for it."""

from __future__ import annotations

import asyncio

import pytest

from data.sources.asterisk.events import decode_events
from data.sources.asterisk.manager import Manager
from data.sources.asterisk.packets import Packet, read_events
from data.sources.asterisk.snapshot import STATUS_ENDS, SUMMARY_ENDS, queues_now
from tests.support.asterisk_recordings import need_recordings, run
from tests.support.asterisk_replay import EVENTS, Replay
from tests.support.asterisk_talk import SECRET, VARIABLE, HandTime, manager_of

SPEED = 400.0
KNOWN_EVENTS = 448

pytestmark = pytest.mark.shared


@pytest.fixture(autouse=True)
def _recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    need_recordings()
    monkeypatch.setenv(VARIABLE, SECRET)


async def listen(manager: Manager, replay: Replay) -> list[Packet]:
    heard: list[Packet] = []
    while not replay.is_over:
        heard += (await manager.wait(1)).packets
    return heard


async def test_every_event_is_served_in_order() -> None:
    replay = Replay(SPEED)
    async with replay.server().running() as server, manager_of(server.url, HandTime()) as manager:
        await manager.open()
        heard = await listen(manager, replay)
        assert manager.sessions == 1
    recorded = [
        packet for one in run() if one.action == EVENTS for packet in read_events(one.body).packets
    ]
    assert heard == recorded
    assert replay.given[EVENTS] == 177


async def test_snapshots_are_whole_and_follow_the_events() -> None:
    replay = Replay(SPEED, every=(EVENTS, "QueueStatus"))
    completed: list[int] = []
    async with replay.server().running() as server, manager_of(server.url, HandTime()) as manager:
        await manager.open()
        listening = asyncio.create_task(listen(manager, replay))
        while not replay.is_over:
            status = await manager.rows("QueueStatus", STATUS_ENDS)
            now = queues_now(status, await manager.rows("QueueSummary", SUMMARY_ENDS))
            assert list(now.queues) == list(now.summaries) == ["complaints", "sales", "support"]
            completed.append(now.queues["support"].completed)
            await manager.rows("CoreShowChannels", "CoreShowChannelsComplete")
        await listening
    assert replay.given["QueueStatus"] == 72
    assert len(completed) >= 72
    assert completed == sorted(completed)


async def test_the_clock_waits_for_who_listens() -> None:
    replay = Replay(1e6)
    async with replay.server().running() as server, manager_of(server.url, HandTime()) as manager:
        anchor = (await manager.open()).anchor
        first = next(one for one in run() if one.action == EVENTS)
        assert anchor.server_ms <= first.received_ms + 1000
        await manager.wait(1)
        assert replay.given[EVENTS] == 1
        assert not decode_events(await manager.wait(1)).skipped
