"""The demonstration's script: what a newcomer sees happen within four minutes.

| after the opening | what happens |
|---|---|
| -1:30 | calls of one queue begin to last long, and a backlog builds up there |
| 0:20 | an agent of that queue raises a hand |
| 0:45 | a rush on that queue; waits pass two minutes, and callers give up |
| 1:15 | a team leader answers the raised hand |
| 1:30 | the acknowledgement of a serious complaint falls due, and nobody has it |
| 2:30 | the switch behind the API falls silent |
| 3:10 | it speaks again, and everything catches up |
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import simpy

from data.contract import from_ms
from data.model import Channel, Ms
from data.sandbox.board import AgentRow, QueueRow
from data.sandbox.calls import Calls
from data.sandbox.complaints import Complaints
from data.sandbox.floor import Floor
from data.sandbox.profile import ticks

COMPLAINT_DUE_S = 90
_LONGER_MS = 240_000
_HAND_STAYS_MS = 200_000


class Script:
    """Makes the demonstration's events happen, always the same for a seed.

    Args:
        floor: The switch.
        calls: What brings callers.
        complaints: The complaints desk.
        start: The instant at which the demonstration opens.
        rng: Where chance comes from.
    """

    def __init__(
        self, floor: Floor, calls: Calls, complaints: Complaints, start: Ms, rng: random.Random
    ) -> None:
        self._floor = floor
        self._calls = calls
        self._complaints = complaints
        self._start = start
        self._rng = rng
        self._queue = self._busiest_voice_queue()
        self._raised: AgentRow | None = None
        self.silent_since: Ms | None = None
        """Since when the switch has said nothing."""

    def _beats(self) -> tuple[tuple[int, Callable[[], None]], ...]:
        """Seconds after the opening, in order, and what happens then."""
        return (
            (-600, self._complain),
            (-90, self._back_up),
            (20, self._raise_hand),
            (45, self._rush),
            (75, self._answer_hand),
            (150, self._fall_silent),
            (190, self._speak_again),
        )

    def play(self) -> simpy.events.ProcessGenerator:
        """Wait for each beat and let it happen."""
        for after_s, happen in self._beats():
            wait = self._start + after_s * 1000 - self._floor.now
            if wait >= 0:
                yield self._floor.env.timeout(wait)
            happen()

    def _busiest_voice_queue(self) -> QueueRow:
        voice = [
            queue
            for queue in self._floor.queues.values()
            if queue.plan.channel is Channel.VOICE and not queue.plan.is_outbound
        ]
        return max(voice, key=lambda queue: queue.plan.weight)

    def _complain(self) -> None:
        self._complaints.crossing(self._start + COMPLAINT_DUE_S * 1000)

    def _back_up(self) -> None:
        """A slow system: calls last longer, and so the queue does too."""
        members = [
            agent for agent in self._floor.agents.values() if self._queue.plan.id in agent.ranks
        ]
        for agent in members:
            leg = self._calls.service.in_hand.get(agent.id)
            if leg is not None:
                leg.stretch_ms = _LONGER_MS
        self._callers(len(members) // 3 + 6, within_s=30, patience_s=(170, 400))

    def _raise_hand(self) -> None:
        """Somebody in a call of that queue asks for help, and goes on asking."""
        for agent_id, leg in sorted(self._calls.service.in_hand.items()):
            agent = self._floor.agents[agent_id]
            if leg.queue is not self._queue or agent.message.assist_since is not None:
                continue
            leg.stretch_ms = max(leg.stretch_ms, _HAND_STAYS_MS)
            agent.message.assist_since = from_ms(self._floor.now)
            self._floor.board.commit(self._floor.now, agent.put)
            self._raised = agent
            return

    def _answer_hand(self) -> None:
        if self._raised is not None:
            self._calls.service.incidents.answer(self._raised)

    def _rush(self) -> None:
        self._callers(16, within_s=40, patience_s=(30, 160))

    def _callers(self, number: int, *, within_s: float, patience_s: tuple[float, float]) -> None:
        for _ in range(number):
            delay = ticks(self._rng.uniform(0, within_s))
            patience = ticks(self._rng.uniform(*patience_s))
            self._floor.after(delay, partial(self._call, patience))

    def _call(self, patience_ms: Ms) -> None:
        self._floor.env.process(
            self._calls.contact(self._queue, patience_ms=patience_ms, stretch_ms=_LONGER_MS)
        )

    def _fall_silent(self) -> None:
        self.silent_since = self._floor.now
        self._floor.board.hush()

    def _speak_again(self) -> None:
        self.silent_since = None
        self._floor.board.resume(self._floor.now)
