"""Requests of supervisors to Asterisk, and the courier's way with them, without its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from data.clock import ManualClock
from data.contract import from_ms
from data.errors import ActionRefused, Code, FetchError
from data.model import Agent, Change, Kind
from data.settings import QueueSettings, SourceKind, SourceSettings, ToggleSettings
from data.sources.asterisk.acting import Acts
from data.sync.backoff import Timing
from data.sync.requests import Request
from tests.support.asterisk_model import ModelAsterisk
from tests.support.keys import uuid7

NOW = 1_795_296_000_000
VALID_MS = 60_000
ANNA = "Local/1001@agents/n"
SETTINGS = SourceSettings(
    id="hh1",
    kind=SourceKind.ASTERISK,
    url="http://127.0.0.1:8088",
    wrap_up=10,
    queue=(
        QueueSettings(
            name="sales",
            extension="601",
            toggle=(
                ToggleSettings(name="closed", database="night/sales", on="1"),
                ToggleSettings(name="overflow", label="To Leeds", device="Custom:leeds"),
            ),
        ),
        QueueSettings(name="support", extension="600@inbound"),
    ),
)


class Talk(NamedTuple):
    """A call that an agent talks in."""

    call: str
    agent_channel: str


@dataclass
class FakeBoard:
    """A board that knows of one call, or of none, keeps who listens, and has agents."""

    talks: Talk | None = None
    agents: dict[str, Agent] = field(default_factory=dict)
    listeners: dict[str, str] = field(default_factory=dict)

    def talk(self, _interface: str) -> Talk | None:
        return self.talks

    def standing(self, kind: Kind, native: str) -> Change | None:
        record = self.agents.get(native)
        return Change(kind=kind, id=native, version=1, at=NOW, record=record) if record else None

    def name_listener(self, call: str, name: str) -> None:
        self.listeners[call] = name


class Desk:
    """A supervisor's actions on a model of Asterisk."""

    def __init__(
        self,
        model: ModelAsterisk,
        settings: SourceSettings = SETTINGS,
        board: FakeBoard | None = None,
    ) -> None:
        self.model = model
        self.board = board or FakeBoard()
        self.clock = ManualClock(NOW)
        timing = Timing(clock=self.clock, sleep=self._sleep)
        self.acts = Acts(model, self.board, settings, timing, now=self.clock.now)

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def act(self, *parts: str, is_again: bool = False, key: str = "", **body: Any) -> None:
        """One attempt."""
        await self.acts.act(make_request(*parts, is_again=is_again, key=key, **body))

    async def carry(self, *parts: str, **body: Any) -> Code | None:
        """Try as the courier does until it is settled; None for done, or the code of its end."""
        request, may_have = make_request(*parts, **body), False
        for _attempt in range(60):
            try:
                await self.acts.act(msgspec.structs.replace(request, may_have_arrived=may_have))
            except FetchError as problem:
                is_final = isinstance(problem, ActionRefused) or (
                    problem.code in {Code.OUTCOME_UNKNOWN, Code.FORBIDDEN}
                )
                if is_final and problem.code is not Code.IN_PROGRESS:
                    return problem.code
                may_have |= not problem.was_not_sent
                self.clock.advance(5)
            else:
                return None
        raise AssertionError("never settled")


def make_request(*parts: str, is_again: bool = False, key: str = "", **body: Any) -> Request:
    """A request in the contract's form, in time for a minute."""
    said = {
        "actor": {"id": "korlov", "name": "K. Orlov"},
        "not_after": from_ms(NOW + VALID_MS),
        **body,
    }
    return Request(
        method="POST",
        parts=parts,
        key=key or uuid7(NOW),
        version=1,
        body=msgspec.json.encode(said),
        may_have_arrived=is_again,
    )
