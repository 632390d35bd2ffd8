"""Which agents may matter otherwise than at the last look, found without looking at all of them.

Of thousands of agents some hundreds change in a second. Beside those that changed themselves, it
is contacts that make an agent stand out: one that takes long, or one of a caller with an open
complaint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from data.figures.agents import AgentsNow, open_complaints, shifts_by_agent
from data.figures.freshness import Moment
from data.floor import FloorSnapshot, Key
from data.model import Agent, Contact, Escalation, Kind, Ms, Shift


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
        self._answered: dict[Key, dict[Key, Ms]] = {}
        """By queue and contact, when contacts that somebody talks to were answered."""
        self._queue_of: dict[Key, Key] = {}
        self._long: set[Key] = set()
        """The contacts that take long."""

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
            self._complaints = snapshot.escalations, open_complaints(snapshot)
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
        key = Key(agent.site, agent.source, agent.contact or "")
        callers = self._complaints[1]
        return key in self._long or (
            bool(callers) and _complains(self._after.contacts.get(key), callers)
        )

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
        callers, long = self._complaints[1], self._long
        for key, (old, new) in self._after.contacts_since(self._before).items():
            if old is None or new is None or _talk(old) != _talk(new):
                self._note(key, new)
            if key in long or (callers and (_complains(old, callers) or _complains(new, callers))):
                yield from _agents_of((old, new))
        self._long = {
            contact
            for queue, answered in self._answered.items()
            if (bound := now.long_before(queue)) is not None
            for contact, at in answered.items()
            if at < bound
        }
        for key in self._long ^ long:
            yield from _agents_of((before.get(key), after.get(key)))

    def _note(self, key: Key, contact: Contact | None) -> None:
        """Remember in which queue a contact was answered, and when; or that it is over."""
        before = self._queue_of.get(key)
        if contact is None or contact.answered_at is None or not contact.agent:
            if before is not None:
                del self._queue_of[key]
                del self._answered[before][key]
            return
        if before is None or before[2] != contact.queue:
            if before is not None:
                del self._answered[before][key]
            before = self._queue_of[key] = Key(contact.site, contact.source, contact.queue)
        self._answered.setdefault(before, {})[key] = contact.answered_at

    def _have_queues_changed_names(self) -> bool:
        for key in self._after.changed_since(self._before, Kind.QUEUE):
            old, new = self._before.queues.get(key), self._after.queues.get(key)
            if old is None or new is None or old.name != new.name:
                return True
        return False


def _talk(contact: Contact) -> tuple[object, ...]:
    return contact.answered_at, contact.agent, contact.queue


def _agents_of(was: Iterable[Contact | None]) -> Iterator[Key]:
    """Whoever has, or had, a contact."""
    for contact in was:
        if contact is not None and contact.agent:
            yield Key(contact.site, contact.source, contact.agent)


def _complains(contact: Contact | None, callers: Mapping[tuple[str, str], str]) -> bool:
    return contact is not None and (contact.site, contact.caller_key) in callers
