"""Acting on the simulated floor over HTTP, with the sandbox's own truth as the judge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from data.sandbox.options import SandboxOptions
from data.sandbox.serve import Sandbox
from tests.support.keys import uuid7
from tests.support.sandbox_server import serving

FOR_EVER = "2999-01-01T00:00:00Z"
OPTIONS = SandboxOptions(queues=4, agents=12, starts_at="09:30", speed=0.01, day=date(2026, 11, 23))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving(OPTIONS) as server:
        yield server


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{sandbox.url}/sites/main", trust_env=False) as ours:
        yield ours


class Floor:
    def __init__(self, sandbox: Sandbox, client: httpx.Client) -> None:
        self.sandbox, self.client = sandbox, client
        self.key = ""

    def items(self, kind: str) -> dict[str, dict[str, Any]]:
        found = self.client.get("/snapshot", params={"types": kind, "limit": 1000}).json()["items"]
        return {item["id"]: item for item in found}

    def post(self, kind: str, entity: str, last: str, who: str = "anna", **fields: Any) -> Any:
        self.key = uuid7(self.sandbox.centre.runner.now())
        version = self.items(kind)[entity]["version"]
        return self.client.post(
            f"/{kind}s/{entity}/{last}",
            headers={"Idempotency-Key": self.key, "If-Match": f'"{version}"'},
            json={"actor": {"id": who, "name": who.title()}, "not_after": FOR_EVER, **fields},
        )

    def truth(self) -> list[dict[str, Any]]:
        url = self.sandbox.url.replace("/supervision/v1", "/sandbox/truth/actions")
        found: list[dict[str, Any]] = httpx.get(url).json()
        return [each for each in found if each["key"] == self.key]


@pytest.fixture
def floor(sandbox: Sandbox, client: httpx.Client) -> Floor:
    return Floor(sandbox, client)


def test_a_switch_is_told_with_who_and_when_and_is_truth(floor: Floor) -> None:
    before = floor.items("queue")["claims-de"]["version"]
    done = floor.post("queue", "claims-de", "switch", name="closed", on=True)
    assert done.status_code == 200
    told = floor.items("queue")["claims-de"]["data"]["switches"][0]
    assert (told["name"], told["on"], told["by"]["name"]) == ("closed", True, "Anna")
    (entry,) = floor.truth()
    assert entry["path"] == "/sites/main/queues/claims-de/switch"
    assert (entry["actor"], entry["status"], entry["problem"]) == ("anna", 200, "")
    assert entry["entities"] == [
        {"kind": "queue", "id": "claims-de", "before": before, "after": before + 1}
    ]
    again = floor.post("queue", "claims-de", "switch", who="karl", name="closed", on=True)
    assert (again.status_code, again.json()["held_by"]) == (409, "Anna")
    (refused,) = floor.truth()
    assert (refused["status"], refused["problem"]) == (409, "wrong-state")


def test_a_replay_is_no_second_truth(floor: Floor) -> None:
    agent = next(iter(floor.items("agent")))
    fields = {"queue": "sales-in", "member": True, "penalty": 3}
    done = floor.post("agent", agent, "membership", **fields)
    assert done.status_code == 200
    assert {"queue": "sales-in", "penalty": 3} in floor.items("agent")[agent]["data"]["penalties"]
    request = done.request
    again = floor.client.post(request.url, headers=request.headers, content=request.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert len(floor.truth()) == 1


def test_who_listens_is_shown_and_both_records_are_answered(floor: Floor) -> None:
    in_call = floor.sandbox.centre.simulation._calls.service.in_hand  # type: ignore[attr-defined]
    agents = floor.items("agent")
    agent = next(
        each
        for each, leg in in_call.items()
        if leg.contact.message.channel == "voice" and agents[each]["data"]["state"] == "agentBusy"
    )
    done = floor.post("agent", agent, "monitor", mode="listen", phone="1900")
    assert done.status_code == 200
    kinds = [entity["type"] for entity in done.json()["entities"]]
    assert kinds == ["agent", "contact"]
    assert done.json()["entities"][1]["data"]["listeners"] == ["Anna"]
    late = floor.post("agent", agent, "monitor", who="karl", mode="barge", phone="1901")
    assert (late.status_code, late.json()["held_by"]) == (409, "Anna")
    assert late.json()["held_since"]


def test_what_is_about_the_past_is_refused_as_such(floor: Floor) -> None:
    agent = next(iter(floor.items("agent")))
    answer = floor.client.post(
        f"/agents/{agent}/assist",
        headers={"Idempotency-Key": uuid7(floor.sandbox.centre.runner.now()), "If-Match": '"999"'},
        json={"actor": {"id": "anna", "name": "Anna"}, "not_after": FOR_EVER},
    )
    assert answer.status_code == 412
    assert answer.json()["current"][0]["id"] == agent
