"""How many agents of which queues are in which state, counted as they change.

Whoever looks every second cannot count thousands of agents in each of their queues anew: from one
look to the next only those are counted over that changed their state in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeAlias

import msgspec

from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, Ms

Names: TypeAlias = tuple[str, str, str]
"""A `Key` without its name: thousands are made for a look at the floor."""

_STATES = (
    AgentState.LOGGED_OFF,
    AgentState.NOT_READY,
    AgentState.READY,
    AgentState.RINGING,
    AgentState.BUSY,
    AgentState.ON_HOLD,
    AgentState.WORKING_AFTER_CONTACT,
    AgentState.UNREACHABLE,
    AgentState.UNKNOWN,
)
_PLACES = {state: place for place, state in enumerate(_STATES)}


class AgentCounts(msgspec.Struct, frozen=True):
    """How many agents are in which state."""

    staffed: int = 0
    """Signed in, whatever they do."""
    ready: int = 0
    ringing: int = 0
    busy: int = 0
    """With a contact, held ones included."""
    working_after_contact: int = 0
    not_ready: int = 0
    unreachable: int = 0

    @property
    def at_hand(self) -> int:
        """Signed in and within reach: what the ready are counted against."""
        return self.staffed - self.unreachable

    @property
    def occupied(self) -> int:
        """With a contact or being offered one."""
        return self.busy + self.ringing


def _counts(tally: list[int]) -> AgentCounts:
    # In the order of `_STATES`: looking each up by its state would hash an enumeration's member.
    off, not_ready, ready, ringing, busy, held, after, unreachable, unknown = tally
    return AgentCounts(
        staffed=sum(tally) - off - unknown,
        ready=ready,
        ringing=ringing,
        busy=busy + held,
        working_after_contact=after,
        not_ready=not_ready,
        unreachable=unreachable,
    )


class Staff:
    """The agents of each queue, from look to look."""

    def __init__(self) -> None:
        self._snapshot = FloorSnapshot()
        self._members: dict[Names, tuple[Key, ...]] = {}
        self._tallies: dict[Names, list[int]] = {}
        self._joint: dict[frozenset[Key], list[int]] = {}
        """Of several queues together; what is not asked for between two looks is forgotten."""
        self._asked: set[frozenset[Key]] = set()
        self._tallies_of: dict[tuple[str, str, tuple[str, ...]], list[list[int]]] = {}
        """The tallies in which whoever serves these queues is counted."""

    def look(self, snapshot: FloorSnapshot) -> None:
        """Go on to another look at the floor."""
        before, self._snapshot = self._snapshot, snapshot
        if self._asked != self._joint.keys():
            self._joint = {names: self._joint[names] for names in self._asked}
            self._tallies_of = {}
        self._asked = set()
        for old, new in snapshot.agents_since(before).values():
            if old is None or new is None or old.queues != new.queues:
                self._count_all()
                return
            if old.state is not new.state:
                self._count_over(old, new)

    def members(self, queue: Key) -> tuple[Key, ...]:
        """The agents who serve a queue, each once, in the order of the snapshot."""
        return self._members.get(queue, ())

    def counts(self, queue: Key) -> AgentCounts:
        """How many of a queue's agents are in which state."""
        tally = self._tallies.get(queue)
        return AgentCounts() if tally is None else _counts(tally)

    def joint_counts(self, queues: Collection[Key]) -> AgentCounts:
        """The same of several queues, each agent once."""
        names = frozenset(queues)
        self._asked.add(names)
        if names not in self._joint:
            tally = [0] * len(_STATES)
            for key in {member for queue in names for member in self._members.get(queue, ())}:
                tally[_PLACES[self._snapshot.agents[key].state]] += 1
            self._joint[names] = tally
            self._tallies_of = {}
        return _counts(self._joint[names])

    def has_been_ready_since(self, queue: Key, at: Ms) -> bool:
        """Whether an agent of a queue has been ready since before an instant."""
        tally, agents = self._tallies.get(queue), self._snapshot.agents
        if tally is None or not tally[_PLACES[AgentState.READY]]:
            return False
        found = (agents[key] for key in self._members[queue])
        return any(agent.state is AgentState.READY and agent.since < at for agent in found)

    def _count_over(self, old: Agent, new: Agent) -> None:
        was, now = _PLACES[old.state], _PLACES[new.state]
        place = (new.site, new.source, new.queues)
        tallies = self._tallies_of.get(place)
        if tallies is None:
            queues = _queues_of(new)
            tallies = [self._tallies[queue] for queue in queues]
            tallies += [t for names, t in self._joint.items() if not names.isdisjoint(queues)]
            self._tallies_of[place] = tallies
        for tally in tallies:
            tally[was] -= 1
            tally[now] += 1

    def _count_all(self) -> None:
        self._tallies, self._joint, self._tallies_of = {}, {}, {}
        members: dict[Names, list[Key]] = {}
        for key, agent in self._snapshot.agents.items():
            place = _PLACES[agent.state]
            for queue in _queues_of(agent):
                if queue not in members:
                    members[queue] = []
                    self._tallies[queue] = [0] * len(_STATES)
                members[queue].append(key)
                self._tallies[queue][place] += 1
        self._members = {queue: (*keys,) for queue, keys in members.items()}


def _queues_of(agent: Agent) -> Iterable[Names]:
    return [(agent.site, agent.source, queue) for queue in dict.fromkeys(agent.queues)]
