"""The sandbox against the contract: every operation answered 2xx, every answer decoded.

The endless stream has a test of its own in test_sandbox_server.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode, Response
from schemathesis.config._checks import NegativeDataRejectionConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from data import contract
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Put
from data.sandbox.serve import Sandbox
from tests.support.keys import uuid7
from tests.support.sandbox_server import serving

CONTRACT = Path(__file__).parents[2] / "docs" / "api" / "supervision-api.yaml"
SCHEMA = schemathesis.openapi.from_path(CONTRACT)
REFUSALS = [400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428]
"""What a request that breaks the contract may be told."""
SCHEMA.config.checks.negative_data_rejection = NegativeDataRejectionConfig(
    expected_statuses=REFUSALS
)
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for operation in (result.ok() for result in SCHEMA.get_all_operations())
}
ENDLESS = "openStream"
TOKEN = "sesame"
ANSWERS: dict[str, Any] = {
    "getSites": list[contract.Site],
    "getSession": contract.Session,
    "getSnapshot": contract.SnapshotPage,
    "getChanges": contract.ChangePage,
    "getDigest": contract.Digest,
    "getAction": contract.ActionOutcome,
}
ACTIONS = {"swapShifts", "putNote"}
TARGETS = {
    "claimEscalation": "escalation",
    "releaseEscalation": "escalation",
    "resolveEscalation": "escalation",
    "setAgentState": "agent",
    "acknowledgeAlert": "alert",
}
ACTIONS |= set(TARGETS)
EXAMPLES = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    token_file = tmp_path_factory.mktemp("sandbox") / "token"
    token_file.write_text(TOKEN)
    options = SandboxOptions(
        queues=4,
        agents=12,
        starts_at="09:30",
        # So slow that no agent changes between a look at its version and the action on it.
        speed=0.01,
        token_file=token_file,
        day=date(2026, 11, 23),
    )
    with serving(options) as server:
        yield server


def exchange(sandbox: Sandbox, case: Case, mode: GenerationMode | None = None) -> Response:
    """Send a case, hold the answer against the contract's text and against its types.

    What is valid in form may be out of date or too late (409 to 428), unless it was meant, which
    a mode of None says.
    """
    operation = case.operation.definition.raw["operationId"]
    # A credential that is wrong on purpose stays so.
    is_negated = mode is GenerationMode.NEGATIVE and "Authorization" in (case.headers or {})
    headers = {} if is_negated else {"Authorization": f"Bearer {TOKEN}"}
    response = case.call(base_url=sandbox.url, headers=headers)
    excluded = [] if mode is None else [positive_data_acceptance]
    case.validate_response(response, headers=headers, excluded_checks=excluded)
    if response.status_code < 300:
        answer_type = ANSWERS.get(operation, contract.ActionResult)
        decode_all(msgspec.json.decode(response.content, type=answer_type))
    elif response.content:
        problem = msgspec.json.decode(response.content, type=contract.Problem)
        assert problem.status == response.status_code
        decode_all(problem)
    return response


def decode_all(answer: Any) -> None:
    """Decode the entities in an answer, which travel raw."""
    for name in ("changes", "items", "entities", "current"):
        for change in getattr(answer, name, None) or ():
            assert (change.op == "upsert") == isinstance(change.data, msgspec.Raw)
            if change.op == "upsert":
                msgspec.json.decode(change.data, type=contract.ENTITY_TYPES[change.type])
    for name in ("result", "problem"):
        if getattr(answer, name, None):
            decode_all(getattr(answer, name))


class Person:
    """Makes a generated case one that a person could have meant."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.store = sandbox.centre.store
        self.runner = sandbox.centre.runner

    def mean(self, case: Case) -> None:
        operation = case.operation.definition.raw["operationId"]
        case.path_parameters = {**case.path_parameters, "site": "main"}
        if operation == "getChanges":
            case.query = {**case.query, "since": self.store.oldest}
        elif operation == "getSnapshot":
            case.query = {name: value for name, value in case.query.items() if name != "page"}
        elif "Idempotency-Key" in case.headers:
            self.mean_action(case, operation)

    def mean_action(self, case: Case, operation: str) -> None:
        key = uuid7(self.runner.now())
        case.headers["Idempotency-Key"] = key
        body = {**case.body, "not_after": "2999-01-01T00:00:00Z"}
        if operation in TARGETS:
            kind = TARGETS[operation]
            entity = self.ids(kind)[0]
            case.path_parameters["id"] = entity
            self.prepare(operation, entity, body["actor"])
            case.headers["If-Match"] = f'"{self.version(kind, entity)}"'
        elif operation == "putNote":
            case.path_parameters["id"] = key
            case.headers.pop("If-Match", None)
            case.headers["If-None-Match"] = "*"
        else:
            for side, entity in zip("ab", self.ids("shift"), strict=False):
                body[side] = {"id": entity, "version": self.version("shift", entity)}
        case.body = body

    def prepare(self, operation: str, entity: str, actor: dict[str, str]) -> None:
        """Let the record be in a state that allows the action."""
        kind = TARGETS[operation]
        kept = self.store.get(kind, entity)
        assert kept is not None
        record = kept.data
        since = contract.from_ms(self.runner.now())
        if kind == "escalation":
            owner = contract.Owner(id=actor["id"], name=actor["name"], since=since)
            record.owner = None if operation == "claimEscalation" else owner
            record.status = "new"
        elif kind == "alert":
            record.acknowledged_by = None
        else:
            return
        self.store.commit(self.runner.now(), [Put(kind, entity, record)])

    def ids(self, kind: str) -> list[str]:
        return sorted(entry.id for entry in self.store.snapshot((kind,), limit=1000).entries)

    def version(self, kind: str, entity: str) -> int:
        kept = self.store.get(kind, entity)
        assert kept is not None
        return kept.version


