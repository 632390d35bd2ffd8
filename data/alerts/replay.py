"""What rules would have raised on a day, from its history, for who writes a rule.

History knows who waited when, what came in each quarter hour, and what agents did. It does not know
what a telephone system said of its lines, nor how the roster stood then: rules on these are judged
on the present only.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from data.alerts.docket import Docket
from data.alerts.judge import Reading
from data.alerts.running import Running, Subject
from data.figures.freshness import Moment
from data.figures.spans import spans
from data.floor import FloorSnapshot, Key
from data.model import DESK, About, Agent, AgentState, Alert, Counts, Interval, Kind, Ms, Queue
from data.rules import service_level as level
from data.rules.limits import Scope
from data.rules.service_level import Formula
from data.settings import Figure, RuleSettings
from data.zones import site_day_start, zone

if TYPE_CHECKING:
    from data.cache.history_model import FoundContact, Segment
    from data.cache.history_reader import HistoryReader

STATES = {
    AgentState.NOT_READY: Figure.NOT_READY,
    AgentState.WORKING_AFTER_CONTACT: Figure.AFTER_CONTACT,
    AgentState.UNREACHABLE: Figure.UNREACHABLE,
}
_LEVELS = frozenset({Figure.SERVICE_LEVEL_DAY, Figure.SERVICE_LEVEL_RECENT, Figure.ABANDON_RATE})
_WAITS = frozenset({Figure.LONGEST_WAIT, Figure.WAITING})
REPLAYED = frozenset({*_LEVELS, *_WAITS, *STATES.values()})
"""The figures that history tells."""


class Told(NamedTuple):
    """What is told of a figure at an instant."""

    at: Ms
    subject: Subject
    reading: Reading | None
    scope: Scope


class Replay(msgspec.Struct, frozen=True):
    """What would have been raised, in that order."""

    rules: tuple[RuleSettings, ...]
    alerts: tuple[Alert, ...]


class ReplayQuestion(msgspec.Struct, frozen=True):
    """Some rules on the day of a site, or of all sites."""

    rules: tuple[RuleSettings, ...]
    days: tuple[tuple[str, str, Ms], ...]
    """Sites, their zones, and when their days began."""
    queues: tuple[Queue, ...]
    agents: tuple[Agent, ...]
    now: Ms
    formula: Formula = Formula.OFFERED

    @classmethod
    def of(
        cls,
        rules: tuple[RuleSettings, ...],
        snapshot: FloorSnapshot,
        site: str | None,
        moment: Moment,
    ) -> ReplayQuestion:
        """The question as of a minute; agents only where a rule watches them."""
        are_watched = any(rule.figure in STATES.values() for rule in rules)
        return cls(
            rules=rules,
            days=tuple(
                (info.id, info.zone, site_day_start(info, moment.now))
                for info in snapshot.sites
                if site in {None, info.id}
            ),
            queues=tuple(snapshot.queues.values()),
            agents=tuple(snapshot.agents.values()) if are_watched else (),
            now=moment.now - moment.now % 60_000,
        )

    def __hash__(self) -> int:
        """By what is asked, and when: queues and agents are many."""
        return hash((self.rules, self.days, self.now))

    def ask(self, reader: HistoryReader) -> Replay:
        """The answer as history stands."""
        alerts: list[Alert] = []
        figures = {rule.figure for rule in self.rules}
        for site, place, start in self.days:
            queues = {Key(one.site, one.source, one.id): one for one in self.queues}
            told: list[Iterable[Told]] = []
            if figures & _WAITS:
                told.append(of_contacts(reader.contacts(start, self.now, site), queues, figures))
            if figures & _LEVELS:
                rows = reader.intervals(start, self.now, site)
                told.append(of_intervals(rows, queues, figures, self.formula))
            for agent in self.agents:
                if agent.site == site:
                    found = reader.segments(site, agent.source, agent.id, start, self.now)
                    told.append(of_segments(found, agent, start, self.now))
            docket = Docket(self.rules, zone(place))
            alerts += [_as_alert(one) for one in replay(docket, told, self.now)]
        alerts.sort(key=lambda alert: (alert.raised_at, alert.id))
        return Replay(self.rules, tuple(alerts))


def replay(docket: Docket, told: Sequence[Iterable[Told]], end: Ms) -> Iterator[Running]:
    """The alerts that a docket raises, as they stand at the end.

    Args:
        docket: What judges.
        told: What is told of figures, each in order.
        end: When the replay ends.
    """
    found: dict[str, Running] = {}
    for at, subject, reading, scope in heapq.merge(*told, key=lambda one: one.at):
        docket.settle(at)
        docket.tell(subject, reading, at, scope)
        found.update({one.id: one for one in docket.changed()})
    docket.settle(end)
    found.update({one.id: one for one in docket.changed()})
    running = {one.id: one for one in docket.running()}
    for name, one in found.items():
        yield running.get(name, one)


def of_contacts(
    contacts: Iterable[FoundContact], queues: dict[Key, Queue], figures: set[Figure]
) -> Iterator[Told]:
    """Who waited in each queue, and since when the first of them."""
    steps: list[tuple[Ms, int, Ms, Key]] = []
    for one in contacts:
        if one.queued_at is None:
            continue
        key = Key(one.site, one.source, one.queue)
        left = one.answered_at or one.ended_at
        steps.append((one.queued_at, 1, one.queued_at, key))
        if left is not None:
            steps.append((left, -1, one.queued_at, key))
    steps.sort(key=lambda step: step[:2])
    waiting: dict[Key, list[Ms]] = {}
    for at, way, since, key in steps:
        queue = queues.get(key)
        line = waiting.setdefault(key, [])
        if way > 0:
            line.append(since)
        elif since in line:
            line.remove(since)
        if queue is None:
            continue
        scope = _scope(key, queue)
        if Figure.LONGEST_WAIT in figures:
            reading = Reading(0, min(line), 1) if line else None
            yield Told(at, _of_queue(Figure.LONGEST_WAIT, key), reading, scope)
        if Figure.WAITING in figures:
            yield Told(at, _of_queue(Figure.WAITING, key), Reading(len(line), at), scope)


def of_intervals(
    intervals: Iterable[Interval],
    queues: dict[Key, Queue],
    figures: set[Figure],
    formula: Formula,
) -> list[Told]:
    """The levels of each queue as they were when each interval was over."""
    told: list[Told] = []
    days: dict[Key, Counts] = {}
    rows: dict[Key, list[Interval]] = {}
    for row in intervals:
        key = Key(row.site, row.source, row.queue)
        queue = queues.get(key)
        if queue is None:
            continue
        at = row.starts_at + row.minutes * 60_000
        day = days[key] = days.get(key, Counts()) + row.counts
        near = rows.setdefault(key, [])
        near.append(row)
        del near[:-4]
        recent = spans(near, 0, at - 1).recent
        values = {
            Figure.SERVICE_LEVEL_DAY: (level.service_level(day, formula), day),
            Figure.ABANDON_RATE: (level.abandon_rate(day), day),
            Figure.SERVICE_LEVEL_RECENT: (level.service_level(recent, formula), recent),
        }
        for figure, (value, counts) in values.items():
            if figure in figures:
                reading = None if value is None else Reading(value, at)
                scope = _scope(key, queue, counts.offered)
                told.append(Told(at, _of_queue(figure, key), reading, scope))
    return sorted(told, key=lambda one: one.at)


def of_segments(segments: Iterable[Segment], agent: Agent, start: Ms, end: Ms) -> Iterator[Told]:
    """What an agent did, as far as rules can watch it."""
    scope = Scope(site=agent.site, queues=agent.queues, team=agent.team, client=agent.client)
    for segment in segments:
        figure = STATES.get(segment.state)
        if figure is None:
            continue
        subject = Subject(figure, agent.site, agent.source, Kind.AGENT.value, agent.id)
        yield Told(max(start, segment.start), subject, Reading(0, segment.start, 1), scope)
        if segment.end is not None and segment.end <= end:
            yield Told(segment.end, subject, None, scope)


def _of_queue(figure: Figure, key: Key) -> Subject:
    return Subject(figure, key.site, key.source, Kind.QUEUE.value, key.id)


def _scope(key: Key, queue: Queue, offered: int = 0) -> Scope:
    return Scope(
        site=key.site,
        queues=(queue.id, queue.name),
        client=queue.client,
        channel=queue.channel,
        offered=offered,
    )


def _as_alert(one: Running) -> Alert:
    subject = one.subject
    return Alert(
        site=subject.site,
        source=DESK,
        id=one.id,
        name=subject.figure.value,
        severity=one.severity.value,
        raised_at=one.raised_at,
        about=About(subject.kind, subject.id),
        telephony=subject.source,
        rule=one.rule,
        limit=one.limit,
        is_below=one.is_below,
        began_at=one.began_at,
        ended_at=one.ended_at,
        peak=one.peak,
        peak_at=one.peak_at,
        slope=one.slope,
    )
