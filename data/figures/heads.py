"""Heads for the queues in which callers wait: how many are planned, and how many are there.

What is needed is of these queues alone, so whoever serves none of them (only e-mail, only calls to
the outside) is no head of theirs. Somebody whose queues are not known may well serve them.
"""

from __future__ import annotations

from collections.abc import Collection

from data.figures.planned import Planned
from data.figures.roster import HALF_HOUR_MS, NEVER
from data.floor import FloorSnapshot, Key
from data.model import Activity, Agent, Ms, Queue, Shift
from data.rules.adherence import WORK, WORKING
from data.rules.shift_plan import plan_of


def is_staffed(queue: Queue) -> bool:
    """Whether callers wait in a queue for agents who are to be there by then."""
    return queue.channel.is_immediate and queue.direction == "inbound"


def agents_elsewhere(snapshot: FloorSnapshot) -> frozenset[Key]:
    """The agents who serve queues, and none in which callers wait."""
    return frozenset(
        key for key, agent in snapshot.agents.items() if _is_elsewhere(agent, snapshot)
    )


def heads_now(snapshot: FloorSnapshot, site: str | None, elsewhere: Collection[Key]) -> int:
    """How many are at the disposal of the queues at present.

    Args:
        snapshot: The floor.
        site: A site's id; None for all sites.
        elsewhere: From `agents_elsewhere`.
    """
    return sum(
        agent.state in WORKING
        for key, agent in snapshot.agents.items()
        if site in {None, key.site} and key not in elsewhere
    )


def planned_heads(
    snapshot: FloorSnapshot,
    site: str | None,
    elsewhere: Collection[Key],
    start: Ms = -NEVER,
    end: Ms = NEVER,
) -> dict[Ms, float]:
    """Mean heads that are planned for the queues, by the beginning of each half hour.

    Whoever has shifts at an endpoint and at the desk is one head all the same.

    Args:
        snapshot: The floor.
        site: A site's id; None for all sites.
        elsewhere: From `agents_elsewhere`.
        start: Shifts that are over by then do not matter.
        end: Shifts that begin later do not matter.
    """
    planned = Planned(snapshot)
    plans: dict[Key, list[Shift]] = {}
    for shift in snapshot.shifts.values():
        if site in {None, shift.site} and shift.ends_at > start and shift.starts_at < end:
            plans.setdefault(planned.key(shift), []).append(shift)
    heads: dict[Ms, float] = {}
    for person, shifts in plans.items():
        if person in elsewhere:
            continue
        for piece in plan_of((*shifts,)):
            if piece.kind in WORK:
                _add(heads, piece)
    return heads


def _is_elsewhere(agent: Agent, snapshot: FloorSnapshot) -> bool:
    is_anywhere = False
    for name in agent.queues:
        queue = snapshot.queues.get(Key(agent.site, agent.source, name))
        if queue is not None and is_staffed(queue):
            return False
        is_anywhere = is_anywhere or queue is not None
    return is_anywhere


def _add(heads: dict[Ms, float], piece: Activity) -> None:
    at = piece.starts_at - piece.starts_at % HALF_HOUR_MS
    while at < piece.ends_at:
        shared = min(piece.ends_at, at + HALF_HOUR_MS) - max(piece.starts_at, at)
        heads[at] = heads.get(at, 0.0) + shared / HALF_HOUR_MS
        at += HALF_HOUR_MS
