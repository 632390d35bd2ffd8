"""The sandbox as its readers meet it: a process, its first line, and real HTTP on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from data import contract
from data.errors import Code, StoreError
from data.sandbox.centre import open_centre
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Put
from data.sandbox.serve import Sandbox
from tests.support.keys import uuid7
from tests.support.sandbox_server import serving
from tests.support.tiny_floor import TinyFloor

ROOT = Path(__file__).parents[2]
FOR_EVER = "2999-01-01T00:00:00Z"
END_S = 5.0
LATE = 2**41
"""An instant of 2039: a key made then is not too old on any day of a test."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with serving(SandboxOptions(starts_at="06:10", log_changes=2000), TinyFloor) as server:
        yield server


@pytest.fixture(scope="module")
def reader() -> Iterator[httpx.Client]:
    """For tests that change nothing: one server for all of them."""
    with (
        serving(SandboxOptions(), TinyFloor) as server,
        httpx.Client(base_url=f"{server.url}/sites/main", trust_env=False) as ours,
    ):
        yield ours


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{sandbox.url}/sites/main", timeout=10, trust_env=False) as ours:
        yield ours


def act(client: httpx.Client, path: str, version: int | None, **fields: Any) -> httpx.Response:
    actor = fields.pop("actor", "mara")
    headers = {"Idempotency-Key": fields.pop("key", None) or uuid7(LATE)}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    person = {"id": actor, "name": actor.title()}
    return client.post(
        path, headers=headers, json={"actor": person, "not_after": FOR_EVER, **fields}
    )


def page(client: httpx.Client, since: str, **query: Any) -> contract.ChangePage:
    answer = client.get("/changes", params={"since": since, **query}).raise_for_status()
    return msgspec.json.decode(answer.content, type=contract.ChangePage)


def session(client: httpx.Client) -> contract.Session:
    return msgspec.json.decode(client.get("/session").content, type=contract.Session)


def name_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == contract.PROBLEM_TYPE
    return msgspec.json.decode(answer.content, type=contract.Problem).name


def claim_twice_at_once(client: httpx.Client) -> list[httpx.Response]:
    gate = threading.Barrier(2)

    def press(actor: str) -> httpx.Response:
        gate.wait()
        return act(client, "/escalations/e%2F1/claim", 1, actor=actor)

    with ThreadPoolExecutor(2) as people:
        return list(people.map(press, ["mara", "priya"]))


def test_of_two_claims_at_once_one_wins_and_the_other_is_told_whom(client: httpx.Client) -> None:
    answers = sorted(claim_twice_at_once(client), key=lambda answer: answer.status_code)

    assert [answer.status_code for answer in answers] == [200, 412]
    assert answers[0].headers["etag"] == '"2"'
    winner = json.loads(answers[0].content)["entities"][0]["data"]["owner"]["name"]
    current = json.loads(answers[1].content)["current"][0]
    assert current["data"]["owner"]["name"] == winner

    again = act(client, "/escalations/e%2F1/claim", current["version"], actor="tom")
    assert (again.status_code, name_of(again)) == (409, "already-claimed")
    assert again.json()["held_by"] == winner
    assert again.json()["held_since"]


def test_replay_of_a_key_is_the_first_answer_and_can_be_looked_up(client: httpx.Client) -> None:
    key = uuid7(LATE)
    assert client.get(f"/actions/{key}").status_code == 404
    start = session(client).history_cursor

    first = act(client, "/escalations/e%2F1/claim", 1, key=key)
    again = act(client, "/escalations/e%2F1/claim", 1, key=key)

    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    outcome = client.get(f"/actions/{key}").json()
    assert outcome["status"] == 200
    assert outcome["result"] == first.json()
    assert isinstance(start, str)
    changes = page(client, start, types="escalation", fold="none").changes
    assert [change.by for change in changes if change.by] == [key]

    other = act(client, "/escalations/e%2F1/claim", 1, key=key, actor="tom")
    assert (other.status_code, name_of(other)) == (422, "idempotency-key-reused")


def test_agent_is_told_and_the_change_carries_the_key(client: httpx.Client) -> None:
    head = page(client, str(session(client).history_cursor), types="agent").next
    key = uuid7(LATE)

    done = act(
        client, "/agents/a%2F0/state", 1, key=key, requested_state="notReady", reason_code="meal"
    )

    assert done.status_code == 200
    assert done.json()["entities"][0]["data"]["state"] == "agentNotReady"
    (change,) = page(client, head, types="agent").changes
    assert (change.id, change.version, change.by) == ("a/0", 2, key)
    refused = act(client, "/agents/a%2F0/state", 2, requested_state="workingAfterCall")
    assert (refused.status_code, name_of(refused)) == (409, "wrong-state")


def test_old_cursor_is_gone_and_history_begins_where_the_session_says(
    sandbox: Sandbox, client: httpx.Client
) -> None:
    start = session(client).history_cursor
    assert isinstance(start, str)
    assert page(client, start, fold="none").changes
    # The log keeps 2,000 changes, so these push the oldest out.
    agent = sandbox.centre.store.get("agent", "a/1")
    assert agent is not None
    for n in range(2500):
        agent.data.reason_code = str(n)
        sandbox.centre.store.commit(sandbox.centre.runner.now(), [Put("agent", "a/1", agent.data)])

    gone = client.get("/changes", params={"since": start})

    assert (gone.status_code, name_of(gone)) == (410, "cursor-gone")
    assert page(client, str(session(client).history_cursor), fold="none").changes


