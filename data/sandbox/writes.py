"""The acting operations of the supervision API: HTTP around the desk's write rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from urllib.parse import unquote

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data import contract
from data.desk import commands
from data.desk.commands import Asked, Command
from data.desk.perform import Answer, perform
from data.desk.rules import Refusal
from data.errors import Code
from data.sandbox import wire
from data.sandbox.acted import entry, versions
from data.sandbox.centre import Centre

MAX_ID = 255
DESK_OPERATIONS = (
    "raiseEscalation",
    *(f"{name}Escalation" for name in commands.COMPLAINT_RULES if name != "severity"),
    "setEscalationSeverity",
    "acknowledgeAlert",
    "swapShifts",
    "putNote",
)
"""What every sandbox does, by the contract's operation ids: the records are its own."""
_PREFIX = "/sites/"
_Read = Callable[[Asked, str], Command]
_Operation = Callable[[Request], Awaitable[Response]]
_TELEPHONY: tuple[tuple[str, str, str, type[contract.ActionBase]], ...] = (
    ("setAgentState", "agent", "state", contract.SetAgentState),
    ("setMembership", "agent", "membership", contract.SetMembership),
    ("monitorAgent", "agent", "monitor", contract.MonitorAgent),
    ("answerAssist", "agent", "assist", contract.ActionBase),
    ("switchQueue", "queue", "switch", contract.SwitchQueue),
    ("prioritiseContact", "contact", "priority", contract.PrioritiseContact),
    ("transferContact", "contact", "transfer", contract.TransferContact),
    ("hangUpContact", "contact", "hangup", contract.ActionBase),
)
"""What the simulated telephony carries out: operation, kind, last part of the path, and message."""


def operations(centre: Centre) -> list[str]:
    """The guarded operations that a sandbox carries out."""
    return [*DESK_OPERATIONS, *centre.simulation.operations()]


def _on_entity(read: _Read) -> _Operation:
    """The operation that reads its command from a request about one entity."""

    async def operation(request: Request) -> Response:
        centre, asked = await _asked(request)
        return await _carry_out(centre, asked, read(asked, _entity(request)))

    return operation


def _on_complaint(name: str) -> _Operation:
    """An operation on a complaint, whose clocks the sandbox's own registry counts."""

    async def operation(request: Request) -> Response:
        centre, asked = await _asked(request)
        read = commands.on_complaint(name, centre.registry)
        return await _carry_out(centre, asked, read(asked, _entity(request)))

    return operation


def _by_telephony(name: str, kind: str, body_type: type[contract.ActionBase]) -> _Operation:
    """The operation that the simulated telephony carries out."""

    async def operation(request: Request) -> Response:
        centre, asked = await _asked(request)
        entity = _entity(request)
        tell = partial(_tell, centre, name, entity)
        command = commands.ask_telephony(asked, kind, entity, body_type, tell)
        return await _carry_out(centre, asked, command)

    return operation


async def swap_shifts(request: Request) -> Response:
    """Swap the agents of two shifts."""
    centre, asked = await _asked(request)
    return await _carry_out(centre, asked, commands.swap_shifts(asked))


async def put_note(request: Request) -> Response:
    """Leave a note, or write to people on the floor, who then read it."""
    centre, asked = await _asked(request)
    note = _entity(request)
    done = partial(centre.simulation.deliver, note)
    return await _carry_out(centre, asked, commands.put_note(asked, note), done)


async def raise_complaint(request: Request) -> Response:
    """Put a complaint on record, which the desk names and times."""
    centre, asked = await _asked(request)
    command = commands.raise_complaint(asked, _entity(request), centre.registry)
    return await _carry_out(centre, asked, command)


def _tell(
    centre: Centre, operation: str, entity: str, action: contract.ActionBase, key: str
) -> Sequence[tuple[str, str]]:
    if operation not in centre.simulation.operations():
        raise Refusal(Code.WRONG_STATE)
    with centre.store.attributed(key):
        return centre.simulation.act(operation, entity, action)


async def _asked(request: Request) -> tuple[Centre, Asked]:
    """The guarded request as it arrived."""
    centre = wire.centre_of(request)
    path = request.url.path
    headers = request.headers
    asked = Asked(
        method=request.method,
        path=path[path.index(_PREFIX) :],
        key=headers.get("idempotency-key"),
        match=headers.get("if-match"),
        none_match=headers.get("if-none-match"),
        epoch=headers.get("supervision-epoch"),
        body=await wire.read_body(request),
    )
    return centre, asked


def _entity(request: Request) -> str:
    entity: str = request.path_params["id"]
    if not 1 <= len(entity) <= MAX_ID:
        raise Refusal(Code.NOT_FOUND)
    return entity


def _nothing_more() -> None:
    """What most actions have as their consequence."""


async def _carry_out(
    centre: Centre, asked: Asked, command: Command, done: Callable[[], None] = _nothing_more
) -> Response:
    """Run a command in a thread, for it may have to wait for the simulation.

    Args:
        centre: The sandbox.
        asked: The request.
        command: What it asks for.
        done: Called once, when it has been carried out and not when that is said again.
    """
    answer = await run_in_threadpool(_perform, centre, asked, command, done)
    headers = {"Idempotency-Replayed": "true"} if answer.is_replay else {}
    if not answer.is_problem:
        entities = msgspec.json.decode(answer.body, type=contract.ActionResult).entities
        if len(entities) == 1:
            headers["ETag"] = f'"{entities[0].version}"'
    return wire.answered(answer, headers)


def _perform(centre: Centre, asked: Asked, command: Command, done: Callable[[], None]) -> Answer:
    with centre.runner.acting() as now:
        with centre.desk.transaction() as keeper:
            before = versions(keeper, command)
            is_other = asked.epoch is not None and unquote(asked.epoch) != centre.store.epoch
            answer = perform(keeper, command, now=now, is_other_epoch=is_other)
        if not answer.is_replay:
            centre.acted.append(entry(asked, command, answer, before, now))
            if not answer.is_problem:
                done()
        return answer


def routes() -> list[Route]:
    """The acting operations by path; an id may be any text, percent-encoded."""
    site = "/sites/{site}"
    posts = {
        **{
            f"{site}/escalations/{{id:path}}/{name}": _on_complaint(name)
            for name in commands.COMPLAINT_RULES
        },
        f"{site}/alerts/{{id:path}}/acknowledge": _on_entity(commands.acknowledge),
        **{
            f"{site}/{kind}s/{{id:path}}/{last}": _by_telephony(name, kind, body_type)
            for name, kind, last, body_type in _TELEPHONY
        },
        f"{site}/shift-swaps": swap_shifts,
    }
    return [
        *(Route(path, operation, methods=["POST"]) for path, operation in posts.items()),
        Route(f"{site}/escalations/{{id:path}}", raise_complaint, methods=["PUT"]),
        Route(f"{site}/notes/{{id:path}}", put_note, methods=["PUT"]),
    ]
