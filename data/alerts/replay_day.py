"""What history and the floor tell of a site's day, read once for all rules that ask."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from data.alerts.judge import Reading
from data.alerts.running import Subject
from data.floor import FloorSnapshot, Key
from data.model import Agent, Interval, Kind, Ms, Queue
from data.rules.limits import Scope
from data.rules.service_level import Formula
from data.settings import Figure, PlanningSettings

if TYPE_CHECKING:
    from data.cache.history_model import FoundContact, Segment
    from data.cache.history_reader import HistoryReader

HALF_HOUR_MS = 30 * 60_000


class Told(NamedTuple):
    """What is told of a figure at an instant."""

    at: Ms
    subject: Subject
    reading: Reading | None
    scope: Scope


class Day:
    """One site's day, from its beginning to an instant.

    Args:
        site: The site's id.
        zone: The name of its zone.
        start: When the day began.
        end: Up to when it is looked at.
        snapshot: The floor as it is: who serves what, the roster, complaints.
        reader: History.
        formula: The formula of service levels.
        planning: How it is reckoned what is needed.
    """

    def __init__(
        self,
        site: str,
        zone: str,
        start: Ms,
        end: Ms,
        snapshot: FloorSnapshot,
        reader: HistoryReader,
        *,
        formula: Formula = Formula.OFFERED,
        planning: PlanningSettings = PlanningSettings(),  # noqa: B008 - it cannot be changed
    ) -> None:
        self.site = site
        self.zone = zone
        self.start = start
        self.end = end
        self.snapshot = snapshot
        self.reader = reader
        self.formula = formula
        self.planning = planning

    @property
    def queues(self) -> Mapping[Key, Queue]:
        """The queues of the floor as they are."""
        return self.snapshot.queues

    @property
    def agents(self) -> dict[Key, Agent]:
        """The agents of the site as they are."""
        agents = self.snapshot.agents
        return {key: agent for key, agent in agents.items() if key.site == self.site}

    @cached_property
    def contacts(self) -> list[FoundContact]:
        """Who came."""
        return self.reader.contacts(self.start, self.end, self.site)

    @cached_property
    def intervals(self) -> list[Interval]:
        """What was counted."""
        return self.reader.intervals(self.start, self.end, self.site)

    @cached_property
    def segments(self) -> dict[Key, list[Segment]]:
        """What the agents did."""
        ask, start, end = self.reader.segments, self.start, self.end
        return {key: ask(key.site, key.source, key.id, start, end) for key in self.agents}

    @cached_property
    def expected(self) -> dict[Key, dict[Ms, float]]:
        """Contacts that were expected of each queue, as they were corrected last, by half hour."""
        found: dict[Key, dict[Ms, float]] = {}
        for at in range(self.start - self.start % HALF_HOUR_MS, self.end, HALF_HOUR_MS):
            for names, calls in self.reader.expected_calls(self.site, at).items():
                found.setdefault(Key(*names), {})[at] = calls
        return found


def of_queue(figure: Figure, key: Key) -> Subject:
    """A figure of a queue."""
    return Subject(figure, key.site, key.source, Kind.QUEUE.value, key.id)


def of_agent(figure: Figure, key: Key) -> Subject:
    """A figure of an agent."""
    return Subject(figure, key.site, key.source, Kind.AGENT.value, key.id)


def queue_scope(key: Key, queue: Queue, offered: int = 0) -> Scope:
    """By what rules choose a queue."""
    return Scope(
        site=key.site,
        queues=(queue.id, queue.name),
        client=queue.client,
        channel=queue.channel,
        offered=offered,
    )


def agent_scope(agent: Agent) -> Scope:
    """By what rules choose an agent."""
    return Scope(site=agent.site, queues=agent.queues, team=agent.team, client=agent.client)
