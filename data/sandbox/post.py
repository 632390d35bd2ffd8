"""Messages to the people on the simulated floor, who read them after a while."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import chain

import simpy

from data import contract
from data.model import AgentState, Ms
from data.sandbox.floor import Floor
from data.sandbox.ports import Put, Sink

_LOOK_MS = 5_000
"""How often it is looked who has read something: each look is one new version at most."""
_MEAN_S = 40.0


class Post:
    """Delivers messages.

    Args:
        floor: Whose agents read them.
        sink: Keeps them.
        rng: Where chance comes from.
    """

    def __init__(self, floor: Floor, sink: Sink, rng: random.Random) -> None:
        self._floor = floor
        self._sink = sink
        self._rng = rng

    def deliver(self, note: str) -> None:
        """Let those read a message whom it is for and who are logged on."""
        self._floor.env.process(self._be_read(note))

    def _be_read(self, note: str) -> simpy.events.ProcessGenerator:
        # It is kept only after this is called, in the same transaction.
        yield self._floor.env.timeout(_LOOK_MS)
        kept = self._sink.get("note", note)
        if kept is None:
            return
        due = self._due(kept.data)
        while due:
            now = self._floor.now
            have = [agent for agent, at in due.items() if at <= now]
            kept = self._sink.get("note", note)
            if kept is None:
                return
            if have:
                message: contract.Note = kept.data
                message.read_by = list(dict.fromkeys(chain(message.read_by, have)))
                self._sink.commit(now, [Put("note", note, message)])
            due = {agent: at for agent, at in due.items() if at > now}
            yield self._floor.env.timeout(_LOOK_MS)

    def _due(self, message: contract.Note) -> Mapping[str, Ms]:
        """When each agent whom a message is for, and who is here, will have read it."""
        audience = message.audience
        if audience is None:
            return {}
        wanted = set(audience.ids)
        return {
            agent.id: self._floor.now + round(self._rng.expovariate(1 / _MEAN_S) * 1000)
            for agent in self._floor.agents.values()
            if agent.state is not AgentState.LOGGED_OFF
            if audience.kind == "everybody"
            or (audience.kind == "team" and agent.plan.team in wanted)
            or (audience.kind == "agents" and agent.id in wanted)
        }
