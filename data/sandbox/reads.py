"""The reading operations of the supervision API."""

from __future__ import annotations

import msgspec
from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data import contract
from data.desk.commands import read_key
from data.desk.rules import Refusal
from data.errors import Code
from data.sandbox import wire
from data.sandbox.centre import Centre
from data.sandbox.store import Page
from data.sandbox.writes import operations

SCOPES = (
    "floor:read",
    "escalations:write",
    "agents:control",
    "queues:control",
    "contacts:control",
    "roster:write",
    "notes:write",
    "alerts:write",
    "act:any",
)
IDLE_LOCK_S = 900


async def get_sites(request: Request) -> Response:
    """The sites that the credential may see."""
    return wire.message([wire.centre_of(request).site])


async def get_session(request: Request) -> Response:
    """Who is asking, and what this server speaks."""
    centre = wire.centre_of(request)
    return wire.message(
        contract.Session(
            actor=contract.Actor(id="sandbox", name="Sandbox", role="administrator"),
            scopes=list(SCOPES),
            schema=contract.SchemaRange(min=contract.SCHEMA, max=contract.SCHEMA),
            server_time=contract.from_ms(centre.runner.now()),
            epoch=centre.store.epoch,
            push="sse",
            idle_lock_s=IDLE_LOCK_S,
            clock_rate=centre.runner.rate,
            folds=False,
            history_cursor=centre.store.oldest,
            operations=operations(centre),
        )
    )


async def get_snapshot(request: Request) -> Response:
    """A page of the full state."""
    centre = wire.centre_of(request)
    kinds, limit = wire.read_types(request), wire.read_limit(request)
    token = wire.read_cursor(request.query_params.get("page"), "page")
    store = centre.store
    page = store.snapshot(kinds, limit=limit) if token is None else store.snapshot_page(token)
    return wire.message(
        contract.SnapshotPage(
            cursor=page.cursor,
            server_time=contract.from_ms(centre.runner.now()),
            sources=centre.simulation.sources(),
            items=[entry.change() for entry in page.entries],
            next_page=UNSET if page.next_page is None else page.next_page,
        )
    )


async def get_changes(request: Request) -> Response:
    """What changed after a cursor; with `Prefer: wait=N`, once there is something to tell."""
    centre = wire.centre_of(request)
    since = wire.read_cursor(request.query_params.get("since"), "since")
    if since is None:
        raise wire.bad_parameter("since", "missing")
    wait = wire.read_wait(request)
    page = await _next_page(centre, request, since, wait)
    headers = {"Preference-Applied": f"wait={wait}"} if wait else None
    return wire.message(
        contract.ChangePage(
            since=since,
            next=page.next,
            has_more=page.has_more,
            server_time=contract.from_ms(centre.runner.now()),
            sources=centre.simulation.sources(),
            changes=[entry.change() for entry in page.entries],
            digest=UNSET if page.digest is None else page.digest,
        ),
        headers=headers,
    )


async def get_digest(request: Request) -> Response:
    """How many entities of each type there are, with a hash over their versions."""
    return wire.message(wire.centre_of(request).store.digest(wire.read_types(request)))


async def get_action(request: Request) -> Response:
    """What became of an action whose answer was lost."""
    key = read_key(request.path_params["key"])
    stored = wire.centre_of(request).desk.answer_for(key)
    if stored is None:
        raise Refusal(Code.NOT_FOUND)
    outcome = contract.ActionOutcome(key=key, status=stored.status)
    if stored.status < 400:
        outcome.result = msgspec.json.decode(stored.body, type=contract.ActionResult)
    else:
        outcome.problem = msgspec.json.decode(stored.body, type=contract.Problem)
    return wire.message(outcome)


async def _next_page(centre: Centre, request: Request, since: str, wait: int) -> Page:
    """The page after a cursor; waits for one that is not empty, if that is preferred."""
    kinds, limit = wire.read_types(request), wire.read_limit(request)
    fold = wire.read_choice(request, "fold", ("latest", "none")) == "latest"
    digest = wire.read_choice(request, "digest", ("false", "true")) == "true"
    deadline = centre.runner.monotonic_ms() + wait * 1000
    while True:
        ring = centre.bell.next_ring()
        page = centre.store.changes(since, kinds, limit=limit, fold=fold, digest=digest)
        left_ms = deadline - centre.runner.monotonic_ms()
        if page.entries or left_ms <= 0 or centre.is_closing:
            return page
        await centre.bell.wait(ring, left_ms / 1000)


def routes() -> list[Route]:
    """The reading operations by path."""
    site = "/sites/{site}"
    return [
        Route("/sites", get_sites),
        Route(f"{site}/session", get_session),
        Route(f"{site}/snapshot", get_snapshot),
        Route(f"{site}/changes", get_changes),
        Route(f"{site}/digest", get_digest),
        Route(f"{site}/actions/{{key}}", get_action),
    ]
