"""The acting operations of the supervision API: HTTP around the desk's write rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

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
from data.sandbox.centre import Centre

MAX_ID = 255
_PREFIX = "/sites/"
_Read = Callable[[Asked, str], Command]


def _on_entity(read: _Read) -> Callable[[Request], Awaitable[Response]]:
    """The operation that reads its command from a request about one entity."""

    async def operation(request: Request) -> Response:
        centre, asked = await _asked(request)
        return await _carry_out(centre, read(asked, _entity(request)))

    return operation


async def set_agent_state(request: Request) -> Response:
    """CSTA Set Agent State, which the simulated telephony carries out."""
    centre, asked = await _asked(request)
    agent = _entity(request)
    tell = partial(_tell_agent, centre, agent)
    command = commands.ask_telephony(asked, "agent", agent, contract.SetAgentState, tell)
    return await _carry_out(centre, command)


async def swap_shifts(request: Request) -> Response:
    """Swap the agents of two shifts."""
    centre, asked = await _asked(request)
    return await _carry_out(centre, commands.swap_shifts(asked))


async def raise_complaint(request: Request) -> Response:
    """Put a complaint on record, which the desk names and times."""
    centre, asked = await _asked(request)
    return await _carry_out(
        centre, commands.raise_complaint(asked, _entity(request), centre.registry)
    )


def _tell_agent(centre: Centre, agent: str, action: contract.SetAgentState, key: str) -> None:
    with centre.store.attributed(key):
        by = contract.Person(id=action.actor.id, name=action.actor.name)
        if not centre.simulation.set_agent_state(
            agent, action.requested_state, action.reason_code, by
        ):
            raise Refusal(Code.WRONG_STATE)


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
        body=await wire.read_body(request),
    )
    return centre, asked


def _entity(request: Request) -> str:
    entity: str = request.path_params["id"]
    if not 1 <= len(entity) <= MAX_ID:
        raise Refusal(Code.NOT_FOUND)
    return entity


async def _carry_out(centre: Centre, command: Command) -> Response:
    """Run a command in a thread, for it may have to wait for the simulation."""
    answer = await run_in_threadpool(_perform, centre, command)
    headers = {"Idempotency-Replayed": "true"} if answer.is_replay else {}
    if not answer.is_problem:
        entities = msgspec.json.decode(answer.body, type=contract.ActionResult).entities
        if len(entities) == 1:
            headers["ETag"] = f'"{entities[0].version}"'
    return wire.answered(answer, headers)


def _perform(centre: Centre, command: Command) -> Answer:
    with centre.runner.acting() as now, centre.desk.transaction() as keeper:
        return perform(keeper, command, now=now)


def routes() -> list[Route]:
    """The acting operations by path; an id may be any text, percent-encoded."""
    site = "/sites/{site}"
    posts = {
        **{
            f"{site}/escalations/{{id:path}}/{name}": _on_entity(commands.on_complaint(name))
            for name in commands.COMPLAINT_RULES
        },
        f"{site}/alerts/{{id:path}}/acknowledge": _on_entity(commands.acknowledge),
        f"{site}/agents/{{id:path}}/state": set_agent_state,
        f"{site}/shift-swaps": swap_shifts,
    }
    return [
        *(Route(path, operation, methods=["POST"]) for path, operation in posts.items()),
        Route(f"{site}/escalations/{{id:path}}", raise_complaint, methods=["PUT"]),
        Route(f"{site}/notes/{{id:path}}", _on_entity(commands.put_note), methods=["PUT"]),
    ]
