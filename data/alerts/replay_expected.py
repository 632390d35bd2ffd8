"""What was foretold over a day: heads too few, targets likely to be missed, sources silent.

The calls are those that were expected when each half hour began, the roster is the one that stands
now, and who was there is taken from history.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from msgspec.structs import replace

from data.alerts.forecasts import forecast_scope, forecast_subject
from data.alerts.hygiene import source_subject
from data.alerts.judge import Reading
from data.alerts.replay_day import HALF_HOUR_MS, Day, Told
from data.alerts.running import Subject
from data.cache.alert_queries import kept_forecasts, kept_waits
from data.figures.demand import SiteQuestion, staffed
from data.figures.foreseen import AHEAD_MS, STEP_MS, foresee
from data.figures.heads import agents_elsewhere, is_staffed, planned_heads
from data.floor import FloorSnapshot, Key
from data.model import AgentState, Ms
from data.rules.limits import Scope
from data.settings import Figure
from data.zones import zone

_HOUR_MS = 3_600_000
_WEEK_MS = 7 * 24 * _HOUR_MS


def of_need(day: Day) -> Iterator[Told]:
    """How many heads the worst half hour of the next hour lacked."""
    halves = day.reader.half_hours(day.site, day.start, day.end + _HOUR_MS)
    need = {one.starts_at: one.need for one in halves if one.need is not None}
    snapshot = day.snapshot
    if not any(key.site == day.site for key in snapshot.shifts):
        return
    planned = planned_heads(snapshot, day.site, agents_elsewhere(snapshot))
    subject = Subject(Figure.UNDERSTAFFED, day.site, "", "site", day.site)
    for at in range(day.start - day.start % HALF_HOUR_MS, day.end, HALF_HOUR_MS):
        ahead = [half for half in need if at < half <= at + _HOUR_MS]
        lacking = (need[half] - round(planned.get(half, 0.0)) for half in ahead)
        reading = Reading(max(lacking), at) if ahead else None
        yield Told(max(at, day.start), subject, reading, Scope(site=day.site))


def of_forecasts(day: Day) -> Iterator[Told]:
    """By how many points each pool was likely to miss its target, every ten minutes."""
    ask, start = day.reader.ask, day.start - day.start % HALF_HOUR_MS
    queues = tuple(one for one in day.queues.values() if one.site == day.site and is_staffed(one))
    until = day.end + AHEAD_MS + HALF_HOUR_MS
    asked = SiteQuestion(
        site=day.site,
        place=zone(day.zone),
        now=day.end,
        start=start,
        end=until,
        need_until=until,
        queues=queues,
        agents=tuple(
            tuple(Key(one.site, one.source, queue) for queue in one.queues)
            for one in day.agents.values()
        ),
    )
    known = {Key(one.site, one.source, one.id) for one in queues}
    rows = [row for row in kept_forecasts(ask, day.site, start, until) if row.key in known]
    past = kept_waits(ask, day.site, day.start - day.planning.weeks * _WEEK_MS, day.end)
    demand = staffed(asked, rows, past, day.planning)
    told: dict[Subject, Scope] = {}
    for at in range(day.start, day.end, STEP_MS):
        then = _floor_at(day, at)
        fresh: dict[Subject, Told] = {}
        for outlook in foresee(demand, then, at):
            worst = max(outlook.halves, key=outlook.points)
            reading = Reading(round(outlook.points(worst), 1), at)
            subject = forecast_subject(outlook)
            scope = forecast_scope(outlook, worst, then)
            fresh[subject] = Told(at, subject, reading, scope)
        for subject in told.keys() - fresh.keys():
            yield Told(at, subject, None, told[subject])
        yield from fresh.values()
        told = {subject: one.scope for subject, one in fresh.items()}


def of_silences(day: Day) -> Iterator[Told]:
    """When sources were silent, as far as an alert of the day said so."""
    for alert in day.snapshot.alerts.values():
        is_meant = alert.site == day.site and alert.name == Figure.SOURCE_STALE
        if not is_meant or not alert.is_own:
            continue
        subject, scope = (
            source_subject(Figure.SOURCE_STALE, day.site, alert.telephony),
            Scope(site=day.site),
        )
        since = alert.began_at - round(alert.limit * 1000)
        yield Told(max(day.start, since), subject, Reading(0, since, 1), scope)
        if alert.ended_at is not None:
            yield Told(max(day.start, alert.ended_at), subject, None, scope)


def _floor_at(day: Day, at: Ms) -> FloorSnapshot:
    """The floor with each agent as they were at an instant."""
    agents = {}
    for key, agent in day.agents.items():
        segments = day.segments.get(key, [])
        place = bisect_right([segment.start for segment in segments], at)
        if place:
            one = segments[place - 1]
            agents[key] = replace(agent, state=one.state, since=one.start, reason=one.reason)
        else:
            agents[key] = replace(agent, state=AgentState.UNKNOWN, since=at)
    return replace(day.snapshot, agents=agents)
