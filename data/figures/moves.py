"""Where the floor is short just now, whom one could move, and whose break could slip.

Nothing here is an instruction, and nothing is done by it: each hint says how many hours of lacking
work it would bring, and the actions of the panes do what is wanted of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from data.figures.heads import agents_elsewhere
from data.figures.intraday import Intraday
from data.figures.planned import Planned
from data.figures.queues import FloorFigures, Group, QueueFigures, group_of
from data.figures.roster import HALF_HOUR_MS
from data.floor import FloorSnapshot, Key
from data.model import Activity, Agent, AgentState, Ms, Shift
from data.rules.adherence import WORKING
from data.rules.staffing import estimated_patience
from data.rules.what_if import Change, QueueState, changed, outlook

HOUR_MS = 3_600_000
LOOK_AHEAD_MS = 3 * HOUR_MS
"""Breaks that begin later are not thought of yet."""
SLIP_MS = HOUR_MS
"""A break slips by no more."""
MOST_HELPERS = 2
"""Queues that are named as helpers of one that lacks heads."""
_ROUNDED_UP = 0.999
_STEP_MS = 15 * 60_000
_LEAST_ABANDONED = 20
_LEAST_ANSWERED = 5
_BREAKS = frozenset({"break", "meal"})


class Move(msgspec.Struct, frozen=True):
    """Agents of a queue with some to spare who could serve one that lacks some."""

    source: Key
    target: Key
    heads: int
    agents: tuple[Key, ...]
    """Who could: those who are ready first, the longest ready before others."""
    saved_h: float
    """Hours of work that are lacking in the next half hour, and would not be."""


class Slip(msgspec.Struct, frozen=True):
    """A break that would do less harm at another time."""

    shift: Key
    agent: Key
    kind: str
    starts_at: Ms
    better_at: Ms
    saved_h: float
    """Hours of work that are lacking in the half hours of the break, and would not be."""


def queue_states(
    floor: FloorFigures, snapshot: FloorSnapshot, expected: Mapping[Key, float]
) -> list[QueueState]:
    """The queues in which callers wait, as they are; those without a handling time are left out.

    Args:
        floor: Their figures.
        snapshot: The floor as of the same commit.
        expected: Calls that are expected of them in a half hour; of others what came in the last.
    """
    staffed = {one.key: one for one in floor.queues if group_of(one.queue) is Group.IMMEDIATE}
    heads = _heads(staffed, snapshot.agents.values())
    states = []
    for key, figures in staffed.items():
        counts = figures.recent if figures.recent.answered >= _LEAST_ANSWERED else figures.day
        if not counts.answered:
            continue
        queue = figures.queue
        states.append(
            QueueState(
                key=key,
                # Rounded, so that what has been worked out need not be every second again.
                calls=round(expected.get(key, figures.recent.offered)) + figures.waiting,
                aht_s=round(counts.handling_s / counts.answered),
                agents=float(heads.get(key, Fraction())),
                threshold_s=queue.threshold_s,
                target_percent=queue.target_percent,
                patience_s=_patience(figures),
            )
        )
    return states


def moves(states: Sequence[QueueState], snapshot: FloorSnapshot, now: Ms) -> list[Move]:
    """Who could help whom: most hours saved first, and of two helpers who loses least by it."""
    spare = {}
    known = {state.key: state for state in states if isinstance(state.key, Key)}
    for key, state in known.items():
        needed = outlook(state).required
        if needed is not None:
            spare[key] = state.agents - needed
    found: list[tuple[float, Move]] = []
    for target, lack in spare.items():
        for source, free in spare.items():
            heads = int(min(_ROUNDED_UP - lack, free)) if lack < 0 < free else 0
            agents = _movable(snapshot, source, target, now) if heads else ()
            heads = min(heads, len(agents))
            if heads:
                loss = _loss(known[source], heads)
                found.append((loss, Move(source, target, heads, agents, heads / 2)))
    found.sort(key=lambda one: (-one[1].saved_h, one[0], one[1].target, one[1].source))
    helpers: dict[Key, int] = {}
    best = []
    for _loss_of, one in found:
        helpers[one.target] = helpers.get(one.target, 0) + 1
        if helpers[one.target] <= MOST_HELPERS:
            best.append(one)
    return best


def _loss(state: QueueState, heads: int) -> float:
    """How much service level a queue loses with so many heads fewer."""
    (after,) = changed([state], [Change(agents=-heads)])
    return outlook(state).service_level - outlook(after).service_level


def slips(snapshot: FloorSnapshot, day: Intraday, site: str | None) -> list[Slip]:
    """Breaks in half hours that lack heads, and when each would do least harm; the best first.

    Of those whose queues nobody waits in they are left as they are.
    """
    elsewhere, planned = agents_elsewhere(snapshot), Planned(snapshot)
    spare = {one.starts_at: one.spare for one in day.halves if one.spare is not None}
    found = []
    for key, shift in snapshot.shifts.items():
        if site not in {None, key.site} or not shift.starts_at <= day.now < shift.ends_at:
            continue
        agent = planned.key(shift)
        for activity in shift.activities if agent not in elsewhere else ():
            slip = _slip(key, agent, shift, activity, spare, day.now)
            if slip is not None:
                found.append(slip)
    return sorted(found, key=lambda one: (-one.saved_h, one.starts_at, one.agent))


def _heads(queues: Mapping[Key, QueueFigures], agents: Iterable[Agent]) -> dict[Key, Fraction]:
    """Agents at the queues' disposal; who serves several is divided among them."""
    heads: dict[Key, Fraction] = {}
    for agent in agents:
        if agent.state not in WORKING:
            continue
        mine = [
            key
            for queue in dict.fromkeys(agent.queues)
            if (key := Key(agent.site, agent.source, queue)) in queues
        ]
        for key in mine:
            heads[key] = heads.get(key, Fraction()) + Fraction(1, len(mine))
    return heads


