"""The recorded run under traffic, served again by `AsteriskServer` at many times its speed.

The run has a clock of its own, which begins with the first request and goes at the speed that is
asked for, but never past an answer that has not been given yet, nor past the last one: so nothing
of the run is skipped, however slowly it is asked for, and what a snapshot says fits the events
before it.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Collection
from dataclasses import dataclass

from tests.support.asterisk_recordings import RECORDINGS
from tests.support.asterisk_server import Account, Asked, AsteriskServer, packet, said

EVENTS = "WaitEvent"
_CURRENT = frozenset({"QueueStatus", "QueueSummary"})
_ACTION_ID = re.compile(rb"(?m)^ActionID: [^\r\n]*\r\n")
_SOON_S = 0.02
"""How long, in real time, one that waits for events is kept at a clock that stands."""


@dataclass(frozen=True)
class Recorded:
    """One answer of the run."""

    action: str
    sent: float
    received: float
    """Seconds since 1970, by the server's clock."""
    body: bytes

    def to(self, asked: Asked) -> bytes:
        """The answer as it would have been to this request: with its ActionID."""
        mark = f"ActionID: {asked.action_id}\r\n".encode()
        if self.action != EVENTS:
            return _ACTION_ID.sub(mark, self.body)
        head, line_end, rest = self.body.partition(b"\r\n")
        return head + line_end + mark + rest.removesuffix(b"\r\n") + mark + b"\r\n"


class Replay:
    """The run, answer by answer.

    Args:
        speed: How many seconds of the run go by in a real one.
        every: Actions of which no answer may be left out. Of others, the one is given that was the
            newest at the time.
        looks_first: Tell of no event before the first list was asked for, as the run went.
    """

    def __init__(
        self, speed: float, *, every: Collection[str] = (EVENTS,), looks_first: bool = False
    ) -> None:
        self.speed = speed
        self._every = frozenset(every)
        self._answers = {
            action: [each for each in _run() if each.action == action]
            for action in ("QueueStatus", "QueueSummary", "CoreShowChannels", EVENTS)
        }
        self._given = dict.fromkeys(self._answers, 0)
        """How many answers of each kind have been given or passed over."""
        self.began_at = min(each.sent for kind in self._answers.values() for each in kind)
        self._began_real: float | None = None
        self._has_looked = not looks_first

    def server(self, **settings: object) -> AsteriskServer:
        """A server that serves the run, to an account `panel` with the secret `s3cret w0rd`."""
        server = AsteriskServer(clock=self.now, **settings)  # type: ignore[arg-type]
        server.accounts.setdefault("panel", Account("s3cret w0rd"))
        for action in self._answers:
            server.answers[action.lower()] = self._next_events if action == EVENTS else self._newest
        return server

    def now(self) -> float:
        """The run's clock; begins when it is first looked at."""
        real = time.monotonic()
        if self._began_real is None:
            self._began_real = real
        return min(self.began_at + (real - self._began_real) * self.speed, self._limit())

    @property
    def is_over(self) -> bool:
        """Whether every answer has been given that had to be."""
        return all(self._given[kind] == len(self._answers[kind]) for kind in self._every)

    @property
    def given(self) -> dict[str, int]:
        """How many answers of each kind have been given or passed over."""
        return dict(self._given)

    def _limit(self) -> float:
        waiting = [
            self._answers[kind][self._given[kind]].received
            for kind in self._every
            if self._given[kind] < len(self._answers[kind])
        ]
        last = max(each.received for kind in self._answers.values() for each in kind)
        return min(waiting, default=last)

    async def _newest(self, asked: Asked) -> bytes:
        """The first list that is no older than the events that were told, once its time has come.

        A server answers with how things are, never with how they were before what it has told.
        """
        kind = asked.action
        answers, place = self._answers[kind], self._given[kind]
        if kind in self._every:
            at = min(place, len(answers) - 1)
            if answers[at].received > self.now() and place:
                return answers[place - 1].to(asked)
            self._given[kind] = min(place + 1, len(answers))
            return answers[at].to(asked)
        if kind not in _CURRENT or self._every & _CURRENT:
            while place < len(answers) - 1 and answers[place + 1].received <= self.now():
                place += 1
        elif self._has_looked:
            while place < len(answers) - 1 and answers[place].received < self._told():
                place += 1
            while answers[place].received > self.now():  # noqa: ASYNC110 - a clock has no event
                await asyncio.sleep(_SOON_S)
        self._has_looked |= kind in _CURRENT
        self._given[kind] = max(self._given[kind], place)
        return answers[place].to(asked)

    def _told(self) -> float:
        """Up to when events have been told."""
        given = self._given[EVENTS]
        return self._answers[EVENTS][given - 1].received if given else 0.0

    async def _next_events(self, asked: Asked) -> bytes:
        """The next answer of the run when its time has come, or none in the time asked for."""
        until = time.monotonic() + float(asked.fields.get("timeout", "50"))
        answers = self._answers[EVENTS]
        while time.monotonic() < until:
            place = self._given[EVENTS]
            is_due = place < len(answers) and answers[place].received <= self.now()
            if self._has_looked and is_due:
                self._given[EVENTS] += 1
                return answers[place].to(asked)
            await asyncio.sleep(_SOON_S)
        head = said(asked, "Success", "Message: Waiting for Event completed.")
        return head + packet("Event: WaitEventComplete", f"ActionID: {asked.action_id}")


def _run() -> list[Recorded]:
    folder = RECORDINGS / "run1"
    lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [
        Recorded(one["action"], one["sent"], one["received"], (folder / one["file"]).read_bytes())
        for one in found
        if one["session"] in {"poll", "events"}
    ]
