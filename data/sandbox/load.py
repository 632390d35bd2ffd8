"""How many contacts a floor of a certain size has to expect, so that it is busy and not drowned."""

from __future__ import annotations

import math
from collections.abc import Sequence

from data.sandbox.profile import Profile
from data.sandbox.sizes import QueuePlan

HALF_HOUR_S = 1800
_MEAN_HOLD_S = 50.0
_MEAN_RING_S = 4.0
_SHRINKAGE = 0.08  # absence, lateness and pauses that no roster shows
_SLACK = 0.9
"""Of the square root of heads that must stay idle for some four in five to be answered in time
(square-root staffing, Halfin and Whitt 1981; the factor is fitted to this floor)."""
_FIT = 0.7
"""How far planners have succeeded in having the staff follow the load: 1 is perfectly."""


def work_per_contact(plan: QueuePlan, profile: Profile) -> float:
    """Mean seconds that a contact of a queue keeps an agent."""
    ring = 0.5 if plan.is_outbound else _MEAN_RING_S
    return handling_time(plan, profile) + ring


def handling_time(plan: QueuePlan, profile: Profile) -> float:
    """Mean talk, hold and after-contact seconds of a queue's contacts."""
    talk = profile.handling_s.mean * plan.talk_factor
    return talk + plan.hold_share * _MEAN_HOLD_S + plan.acw_s


def expected_arrivals(
    queues: Sequence[QueuePlan],
    heads: Sequence[float],
    shape: Sequence[float],
    profile: Profile,
) -> dict[str, list[float]]:
    """Contacts to expect in each half hour, by queue, for staff that is kept busy.

    Args:
        queues: They share the work by their weight.
        heads: Planned number of agents on queue in each half hour.
        shape: Share of the day's contacts in each half hour.
        profile: Handling times.
    """
    bearable = [_bearable(head * (1 - _SHRINKAGE)) * HALF_HOUR_S for head in heads]
    contacts_share = _between(shape, bearable)
    total_weight = sum(queue.weight for queue in queues)
    expected = {}
    for queue in queues:
        work = sum(bearable) * queue.weight / total_weight
        contacts = work / (work_per_contact(queue, profile) * (1 + queue.transfer_share))
        expected[queue.id] = [contacts * share for share in contacts_share]
    return expected


def _bearable(heads: float) -> float:
    """How many of so many agents may be busy on average."""
    return max(0.3 * heads, heads - _SLACK * math.sqrt(heads))


def _between(shape: Sequence[float], bearable: Sequence[float]) -> list[float]:
    """The day's shape, drawn towards what the staff of each half hour can bear; adds up to 1."""
    total = sum(bearable)
    if total <= 0:
        return list(shape)
    drawn = [
        share ** (1 - _FIT) * (able / total) ** _FIT
        for share, able in zip(shape, bearable, strict=True)
    ]
    return [value / sum(drawn) for value in drawn]
