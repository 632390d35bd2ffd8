"""A sandbox served on loopback by a thread of the test's own process."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

from data.sandbox.centre import Build, open_centre
from data.sandbox.options import SandboxOptions
from data.sandbox.serve import HOST, Sandbox

READY_S = 30.0
END_S = 5.0


@contextmanager
def serving(options: SandboxOptions, build: Build | None = None) -> Iterator[Sandbox]:
    """A sandbox that answers; it has ended when the block is left, or the test fails."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind((HOST, 0))
        sandbox = Sandbox(open_centre(options, build=build), listener)
        sandbox.centre.runner.catch_up()
        said: Queue[str | BaseException] = Queue()

        def serve() -> None:
            try:
                asyncio.run(sandbox.serve(said.put))
            except BaseException as error:  # noqa: BLE001 - told to the test's own thread
                said.put(error)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            first = said.get(timeout=READY_S)
            assert first == sandbox.url, first
            yield sandbox
        finally:
            sandbox.stop()
            thread.join(END_S)
            assert not thread.is_alive(), "the sandbox did not end"
        assert said.empty(), said.get()
