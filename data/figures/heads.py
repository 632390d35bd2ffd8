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


class Heads:
    """Both of the above from look to look: only those are asked who have changed."""

    def __init__(self) -> None:
        self._snapshot = FloorSnapshot()
        self._staffed: dict[Key, bool] = {}
        self._present: dict[str, int] = {}
        self.elsewhere: frozenset[Key] = frozenset()
        """As `agents_elsewhere` of the snapshot that was looked at last."""

    def look(self, snapshot: FloorSnapshot) -> None:
        """Go on to another look at the floor."""
        before, self._snapshot = self._snapshot, snapshot
        staffed = {key: is_staffed(queue) for key, queue in snapshot.queues.items()}
        changed = snapshot.agents_since(before)
        if staffed != self._staffed or any(
            old is None or new is None or old.queues != new.queues for old, new in changed.values()
        ):
            self._staffed = staffed
            self.elsewhere = agents_elsewhere(snapshot)
            sites = {key.site for key in snapshot.agents}
            self._present = {site: heads_now(snapshot, site, self.elsewhere) for site in sites}
            return
        for key, (old, new) in changed.items():
            if old is not None and new is not None and old.state is not new.state:
                came = (new.state in WORKING) - (old.state in WORKING)
                if came and key not in self.elsewhere:
                    self._present[key.site] += came

    def present(self, site: str | None) -> int:
        """As `heads_now` of the snapshot that was looked at last."""
        return sum(count for name, count in self._present.items() if site in {None, name})


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
