"""What would become of queues with other agents or other calls: the model of `staffing`, twice.

Everything is worked out for a steady half hour from the present state on. What the answers are good
for is their difference: the same model, once as it is and once as it would be.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache

import msgspec

from data.rules.staffing import Figures, Goals, Load, measure, required

INTERVAL_S = 1800
_HIGHEST_TARGET = 99.9
"""Percent; no number of agents promises all of it."""


class QueueState(msgspec.Struct, frozen=True, kw_only=True):
    """A queue as it is, or as it would be."""

    key: Hashable
    calls: float
    """Expected in the next half hour, those who wait already among them."""
    aht_s: float
    agents: float
    """At its disposal; who serves three queues is a third of an agent to each."""
    threshold_s: float = 20
    target_percent: float = 80.0
    patience_s: float | None = None
    """None: callers wait for ever."""


class Change(msgspec.Struct, frozen=True):
    """What is supposed of one queue, or of all."""

    key: Hashable | None = None
    """None: all of them."""
    agents: float = 0.0
    """How many more; below zero fewer."""
    calls: float = 1.0
    """How many times as many."""
    to: Hashable | None = None
    """The queue that those who are taken serve instead; None: none."""


class Outlook(msgspec.Struct, frozen=True):
    """What a state leads to, by the model; shares from 0 to 1, None where undefined."""

    service_level: float
    """Answered within the threshold / offered."""
    asa_s: float | None
    abandon_rate: float | None
    """None where callers are taken to wait for ever."""
    occupancy: float | None
    required: int | None
    """Agents that keep the target; None where there is none."""


def move(count: float, source: Hashable, target: Hashable) -> Change:
    """So many agents who serve another queue instead."""
    return Change(source, -count, to=target)


def changed(states: Iterable[QueueState], changes: Sequence[Change]) -> list[QueueState]:
    """The queues as they would be, one change after another.

    Nobody can be taken where nobody is, and so nobody comes from there either. Of a queue that is
    not among the states it is not known how many it has: all that are wanted come from there.
    """
    after = {state.key: state for state in states}
    for change in changes:
        taken = -change.agents
        for key in after if change.key is None else after.keys() & {change.key}:
            state = after[key]
            agents = max(0.0, state.agents + change.agents)
            taken = state.agents - agents
            calls = state.calls * change.calls
            after[key] = msgspec.structs.replace(state, agents=agents, calls=calls)
        if change.to in after:
            state = after[change.to]
            after[change.to] = msgspec.structs.replace(state, agents=state.agents + taken)
    return list(after.values())


@lru_cache(maxsize=4096)
def outlook(state: QueueState) -> Outlook:
    """What a state leads to. Parts of an agent are taken between the whole numbers around them."""
    load = Load(state.calls, INTERVAL_S, state.aht_s)
    low = math.floor(state.agents)
    below = measure(load, low, state.threshold_s, state.patience_s)
    part = state.agents - low
    above = measure(load, low + 1, state.threshold_s, state.patience_s) if part else below
    return Outlook(
        service_level=_between(below.service_level, above.service_level, part) or 0.0,
        asa_s=_between(below.asa_s, above.asa_s, part),
        abandon_rate=None if state.patience_s is None else _abandoned(below, above, part),
        occupancy=_between(below.occupancy, above.occupancy, part),
        required=_required(load, state),
    )


def _abandoned(below: Figures, above: Figures, part: float) -> float | None:
    return _between(below.abandon_rate, above.abandon_rate, part)


def _between(below: float | None, above: float | None, part: float) -> float | None:
    if below is None or above is None:
        return None if part < 1 and below is None else above
    return below + (above - below) * part


def _required(load: Load, state: QueueState) -> int | None:
    target = min(state.target_percent, _HIGHEST_TARGET)
    if target <= 0:
        return None
    goals = Goals(service_level=target / 100, target_s=state.threshold_s)
    return required(load, goals, state.patience_s).required
