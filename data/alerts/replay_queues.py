"""The figures of queues over a day, from who waited when and what was counted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from data.alerts.expectation import COUNTED_MS
from data.alerts.judge import Reading
from data.alerts.quiet import QUARTER_MS, Silence, pause, quarter
from data.alerts.replay_day import Day, Told, of_queue, queue_scope
from data.alerts.running import Subject
from data.figures.queues import Group, group_of
from data.figures.spans import spans
from data.floor import Key
from data.model import AgentState, Counts, Interval, Ms, Queue
from data.rules import service_level as level
from data.rules.limits import Scope
from data.rules.service_level import Formula
from data.settings import Figure

if TYPE_CHECKING:
    from data.cache.history_model import FoundContact

LEVELS = frozenset({Figure.SERVICE_LEVEL_DAY, Figure.SERVICE_LEVEL_RECENT, Figure.ABANDON_RATE})
WAITS = frozenset({Figure.LONGEST_WAIT, Figure.WAITING})
_MINUTE_MS = 60_000
_RARE_PERCENT = 1.0
"""Chances above this are told as one: no rule of quiet asks for more."""


def of_contacts(
    contacts: Iterable[FoundContact], queues: Mapping[Key, Queue], figures: set[Figure]
) -> Iterator[Told]:
    """Who waited in each queue, and since when the first of them."""
    waiting: dict[Key, list[Ms]] = {}
    for at, way, since, key in _waits(contacts):
        line = waiting.setdefault(key, [])
        _step(line, way, since)
        queue = queues.get(key)
        if queue is None:
            continue
        scope = queue_scope(key, queue)
        if Figure.LONGEST_WAIT in figures:
            reading = Reading(0, min(line), 1) if line else None
            yield Told(at, of_queue(Figure.LONGEST_WAIT, key), reading, scope)
        if Figure.WAITING in figures:
            yield Told(at, of_queue(Figure.WAITING, key), Reading(len(line), at), scope)


def of_intervals(
    intervals: Iterable[Interval],
    queues: Mapping[Key, Queue],
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
        at = row.starts_at + row.minutes * _MINUTE_MS
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
                scope = queue_scope(key, queue, counts.offered)
                told.append(Told(at, of_queue(figure, key), reading, scope))
    return sorted(told, key=lambda one: one.at)


def of_waits_though_ready(day: Day) -> Iterator[Told]:
    """Since when in a queue both somebody waits and an agent is ready, whom it has by now."""
    steps = [(at, 0, way, since, key) for at, way, since, key in _waits(day.contacts)]
    for who, segments in day.segments.items():
        served = [Key(who.site, who.source, name) for name in day.snapshot.agents[who].queues]
        for segment in segments:
            if segment.state is not AgentState.READY:
                continue
            for key in served:
                steps.append((segment.start, 1, 1, segment.start, key))
                if segment.end is not None:
                    steps.append((segment.end, 1, -1, segment.start, key))
    steps.sort(key=lambda step: step[:3])
    sides: dict[Key, tuple[list[Ms], list[Ms]]] = {}
    both: set[Key] = set()
    for at, side, way, since, key in steps:
        waiting, ready = sides.setdefault(key, ([], []))
        _step(ready if side else waiting, way, since)
        queue = day.queues.get(key)
        if queue is None or not queue.channel.is_immediate:
            continue
        is_both = bool(waiting and ready)
        if is_both or key in both:
            (both.add if is_both else both.discard)(key)
            reading = Reading(0, max(min(waiting), min(ready)), 1) if is_both else None
            subject = of_queue(Figure.WAITS_THOUGH_READY, key)
            yield Told(max(at, day.start), subject, reading, queue_scope(key, queue))


def of_quiet(day: Day) -> Iterator[Told]:
    """How likely it was that so few came, of each queue and of all together, minute by minute."""
    arrived: dict[Key, list[Ms]] = {}
    for one in day.contacts:
        arrived.setdefault(Key(one.site, one.source, one.queue), []).append(one.created_at)
    watched = [
        key
        for key in day.expected
        if (queue := day.queues.get(key)) is not None and group_of(queue) is Group.IMMEDIATE
    ]
    for key in watched:
        subject, scope = of_queue(Figure.TOO_QUIET, key), queue_scope(key, day.queues[key])
        came = sorted(arrived.get(key, ()))
        yield from _quiet(day, came, day.expected[key], subject, scope)
    if len(watched) > 1:
        parts = [day.expected[key] for key in watched]
        known = set.intersection(*(set(part) for part in parts))
        whole = {at: sum(part[at] for part in parts) for at in known}
        came = sorted(at for key in watched for at in arrived.get(key, ()))
        subject = Subject(Figure.TOO_QUIET, day.site, "", "site", day.site)
        yield from _quiet(day, came, whole, subject, Scope(site=day.site))


def _quiet(
    day: Day,
    came: Sequence[Ms],
    expected: Mapping[Ms, float],
    subject: Subject,
    scope: Scope,
) -> Iterator[Told]:
    was_rare = False
    for at in range(day.start + _MINUTE_MS, day.end, _MINUTE_MS):
        last = bisect_right(came, at)
        found: list[Silence | None] = [pause(expected, came[last - 1] if last else day.start, at)]
        starts_at = at - COUNTED_MS - (at - COUNTED_MS) % QUARTER_MS - QUARTER_MS
        if starts_at >= day.start:
            counted = bisect_left(came, starts_at + QUARTER_MS) - bisect_left(came, starts_at)
            found.append(quarter(expected, counted, starts_at))
        percent = min((one.percent for one in found if one is not None), default=100.0)
        is_rare = percent < _RARE_PERCENT
        if is_rare or was_rare:
            yield Told(at, subject, Reading(percent, at), scope)
        was_rare = is_rare


def _waits(contacts: Iterable[FoundContact]) -> list[tuple[Ms, int, Ms, Key]]:
    """When who began to wait (1) and did so no more (-1), since when, and where; in order."""
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
    return steps


def _step(line: list[Ms], way: int, since: Ms) -> None:
    if way > 0:
        line.append(since)
    elif since in line:
        line.remove(since)
