"""The figures of every agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.figures.freshness import Moment
from data.figures.queues import source_ages
from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentDay, AgentState, Contact, Ms, Queue
from data.rules import service_level as rule

LONG_CALL_FACTOR = 3.0
"""A contact is long beyond this many times the average handling time of its queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFigures:
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
    def adherence(self) -> float | None:
        """Share of scheduled time spent in the scheduled activity, percent.

        None: no source gives it, and it cannot be computed from the present alone.
        """
        return None


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
    ages = source_ages(snapshot, moment)
    complaints = open_complaints(snapshot)
    found = []
    for key, agent in snapshot.agents.items():
        if site not in {None, key.site}:
            continue
        age = ages.get((key.site, key.source))
        as_of = age.as_of if age is not None else moment.now
        contact = contact_in_hand(snapshot, agent)
        queue = None
        if contact is not None:
            queue = snapshot.queues.get(Key(key.site, key.source, contact.queue))
        found.append(
            AgentFigures(
                key=key,
                agent=agent,
                as_of=as_of,
                state_s=max(0.0, (as_of - agent.since) / 1000) if agent.since else None,
                assist_s=_since(agent.assist_since, as_of),
                contact=contact,
                queue=queue,
                is_long=_is_long(agent, contact, queue, as_of),
                complaint=complaint_of(contact, complaints),
                is_old=age.is_old if age is not None else True,
            )
        )
    return tuple(found)


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


def _is_long(agent: Agent, contact: Contact | None, queue: Queue | None, now: Ms) -> bool:
    if contact is None or queue is None or contact.answered_at is None:
        return False
    if agent.state not in {AgentState.BUSY, AgentState.ON_HOLD}:
        return False
    usual = rule.aht_s(queue.day)
    return usual is not None and (now - contact.answered_at) / 1000 > LONG_CALL_FACTOR * usual
