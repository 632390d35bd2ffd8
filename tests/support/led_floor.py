"""A contact centre on which nothing happens but what a test lets happen, behind the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import msgspec

from data import contract
from data.model import Ms
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Put, Sink
from data.sandbox.serve import Sandbox
from tests.support.sandbox_server import serving
from tests.support.tiny_floor import TinyFloor

DAY = date(2026, 3, 11)


class LedFloor(TinyFloor):
    """The tiny floor, standing still."""

    def __init__(self, options: SandboxOptions, sink: Sink) -> None:
        super().__init__(options, sink)
        self.silent_since: Ms | None = None

    def advance(self, until: Ms) -> None:
        self._now = max(self._now, until)

    def sources(self) -> list[contract.Source]:
        if self.silent_since is None:
            return super().sources()
        since = contract.from_ms(self.silent_since)
        return [contract.Source(name="switch", state="down", as_of=since)]

    def switch_silent(self) -> bool:
        return self.silent_since is not None


class Led:
    """A sandbox that answers, and the hand that leads it."""

    def __init__(self, sandbox: Sandbox, floor: LedFloor) -> None:
        self.sandbox = sandbox
        self._floor = floor
        self.url = sandbox.url

    @property
    def now(self) -> Ms:
        return self.sandbox.centre.runner.now()

    def at(self, seconds: float = 0) -> datetime:
        """An instant of its own clock, so many seconds from now."""
        return contract.from_ms(self.now + round(seconds * 1000))

    def put(self, kind: str, entity: str, data: Any) -> None:
        """Let something be; None lets it be no more."""
        with self.sandbox.centre.runner.acting() as now:
            self._floor._sink.commit(now, [Put(kind, entity, data)])

    def change(self, kind: str, entity: str, **news: Any) -> None:
        """Let something that is there be otherwise."""
        self.put(kind, entity, msgspec.structs.replace(self.get(kind, entity), **news))

    def get(self, kind: str, entity: str) -> Any:
        kept = self.sandbox.centre.store.get(kind, entity)
        assert kept is not None, entity
        return kept.data

    def version(self, kind: str, entity: str) -> int:
        """The version that the server gives it."""
        kept = self.sandbox.centre.store.get(kind, entity)
        assert kept is not None, entity
        return kept.version

    def contact(self, **fields: Any) -> contract.Contact:
        """A call that has just begun to wait."""
        usual: dict[str, Any] = {
            "queue": "q 1",
            "channel": "voice",
            "direction": "inbound",
            "state": "waiting",
            "created_at": self.at(),
            "queued_at": self.at(),
        }
        return contract.Contact(**usual | fields)

    def silence_switch(self, *, seconds_ago: float) -> None:
        """The switch behind the API says nothing any more."""
        self._floor.silent_since = self.now - round(seconds_ago * 1000)


@contextmanager
def leading(**options: Any) -> Iterator[Led]:
    """A sandbox to lead, in a thread of this process."""
    made: list[LedFloor] = []

    def build(settled: SandboxOptions, sink: Sink) -> LedFloor:
        made.append(LedFloor(settled, sink))
        return made[0]

    usual: dict[str, Any] = {"day": DAY, "starts_at": "10:00"}
    maker: Callable[[SandboxOptions, Sink], LedFloor] = build
    with serving(SandboxOptions(**usual | options), maker) as sandbox:
        yield Led(sandbox, made[0])
