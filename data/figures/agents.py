"""The figures of every agent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from data.figures.freshness import Moment
from data.figures.queues import source_ages
from data.floor import FloorSnapshot, Key
from data.model import DESK, Agent, AgentDay, AgentState, Contact, Ms, Queue, Shift
from data.rules import service_level as rule
from data.rules.adherence import tally
from data.rules.shift_plan import plan_of
from data.zones import site_day_start

DAY_MS = 86_400_000
LONG_CALL_FACTOR = 3.0
"""A contact is long beyond this many times the average handling time of its queue."""


class ScheduleKept(NamedTuple):
    """Seconds of today that were scheduled, and of these in the planned activity."""

    scheduled_s: float
    adherent_s: float


class AgentFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What one agent does and did. None is unknown or undefined, never zero."""

    key: Key
    agent: Agent
    as_of: Ms
    state_s: float | None
    """Seconds in the present state."""
    assist_s: float | None
    """Seconds since the agent asked for help; None where they do not."""
    contact: Contact | None
    """The contact in hand, where it is known."""
    queue: Queue | None
    """The queue of the contact in hand."""
    is_long: bool
    """The contact in hand takes over three times the average handling time of its queue."""
    complaint: str
    """Reference of the open complaint of the caller in hand; empty where there is none."""
    shifts: tuple[Shift, ...]
    """The agent's shifts, as far as the source keeps them."""
    day_start: Ms
    """When the counting day began, at the agent's site."""
    is_old: bool

    @property
    def state(self) -> AgentState:
        """What the floor should believe of them."""
        return self.agent.state

    @property
    def handled(self) -> int | None:
        """Contacts handled today."""
        return self.agent.today.handled

    @property
    def aht_s(self) -> float | None:
        """Average handling time today, seconds."""
        handling = handling_s(self.agent.today)
        return handling / self.handled if self.handled and handling is not None else None

    @property
    def occupancy(self) -> float | None:
        """Handling of handling and ready time together, percent."""
        handling, ready = handling_s(self.agent.today), self.agent.today.ready_s
        if handling is None or ready is None:
            return None
        return rule.percent(handling, handling + ready)

    @property
    def schedule(self) -> ScheduleKept | None:
        """How today's schedule was kept up to `as_of`; None where no shift is known."""
        agent = self.agent
        if agent.scheduled_s is None or agent.adherent_s is None:
            return None
        begun = max(agent.adherence_at, self.day_start)
        ran = tally(plan_of(self.shifts), agent.state, agent.reason, begun, self.as_of)
        counted = self._is_of_today
        return ScheduleKept(
            (agent.scheduled_s if counted else 0.0) + ran.scheduled_ms / 1000,
            (agent.adherent_s if counted else 0.0) + ran.adherent_ms / 1000,
        )

    @property
    def adherence(self) -> float | None:
        """Share of today's scheduled time spent in the scheduled activity, percent.

        None where no shift is known, or nothing of it has passed.
        """
        kept = self.schedule
        return None if kept is None else rule.percent(kept.adherent_s, kept.scheduled_s)

    @property
    def unanswered_rings(self) -> int | None:
        """How often it rang today and the agent did not answer; None where nobody counted."""
        rings = self.agent.unanswered_rings
        return rings if rings is None or self._is_of_today else 0

    @property
    def listeners(self) -> tuple[str, ...]:
        """Who listens to the contact in hand."""
        return self.contact.listeners if self.contact is not None else ()

    @property
    def _is_of_today(self) -> bool:
        """Whether what the agent's record counts is of the day that holds `as_of`."""
        return self.agent.adherence_at >= self.day_start


def handling_s(today: AgentDay) -> float | None:
    """Talk, hold and after-contact seconds; None where the source leaves one of them out."""
    if today.talk_s is None or today.hold_s is None or today.acw_s is None:
        return None
    return today.talk_s + today.hold_s + today.acw_s


def agent_figures(
    snapshot: FloorSnapshot, site: str | None, moment: Moment
) -> tuple[AgentFigures, ...]:
    """Compute the figures of the agents of a site, or of all sites.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present, on the server's clock and on the monotonic one.
    """
    now = AgentsNow(snapshot, moment)
    return tuple(
        now.figures(key, agent)
        for key, agent in snapshot.agents.items()
        if site in {None, key.site}
    )


