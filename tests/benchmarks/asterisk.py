"""Asterisk, large: how many events a second are kept, and keys while huge answers come in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from data.cache.reader import CacheReader
from data.errors import StoreError
from data.model import Queue
from tests.benchmarks import measures
from tests.benchmarks.accounts import cost
from tests.benchmarks.stage import LIMIT_S, Floor, Stage
from tests.support.asterisk_server import Asked, AsteriskServer, listing, packet, said

QUEUES, MEMBERSHIPS = 63, 2416
CALLS, CALLS_AN_ANSWER = 4000, 50
EVENTS_A_CALL = 8
TURNS = 3
_ANY_ID = b"%%%% the ActionID %%%%"
_LOOK_S = 0.05
_SIZE = (200, 50)
_CONFIG = """\
[floor]
name = "Benchmark"
state_dir = "{state}"
sync = "external"
linger = 0

[[site]]
id = "main"
zone = "UTC"

[[site.source]]
id = "pbx"
kind = "asterisk"
url = "{url}"
username = "panel"
secret_file = "{secret}"
min_interval = {interval}
poll = {poll}
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a stream of events."""

    events: int
    seconds: float
    """From the first answer with events until the last of them had been kept."""
    cpu_s: float
    """Of the sync process, in that time."""


@dataclass
class LargePbx:
    """A floor of many queues; its events come as fast as they are asked for."""

    calls: int
    began: float | None = None
    turn: int = 0
    server: AsteriskServer = field(default_factory=AsteriskServer)
    status_bytes: int = 0

    def __post_init__(self) -> None:
        answers = self.server.answers
        answers["queuestatus"] = self._status
        answers["queuesummary"] = lambda asked: listing(
            asked,
            "QueueSummaryComplete",
            [("Event: QueueSummary", f"Queue: {queue(n)}") for n in range(QUEUES)],
        )
        answers["coreshowchannels"] = lambda asked: listing(asked, "CoreShowChannelsComplete", [])
        answers["listcommands"] = lambda asked: said(asked, "Success", "QueueStatus: x")
        answers["waitevent"] = self._wait
        self._told = 0
        # Written beforehand: what a PBX takes for it would hold up the terminal in this process,
        # and be counted as the program's.
        self._bodies = [self._body(turn) for turn in range(TURNS)]

    def _status(self, asked: Asked) -> bytes:
        self.turn += 1
        body = self._bodies[self.turn % TURNS].replace(_ANY_ID, asked.action_id.encode())
        self.status_bytes = len(body)
        return body

    @staticmethod
    def _body(turn: int) -> bytes:
        queues = [
            ("Event: QueueParams", f"Queue: {queue(n)}", "Max: 0", "Calls: 0", "ServiceLevel: 20")
            for n in range(QUEUES)
        ]
        members = [_member(membership, turn) for membership in _MEMBERSHIPS]
        asked = Asked("QueueStatus", {"actionid": _ANY_ID.decode()}, "")
        return listing(asked, "QueueStatusComplete", [*queues, *members])

    async def _wait(self, asked: Asked) -> bytes:
        if self._told >= self.calls or not self.turn:
            await asyncio.sleep(1)
            return said(asked, "Success") + packet("Event: WaitEventComplete")
        if self.began is None:
            self.began = time.monotonic()
        first, self._told = self._told, self._told + CALLS_AN_ANSWER
        events = b"".join(call(n) for n in range(first, self._told))
        return said(asked, "Success") + events + packet("Event: WaitEventComplete")


def _member(membership: tuple[int, int], turn: int) -> tuple[str, ...]:
    """Whether somebody is on the phone changes with each look, of a third of them."""
    at, who = membership
    is_busy = (who + turn) % TURNS == 0
    return (
        *("Event: QueueMember", f"Queue: {queue(at)}", f"Name: Agent Number {who}"),
        *(f"Location: PJSIP/{who}", f"StateInterface: PJSIP/{who}", "Membership: static"),
        *("Penalty: 0", "CallsTaken: 12", "LastCall: 1795295800", "LastPause: 0"),
        *("LoginTime: 1795290000", "InCall: 0", f"Status: {2 if is_busy else 1}"),
        *("Paused: 0", "PausedReason: ", "Wrapuptime: 0"),
    )


def queue(number: int) -> str:
    """The name of a queue."""
    return f"queue-{number % QUEUES:02}"


_MEMBERSHIPS = [(n % QUEUES, 1000 + n * 7 % 900) for n in range(MEMBERSHIPS)]


def call(number: int) -> bytes:
    """A whole call: it joins, rings, is answered and ends."""
    at, who = _MEMBERSHIPS[number % MEMBERSHIPS]
    caller = (
        *("Privilege: agent,all", "Channel: PJSIP/in", "CallerIDNum: +4940123456"),
        *(f"Uniqueid: pbx-{number}.1", f"Linkedid: pbx-{number}.1", f"Queue: {queue(at)}"),
    )
    agent = (*caller, f"Interface: PJSIP/{who}", f"MemberName: Agent Number {who}")
    return b"".join(
        (
            packet("Event: QueueCallerJoin", *caller, "Position: 1", "Count: 1"),
            packet("Event: AgentCalled", *agent),
            status(at, who, 6),
            packet("Event: QueueCallerLeave", *caller, "Position: 1", "Count: 0"),
            packet("Event: AgentConnect", *agent, "RingTime: 2", "HoldTime: 3"),
            status(at, who, 2),
            packet("Event: AgentComplete", *agent, "HoldTime: 3", "TalkTime: 9", "Reason: agent"),
            status(at, who, 1),
        )
    )


def status(at: int, who: int, state: int) -> bytes:
    """A membership whose phone does something else."""
    return packet(
        *("Event: QueueMemberStatus", "Privilege: agent,all", f"Queue: {queue(at)}"),
        *(f"MemberName: Agent Number {who}", f"Interface: PJSIP/{who}", "Membership: static"),
        *("Penalty: 0", "InCall: 0", f"Status: {state}", "Paused: 0", "PausedReason: "),
        *("Wrapuptime: 0", "Ringinuse: 0"),
    )


@contextmanager
def floor(stage: Stage, pbx: LargePbx, *, interval: float, poll: float) -> Iterator[Floor]:
    """A floor that is served by such a server as long as the block."""
    made = Floor.make(stage, "http://127.0.0.1:1")
    secret = made.config.with_suffix(".secret")
    secret.write_text(pbx.server.accounts["panel"].secret)
    secret.chmod(0o600)
    with pbx.server.on_thread() as server:
        state = made.config.with_suffix("")
        text = _CONFIG.format(
            state=state, url=server.url, secret=secret, interval=interval, poll=poll
        )
        made.config.write_text(text, encoding="utf-8")
        yield made


def events(stage: Stage, calls: int = CALLS) -> Kept:
    """Keep a stream of calls, from HTTP answers to committed rows."""
    pbx = LargePbx(calls)
    with floor(stage, pbx, interval=0.05, poll=300) as made, made.sync() as process:
        made.wait_filled(1)
        before, end = cost(process), time.monotonic() + LIMIT_S
        while _answered(made.cache) < calls:
            if time.monotonic() > end:
                raise TimeoutError(f"{calls} calls in {made.cache}")
            time.sleep(_LOOK_S)
        assert pbx.began is not None
        seconds = time.monotonic() - pbx.began
        spent = cost(process).since(before)
    return Kept(calls * EVENTS_A_CALL, seconds, spent.cpu_s)


def keys_beside(stage: Stage, presses: int) -> tuple[measures.Keys, int]:
    """Keys on the agents pane while every second a whole floor is answered; its bytes."""
    pbx = LargePbx(0)
    with floor(stage, pbx, interval=1.0, poll=1.0) as made, made.sync():
        made.wait_filled(len({who for _at, who in _MEMBERSHIPS}))
        with stage.terminal(made.screen(), _SIZE) as terminal:
            measures.shows(terminal, "queue-00")
            terminal.send("2")
            terminal.send("z")
            measures.shows(terminal, "Agent Number")
            terminal.settle(3.0, 3.0)
            pressed = measures.keys(terminal, "j" * presses)
    return pressed, pbx.status_bytes


def _answered(cache: Path) -> int:
    with suppress(StoreError), closing(CacheReader.open(cache)) as reader:
        rows = [record for _, record in reader.read(0).upserts]
        return sum(row.day.answered for row in rows if isinstance(row, Queue))
    return 0
