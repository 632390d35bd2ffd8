"""The poke stream: Server-Sent Events that say that something changed, and nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from data import contract
from data.sandbox import wire
from data.sandbox.centre import Centre
from data.sandbox.change_log import Gone

RETRY_MS = 2000
"""When to come back after `bye`."""
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_HEARTBEAT = b":hb\n\n"


async def open_stream(request: Request) -> Response:
    """Open the stream; a cursor that is not served is told at once, by 410."""
    centre = wire.centre_of(request)
    last = wire.read_cursor(request.headers.get("last-event-id"), "Last-Event-ID")
    since = last or wire.read_cursor(request.query_params.get("since"), "since")
    if since is not None and not centre.store.is_served(since):
        raise Gone
    pokes = _pokes(centre, since)
    return StreamingResponse(pokes, media_type="text/event-stream", headers=_HEADERS)


async def _pokes(centre: Centre, since: str | None) -> AsyncIterator[bytes]:
    """Hello, then a poke for each run of changes, a heartbeat in silence, and bye at the end."""
    epoch, generation = centre.store.epoch, centre.stream_generation
    told = centre.store.head
    yield _event(centre, "hello", told)
    if since is not None and since != told:
        yield _event(centre, "changed", told)
    while True:
        ring = centre.bell.next_ring()
        if generation != centre.stream_generation:
            return
        if centre.is_closing:
            yield _event(centre, "bye", told, RETRY_MS)
            return
        if centre.store.epoch != epoch:
            epoch, told = centre.store.epoch, centre.store.head
            yield _event(centre, "reset", told)
        elif centre.store.head != told:
            told = centre.store.head
            yield _event(centre, "changed", told)
            # What is committed during this pause is told by one poke.
            await asyncio.sleep(centre.poke_interval_s)
        else:
            await centre.bell.wait(ring, centre.heartbeat_s)
            if not ring.is_set():
                yield _HEARTBEAT


def _event(centre: Centre, name: str, head: str, retry_ms: int | None = None) -> bytes:
    poke = contract.StreamPoke(head=head, server_time=contract.from_ms(centre.runner.now()))
    if retry_ms is not None:
        poke.retry_ms = retry_ms
    data = msgspec.json.encode(poke).decode()
    return f"event: {name}\nid: {head}\ndata: {data}\n\n".encode()


def routes() -> list[Route]:
    """The stream by path."""
    return [Route("/sites/{site}/stream", open_stream)]
