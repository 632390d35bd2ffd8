"""A floor's outbox and courier over an endpoint that keeps its promises; all of it may die."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from data import contract
from data.actions.files import ActionFile
from data.clock import ManualClock
from data.errors import ActionRefused, Code, FetchError
from data.files import FloorFiles
from data.identifiers import KeyMaker
from data.model import AnyRecord, Change, Kind
from data.people import People
from data.status import ActionRow
from data.sync.asks import Ask, AskFile, encode_ask
from data.sync.backoff import Timing
from data.sync.courier import Courier, Links
from data.sync.delivery import Delivery
from data.sync.journal import Journal
from data.sync.outbox import Outbox
from data.sync.requests import Request
from data.sync.spool import SpoolReader, SpoolWriter
from tests.support.acting import NOW


class Killed(BaseException):
    """The process is gone, in the middle of whatever it was doing."""


@dataclass
class Ledger:
    """An endpoint that keeps its promises while the line to it does not."""

    clock: ManualClock
    versions: dict[str, int] = field(default_factory=dict)
    effects: list[tuple[str, str, int]] = field(default_factory=list)
    """Key, record and instant of everything that was really done."""
    bodies: list[bytes] = field(default_factory=list)
    """Of the requests that were carried out."""
    faults: list[str] = field(default_factory=list)
    _asked: dict[str, Request] = field(default_factory=dict)
    _answers: dict[str, tuple[Change, ...] | ActionRefused] = field(default_factory=dict)

    async def act(self, request: Request) -> tuple[Change, ...]:
        fault = self.faults.pop(0) if self.faults else ""
        match fault:
            case "refused":
                raise FetchError(Code.REFUSED_CONNECTION)
            case "cut":
                raise FetchError(Code.CONNECTION_LOST)
            case "slow":
                raise FetchError(Code.SLOW_DOWN, retry_after_s=5.0, status=429)
            case "sign_in":
                raise FetchError(Code.SIGN_IN, status=401)
            case "kill":
                raise Killed
        answer = self._answer(request)
        match fault:
            case "lost":
                raise FetchError(Code.TIMED_OUT)
            case "garbled":
                raise FetchError(Code.BAD_PAYLOAD, status=200)
            case "kill_after":
                raise Killed
        if isinstance(answer, ActionRefused):
            raise answer
        return answer

    def version_of(self, escalation: str) -> int:
        return self.versions.get(escalation, 5)

    def _answer(self, request: Request) -> tuple[Change, ...] | ActionRefused:
        key = request.key
        request = msgspec.structs.replace(request, may_have_arrived=False)
        if key not in self._answers:
            self._answers[key] = self._first_answer(request)
            self._asked[key] = request
        elif self._asked[key] != request:
            return ActionRefused(Code.KEY_REUSED, status=422)
        return self._answers[key]

    def _first_answer(self, request: Request) -> tuple[Change, ...] | ActionRefused:
        key, escalation, version = request.key, request.parts[1], request.version
        action = msgspec.json.decode(request.body, type=contract.ActionBase)
        now = self.clock.now()
        if now > contract.to_ms(action.not_after):
            return ActionRefused(Code.ACTION_EXPIRED, status=409)
        if version is None or version != self.version_of(escalation):
            return ActionRefused(Code.VERSION_MISMATCH, status=412)
        self.versions[escalation] = version + 1
        self.effects.append((key, escalation, now))
        self.bodies.append(request.body)
        return (
            Change(kind=Kind.ESCALATION, id=escalation, version=version + 1, at=now, record=None),
        )


class Office:
    """A floor's outbox and courier over an endpoint, which can die and begin again."""

    def __init__(self, root: Path, people: People | None = None) -> None:
        self.clock = ManualClock(NOW)
        self.ledger = Ledger(self.clock)
        self.files = FloorFiles(root).make()
        self.rows: dict[str, ActionRow] = {}
        self.is_read = True
        """The sync process has just read the source, or cannot."""
        self.stands: dict[str, tuple[int, AnyRecord]] = {}
        """Records as the sync process knows them."""
        self.crash_at = ""
        self.people = people or People()
        self.outbox: Outbox
        self.courier: Courier
        self.begin()

    def begin(self) -> None:
        spool = SpoolReader(self.files)
        spool.make()
        self.outbox = Outbox.open(self.files, self.clock)
        for name in ("take_in", "begin", "settle", "put_off", "overtaken", "hold", "agree"):
            self._let_crash(self.outbox, name)
        self._let_crash(spool, "remove")
        desk: Any = None
        self.courier = Courier(
            self.outbox,
            spool,
            Delivery(desk, lambda _site, _source: self.ledger, self._standing),
            self.people,
            Links(
                self._mirror,
                lambda _site: self.clock.now(),
                lambda _site, _source: None,
                lambda _site, _source: self.clock.monotonic_ms() if self.is_read else None,
            ),
            timing=Timing(clock=self.clock, random=lambda: 1.0),
            journal=Journal(self.files.sync_log, self.clock),
        )

    def _standing(
        self, _site: str, _source: str, _kind: Kind, entity: str
    ) -> tuple[int, AnyRecord] | None:
        return self.stands.get(entity)

    def look(self) -> None:
        """One look of the process, until nothing is under way; it may die of it."""
        try:
            asyncio.run(self._look())
        except Killed:
            self.restart()

    def quiet(self) -> None:
        """Let everything come to its end, with a line that holds."""
        self.crash_at = ""
        self.ledger.faults.clear()
        for _ in range(20):
            self.look()
            if self.outbox.is_empty:
                self.look()
                return
            self.clock.advance(40)
        raise AssertionError(self.outbox.waiting())

    def restart(self) -> None:
        self.outbox.close()
        self.crash_at = ""
        self.begin()

    def press(self, action: ActionFile) -> str:
        SpoolWriter(self.files, "anna").save(action)
        return action.key

    def ask(self, ask: Ask, target: str) -> None:
        """What a person asks about an action of theirs."""
        key = KeyMaker().make(self.clock.now())
        wish = AskFile(key=key, ask=ask, target=target, pressed_at=self.clock.now())
        SpoolWriter(self.files, "anna").save_ask(key, encode_ask(wish))

    async def _look(self) -> None:
        self.courier.step()
        tasks = list(self.courier._flying.values())
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result
        self.courier.step()

    def _mirror(self, rows: object) -> None:
        assert isinstance(rows, list)
        self.rows = {row.key: row for row in rows}

    def _let_crash(self, owner: object, name: str) -> None:
        real: Callable[..., object] = getattr(owner, name)

        def wrapped(*args: object, **named: object) -> object:
            if self.crash_at == f"before {name}":
                raise Killed
            result = real(*args, **named)
            if self.crash_at == f"after {name}":
                raise Killed
            return result

        setattr(owner, name, wrapped)
