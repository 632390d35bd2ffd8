"""Agents and loans as people speak of them."""

from __future__ import annotations

from data.figures.loans import LoanFigures, queue_name
from data.floor import FloorSnapshot
from data.model import Agent, Ms
from screens import words
from screens.formats import format_duration
from screens.text import _, ngettext


def loan_words(snapshot: FloorSnapshot, figures: LoanFigures) -> str:
    """A loan as people speak of it: how many, to which queue."""
    name = queue_name(snapshot.queues, figures.queue_key)
    count = len(figures.agents)
    text = ngettext("{count} agent in {queue}", "{count} agents in {queue}", count)
    return text.format(count=count, queue=name)


def agent_words(agent: Agent) -> str:
    """An agent by number and name."""
    return _("{id} {name}").format(id=agent.number, name=agent.name)


def state_words(agent: Agent, now: Ms) -> str:
    """What an agent does, and for how long."""
    state = words.agent_state_because(agent.state, agent.reason)
    age = format_duration(max(0.0, (now - agent.since) / 1000))
    return _("{state} {age}").format(state=state, age=age)
