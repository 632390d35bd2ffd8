"""Which agents may matter otherwise than at the last look, found without looking at all of them.

Of thousands of agents some hundreds change in a second. Beside those that changed themselves, it
is contacts that make an agent stand out: one that takes long, or one of a caller with an open
complaint.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping

from data.figures.agents import AgentsNow, open_complaints, shifts_by_agent
from data.figures.freshness import Moment
from data.figures.staff import Names
from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, Contact, Escalation, Kind, Ms, Shift

_TALKING = (AgentState.BUSY, AgentState.ON_HOLD)
"""In these states a contact that takes long makes its agent stand out."""


class AgentBook:
    """What is kept of agents and their contacts between two looks."""

    def __init__(self) -> None:
        self._before = FloorSnapshot()
        self._after = FloorSnapshot()
        self._common: tuple[object, ...] = ()
        self.is_all_new = False
        """What concerns all agents has changed, such as the freshness of a source."""
        self._shifts: tuple[Mapping[Key, Shift], Mapping[Key, tuple[Shift, ...]]] = ({}, {})
        self._complaints: tuple[Mapping[Key, Escalation], Mapping[tuple[str, str], str]] = ({}, {})
        self._answered: dict[Names, list[tuple[Ms, Key]]] = {}
        """By queue, when contacts that somebody talks to were answered, the earliest first."""
        self._talks: dict[Key, tuple[Names, Ms]] = {}
        """Where each of these stands."""
        self._bounds: dict[Names, Ms] = {}
        """By queue, before when contacts were answered that take long; 0 where none does."""
        self._long: set[Key] = set()
        """The contacts that take long."""
        self._complaining: set[Key] = set()
        """The contacts of callers with an open complaint."""

    def look(
        self, snapshot: FloorSnapshot, site: str | None, moment: Moment
    ) -> tuple[AgentsNow, dict[Key, Agent | None]]:
        """Go on to another look at the floor.

        Args:
            snapshot: The floor as of one commit.
            site: A site's id; None for all sites.
            moment: The present.

        Returns:
            The agents in this look, and by their keys those who may matter otherwise than before,
            or who may have come or, None, gone; nobody else is left out.
        """
        if snapshot.shifts is not self._shifts[0]:
            self._shifts = snapshot.shifts, shifts_by_agent(snapshot)
        if snapshot.escalations is not self._complaints[0]:
            callers = open_complaints(snapshot)
            self._complaints = snapshot.escalations, callers
            self._complaining = {
                key for key, one in snapshot.contacts.items() if _complains(one, callers)
            }
        now = AgentsNow(snapshot, moment, self._shifts[1], self._complaints[1])
        self._before, self._after = self._after, snapshot
        common = (site, now.old_places, self._complaints[1], set(now.places))
        self.is_all_new = common != self._common or self._have_queues_changed_names()
        self._common = common
        agents = snapshot.agents
        suspects = {key: new for key, (_old, new) in snapshot.agents_since(self._before).items()}
        suspects.update((key, agents.get(key)) for key in self._by_contacts(now))
        if self.is_all_new:
            suspects.update(dict.fromkeys(self._before.agents))
            suspects.update(agents)
        return now, suspects

    def stands_out(self, agent: Agent) -> bool:
        """Whether the contact that an agent names takes long or is of a caller who complains."""
        key = (agent.site, agent.source, agent.contact or "")
        return key in self._complaining or (agent.state in _TALKING and key in self._long)

    def settle(self) -> None:
        """Let go of the look before: its rows and steps are as many again as what differs."""
        self._before = self._after

    def touched(self) -> set[Key]:
        """The keys of all agents of whom anything at all may read otherwise than before."""
        if self.is_all_new:
            return {*self._before.agents, *self._after.agents}
        agents = {*self._after.changed_since(self._before, Kind.AGENT)}
        for was in self._after.contacts_since(self._before).values():
            agents.update(_agents_of(was))
        return agents

    def _by_contacts(self, now: AgentsNow) -> Iterator[Key]:
        """Those with a contact that begins or ceases to stand out, or changes while it does."""
        before, after = self._before.contacts, self._after.contacts
        callers, complaining, long = self._complaints[1], self._complaining, self._long
        for key, (old, new) in self._after.contacts_since(self._before).items():
            stood_out = key in complaining or key in long
            if (
                old is None
                or new is None
                or old.answered_at != new.answered_at
                or old.agent != new.agent
                or old.queue != new.queue
            ):
                self._note(key, new)
            if callers and _complains(new, callers):
                complaining.add(key)
            else:
                complaining.discard(key)
            if stood_out or key in complaining or key in long:
                yield from _agents_of((old, new))
        for key in self._pass_bounds(now):
            yield from _agents_of((before.get(key), after.get(key)))

    def _pass_bounds(self, now: AgentsNow) -> Iterator[Key]:
        """The contacts that come to take long, or no longer do, since their queue's bound moved."""
        for queue, talks in self._answered.items():
            bound, before = now.long_before(Key(*queue)) or 0, self._bounds.get(queue, 0)
            if bound == before:
                continue
            self._bounds[queue] = bound
            first, last = min(bound, before), max(bound, before)
            passed = [
                key
                for _at, key in talks[bisect_left(talks, (first,)) : bisect_left(talks, (last,))]
            ]
            if bound > before:
                self._long.update(passed)
            else:
                self._long.difference_update(passed)
            yield from passed

    def _note(self, key: Key, contact: Contact | None) -> None:
        """Remember in which queue a contact was answered, and when; or that it is over."""
        talk = self._talks.pop(key, None)
        if talk is not None:
            queue, at = talk
            talks = self._answered[queue]
            del talks[bisect_left(talks, (at, key))]
            self._long.discard(key)
            if not talks:  # queues may come and go
                del self._answered[queue]
                self._bounds.pop(queue, None)
        if contact is not None and contact.answered_at is not None and contact.agent:
            queue, at = (contact.site, contact.source, contact.queue), contact.answered_at
            self._talks[key] = queue, at
            insort(self._answered.setdefault(queue, []), (at, key))
            if at < self._bounds.get(queue, 0):
                self._long.add(key)

    def _have_queues_changed_names(self) -> bool:
        for key in self._after.changed_since(self._before, Kind.QUEUE):
            old, new = self._before.queues.get(key), self._after.queues.get(key)
            if old is None or new is None or old.name != new.name:
                return True
        return False


def _agents_of(was: Iterable[Contact | None]) -> Iterator[Key]:
    """Whoever has, or had, a contact."""
    for contact in was:
        if contact is not None and contact.agent:
            yield Key(contact.site, contact.source, contact.agent)


def _complains(contact: Contact | None, callers: Mapping[tuple[str, str], str]) -> bool:
    return contact is not None and (contact.site, contact.caller_key) in callers