def test_restore_from_a_backup_is_a_new_epoch(sandbox: Sandbox, client: httpx.Client) -> None:
    before = session(client)
    order = httpx.post(backstage(sandbox, "faults"), json={"new_epoch": True})
    assert order.status_code == 204

    after = session(client)

    assert after.epoch != before.epoch
    assert client.get("/changes", params={"since": before.history_cursor}).status_code == 410
    snapshot = client.get("/snapshot", params={"types": "note"}).json()
    assert [item["version"] for item in snapshot["items"]] == [1]


def test_ordered_fault_lasts_as_long_as_ordered(sandbox: Sandbox, client: httpx.Client) -> None:
    order = {"status": 503, "for_s": 600, "retry_after_s": 7}
    httpx.post(backstage(sandbox, "faults"), json=order).raise_for_status()

    broken = client.get("/session")
    assert (broken.status_code, name_of(broken)) == (503, "unavailable")
    assert broken.headers["retry-after"] == "7"

    httpx.post(backstage(sandbox, "faults"), json={}).raise_for_status()
    assert client.get("/session").status_code == 200
    assert httpx.post(backstage(sandbox, "faults"), json={"status": 200}).status_code == 422
    assert httpx.post(backstage(sandbox, "faults"), json={"stat": 503}).status_code == 422


def test_truth_and_status_are_served_beside_the_contract(sandbox: Sandbox) -> None:
    assert len(httpx.get(backstage(sandbox, "truth/calls")).json()) >= 600
    assert httpx.get(backstage(sandbox, "truth/segments")).json() == []
    status = httpx.get(backstage(sandbox, "status")).json()
    assert status["entities"]["agent"] == 2
    assert status["head"].startswith(status["epoch"])


def backstage(sandbox: Sandbox, path: str) -> str:
    return sandbox.url.replace("/supervision/v1", f"/sandbox/{path}")


def test_server_time_is_the_simulated_one(reader: httpx.Client) -> None:
    answer = reader.get("/session")
    told = msgspec.json.decode(answer.content, type=contract.Session)

    dated = parsedate_to_datetime(answer.headers["date"])

    assert abs((told.server_time - dated).total_seconds()) < 60
    assert told.clock_rate == 1.0
    assert not told.folds


@pytest.mark.parametrize(
    ("path", "headers", "status", "name"),
    [
        ("/session", {"Supervision-Schema": "0"}, 400, "schema-unsupported"),
        ("/session", {"Supervision-Schema": "x"}, 400, "bad-request"),
        ("/snapshot?limit=0", {}, 400, "bad-request"),
        ("/snapshot?limit=1001", {}, 400, "bad-request"),
        ("/snapshot?types=queue,queue", {}, 400, "bad-request"),
        ("/snapshot?types=", {}, 400, "bad-request"),
        ("/snapshot?page=a%20b", {}, 400, "bad-request"),
        ("/snapshot?page=abc.0", {}, 410, "cursor-gone"),
        ("/changes", {}, 400, "bad-request"),
        ("/changes?since=%2F", {}, 400, "bad-request"),
        ("/changes?since=x.0", {}, 410, "cursor-gone"),
        ("/changes?since=x.0&fold=all", {}, 400, "bad-request"),
        ("/changes?since=x.0&digest=1", {}, 400, "bad-request"),
        ("/stream?since=x.0", {}, 410, "cursor-gone"),
        ("/stream", {"Last-Event-ID": "x.0"}, 410, "cursor-gone"),
        ("/actions/7", {}, 400, "bad-request"),
        ("/../other/session", {}, 404, "not-found"),
        ("/nothing", {}, 404, "not-found"),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    reader: httpx.Client, path: str, headers: dict[str, str], status: int, name: str
) -> None:
    answer = reader.get(path, headers=headers)

    assert (answer.status_code, name_of(answer)) == (status, name)


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Type": "application/json"}, b" " * 70_000, 413),
        ({"Content-Type": "application/json"}, b"{", 400),
    ],
)
def test_body_that_is_no_action_is_refused(
    reader: httpx.Client, headers: dict[str, str], content: bytes, status: int
) -> None:
    assert reader.post("/shift-swaps", headers=headers, content=content).status_code == status


def test_reader_that_prefers_to_wait_is_answered_at_the_change(
    sandbox: Sandbox, client: httpx.Client
) -> None:
    since = page(client, str(session(client).history_cursor), types="note").next
    centre = sandbox.centre
    note = centre.store.get("note", "n0")
    assert note is not None

    def wait() -> httpx.Response:
        query = {"since": since, "types": "note"}
        return client.get("/changes", params=query, headers={"Prefer": "respond-async, wait=9"})

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait)
        note.data.text = "Changed."
        centre.store.commit(centre.runner.now(), [Put("note", "n0", note.data)])
        answer = waiting.result(9)

    assert answer.headers["preference-applied"] == "wait=9"
    assert [change["id"] for change in answer.json()["changes"]] == ["n0"]


