"""A small HTTP server on loopback whose answers, down to the last byte, are the test's own."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Loopback:
    """Where the server listens, and everything it was asked."""

    base: str = ""
    requests: list[Request] = field(default_factory=list)


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


def http_head(status: str = "200 OK", **headers: object) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def http_answer(body: bytes, status: str = "200 OK", **headers: object) -> bytes:
    given = {"Content_Type": "application/json", "Content_Length": len(body), **headers}
    return http_head(status, **given) + body


@contextlib.asynccontextmanager
async def serve(
    handler: Handler, tls: ssl.SSLContext | None = None, port: int = 0
) -> AsyncIterator[Loopback]:
    """Serve until the block ends; a connection serves one request after the other."""
    loopback = Loopback()
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        task.add_done_callback(connections.discard)
        try:
            while (request := await _read_request(reader)) is not None:
                loopback.requests.append(request)
                await handler(request, writer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError, ssl.SSLError):
                await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", port, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    loopback.base = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield loopback
    finally:
        server.close()
        for task in tuple(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    line = (await reader.readline()).decode("latin-1")
    if not line.strip():
        return None
    method, target, _ = line.split(" ", 2)
    headers: dict[str, str] = {}
    while (header := (await reader.readline()).decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(method, parts.path, query, headers, body)


class Hangup(ConnectionError):
    """Raised by a handler to end the connection where it stands."""


def hang_up(writer: asyncio.StreamWriter) -> None:
    """End the connection at once, whatever was promised."""
    writer.close()
    raise Hangup


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something is true; it must become so within a deadline."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition, not one that tells of itself
            await asyncio.sleep(0.005)
