"""What an agent had and has no more: memberships, ranks and pauses that a restart takes away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from data.model import Agent, AgentState

MANY = 5
"""So many memberships that go at once are no accident of a shift,"""
MANY_SHARE = 0.25
"""if they are this share of all that there were."""

PAUSE_HOLDS_MS = 15 * 60_000
"""So long after a restart somebody's break may well be over."""


class Lack(StrEnum):
    """What an agent has lost."""

    MEMBERSHIP = "membership"
    """Serving a queue."""
    PENALTY = "penalty"
    """The rank in a queue that they still serve."""
    NOT_READY = "not_ready"
    NOT_READY_THERE = "not_ready_there"
    """Being not ready in one queue, where they were ready in others."""
    LENT_AWAY = "lent_away"
    """Serving no more a queue that they have left for a loan."""


class Missing(msgspec.Struct, frozen=True):
    """One thing that an agent had."""

    what: Lack
    queue: str = ""
    penalty: int = 0
    """As it was."""
    reason: str = ""
    """Of not ready, in the telephone system's own code."""


def penalty_in(agent: Agent, queue: str) -> int:
    """An agent's rank in a queue; 0 where none is told."""
    return next((each.penalty for each in agent.penalties if each.queue == queue), 0)


def is_not_ready(agent: Agent) -> bool:
    """Whether an agent gets no contacts by request, also where they still have one in hand."""
    states = (agent.state, agent.reported_state, agent.pending_state)
    return AgentState.NOT_READY in states


def missing(before: Agent, now: Agent | None) -> Iterator[Missing]:
    """What an agent had and has no more; nothing of what they have gained.

    Args:
        before: The agent at a moment when all was well.
        now: The same agent at another; None where the source knows them no more.
    """
    if now is not None and _is_as_before(before, now):
        return
    serves = set(now.queues) if now is not None else set()
    for queue in before.queues:
        penalty = penalty_in(before, queue)
        if queue not in serves:
            yield Missing(Lack.MEMBERSHIP, queue, penalty)
        elif now is not None and penalty_in(now, queue) != penalty:
            yield Missing(Lack.PENALTY, queue, penalty)
    if is_not_ready(before):
        # Who is logged off and serves what they served went by themselves.
        went = now is not None and now.state is AgentState.LOGGED_OFF
        is_away = went and serves.issuperset(before.queues)
        if not is_away and (now is None or not is_not_ready(now)):
            yield Missing(Lack.NOT_READY, reason=before.reason)
        return
    if now is None or is_not_ready(now):
        return
    for queue in before.paused_in:
        if queue in serves and queue not in now.paused_in:
            yield Missing(Lack.NOT_READY_THERE, queue)


def _is_as_before(before: Agent, now: Agent) -> bool:
    """Whether an agent plainly lacks nothing: most of a floor, at every look."""
    return (
        now.queues == before.queues
        and now.penalties == before.penalties
        and not before.paused_in
        and not is_not_ready(before)
    )


def memberships_gone(before: Agent, now: Agent | None) -> int:
    """How many of an agent's queues they serve no more."""
    return len(set(before.queues).difference(now.queues if now is not None else ()))


def is_many(gone: int, agents: Iterable[Agent]) -> bool:
    """Whether so many memberships that went at once are too many for people to have done that.

    Args:
        gone: How many went.
        agents: All agents as they were before.
    """
    return gone >= MANY and gone >= MANY_SHARE * sum(len(agent.queues) for agent in agents)