class Events:
    """Reads Server-Sent Events off a response."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def next(self) -> dict[str, str]:
        """The fields of the next event; a comment comes under the name ''."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line:
                return fields
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        return fields

    def until(self, name: str) -> dict[str, str]:
        while (event := self.next()).get("event") != name:
            assert event, f"the stream ended before {name}"
        return event


@contextmanager
def stream(client: httpx.Client, **options: Any) -> Iterator[Events]:
    with client.stream("GET", "/stream", **options) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        yield Events(response)


def test_stream_says_hello_then_that_something_changed(client: httpx.Client) -> None:
    with stream(client) as events:
        hello = events.next()
        assert hello["event"] == "hello"
        poke = msgspec.json.decode(hello["data"], type=contract.StreamPoke)
        assert poke.head == hello["id"]
        act(client, "/alerts/al0/acknowledge", 1)
        changed = events.until("changed")
        assert changed["id"] != hello["id"]
        assert page(client, hello["id"]).changes


def test_stream_tells_a_reader_who_is_behind(client: httpx.Client) -> None:
    behind = str(session(client).history_cursor)
    for options in [{"params": {"since": behind}}, {"headers": {"Last-Event-ID": behind}}]:
        with stream(client, **options) as events:
            assert events.next()["event"] == "hello"
            assert events.next()["event"] == "changed"


def test_stream_beats_in_silence(sandbox: Sandbox, client: httpx.Client) -> None:
    assert sandbox.centre.heartbeat_s < 10
    sandbox.centre.heartbeat_s = 0.05
    with stream(client) as events:
        assert events.next()["event"] == "hello"
        while "" not in (event := events.next()):
            assert event["event"] == "changed"
        assert event[""] == "hb"


def test_stream_resets_breaks_and_says_goodbye(sandbox: Sandbox, client: httpx.Client) -> None:
    with stream(client) as events:
        events.next()
        sandbox.centre.store.restore()
        assert events.until("reset")["id"] == sandbox.centre.store.head
        httpx.post(backstage(sandbox, "faults"), json={"drop_streams": True})
        while event := events.next():
            assert event.get("event") == "changed"
    with stream(client) as events:
        events.next()
        sandbox.stop()
        bye = events.until("bye")
        assert json.loads(bye["data"])["retry_ms"] > 0


def test_token_is_asked_for_everywhere(tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    token_file.write_text("sesame\n")
    with serving(SandboxOptions(token_file=token_file), TinyFloor) as sandbox:
        assert "sesame" not in repr(sandbox.centre)
        for headers in [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic sesame"}]:
            for url in [f"{sandbox.url}/sites", backstage(sandbox, "status")]:
                answer = httpx.get(url, headers=headers)
                assert (answer.status_code, name_of(answer)) == (401, "unauthorized")
                assert answer.headers["www-authenticate"] == "Bearer"
        headers = {"Authorization": "bearer sesame"}
        assert httpx.get(f"{sandbox.url}/sites", headers=headers).status_code == 200


def test_token_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("\n")
    for path, code in [(tmp_path / "no", Code.FILE_MISSING), (empty, Code.FILE_INVALID)]:
        with pytest.raises(StoreError) as refused:
            open_centre(SandboxOptions(token_file=path), build=TinyFloor)
        assert refused.value.code is code


CHILD = """
import sys
from data.sandbox import centre, serve
from data.sandbox.options import SandboxOptions
from tests.support.tiny_floor import TinyFloor
centre.simulate = TinyFloor
serve.run(SandboxOptions(speed={speed!r}, starts_at="06:10", closes_at="07:00", until_eof={fd}))
"""


@contextmanager
def child(
    speed: float | str = 1.0, reading: int | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A sandbox in a process of its own, and the first line that it says."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(speed=speed, fd=reading)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=() if reading is None else (reading,),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline().decode()
        assert line.endswith("\n"), process.stderr.read()
        yield process, line.strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_answers_at_its_first_line_and_ends_in_order(number: signal.Signals) -> None:
    with child() as (process, url):
        assert httpx.get(f"{url}/sites").json()[0]["id"] == "main"
        with httpx.Client(base_url=f"{url}/sites/main") as client, stream(client) as events:
            events.next()
            process.send_signal(number)
            assert events.until("bye")
        assert process.wait(END_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_process_ends_with_whoever_holds_the_pipe() -> None:
    reading, writing = os.pipe()
    try:
        with child(reading=reading) as (process, _):
            os.close(writing)
            assert process.wait(END_S) == 0
    finally:
        os.close(reading)


def test_at_speed_max_the_day_is_over_before_the_first_line() -> None:
    with child("max") as (_, url):
        told = httpx.get(f"{url}/sites/main/session").json()
        queues = httpx.get(f"{url}/sites/main/snapshot", params={"types": "queue"}).json()

    assert told["clock_rate"] == 1.0
    assert queues["items"][0]["data"]["day"]["offered"] >= 3600
