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
from data.actions.rules import RULES, Basis
from data.model import AgentState
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Put
from data.sandbox.serve import Sandbox
from data.sandbox.simulation import FloorSimulation
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
ACTIONS = {"swapShifts", "putNote", "raiseEscalation"}
OF_NOTHING_YET = {"putNote", "raiseEscalation"}
TARGETS = {
    "claimEscalation": "escalation",
    "assignEscalation": "escalation",
    "acknowledgeEscalation": "escalation",
    "noteEscalation": "escalation",
    "setEscalationSeverity": "escalation",
    "escalateEscalation": "escalation",
    "releaseEscalation": "escalation",
    "resolveEscalation": "escalation",
    "closeEscalation": "escalation",
    "referEscalation": "escalation",
    "reopenEscalation": "escalation",
    "setAgentState": "agent",
    "setMembership": "agent",
    "monitorAgent": "agent",
    "answerAssist": "agent",
    "switchQueue": "queue",
    "prioritiseContact": "contact",
    "transferContact": "contact",
    "hangUpContact": "contact",
    "acknowledgeAlert": "alert",
}
ACTIONS |= set(TARGETS)
EXAMPLES = settings(
    max_examples=5,
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
        self.stage = Stage(sandbox)
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
        case.headers.pop("Supervision-Epoch", None)
        body = {name: _whole(value) for name, value in case.body.items()}
        body["not_after"] = "2999-01-01T00:00:00Z"
        if operation in TARGETS:
            kind = TARGETS[operation]
            entity = self.stage.target(operation, body) or self.ids(kind)[0]
            case.path_parameters["id"] = entity
            self.prepare(operation, entity, body)
            case.headers["If-Match"] = f'"{self.version(kind, entity)}"'
        elif operation in OF_NOTHING_YET:
            case.path_parameters["id"] = key
            case.headers.pop("If-Match", None)
            case.headers["If-None-Match"] = "*"
            body.pop("audience", None)
            if operation == "raiseEscalation":
                body["received_at"] = "2026-11-23T07:00:00Z"
        else:
            for side, entity in zip("ab", self.ids("shift"), strict=False):
                body[side] = {"id": entity, "version": self.version("shift", entity)}
        case.body = body

    def prepare(self, operation: str, entity: str, body: dict[str, Any]) -> None:
        """Let the record be in a state that allows the action."""
        kind = TARGETS[operation]
        kept = self.store.get(kind, entity)
        assert kept is not None
        record = kept.data
        since = contract.from_ms(self.runner.now())
        if kind == "escalation":
            actor = body["actor"]
            owner = contract.Owner(id=actor["id"], name=actor["name"], since=since)
            is_free = operation in {"claimEscalation", "assignEscalation"}
            record.owner = None if is_free else owner
            is_over = operation in {"closeEscalation", "reopenEscalation"}
            record.status = "resolved" if is_over else "new"
            record.tier = 1
            if operation == "setEscalationSeverity":
                record.severity = "low" if body["severity"] != "low" else "high"
            if operation == "escalateEscalation":
                body["tier"] = max(2, body["tier"])
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


def _whole(value: Any) -> Any:
    """A number as people's programs write it: to JSON Schema 7.0 is a whole one too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Stage:
    """Brings the simulated floor into a state in which something can be asked of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.centre = sandbox.centre
        self.simulation = self.centre.simulation
        assert isinstance(self.simulation, FloorSimulation)
        self.floor, self.calls = self.simulation._floor, self.simulation._calls

    def target(self, operation: str, body: dict[str, Any]) -> str | None:
        """An agent, queue or contact of which it can be asked; None: any will do."""
        with self.centre.runner.acting():
            match operation:
                case "setMembership":
                    body["queue"] = "billing"
                    return next(iter(self.floor.agents))
                case "monitorAgent":
                    body.pop("contact", None)
                    return self.talking()
                case "answerAssist":
                    agent = self.floor.agents[self.talking()]
                    agent.message.assist_by = None
                    agent.message.assist_since = contract.from_ms(self.floor.now)
                    self.floor.board.commit(self.floor.now, agent.put)
                    return agent.id
                case "switchQueue":
                    queue = self.floor.queues["claims-de"]
                    body["name"] = "closed"
                    body["on"] = "closed" not in queue.on
                    return "claims-de"
                case "prioritiseContact" | "hangUpContact":
                    return self.waiting()
                case "transferContact":
                    body.pop("agent", None)
                    body["queue"] = "sales-in"
                    return self.waiting()
        return None

    def talking(self) -> str:
        """An agent in a call to which nobody listens."""
        for agent, leg in self.calls.service.in_hand.items():
            is_voice = leg.contact.message.channel == "voice"
            if is_voice and self.floor.agents[agent].state is AgentState.BUSY:
                leg.contact.hear(None)
                return agent
        pytest.fail("nobody talks")

    def waiting(self) -> str:
        """A contact that waits in a queue which nobody serves."""
        for agent in self.floor.agents.values():
            if "billing" in agent.ranks:
                agent.serve("billing", None)
        course = self.calls.contact(self.floor.queues["billing"], patience_ms=10**8)
        known = set(self.floor.router.waiting)
        self.floor.env.process(course)
        self.simulation.advance(self.floor.now + 1)
        (made,) = set(self.floor.router.waiting) - known
        return made


def run(operation: str, mode: GenerationMode, use: Callable[[Case], None]) -> None:
    """Generate cases of an operation and use each."""

    @EXAMPLES
    @given(case=OPERATIONS[operation].as_strategy(generation_mode=mode))
    def generated(case: Case) -> None:
        use(case)

    generated()


def test_every_operation_of_the_contract_is_known() -> None:
    assert set(ANSWERS) | ACTIONS | {ENDLESS} == set(OPERATIONS)


def test_the_session_names_every_guarded_operation_and_the_verbs_know_them(
    sandbox: Sandbox,
) -> None:
    answer = httpx.get(
        f"{sandbox.url}/sites/main/session", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    told = msgspec.json.decode(answer.content, type=contract.Session)

    assert not isinstance(told.operations, msgspec.UnsetType)
    assert sorted(told.operations) == sorted(ACTIONS)
    assert {rule.operation for rule in RULES.values() if rule.operation} <= ACTIONS


def test_every_verb_asks_for_what_the_contract_says_at_that_path() -> None:
    for verb, rule in RULES.items():
        if rule.operation:
            operation = OPERATIONS[rule.operation]
            assert operation.path == f"/sites/{{site}}/{rule.path}", verb
            assert operation.method == ("put" if rule.basis is Basis.NEW else "post"), verb


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