class AgentsNow:
    """The agents in one look: figures one by one, for whoever does not need them all.

    Args:
        snapshot: The floor as of one commit.
        moment: The present.
        shifts: What `shifts_by_agent` made of the snapshot, where that is at hand.
        complaints: What `open_complaints` made of it, likewise.
    """

    def __init__(
        self,
        snapshot: FloorSnapshot,
        moment: Moment,
        shifts: Mapping[Key, tuple[Shift, ...]] | None = None,
        complaints: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._moment = moment
        self.places: dict[tuple[str, ...], Ms] = {}
        """The sites and sources, and the instants for which their figures are computed."""
        self.old_places: set[tuple[str, ...]] = set()
        """The sites and sources of which figures are old."""
        for place, age in source_ages(snapshot, moment).items():
            self.places[place] = age.as_of
            if age.is_old:
                self.old_places.add(place)
        self._complaints = complaints if complaints is not None else open_complaints(snapshot)
        self._shifts = shifts if shifts is not None else shifts_by_agent(snapshot)
        self._days = _Days(snapshot)
        self._long_before: dict[Key, Ms | None] = {}

    def as_of(self, key: Key) -> Ms:
        """The instant for which the figures of a source's agents are computed."""
        return self.places.get(key[:2], self._moment.now)

    def figures(self, key: Key, agent: Agent) -> AgentFigures:
        """The figures of one agent."""
        as_of, place = self.as_of(key), key[:2]
        day_start = self._days.start(key.site, as_of)
        contact = contact_in_hand(self._snapshot, agent)
        queue = self._queue(key, contact)
        return AgentFigures(
            key=key,
            agent=agent,
            as_of=as_of,
            state_s=max(0.0, (as_of - agent.since) / 1000) if agent.since else None,
            assist_s=_since(agent.assist_since, as_of),
            contact=contact,
            queue=queue,
            is_long=queue is not None and self._is_long(agent, contact),
            complaint=complaint_of(contact, self._complaints),
            shifts=self._shifts.get(key, ()) + self._at_desk(key, day_start),
            day_start=day_start,
            is_old=place in self.old_places or place not in self.places,
        )

    def _at_desk(self, key: Key, day_start: Ms) -> tuple[Shift, ...]:
        """Today's shifts of an agent that the desk has planned, of which it may have weeks."""
        planned = self._shifts.get(Key(key.site, DESK, key.id), ())
        end = day_start + DAY_MS
        return tuple(one for one in planned if one.starts_at < end and one.ends_at > day_start)

    def long_before(self, place: Key) -> Ms | None:
        """Contacts of a queue that were answered before this instant take long; None: none do."""
        if place not in self._long_before:
            queue = self._snapshot.queues.get(place)
            usual = rule.aht_s(queue.day) if queue is not None else None
            self._long_before[place] = (
                None
                if usual is None
                else math.ceil(self.as_of(place) - LONG_CALL_FACTOR * usual * 1000)
            )
        return self._long_before[place]

    def _queue(self, key: Key, contact: Contact | None) -> Queue | None:
        if contact is None:
            return None
        return self._snapshot.queues.get(Key(key.site, key.source, contact.queue))

    def _is_long(self, agent: Agent, contact: Contact | None) -> bool:
        if contact is None or contact.answered_at is None:
            return False
        if agent.state is not AgentState.BUSY and agent.state is not AgentState.ON_HOLD:
            return False
        before = self.long_before(Key(agent.site, agent.source, contact.queue))
        return before is not None and contact.answered_at < before


def shifts_by_agent(snapshot: FloorSnapshot) -> dict[Key, tuple[Shift, ...]]:
    """The shifts of each agent, by the agent's key; those of the desk by a key of the desk's."""
    found: dict[Key, tuple[Shift, ...]] = {}
    for key, shift in snapshot.shifts.items():
        agent = Key(key.site, key.source, shift.agent)
        found[agent] = (*found.get(agent, ()), shift)
    return found


class _Days:
    """When the counting day of an instant began, remembered: most agents share the instant."""

    def __init__(self, snapshot: FloorSnapshot) -> None:
        self._sites = {site.id: site for site in snapshot.sites}
        self._known: dict[tuple[str, Ms], Ms] = {}

    def start(self, site: str, at: Ms) -> Ms:
        """0 where the site is not known: then whatever was counted is of today."""
        if (site, at) not in self._known:
            info = self._sites.get(site)
            self._known[site, at] = site_day_start(info, at) if info is not None else 0
        return self._known[site, at]


def contact_in_hand(snapshot: FloorSnapshot, agent: Agent) -> Contact | None:
    """The contact an agent is in, where both sides say so."""
    if agent.contact is None:
        return None
    contact = snapshot.contacts.get(Key(agent.site, agent.source, agent.contact))
    return contact if contact is not None and contact.agent == agent.id else None


def open_complaints(snapshot: FloorSnapshot) -> dict[tuple[str, str], str]:
    """References of open complaints by site and the caller's key, the oldest of each caller."""
    found: dict[tuple[str, str], tuple[Ms, str]] = {}
    for complaint in snapshot.escalations.values():
        if complaint.is_open and complaint.caller_key:
            mine = (complaint.received_at, complaint.reference)
            caller = (complaint.site, complaint.caller_key)
            found[caller] = min(found.get(caller, mine), mine)
    return {caller: reference for caller, (_at, reference) in found.items()}


def complaint_of(contact: Contact | None, complaints: Mapping[tuple[str, str], str]) -> str:
    """The reference of the open complaint of a contact's caller, or an empty text."""
    if contact is None or not contact.caller_key:
        return ""
    return complaints.get((contact.site, contact.caller_key), "")


def _since(at: Ms | None, now: Ms) -> float | None:
    return None if at is None else max(0.0, (now - at) / 1000)
