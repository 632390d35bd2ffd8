"""The records that something is wanted of."""

from __future__ import annotations

from data.model import Agent
from screens.acting.offer import Wanted


def agents_of(wanted: Wanted) -> list[Agent]:
    """The agents that it can be done to."""
    agents = wanted.look.snapshot.agents
    found = (agents.get(each.target.key) for each in wanted.offers if not each.why_not)
    return [agent for agent in found if agent is not None]