def _patience(figures: QueueFigures) -> float | None:
    day = figures.day
    if day.abandoned < _LEAST_ABANDONED:
        return None
    waited = day.wait_answered_s + day.wait_abandoned_s
    return max(1, round(estimated_patience(waited, day.abandoned) or 0))


def _movable(snapshot: FloorSnapshot, source: Key, target: Key, now: Ms) -> tuple[Key, ...]:
    """Those of one queue who do not serve the other, and are at hand."""
    found = [
        (agent.state is not AgentState.READY, agent.since or now, key)
        for key, agent in snapshot.agents.items()
        if agent.state in WORKING
        and (key.site, key.source) == (source.site, source.source) == (target.site, target.source)
        and source.id in agent.queues
        and target.id not in agent.queues
    ]
    return tuple(key for *_order, key in sorted(found))


def _slip(
    key: Key, agent: Key, shift: Shift, activity: Activity, spare: Mapping[Ms, int], now: Ms
) -> Slip | None:
    begins, length = activity.starts_at, activity.ends_at - activity.starts_at
    if activity.kind not in _BREAKS or not now < begins <= now + LOOK_AHEAD_MS:
        return None
    harm = _harm(begins, length, spare, 0)
    best = (harm, begins)
    for step in range(-SLIP_MS, SLIP_MS + 1, _STEP_MS):
        at = begins + step
        is_free = not any(
            one is not activity and one.starts_at < at + length and at < one.ends_at
            for one in shift.activities
        )
        if now < at and at + length <= shift.ends_at and is_free:
            # Whoever is away at another time makes a half hour without spare heads short.
            best = min(best, (_harm(at, length, spare, 1 if step else 0), at))
    saved = harm - best[0]
    if saved <= 0:
        return None
    return Slip(key, agent, activity.kind, begins, best[1], saved / HOUR_MS)


def _harm(begins: Ms, length: int, spare: Mapping[Ms, int], fewer: int) -> int:
    """Milliseconds of a break in half hours that lack heads, with so many heads fewer in them."""
    harm = 0
    at = begins - begins % HALF_HOUR_MS
    while at < begins + length:
        if at in spare and spare[at] - fewer < 0:
            harm += min(begins + length, at + HALF_HOUR_MS) - max(begins, at)
        at += HALF_HOUR_MS
    return harm