def run(operation: str, mode: GenerationMode, use: Callable[[Case], None]) -> None:
    """Generate cases of an operation and use each."""

    @EXAMPLES
    @given(case=OPERATIONS[operation].as_strategy(generation_mode=mode))
    def generated(case: Case) -> None:
        use(case)

    generated()


def test_every_operation_of_the_contract_is_known() -> None:
    assert set(ANSWERS) | ACTIONS | {ENDLESS} == set(OPERATIONS)


@pytest.mark.parametrize("operation", [*ANSWERS, *sorted(ACTIONS)])
def test_operation_succeeds_when_it_is_meant(sandbox: Sandbox, operation: str) -> None:
    person = Person(sandbox)
    statuses: set[int] = set()

    def use(case: Case) -> None:
        person.mean(case)
        if operation == "getAction":
            case.path_parameters["key"] = some_action(sandbox)
        statuses.add(exchange(sandbox, case).status_code)

    run(operation, GenerationMode.POSITIVE, use)

    assert statuses & {200, 202}, statuses


@pytest.mark.parametrize("operation", [*ANSWERS, *sorted(ACTIONS)])
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_operation_answers_by_the_contract_whatever_is_asked(
    sandbox: Sandbox, operation: str, mode: GenerationMode
) -> None:
    def use(case: Case) -> None:
        # A site that is wrong on purpose stays so.
        if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(case.path_parameters.get("site", ""))):
            case.path_parameters["site"] = "main"
        exchange(sandbox, case, mode)

    run(operation, mode, use)


def some_action(sandbox: Sandbox) -> str:
    """The key of an action that has been carried out."""
    key = uuid7(sandbox.centre.runner.now())
    answer = httpx.put(
        f"{sandbox.url}/sites/main/notes/{key}",
        headers={
            "Authorization": f"Bearer {TOKEN}",
            "Idempotency-Key": key,
            "If-None-Match": "*",
        },
        json={
            "actor": {"id": "mara", "name": "Mara"},
            "not_after": "2999-01-01T00:00:00Z",
            "text": "Watch Claims.",
        },
    )
    assert answer.status_code == 200
    return key
