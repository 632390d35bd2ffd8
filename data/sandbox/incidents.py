"""What happens during a call: a hand is raised, somebody listens in."""

from __future__ import annotations

import random

import simpy

from data import contract
from data.contract import from_ms
from data.model import Ms
from data.sandbox.board import ON_CONTACT, AgentRow, Listener
from data.sandbox.floor import Floor
from data.sandbox.profile import ticks
from data.sandbox.routing import Leg

_ASSIST_SHARE = 0.012
_LISTEN_SHARE = 0.015
_ANSWERED_AFTER = 0.5
"""The share of the time that a hand stays up after which a leader sees to it."""


class Incidents:
    """Raised hands and listeners, each with a small chance in any call."""

    def __init__(self, floor: Floor, rng: random.Random) -> None:
        self._floor = floor
        self._rng = rng

    def perhaps(self, leg: Leg, agent: AgentRow, talk_ms: Ms) -> None:
        """A call has begun that will last about so long: something may happen in it."""
        chance = self._rng.random()
        if chance < _ASSIST_SHARE:
            self._floor.env.process(self.raise_hand(leg, agent, talk_ms // 3))
        elif chance < _ASSIST_SHARE + _LISTEN_SHARE:
            self._floor.env.process(self._listen(leg, agent, talk_ms // 4))

    def raise_hand(self, leg: Leg, agent: AgentRow, delay: Ms) -> simpy.events.ProcessGenerator:
        """After a while the agent asks for help, until somebody comes or the call is over."""
        yield self._floor.env.timeout(ticks(delay / 1000))
        if not _is_on(leg, agent):
            return
        agent.message.assist_since = from_ms(self._floor.now)
        self._floor.board.commit(self._floor.now, agent.put)
        stays_s = self._rng.uniform(40, 240)
        answered_s = stays_s * _ANSWERED_AFTER
        yield self._floor.env.timeout(ticks(answered_s))
        if not _is_on(leg, agent):
            return
        self.answer(agent)
        yield self._floor.env.timeout(ticks(stays_s - answered_s))
        if _is_on(leg, agent):
            agent.message.assist_since = agent.message.assist_by = None
            self._floor.board.commit(self._floor.now, agent.put)

    def answer(self, agent: AgentRow) -> None:
        """The team's leader answers a raised hand."""
        leader = agent.plan.leader
        message = agent.message
        if leader is None or message.assist_since is None or message.assist_by is not None:
            return
        agent.be_assisted(self._floor.now, contract.Person(id=leader.id, name=leader.name))
        self._floor.board.commit(self._floor.now, agent.put)

    def _listen(self, leg: Leg, agent: AgentRow, delay: Ms) -> simpy.events.ProcessGenerator:
        yield self._floor.env.timeout(ticks(delay / 1000))
        leader = agent.plan.leader
        contact = leg.contact
        if leader is None or not _is_on(leg, agent) or contact.listener is not None:
            return
        person = contract.Person(id=leader.id, name=leader.name)
        listener = Listener(person, self._floor.now)
        contact.hear(listener)
        self._floor.board.commit(self._floor.now, contact.put)
        yield self._floor.env.timeout(ticks(self._rng.uniform(30, 180)))
        if contact.drop(listener):
            self._floor.board.commit(self._floor.now, contact.put)


def _is_on(leg: Leg, agent: AgentRow) -> bool:
    """Whether this agent is still in this call."""
    return agent.state in ON_CONTACT and agent.contact == leg.contact.put.id
