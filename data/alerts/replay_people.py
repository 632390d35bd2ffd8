"""The figures of agents, their shifts and complaints over a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from data.alerts.hygiene import lost_together, source_subject
from data.alerts.judge import Reading
from data.alerts.replay_day import Day, Told, agent_scope, of_agent
from data.alerts.running import Subject
from data.figures.planned import Planned
from data.figures.roster import Fit, classify
from data.floor import Key
from data.model import Agent, AgentState, Escalation, Kind, Ms, Shift
from data.rules.limits import Scope
from data.settings import Figure

if TYPE_CHECKING:
    from data.cache.history_model import Segment

STATES = {
    AgentState.NOT_READY: Figure.NOT_READY,
    AgentState.WORKING_AFTER_CONTACT: Figure.AFTER_CONTACT,
    AgentState.UNREACHABLE: Figure.UNREACHABLE,
}
_NOT_THERE = frozenset({Fit.MISSING, Fit.LATE, Fit.LEFT})


def of_segments(segments: Iterable[Segment], agent: Agent, start: Ms, end: Ms) -> Iterator[Told]:
    """What an agent did, as far as rules can watch it."""
    scope = agent_scope(agent)
    for segment in segments:
        figure = STATES.get(segment.state)
        if figure is None:
            continue
        subject = of_agent(figure, Key(agent.site, agent.source, agent.id))
        yield Told(max(start, segment.start), subject, Reading(0, segment.start, 1), scope)
        if segment.end is not None and segment.end <= end:
            yield Told(segment.end, subject, None, scope)


def of_lost_phones(day: Day) -> Iterator[Told]:
    """How many phones of each source were lost within a minute of each other."""
    steps = [
        (at, is_lost, key, segment.start)
        for key, segments in day.segments.items()
        for segment in segments
        if segment.state is AgentState.UNREACHABLE
        for at, is_lost in ((segment.start, True), (segment.end, False))
        if at is not None
    ]
    lost: dict[tuple[str, str], dict[Key, Ms]] = {}
    for at, is_lost, key, since in sorted(steps, key=lambda step: step[:2]):
        place = (key.site, key.source)
        phones = lost.setdefault(place, {})
        if is_lost:
            phones[key] = since
        else:
            phones.pop(key, None)
        together = lost_together(phones.items())
        reading = Reading(len(together), at) if together else None
        scope = Scope(site=key.site)
        yield Told(max(at, day.start), source_subject(Figure.PHONES_LOST, *place), reading, scope)


def of_shifts(day: Day) -> Iterator[Told]:
    """Who was late, missing or had left, by the roster as it stands."""
    planned = Planned(day.snapshot)
    for key, shift in day.snapshot.shifts.items():
        is_near = shift.ends_at > day.start and shift.starts_at < day.end
        if key.site != day.site or not is_near:
            continue
        who = planned.key(shift)
        agent, segments = day.snapshot.agents.get(who), day.segments.get(who, [])
        if agent is not None and segments:
            yield from _of_shift(day, shift, agent, segments)


def _of_shift(day: Day, shift: Shift, agent: Agent, segments: list[Segment]) -> Iterator[Told]:
    starts = [segment.start for segment in segments]
    subject = of_agent(Figure.LATE, Key(agent.site, agent.source, agent.id))
    scope, was_off = agent_scope(agent), False
    at, last = max(shift.starts_at, day.start), min(shift.ends_at, day.end)
    while at < last:
        place = bisect_right(starts, at)
        then = None
        if place:
            one = segments[place - 1]
            then = replace(agent, state=one.state, since=one.start, reason=one.reason)
        standing = classify(shift, then, at)
        is_off = standing.fit in _NOT_THERE
        if is_off or was_off:
            reading = Reading(0, standing.since or at, 1) if is_off else None
            yield Told(at, subject, reading, scope)
        was_off = is_off
        changes = starts[place] if place < len(starts) else last
        at = max(at + 1, min(standing.until, changes))
    if was_off:
        yield Told(last, subject, None, scope)


def of_complaints(day: Day) -> Iterator[Told]:
    """What was left of the first clock of each complaint that was not met then."""
    for key, complaint in day.snapshot.escalations.items():
        if key.site == day.site:
            yield from _of_complaint(day, key, complaint)


def _of_complaint(day: Day, key: Key, complaint: Escalation) -> Iterator[Told]:
    subject = Subject(Figure.CLOCK_LEFT, key.site, key.source, Kind.ESCALATION.value, complaint.id)
    scope = Scope(site=key.site, queues=(complaint.queue,), client=complaint.client)
    ends = [event.at for event in complaint.events] if not complaint.is_open else []
    closed = max(ends, default=day.end)
    begun = max(day.start, complaint.received_at)
    met = (clock.met_at for clock in complaint.clocks if clock.met_at is not None)
    for at in sorted({begun, *(each for each in met if begun < each < closed)}):
        if at < day.end:
            dues = [
                clock.due_at
                for clock in complaint.clocks
                if not clock.paused and (clock.met_at is None or clock.met_at > at)
            ]
            yield Told(at, subject, Reading(0, min(dues), -1) if dues else None, scope)
    if begun < closed < day.end:
        yield Told(closed, subject, None, scope)
