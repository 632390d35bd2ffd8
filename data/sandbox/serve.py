"""Runs a sandbox as a process: says where it is, serves until it is told to end, and ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from data import contract
from data.clock import monotonic_ms
from data.model import Ms
from data.sandbox.app import build_app
from data.sandbox.centre import Centre, open_centre
from data.sandbox.gate import API_PREFIX
from data.sandbox.options import SandboxOptions

HOST = "127.0.0.1"
KEEP_ALIVE_S = 60
"""Longer than clients poll, so that they keep their connection."""
GRACE_S = 1
"""How long open requests may take to end."""
REPORT_MS = 2000
_ENDING = (signal.SIGINT, signal.SIGTERM)


def run(options: SandboxOptions) -> None:
    """Serve a sandbox until SIGINT, SIGTERM or the end of `options.until_eof`.

    The first line on standard output is the base URL of its API, written when it answers.

    Raises:
        OSError: The port is taken.
        StoreError: The token file cannot be used.
    """
    # Named by its protocol, asyncio has the kernel send small answers at once: 40 ms each.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, options.port))
        centre = open_centre(options)
        sandbox = Sandbox(centre, listener)
        with _told_to_end(sandbox.stop, options.until_eof):
            centre.runner.catch_up(_progress() if sys.stderr.isatty() else None)
            if not centre.runner.is_stopping:
                asyncio.run(sandbox.serve(_announce))


class Sandbox:
    """A centre, served on a socket.

    Args:
        centre: Caught up with its start.
        listener: Bound to a loopback port; closed at the end.
    """

    def __init__(self, centre: Centre, listener: socket.socket) -> None:
        self.centre = centre
        self._listener = listener
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return f"http://{HOST}:{self._listener.getsockname()[1]}{API_PREFIX}"

    def stop(self) -> None:
        """End soon; from any thread and from signal handlers."""
        self.centre.runner.stop()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    async def serve(self, announce: Callable[[str], None]) -> None:
        """Serve until `stop`.

        Args:
            announce: Called with the base URL once it answers.
        """
        self._loop = asyncio.get_running_loop()
        if self.centre.runner.is_stopping:
            return
        self.centre.bell.attach()
        server = _Server(_config(self.centre))
        self.centre.runner.begin()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pace())
            tasks.create_task(server.serve(sockets=[self._listener]))
            await server.is_listening.wait()
            announce(self.url)
            await self._stop.wait()
            self.centre.close()
            server.should_exit = True

    async def _pace(self) -> None:
        await self.centre.runner.run()
        self._stop.set()


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.is_listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again after it has ended in order."""
        yield


def _config(centre: Centre) -> uvicorn.Config:
    return uvicorn.Config(
        build_app(centre),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )


@contextmanager
def _told_to_end(stop: Callable[[], None], until_eof: int | None) -> Iterator[None]:
    """Call `stop` at a signal, or when the descriptor reads end-of-file."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in _ENDING}
    if until_eof is not None:
        threading.Thread(target=_watch, args=(until_eof, stop), daemon=True).start()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(descriptor: int, stop: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while os.read(descriptor, 4096):
            pass
    stop()


def _announce(url: str) -> None:
    sys.stdout.write(url + "\n")
    sys.stdout.flush()


def _progress() -> Callable[[Ms], None]:
    """Reports on standard error how far the simulated day has come, now and then."""
    last = monotonic_ms()

    def report(now: Ms) -> None:
        nonlocal last
        if monotonic_ms() - last >= REPORT_MS:
            last = monotonic_ms()
            sys.stderr.write(f"{contract.from_ms(now):%Y-%m-%dT%H:%MZ}\n")

    return report
