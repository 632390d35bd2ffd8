"""A request that is given up leaves nothing open, however far it had come."""

from __future__ import annotations

import asyncio

import pytest

from data.settings import SourceSettings
from data.sync.bounded import Endpoint

DEADLINE_S = 10.0


async def _read_all(response: object) -> bytes:
    raise AssertionError(response)


async def test_a_connection_is_closed_whose_tls_was_given_up() -> None:
    greeted, closed = asyncio.Event(), asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        greeted.set()
        await reader.read()
        closed.set()
        writer.close()

    async with await asyncio.start_server(mute, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        endpoint = Endpoint(SourceSettings(id="pbx", url=f"https://127.0.0.1:{port}"))
        request = endpoint.request("GET", "/", headers={})
        asking = asyncio.create_task(endpoint.ask(request, _read_all, deadline=DEADLINE_S))
        async with asyncio.timeout(DEADLINE_S):
            await greeted.wait()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError) as given_up:
                await asking
            # What was raised is held here still, and with it what garbage collection would close.
            await closed.wait()
        assert given_up.value is not None
        await endpoint.close()
