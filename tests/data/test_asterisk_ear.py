"""Listening without losing an event, and knowing when some may have been lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from data.errors import Code, FetchError
from data.sources.asterisk.ear import Ear
from data.sources.asterisk.packets import Answer, Packet
from data.sync.backoff import Timing


def joined(call: str) -> Packet:
    told = {"event": "QueueCallerJoin", "queue": "support", "uniqueid": call, "count": "1"}
    return Packet("QueueCallerJoin", told, told)


class Server:
    """Answers what it was told to, then holds the line."""

    def __init__(self) -> None:
        self.sessions = 1
        self.answers: asyncio.Queue[Answer | FetchError] = asyncio.Queue()
        self.asked = 0

    async def wait(self, seconds: float) -> Answer:
        assert seconds <= 10
        self.asked += 1
        answer = await self.answers.get()
        if isinstance(answer, FetchError):
            raise answer
        return answer

    def tell(self, *calls: str) -> None:
        self.answers.put_nowait(Answer("Success", packets=tuple(map(joined, calls))))


class Rig:
    def __init__(self) -> None:
        self.server = Server()
        self.slept: list[float] = []
        self.poked = asyncio.Event()
        self.ear = Ear(self.server, self.poked.set, Timing(sleep=self.sleep, random=lambda: 0.5))
        self.ear.begin()
        self.ear.has_gap = False

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0)

    def calls(self) -> list[str]:
        return [getattr(event, "call", "") for event in self.ear.take()]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    await rig.ear.end()


async def test_events_are_kept_in_order_until_they_are_taken(rig: Rig) -> None:
    rig.server.tell("a", "b")
    rig.server.tell("c")
    await rig.until(lambda: rig.server.asked == 3)
    assert rig.poked.is_set()
    assert rig.calls() == ["a", "b", "c"]
    assert rig.calls() == []
    assert not rig.ear.has_gap


async def test_an_answer_without_an_event_of_interest_wakes_nobody_and_is_not_a_spin(
    rig: Rig,
) -> None:
    rig.server.tell()
    rig.server.tell()
    await rig.until(lambda: rig.server.asked == 3)
    assert not rig.poked.is_set()
    assert min(rig.slept) >= 0.3


async def test_a_session_that_was_renewed_is_a_gap_even_if_nothing_is_heard(rig: Rig) -> None:
    rig.server.sessions += 1
    rig.server.tell()
    await rig.until(rig.poked.is_set)
    assert rig.ear.has_gap
    rig.ear.has_gap = False
    rig.server.tell()
    await rig.until(lambda: rig.server.asked == 3)
    assert not rig.ear.has_gap


async def test_a_line_that_fails_is_told_of_at_once_and_asked_again_later_and_later(
    rig: Rig,
) -> None:
    for _ in range(4):
        rig.server.answers.put_nowait(FetchError(Code.REFUSED_CONNECTION))
    await rig.until(lambda: rig.server.asked == 5)
    was_deaf = rig.ear.is_deaf
    assert was_deaf
    assert rig.poked.is_set()
    assert rig.slept == sorted(rig.slept)
    assert rig.slept[-1] > rig.slept[0] >= 0.25
    rig.server.tell("a")
    await rig.until(lambda: rig.server.asked == 6)
    assert not rig.ear.is_deaf
    assert rig.calls() == ["a"]


async def test_it_begins_once_and_ends_with_its_task(rig: Rig) -> None:
    rig.ear.begin()
    await rig.until(lambda: rig.server.asked == 1)
    await rig.ear.end()
    rig.server.tell("a")
    await asyncio.sleep(0)
    assert rig.calls() == []
