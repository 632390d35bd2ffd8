"""The source over real HTTP: what is given until it was kept, and what a restart leaves alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from data.errors import CursorGone, FetchError
from data.model import Agent, Change, Contact, ContactState, Kind, Queue
from data.settings import SiteSettings
from data.sources.asterisk import source as asterisk_source
from data.sources.asterisk.source import AsteriskSource
from data.sources.base import Batch
from tests.support.asterisk_server import Asked, AsteriskServer, Stage, listing, packet, said
from tests.support.asterisk_talk import SECRET, VARIABLE, settings

KEY = bytes(32)
SITE = SiteSettings(id="hh", zone="UTC")
DEADLINE_S = 10.0


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)


def event(name: str, *lines: str) -> bytes:
    return packet(f"Event: {name}", "Privilege: agent,all", *lines)


def joined(call: str) -> bytes:
    caller = ("CallerIDNum: +4940123456", "CallerIDName: Jane")
    return event(
        "QueueCallerJoin",
        *("Channel: SIP/x", *caller, f"Uniqueid: {call}", "Queue: support"),
        *("Position: 1", "Count: 1"),
    )


def abandoned(call: str) -> bytes:
    where = (f"Uniqueid: {call}", "Queue: support", "Position: 1", "OriginalPosition: 1")
    return event("QueueCallerAbandon", "Channel: SIP/x", *where, "HoldTime: 7")


@dataclass
class Pbx:
    """One queue with one member, behind a real server."""

    server: AsteriskServer = field(default_factory=AsteriskServer)
    waiting: list[str] = field(default_factory=list)
    completed: int = 5

    def __post_init__(self) -> None:
        answers = self.server.answers
        answers["queuestatus"] = self._status
        answers["queuesummary"] = lambda asked: listing(
            asked, "QueueSummaryComplete", [("Event: QueueSummary", "Queue: support")]
        )
        answers["coreshowchannels"] = lambda asked: listing(asked, "CoreShowChannelsComplete", [])
        answers["listcommands"] = lambda asked: said(asked, "Success", "QueueStatus: x")

    def _status(self, asked: Asked) -> bytes:
        queue = ("Event: QueueParams", "Queue: support", f"Completed: {self.completed}")
        member = ("Event: QueueMember", "Queue: support", "Name: Anna", "Location: SIP/1001")
        state = ("Membership: static", "Status: 1", "Paused: 0", "Wrapuptime: 0")
        entries = [
            ("Event: QueueEntry", "Queue: support", "Position: 1", f"Uniqueid: {call}", "Wait: 3")
            for call in self.waiting
        ]
        return listing(asked, "QueueStatusComplete", [queue, (*member, *state), *entries])

    def source(self) -> AsteriskSource:
        source = settings(self.server.url, min_interval=0.05, poll=1.0)
        return AsteriskSource(source, SITE, key=KEY)


@pytest.fixture
async def pbx() -> AsyncIterator[Pbx]:
    pbx = Pbx()
    async with pbx.server.running():
        yield pbx


@contextlib.asynccontextmanager
async def opened(pbx: Pbx) -> AsyncIterator[AsteriskSource]:
    source = pbx.source()
    try:
        await source.open()
        yield source
    finally:
        await source.close()


def of(kind: Kind, batch: Batch) -> list[Change]:
    return [change for change in batch.changes if change.kind is kind]


def queue_of(batch: Batch) -> Queue:
    record = of(Kind.QUEUE, batch)[-1].record
    assert isinstance(record, Queue)
    return record


async def news(source: AsteriskSource, cursor: str, is_there: Callable[[Batch], object]) -> Batch:
    """What is given under a cursor once it holds what is waited for."""
    async with asyncio.timeout(DEADLINE_S):
        while not is_there(batch := await source.changes(cursor)):
            await source.wait_for_change(1)
    return batch


def ended(batch: Batch) -> bool:
    contacts = [change.record for change in of(Kind.CONTACT, batch)]
    return any(isinstance(one, Contact) and one.state is ContactState.ENDED for one in contacts)


async def test_what_was_given_is_given_again_until_the_cursor_says_that_it_was_kept(
    pbx: Pbx,
) -> None:
    async with opened(pbx) as source:
        first = await source.snapshot()
        pbx.server.tell(joined("a.1"))
        given = await news(source, first.cursor, lambda batch: of(Kind.CONTACT, batch))
        again = await source.changes(first.cursor)
        assert again.changes[: len(given.changes)] == given.changes
        kept = await source.changes(again.cursor)
        assert not of(Kind.CONTACT, kept)


async def test_each_step_of_a_call_is_told_on_its_own(pbx: Pbx) -> None:
    async with opened(pbx) as source:
        first = await source.snapshot()
        pbx.server.tell(joined("a.1"), abandoned("a.1"))
        batch = await news(source, first.cursor, ended)
    states = [getattr(change.record, "state", None) for change in of(Kind.CONTACT, batch)]
    assert states[:1] == [ContactState.WAITING]
    assert ContactState.ENDED in states
    assert (queue_of(batch).day.offered, queue_of(batch).day.abandoned) == (1, 1)


async def test_a_cursor_of_another_history_is_gone(pbx: Pbx) -> None:
    async with opened(pbx) as source:
        await source.snapshot()
        for cursor in ("elsewhere.1", "", "x", f"{(await source.open()).epoch}.99"):
            with pytest.raises(CursorGone):
                await source.changes(cursor)


async def test_another_process_goes_on_where_the_last_one_stopped(pbx: Pbx) -> None:
    pbx.waiting = ["a.1"]
    async with opened(pbx) as source:
        epoch = (await source.open()).epoch
        whole = await source.snapshot()
    kept = [(each.version, each.record) for each in whole.changes if each.record is not None]
    assert queue_of(whole).day.offered == 1
    source = pbx.source()
    source.resume(epoch, kept)
    try:
        assert (await source.open()).epoch == epoch
        after = await source.changes(whole.cursor)
        rows = {(each.kind, each.id): each.record for each in (*whole.changes, *after.changes)}
        queue = rows[Kind.QUEUE, "support"]
        assert isinstance(queue, Queue)
        assert queue.day.offered == 1
        assert queue.contacts_waiting == 1
    finally:
        await source.close()


async def test_a_restart_passes_without_a_false_figure(pbx: Pbx) -> None:
    async with opened(pbx) as source:
        first = await source.snapshot()
        pbx.server.tell(joined("a.1"), abandoned("a.1"))
        batch = await news(source, first.cursor, ended)
        before = queue_of(batch).day
        pbx.completed = 0
        for stage in (Stage.NO_MANAGER, Stage.NO_QUEUES):
            pbx.server.restart(stage, "2026-11-22 07:00:00")
            with pytest.raises(FetchError):
                await news(source, batch.cursor, lambda _batch: False)
        pbx.server.restart(Stage.UP, "2026-11-22 07:00:00")
        await source.open()
        after = await news(
            source, batch.cursor, lambda each: of(Kind.QUEUE, each) and queue_of(each).system
        )
    assert queue_of(after).day == before
    system = queue_of(after).system
    assert system is not None
    assert (system.completed, system.resets) == (0, 1)


async def test_what_may_not_be_asked_beside_keeps_no_figure_away(pbx: Pbx) -> None:
    account = pbx.server.accounts["panel"]
    account.denied = frozenset({"coreshowchannels", "corestatus", "coresettings"})
    del pbx.server.answers["listcommands"]
    async with opened(pbx) as source:
        batch = await source.snapshot()
    (agent,) = (change.record for change in of(Kind.AGENT, batch))
    assert isinstance(agent, Agent)
    assert agent.name == "Anna"
    assert batch.lines == ()


MAY_PAUSE = ("QueueStatus: x", "QueuePause: x")


async def test_rights_that_are_given_or_taken_while_it_runs_are_learnt(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asterisk_source, "RIGHTS_MS", 0)
    async with opened(pbx) as source:
        first = await source.snapshot()
        assert first.operations == ()
        pbx.server.answers["listcommands"] = lambda asked: said(asked, "Success", *MAY_PAUSE)
        given = await news(source, first.cursor, lambda batch: batch.operations)
        assert given.operations == ("setAgentState",)
        # The old session would not have them: there is another, in which events are heard.
        of_listening = [one.session for one in pbx.server.asked if one.action == "WaitEvent"]
        pbx.server.tell(joined("a.1"))
        await news(source, given.cursor, lambda batch: of(Kind.CONTACT, batch))
        assert of_listening[0] not in pbx.server.sessions
        pbx.server.answers["listcommands"] = lambda asked: said(asked, "Success", MAY_PAUSE[0])
        await news(source, given.cursor, lambda batch: not batch.operations)


async def test_an_account_that_may_have_one_session_alone_is_not_tried_again_and_again(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asterisk_source, "RIGHTS_MS", 0)
    async with opened(pbx) as source:
        pbx.server.accounts["panel"].secret = "another, for whoever logs in from now on"
        for _ in range(3):
            await source.snapshot()
    assert pbx.server.count("Login") == 2
