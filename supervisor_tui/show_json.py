"""`show X --json`: one object of a stable shape; docs/json.md is its reference.

Percentages run from 0 to 100, undefined is null, instants are `YYYY-MM-DDTHH:MM:SSZ`, durations
are seconds. Keys are sorted; rows are sorted by site, source and id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import msgspec

from data.figures.agents import AgentFigures, agent_figures
from data.figures.freshness import Moment, SourceAge, own_now, worst_age
from data.figures.intraday import Intraday
from data.figures.kept import AgentKept
from data.figures.lost import LostCaller
from data.figures.queues import (
    Figures,
    FloorFigures,
    QueueFigures,
    Span,
    queue_figures,
    source_ages,
)
from data.figures.shifts import planned_activity
from data.figures.staff import AgentCounts
from data.figures.totals import Total, totals
from data.floor import FloorSnapshot, Key
from data.model import Counts, Freshness, Ms, Person, Shift, Switch, SystemCounts
from data.rules import service_level as rule
from data.rules.service_level import Formula
from data.status import Upset
from supervisor_tui.alerts_json import alerts_json
from supervisor_tui.complaint_json import escalation_json
from supervisor_tui.instants import instant
from supervisor_tui.notes_json import notes_json
from supervisor_tui.plain import Pane
from supervisor_tui.show_day import day_json, kept_json
from supervisor_tui.show_lost import lost_row

Json: TypeAlias = dict[str, Any]
_Record = TypeVar("_Record")


def show_json(
    pane: Pane,
    snapshot: FloorSnapshot,
    moment: Moment,
    *,
    site: str | None = None,
    figures: FloorFigures | None = None,
    lost: Iterable[LostCaller] = (),
    day: tuple[Intraday, Sequence[AgentKept]] | None = None,
    is_past: bool = False,
) -> str:
    """A pane as one JSON object, ending in a line break.

    Args:
        pane: What to show.
        snapshot: The floor as of one commit.
        moment: The present on the server's clock.
        site: A site's id; None for all sites.
        figures: Of the queues, with the formula of `service_level`; `service_levels` has them
            all. None: by the usual formula.
        lost: The callers for the pane of those who were lost.
        day: For the roster: its half hours, and how it was kept.
        is_past: `snapshot` is the floor as it was at `moment`, which is named as `at`.
    """
    ages = {
        place: age
        for place, age in source_ages(snapshot, moment).items()
        if site in {None, place[0]}
    }
    worst = worst_age(ages.values())
    document = {
        **(
            _queues(figures or queue_figures(snapshot, site, moment), snapshot)
            if pane is Pane.QUEUES
            else _rows(pane, snapshot, moment, site, lost)
        ),
        **({} if day is None else {**day_json(day[0]), **kept_json(day[1])}),
        "state": worst.state if worst is not None else Freshness.OFFLINE,
        "age_s": _rounded(worst.age_s) if worst is not None else None,
        "server_time": instant(moment.now),
        **({"at": instant(moment.now)} if is_past else {}),
        "sources": [_source(age) for age in ages.values()],
    }
    return encode(document)


def encode(document: Json) -> str:
    """JSON with sorted keys and an indent, ending in a line break."""
    body = msgspec.json.encode(document, order="sorted")
    return msgspec.json.format(body, indent=2).decode() + "\n"


def _queues(floor: FloorFigures, snapshot: FloorSnapshot) -> Json:
    """The queues and their totals."""
    queues = [_queue(one, floor.formula) for one in sorted(floor.queues, key=_key_of)]
    joined = totals(floor, floor.queues, [info.id for info in snapshot.sites])
    return {
        Pane.QUEUES.value: queues,
        "totals": [_total(one, floor.formula) for one in joined],
    }


def _rows(
    pane: Pane,
    snapshot: FloorSnapshot,
    moment: Moment,
    site: str | None,
    lost: Iterable[LostCaller],
) -> Json:
    """The rows under the name of the pane."""
    ages = source_ages(snapshot, moment)

    def of_site(records: Mapping[Key, _Record], shape: Callable[[_Record, Ms], Json]) -> list[Json]:
        return [
            shape(record, own_now(ages, key, moment))
            for key, record in sorted(records.items())
            if site in {None, key.site}
        ]

    match pane:
        case Pane.QUEUES | Pane.CHECKLISTS:
            return {}  # `_queues`; and which checklists there are, the configuration says
        case Pane.AGENTS:
            agents = agent_figures(snapshot, site, moment)
            return {pane.value: [_agent(one) for one in sorted(agents, key=_key_of)]}
        case Pane.ESCALATIONS:
            return {pane.value: of_site(snapshot.escalations, escalation_json)}
        case Pane.ROSTER:
            return {pane.value: of_site(snapshot.shifts, _shift)}
        case Pane.ALERTS:
            return alerts_json(snapshot, site, moment)
        case Pane.NOTES:
            return notes_json(snapshot, site, moment.now)
        case Pane.LOST:
            return {pane.value: [lost_row(one) for one in sorted(lost, key=lambda one: one.id)]}
        case Pane.STATUS:
            shown = [age for age in ages.values() if site in {None, age.health.site}]
            return {pane.value: [_source(age) for age in shown]}


def _key_of(figures: QueueFigures | AgentFigures) -> Key:
    return figures.key


def _queue(figures: QueueFigures, formula: Formula) -> Json:
    queue = figures.queue
    return {
        "id": queue.id,
        "site": queue.site,
        "source": queue.source,
        "name": queue.name,
        "channel": queue.channel,
        "direction": queue.direction,
        "client": queue.client,
        "as_of": instant(figures.as_of),
        "waits_though_ready": figures.waits_though_ready,
        "switches": [_switch(each) for each in queue.switches],
        "system": _system(queue.system),
        "threshold_s": queue.threshold_s,
        "short_abandon_s": queue.short_abandon_s,
        "interval": {
            "starts_at": instant(figures.interval_starts_at),
            **_counts(figures.interval),
            "asa_s": _rounded(rule.asa_s(figures.interval)),
            "aht_s": _rounded(rule.aht_s(figures.interval)),
        },
        **_figures(figures, formula),
    }


def _system(system: SystemCounts | None) -> Json | None:
    """What the telephone system counts itself, where the counts are ours."""
    if system is None:
        return None
    return {
        "since": instant(system.since),
        "completed": system.completed,
        "abandoned": system.abandoned,
        "level": _rounded(system.level),
        "level_abandons_good": _rounded(system.level_abandons_good),
        "resets": system.resets,
        "counted_since": instant(system.counted_since or None),
        "untold": system.untold,
        "missed": system.missed,
        "timed_out": system.timed_out,
        "withdrawn": system.withdrawn,
        "left_empty": system.left_empty,
        "left_by_key": system.left_by_key,
    }


def _switch(switch: Switch) -> Json:
    return {
        "name": switch.name,
        "label": switch.label,
        "on": switch.on,
        "since": instant(switch.since),
        "by": switch.by.name if switch.by is not None else None,
    }


def _total(total: Total, formula: Formula) -> Json:
    return {
        "group": total.group,
        "site": total.site,
        "queues": len(total.queues),
        "old_sites": list(total.old_sites),
        **_figures(total.figures, formula),
    }


def _figures(figures: Figures, formula: Formula) -> Json:
    """What one queue has in common with several together."""
    return {
        "waiting": figures.waiting,
        "longest_wait_s": _rounded(figures.longest_wait_s),
        **_counts(figures.day),
        "asa_s": _rounded(figures.asa_s),
        "aht_s": _rounded(figures.aht_s),
        "abandon_rate": _rounded(figures.abandon_rate),
        "forecast_deviation": _rounded(figures.forecast.deviation),
        "target": _rounded(figures.target_percent),
        "service_level": {"formula": formula, **_levels(figures, formula)},
        "service_levels": {each.value: _levels(figures, each) for each in Formula},
        "agents": _agents(figures.agents),
    }


def _levels(figures: Figures, formula: Formula) -> Json:
    return {
        "day": _rounded(figures.service_level(Span.DAY, formula)),
        "recent": _rounded(figures.service_level(Span.RECENT, formula)),
        "interval": _rounded(figures.service_level(Span.INTERVAL, formula)),
    }


def _counts(counts: Counts) -> Json:
    return {
        "offered": counts.offered,
        "answered": counts.answered,
        "answered_within": counts.answered_within,
        "abandoned": counts.abandoned,
        "abandoned_within": counts.abandoned_within,
        "abandoned_short": counts.abandoned_short,
    }


def _agents(agents: AgentCounts) -> Json:
    return {
        "staffed": agents.staffed,
        "ready": agents.ready,
        "ringing": agents.ringing,
        "busy": agents.busy,
        "working_after_contact": agents.working_after_contact,
        "not_ready": agents.not_ready,
        "unreachable": agents.unreachable,
    }


def _agent(figures: AgentFigures) -> Json:
    agent, kept = figures.agent, figures.schedule
    return {
        "id": agent.id,
        "number": agent.number,
        "site": agent.site,
        "source": agent.source,
        "name": agent.name,
        "team": agent.team,
        "client": agent.client,
        "as_of": instant(figures.as_of),
        "state": agent.state,
        "reason": agent.reason,
        "inferred": agent.is_inferred,
        "not_ready_in": list(agent.paused_in),
        "pending_state": agent.pending_state,
        "since": instant(agent.since) if agent.since else None,
        "state_by": _person(agent.state_by),
        "state_s": _rounded(figures.state_s),
        "reachable": agent.reachable,
        "assist_since": instant(agent.assist_since),
        "assist_by": _person(agent.assist_by),
        "queues": list(agent.queues),
        "penalties": {each.queue: each.penalty for each in agent.penalties},
        "contact": agent.contact,
        "is_long": figures.is_long,
        "listeners": list(figures.listeners),
        "complaint": figures.complaint,
        "handled": figures.handled,
        "aht_s": _rounded(figures.aht_s),
        "occupancy": _rounded(figures.occupancy),
        "adherence": _rounded(figures.adherence),
        "scheduled_s": None if kept is None else _rounded(kept.scheduled_s),
        "adherent_s": None if kept is None else _rounded(kept.adherent_s),
        "unanswered_rings": figures.unanswered_rings,
    }


def _person(person: Person | None) -> Json | None:
    return None if person is None else {"id": person.id, "name": person.name}


def _shift(shift: Shift, now: Ms) -> Json:
    return {
        "id": shift.id,
        "site": shift.site,
        "source": shift.source,
        "agent": shift.agent,
        "starts_at": instant(shift.starts_at),
        "ends_at": instant(shift.ends_at),
        "zone": shift.zone,
        "planned_now": planned_activity(shift, now) or None,
        "activities": [
            {
                "kind": activity.kind,
                "starts_at": instant(activity.starts_at),
                "ends_at": instant(activity.ends_at),
            }
            for activity in shift.activities
        ],
    }


def _source(age: SourceAge) -> Json:
    health = age.health
    return {
        "site": health.site,
        "source": health.source,
        "kind": health.kind,
        "state": age.state,
        "api_state": age.api_state,
        "age_s": _rounded(age.age_s),
        "good_at": instant(age.good_at),
        "server_time": instant(age.now),
        "clock_offset_s": _rounded(health.clock_offset_s),
        "problem": health.problem or None,
        "problem_detail": health.problem_detail or None,
        "poll_s": health.poll_s,
        "skipped_rows": health.skipped_rows,
        "switches": [
            {"name": one.name, "state": one.state, "as_of": instant(one.as_of)}
            for one in health.switches
        ],
        "lines": [
            {"name": one.name, "up": one.is_up, "state": one.state, "calls": one.calls}
            for one in health.lines
        ],
        "lost": _lost(health.upset),
    }


def _lost(upset: Upset | None) -> Json | None:
    """What a source lost that it had been told."""
    if upset is None:
        return None
    return {
        "at": instant(upset.at),
        "kept_at": instant(upset.kept_at),
        "missing": upset.missing,
        "restarted": upset.has_restarted,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
