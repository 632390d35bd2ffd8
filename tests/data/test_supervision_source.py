"""The supervision API's client: what it asks, and what it makes of the answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import contract
from data.clean import clean_text
from data.errors import ActionRefused, Code, CursorGone, FetchError
from data.model import AgentState, Channel, ContactState, Kind
from data.settings import Mask, SiteSettings, SourceSettings
from data.sources import anchors as anchors_module
from data.sources.anchors import Anchors
from data.sources.event_stream import EVENT_LIMIT, EventReader
from data.sources.native_ids import native_id, stored_id
from data.sources.supervision import SupervisionSource
from data.sources.supervision_decode import Origin
from data.sources.supervision_rows import Rows
from data.sync import requests
from tests.support.acting import make_action
from tests.support.loopback import Request, http_answer, serve, until
from tests.support.model_api import START, ModelApi, agent, contact, queue, stamp

KEY = b"k" * 32
HOSTILE = "\x1b]52;c;aGk=\x07<b>[@click=quit]\u202e\u200bZ\u0300\u0301\u0302\u0303\n\x9b31m"


@contextlib.asynccontextmanager
async def source_at(url: str, **more: Any) -> AsyncIterator[SupervisionSource]:
    given_settings = {"id": "acd", "url": url, "deadline": 2.0, "min_interval": 0.01, **more}
    made = SupervisionSource(SourceSettings(**given_settings), SiteSettings(id="hh"), key=KEY)
    try:
        yield made
    finally:
        await made.close()


def decode(kind: str, data: Any, *, mask: Mask = Mask.LAST4, **more: Any) -> Rows:
    row = {"op": "upsert", "type": kind, "id": "x1", "version": 3, "at": stamp(7), "data": data}
    rows = Rows()
    rows.take([msgspec.Raw(json.dumps({**row, **more}).encode())], Origin("hh", "acd", mask, KEY))
    return rows


def record(kind: str, data: Any, **more: Any) -> Any:
    (change,) = decode(kind, data, **more).changes
    return change.record


async def test_the_only_site_is_used_and_several_are_named() -> None:
    api = ModelApi(sites=("hh1",))
    async with api.run() as url:
        async with source_at(url) as source:
            await source.open()
            assert [each.path for each in api.server.requests] == ["/sites", "/sites/hh1/session"]
            assert api.server.requests[0].headers["supervision-schema"] == "1"
        for sites, code, detail in (
            ((), Code.NO_SUCH_SITE, ""),
            (("hh1", "muc"), Code.SEVERAL_SITES, "hh1, muc"),
        ):
            api.sites = sites
            async with source_at(url) as source:
                with pytest.raises(FetchError) as caught:
                    await source.open()
            assert (caught.value.code, caught.value.detail) == (code, detail)
        async with source_at(url, site="muc") as source:
            await source.open()
        async with source_at(url, site="../else?where") as source:
            with pytest.raises(FetchError) as caught:
                await source.open()
            assert caught.value.code is Code.NO_SUCH_SITE


async def test_a_server_that_speaks_no_schema_of_ours() -> None:
    api = ModelApi(schema=(2, 3))
    async with api.run() as url, source_at(url) as source:
        with pytest.raises(FetchError) as caught:
            await source.open()
        assert (caught.value.code, caught.value.detail) == (Code.SCHEMA_UNSUPPORTED, "2-3")


async def test_what_is_asked_for() -> None:
    api = ModelApi(folds=False, page=50)
    api.put("queue", "q1", queue())
    async with api.run() as url, source_at(url, site="hh1") as source:
        opened = await source.open()
        assert (opened.epoch, opened.push, opened.history_cursor) == ("epoch 1", False, None)
        snapshot = await source.snapshot()
        assert [change.id for change in snapshot.changes] == ["q1"]
        await source.changes(snapshot.cursor, digest=True)
        await source.history("e1.0")
        asked = [each.query for each in api.server.requests[-2:]]
        assert asked[0] == {"since": "e1.1", "limit": "1000", "digest": "true", "fold": "none"}
        assert asked[1] == {"since": "e1.0", "limit": "1000", "fold": "none"}
        with pytest.raises(CursorGone):
            await source.changes("e7.0")


async def test_a_snapshot_whose_pages_go_is_begun_anew_a_few_times() -> None:
    api = ModelApi(page=1)
    for name in "abc":
        api.put("queue", name, queue())
    async with api.run() as url, source_at(url, site="hh1") as source:
        await source.open()
        api.between_pages = [api.restore]
        snapshot = await source.snapshot()
        assert {change.id for change in snapshot.changes} == set("abc")
        api.between_pages = [api.restore] * 9
        with pytest.raises(FetchError) as caught:
            await source.snapshot()
        assert caught.value.code is Code.UNAVAILABLE


async def test_a_page_that_leads_nowhere_is_refused() -> None:
    body = json.dumps(
        {"since": "a", "next": "a", "has_more": True, "server_time": stamp(0),
         "sources": [], "changes": []}
    ).encode()  # fmt: skip

    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(body))

    async with serve(handler) as server, source_at(server.base, site="hh1") as source:
        with pytest.raises(FetchError) as caught:
            await source.changes("a")
        assert caught.value.code is Code.BAD_PAYLOAD


async def test_long_polling_waits_at_the_endpoint() -> None:
    api = ModelApi(push="longpoll")
    api.put("queue", "q1", queue())
    async with api.run() as url, source_at(url, site="hh1") as source:
        assert (await source.open()).push
        await source.snapshot()
        assert not await source.wait_for_change(15.0)
        assert api.server.requests[-1].headers["prefer"] == "wait=15"
        api.put("queue", "q1", queue())
        assert await source.wait_for_change(60.0)
        assert api.server.requests[-1].headers["prefer"] == "wait=25"
        api.faults = ["lost_request"]
        assert await source.wait_for_change(0.1)


async def test_waiting_ends_without_a_word() -> None:
    async with source_at("http://127.0.0.1:9") as source:
        assert not await source.wait_for_change(0.01)


async def test_the_stream_is_heard_and_says_what_is_new() -> None:
    api = ModelApi(push="sse")
    api.put("queue", "q1", queue())
    async with api.run() as url, source_at(url, site="hh1") as source:
        await source.open()
        await source.changes(api.cursor)
        before = source.heard_at_ms()
        await until(lambda: api.streams)
        await api.poke()
        assert not await source.wait_for_change(0.05)
        api.put("queue", "q1", queue())
        await api.poke()
        assert await source.wait_for_change(5.0)
        assert before is not None
        heard = source.heard_at_ms()
        assert heard is not None
        assert heard >= before


async def test_a_stream_that_is_lost_has_the_endpoint_asked_at_once() -> None:
    api = ModelApi(push="sse")
    async with api.run() as url, source_at(url, site="hh1") as source:
        await source.open()
        await source.changes(api.cursor)
        await until(lambda: api.streams)
        await api.poke("reset")
        assert await source.wait_for_change(5.0)
        for stream in list(api.streams):
            stream.transport.abort()
        assert await source.wait_for_change(5.0)


SHAH = contract.ActionActor(id="shah", name="P. Shah")


def claim(escalation: str, version: int, key: str) -> requests.Request:
    return requests.request_of(make_action(entity=escalation, key=key), SHAH, version)


async def test_claim_sends_the_key_and_what_the_person_saw() -> None:
    def answer(status: str, body: dict[str, Any]) -> bytes:
        kind = "application/json" if status == "200" else "application/problem+json"
        return http_answer(json.dumps(body).encode(), f"{status} X", Content_Type=kind)

    note = {"author": "shah", "text": "hi", "written_at": stamp(0)}
    row = {"op": "upsert", "type": "note", "id": "n1", "version": 5, "at": stamp(0), "data": note}
    answers = [
        answer("200", {"key": "k1", "entities": [row]}),
        answer("409", {"type": "x/already-claimed", "title": "No", "status": 409,
                       "held_by": "K. Orlov", "held_since": stamp(1)}),
    ]  # fmt: skip

    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.pop(0))

    async with serve(handler) as server, source_at(server.base, site="hh1") as source:
        (change,) = await source.act(claim(stored_id("e/1\n"), 4, "k1"))
        assert (change.kind, change.version) == (Kind.NOTE, 5)
        asked = server.requests[0]
        assert asked.path == "/sites/hh1/escalations/e%2F1%0A/claim"
        assert asked.headers["idempotency-key"] == "k1"
        assert asked.headers["if-match"] == '"4"'
        assert json.loads(asked.body)["actor"] == {"id": "shah", "name": "P. Shah"}
        with pytest.raises(ActionRefused) as caught:
            await source.act(claim("e1", 4, "k1"))
        assert caught.value.code is Code.ALREADY_CLAIMED
        assert caught.value.params["held_by"] == "K. Orlov"


@pytest.mark.parametrize(
    ("state", "logged_on", "expected"),
    [
        ("agentNull", True, AgentState.LOGGED_OFF),
        ("agentReady", False, AgentState.LOGGED_OFF),
        ("agentNotReady", True, AgentState.NOT_READY),
        ("agentReady", True, AgentState.READY),
        ("agentBusy", True, AgentState.BUSY),
        ("agentWorkingAfterCall", True, AgentState.WORKING_AFTER_CONTACT),
        ("unknown", True, AgentState.UNKNOWN),
        ("agentDancing", True, AgentState.UNKNOWN),
    ],
)
def test_agent_states(state: str, logged_on: bool, expected: AgentState) -> None:
    made = record("agent", agent(state, 5, logged_on=logged_on, pending_state="agentNotReady"))
    assert made.reported_state is expected
    assert made.reported_since == contract.to_ms(START) + 5000
    assert made.pending_state is AgentState.NOT_READY


def test_what_later_versions_may_say_is_tolerated() -> None:
    assert record("queue", queue(channel="telepathy", direction="up", more=1)).channel is (
        Channel.OTHER
    )
    assert record("contact", contact("floating")).state is ContactState.UNKNOWN
    assert record("contact", contact("waiting", queued_at=stamp(3))).state_since == (
        record("contact", contact("connected")).created_at + 3000
    )
    rows = decode("hologram", {"any": "thing"})
    assert (rows.changes, rows.skipped) == ([], 0)


@pytest.mark.parametrize(
    "row",
    [
        {"data": queue(threshold_s="many")},
        {"data": queue(contacts_waiting=2**60)},
        {"data": queue(target_percent=101)},
        {"data": "text"},
        {"data": None},
        {"op": "explode"},
        {"version": 0},
        {"version": 2**70},
        {"id": ""},
        {"id": "x" * 256},
        {"at": "yesterday"},
    ],
)
def test_a_bad_row_costs_only_itself(row: dict[str, Any]) -> None:
    given_row = {"op": "upsert", "type": "queue", "id": "q1", "version": 1, "at": stamp(0)}
    raws = [
        msgspec.Raw(json.dumps({**given_row, "data": queue(), **each}).encode())
        for each in ({"id": "a"}, row, {"id": "b"})
    ]
    rows = Rows()
    rows.take(raws, Origin("hh", "acd", Mask.LAST4, KEY))
    assert [change.id for change in rows.changes] == ["a", "b"]
    assert rows.skipped == 1


def test_numbers_are_masked_though_the_server_did_not() -> None:
    made = record("contact", contact(caller_masked="+49 170 1234912"))
    assert made.caller_masked == "********4912"
    assert len(made.caller_key) == 32
    assert record("contact", contact(caller_masked="00491701234912")).caller_key == made.caller_key
    theirs = record("contact", contact(caller_masked="*4912", caller_key="theirs"))
    assert theirs.caller_key == "theirs"
    assert record("contact", contact(caller_masked="*4912")).caller_key == ""
    hidden = record("contact", contact(caller_masked="01701234912"), mask=Mask.ALL)
    assert hidden.caller_masked == "***********"


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    return []


CLOCK = {"name": HOSTILE, "due_at": stamp(0)}
EVENT = {"at": stamp(0), "who": HOSTILE, "what": HOSTILE, "note": HOSTILE}
ENTITIES: dict[str, dict[str, Any]] = {
    "queue": queue(HOSTILE, client=HOSTILE, channel=HOSTILE, direction=HOSTILE),
    "interval": {"queue": HOSTILE, "starts_at": stamp(0), "minutes": 15,
                 "counts": queue()["day"]},
    "contact": contact(HOSTILE, queue=HOSTILE, agent=HOSTILE, caller_masked=HOSTILE,
                       caller_key=HOSTILE, listeners=[HOSTILE], recording=HOSTILE),
    "agent": agent(HOSTILE, name=HOSTILE, team=HOSTILE, reason_code=HOSTILE, queues=[HOSTILE],
                   contact=HOSTILE, skills=[{"name": HOSTILE}], pending_state=HOSTILE,
                   assist_since=stamp(0), assist_by={"id": "shah", "name": HOSTILE},
                   state_by={"id": "shah", "name": HOSTILE}),
    "escalation": {
        "reference": HOSTILE, "status": HOSTILE, "severity": HOSTILE, "received_at": stamp(0),
        "summary": HOSTILE, "owner": {"id": "shah", "name": HOSTILE, "since": stamp(0)},
        "tier": 2, "clocks": [CLOCK], "events": [EVENT], "channel": HOSTILE, "queue": HOSTILE,
        "contact": HOSTILE, "remedy_sought": HOSTILE, "caller_masked": HOSTILE,
        "caller_key": HOSTILE, "outcome": HOSTILE, "resolution": HOSTILE, "recording": HOSTILE,
    },
    "shift": {"agent_id": HOSTILE, "starts_at": stamp(0), "ends_at": stamp(1),
              "local_start": HOSTILE, "zone": HOSTILE,
              "activities": [{"kind": HOSTILE, "starts_at": stamp(0), "ends_at": stamp(1)}]},
    "note": {"author": "shah", "text": HOSTILE, "written_at": stamp(0),
             "about": {"type": HOSTILE, "id": HOSTILE}},
    "alert": {"kind": HOSTILE, "severity": HOSTILE, "raised_at": stamp(0), "text": HOSTILE,
              "about": {"type": "queue", "id": HOSTILE}, "acknowledged_by": HOSTILE},
}  # fmt: skip


@pytest.mark.parametrize("kind", ENTITIES)
@pytest.mark.parametrize("mask", list(Mask))
def test_no_text_gets_in_unclean(kind: str, mask: Mask) -> None:
    made = record(kind, ENTITIES[kind], id=HOSTILE, by=HOSTILE, mask=mask)
    texts = _texts(msgspec.to_builtins(made))
    assert len(texts) > 3
    assert [text for text in texts if clean_text(text, 10_000) != text] == []


@given(st.text(min_size=1, max_size=255))
def test_an_id_is_kept_clean_and_can_be_turned_back(native: str) -> None:
    kept = stored_id(native)
    assert native_id(kept) == native
    assert clean_text(kept, len(kept)) == kept
    assert native_id(stored_id("%:" + native)) == "%:" + native


@given(st.binary(max_size=400), st.lists(st.integers(1, 9), max_size=50))
def test_a_stream_is_read_alike_in_whatever_pieces(raw: bytes, cuts: list[int]) -> None:
    text = raw.replace(b"\x00", b"\n").replace(b"\x01", b"data: 1\r\n\r\n").replace(b"\x02", b"\r")
    whole, pieces, events, at = EventReader(), EventReader(), [], 0
    for cut in [*cuts, len(text)]:
        events += pieces.feed(text[at : at + cut])
        at += cut
    assert events == whole.feed(text)
    assert pieces.lines == whole.lines


def test_events_and_heartbeats() -> None:
    reader = EventReader()
    events = reader.feed(
        b"\xef\xbb\xbf:hb\n\nevent: changed\nid: c7\ndata: a\ndata:b\n\ndata: half"
    )
    assert [(each.name, each.id, each.data) for each in events] == [("changed", "c7", b"a\nb")]
    assert reader.lines == 7


@pytest.mark.parametrize("line", [b"x" * 1000, b"data: " + b"x" * 1000 + b"\n", b":" * 999 + b"\n"])
def test_an_event_without_end_is_refused(line: bytes) -> None:
    def feed_on() -> None:
        for _ in range(EVENT_LIMIT // 900):
            reader.feed(line)

    reader = EventReader()
    with pytest.raises(FetchError) as caught:
        feed_on()
    assert caught.value.code is Code.TOO_LARGE


def test_one_late_answer_does_not_move_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    real = anchors_module.take_anchor
    now = {"ms": 0}

    def take(server_ms: int, rate: float) -> Any:
        return msgspec.structs.replace(real(server_ms, rate), monotonic_ms=now["ms"])

    monkeypatch.setattr(anchors_module, "take_anchor", take)
    anchors = Anchors()

    def offset(server_ms: int, took_ms: int = 0) -> int:
        anchor = anchors.take(server_ms, took_ms)
        return anchor.server_ms - anchor.monotonic_ms

    for second in range(5):
        now["ms"] = second * 1000
        assert offset(5_000_000 + second * 1000) == 5_000_000
    now["ms"] = 6000
    assert offset(5_006_000 - 900) == 5_000_000
    assert offset(5_000_000, 60_000) == 5_000_000
    now["ms"] = 7000
    assert offset(9_007_000) == 9_000_000
    anchors.restart(60.0)
    anchors.take(60_000, 0)
    now["ms"] = 8000
    anchor = anchors.take(120_000, 0)
    assert anchor.server_ms - anchor.monotonic_ms * 60 == 60_000 - 7000 * 60
