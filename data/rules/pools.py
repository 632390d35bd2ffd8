"""Which queues share their agents so far that they are staffed as one.

Where agents serve two queues each, on the average, queues that are linked by agents do nearly as
well as one queue whose agents can do everything (Wallace and Whitt, A staffing algorithm for call
centers with skill-based routing, 2005). Adding up what each queue would need alone then overstates.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

SKILLS_OF_A_POOL = 2.0
"""Queues that an agent of a pool serves, on the average, at least."""
_Q = TypeVar("_Q", bound=Hashable)


def pools(queues: Iterable[_Q], agents: Iterable[Sequence[_Q]]) -> list[tuple[_Q, ...]]:
    """Queues in groups that are staffed together, each queue once, in the order given.

    Args:
        queues: All of them; what an agent serves beside does not matter.
        agents: The queues of each agent.
    """
    known = dict.fromkeys(queues)
    root: dict[_Q, _Q] = {queue: queue for queue in known}

    def top(queue: _Q) -> _Q:
        while root[queue] != queue:
            root[queue] = root[root[queue]]
            queue = root[queue]
        return queue

    served = [[queue for queue in dict.fromkeys(each) if queue in known] for each in agents]
    for mine in served:
        for other in mine[1:]:
            root[top(other)] = top(mine[0])
    heads: dict[_Q, int] = {}
    skills: dict[_Q, int] = {}
    for mine in filter(None, served):
        group = top(mine[0])
        heads[group] = heads.get(group, 0) + 1
        skills[group] = skills.get(group, 0) + len(mine)
    groups: dict[_Q, list[_Q]] = {}
    for queue in known:
        group = top(queue)
        is_pool = skills.get(group, 0) >= SKILLS_OF_A_POOL * heads.get(group, 1)
        groups.setdefault(group if is_pool else queue, []).append(queue)
    return [tuple(group) for group in groups.values()]
