"""A manager that talks to an `AsteriskServer`, with time moved by hand."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable

from data.clock import ManualClock
from data.settings import SourceKind, SourceSettings
from data.sources.asterisk.manager import Manager
from data.sources.asterisk.snapshot import STATUS_ENDS, queues_now
from data.sync.backoff import Timing
from tests.support.asterisk_server import Asked, AsteriskServer, listing, packet

SECRET = "s3cret w0rd"
VARIABLE = "FLOOR_SECRET"
"""The environment variable in which the tests keep it."""
JOIN = packet(
    "Event: QueueCallerJoin",
    "Privilege: agent,all",
    "Channel: Local/1",
    "Uniqueid: floor1-1.1",
    "Queue: support",
    "Position: 1",
    "Count: 1",
)


def settings(url: str, **more: object) -> SourceSettings:
    given = {"username": "panel", "secret_variable": VARIABLE, **more}
    return SourceSettings(id="pbx", kind=SourceKind.ASTERISK, url=url, **given)  # type: ignore[arg-type]


def status_of(*queues: str) -> Callable[[Asked], bytes]:
    """QueueStatus with some queues in it."""

    def answer(asked: Asked) -> bytes:
        rows = [("Event: QueueParams", f"Queue: {queue}", "Calls: 0") for queue in queues]
        return listing(asked, STATUS_ENDS, rows)

    return answer


class HandTime:
    """Time that is moved by hand, and what was slept through."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.sleeps: list[float] = []
        self.timing = Timing(clock=self.clock, sleep=self._sleep)

    def elapsed(self) -> float:
        """For a server: seconds."""
        return self.clock.monotonic_ms() / 1000

    async def _sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)


@contextlib.asynccontextmanager
async def manager_of(url: str, time: HandTime, **more: object) -> AsyncIterator[Manager]:
    """A manager that is closed at the end of the block."""
    manager = Manager(settings(url, **more), timing=time.timing)
    try:
        yield manager
    finally:
        await manager.close()


@contextlib.asynccontextmanager
async def talking(server: AsteriskServer, time: HandTime, **more: object) -> AsyncIterator[Manager]:
    """A server that runs, and a manager that may ask it, until the end of the block."""
    async with server.running(), manager_of(server.url, time, **more) as manager:
        yield manager


async def queues_of(manager: Manager) -> list[str]:
    """The names of the queues that there are."""
    return list(queues_now(await manager.rows("QueueStatus", STATUS_ENDS)).queues)
