"""How each agent gets through the day: log-on, breaks, meals, lateness, small pauses, trouble."""

from __future__ import annotations

import random

import simpy

from data.model import AgentState, Ms
from data.sandbox.board import AgentRow
from data.sandbox.floor import Floor
from data.sandbox.profile import ticks
from data.sandbox.roster import ShiftPlan, Span

_HOUR_MS = 3_600_000
_PAUSES_PER_HOUR = 0.25
_PHONE_FAILURES_PER_HOUR = 0.04


class Workday:
    """The agents' side of a day.

    Args:
        floor: The switch that they log on to.
        rng: Where chance comes from.
    """

    def __init__(self, floor: Floor, rng: random.Random) -> None:
        self._floor = floor
        self._env = floor.env
        self._rng = rng

    def live(self, agent: AgentRow, shift: ShiftPlan) -> simpy.events.ProcessGenerator:
        """One agent's shift from log-on to log-off."""
        if shift.absent:
            return
        yield from self._until(shift.start + shift.late_ms)
        self._floor.ask(agent, AgentState.READY)
        for span in shift.spans:
            if span.end <= self._floor.now:
                continue
            if span.kind == "on_queue":
                yield from self._on_queue(agent, span)
            else:
                yield from self._away(agent, span)
            if agent.state is AgentState.LOGGED_OFF:
                return  # a supervisor has sent them home
        yield self._floor.ask(agent, AgentState.LOGGED_OFF)

    def _until(self, at: Ms) -> simpy.events.ProcessGenerator:
        if at > self._floor.now:
            yield self._env.timeout(at - self._floor.now)

    def _away(self, agent: AgentRow, span: Span) -> simpy.events.ProcessGenerator:
        """Something that is not work on the queue; it begins after the contact in hand."""
        yield from self._until(span.start + ticks(self._rng.expovariate(1 / 30)))
        if agent.state is AgentState.LOGGED_OFF:
            return
        yield self._floor.ask(agent, AgentState.NOT_READY, span.kind)
        overrun = ticks(self._rng.expovariate(1 / 45))
        late_ms = min(max(0, self._floor.now - span.start), 5 * 60_000)
        yield from self._until(span.end + late_ms + overrun)
        self._back(agent, span.kind)

    def _on_queue(self, agent: AgentRow, span: Span) -> simpy.events.ProcessGenerator:
        """Work on the queue, with now and then a pause that nobody planned."""
        while True:
            pause_at = self._floor.now + ticks(
                self._rng.expovariate(_PAUSES_PER_HOUR / (_HOUR_MS / 1000)), 60
            )
            if pause_at + 10 * 60_000 > span.end:
                break
            yield from self._until(pause_at)
            if agent.state is AgentState.LOGGED_OFF:
                return
            reason = self._rng.choices(("personal", "coaching", "system"), (75, 15, 10))[0]
            yield self._floor.ask(agent, AgentState.NOT_READY, reason)
            yield self._env.timeout(ticks(90 + self._rng.expovariate(1 / 150)))
            self._back(agent, reason)
        yield from self._until(span.end)

    def _back(self, agent: AgentRow, reason: str) -> None:
        """Back on the queue, unless a supervisor has meanwhile decided otherwise."""
        if agent.state is AgentState.NOT_READY and agent.reason == reason:
            self._floor.free(agent)

    def trouble(self) -> simpy.events.ProcessGenerator:
        """Now and then the phone of somebody who is ready cannot be reached."""
        agents = list(self._floor.agents.values())
        rate = _PHONE_FAILURES_PER_HOUR * len(agents) / (_HOUR_MS / 1000)
        while True:
            yield self._env.timeout(ticks(self._rng.expovariate(rate), 1))
            agent = self._rng.choice(agents)
            if agent.state is AgentState.READY:
                away = ticks(self._rng.uniform(60, 900))
                put = self._floor.drop_out(agent, AgentState.UNREACHABLE, "", away)
                self._floor.board.commit(self._floor.now, put)
