"""What the sandbox has beside the contract: its truth, its condition, and faults to order."""

from __future__ import annotations

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data import contract
from data.desk.rules import Refusal
from data.errors import Code
from data.sandbox import wire
from data.sandbox.centre import Centre, Fault


async def get_calls(request: Request) -> Response:
    """The truth per call, from which tests recount what is served."""
    return await run_in_threadpool(_calls, wire.centre_of(request))


async def get_segments(request: Request) -> Response:
    """The truth per span of an agent's state."""
    return await run_in_threadpool(_segments, wire.centre_of(request))


async def get_actions(request: Request) -> Response:
    """The truth per action: what was carried out or refused, by whom, and when."""
    return await run_in_threadpool(_actions, wire.centre_of(request))


async def get_status(request: Request) -> Response:
    """How far the day has come, and how much is kept."""
    centre = wire.centre_of(request)
    return wire.message(
        {
            "server_time": contract.from_ms(centre.runner.now()),
            "simulated_to": contract.from_ms(centre.simulation.now()),
            "clock_rate": centre.runner.rate,
            "epoch": centre.store.epoch,
            "oldest": centre.store.oldest,
            "head": centre.store.head,
            "entities": centre.store.count(),
            "switch_silent": centre.simulation.switch_silent(),
        }
    )


async def post_fault(request: Request) -> Response:
    """Misbehave from now on; an empty object ends it."""
    centre = wire.centre_of(request)
    try:
        fault = msgspec.json.decode(await wire.read_body(request), type=Fault)
    except msgspec.DecodeError as error:
        raise Refusal(Code.INVALID_FIELD, fields=[("", str(error))]) from error
    if fault.status and not 400 <= fault.status <= 599:
        raise Refusal(Code.INVALID_FIELD, fields=[("/status", "not-400-to-599")])
    centre.order(fault)
    return Response(status_code=204)


def _calls(centre: Centre) -> Response:
    with centre.runner.acting():
        return wire.message(centre.simulation.ledger())


def _segments(centre: Centre) -> Response:
    with centre.runner.acting():
        return wire.message(centre.simulation.segments())


def _actions(centre: Centre) -> Response:
    with centre.runner.acting():
        return wire.message(centre.acted)


def routes() -> list[Route]:
    """The sandbox's own paths."""
    return [
        Route("/truth/calls", get_calls),
        Route("/truth/segments", get_segments),
        Route("/truth/actions", get_actions),
        Route("/status", get_status),
        Route("/faults", post_fault, methods=["POST"]),
    ]
