"""Alerts as records: what the desk keeps of one, and how a later process goes on from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from data.alerts.running import Running, Subject
from data.alerts.watch import Watch
from data.figures.freshness import SourceAge
from data.floor import Key
from data.model import DESK, About, AgentState, Alert, Cause, Kind, Ms
from data.settings import Figure, RuleSettings, Severity

MOST_CAUSES = 8
_OF_STAFF = frozenset(
    {
        Figure.LONGEST_WAIT,
        Figure.WAITING,
        Figure.SERVICE_LEVEL_DAY,
        Figure.SERVICE_LEVEL_RECENT,
        Figure.ABANDON_RATE,
    }
)
"""Figures that go by what the agents of a queue do."""


def record_of(alert: Running, watch: Watch, rules: Sequence[RuleSettings]) -> Alert:
    """An alert as the desk keeps it.

    Args:
        alert: The alert.
        watch: What looked at its site.
        rules: The floor's rules.
    """
    subject = alert.subject
    known = (one for one in rules if one.severity is alert.severity)
    rule = next((one for one in known if one.called == alert.rule), None)
    return Alert(
        site=subject.site,
        source=DESK,
        id=alert.id,
        client=_client(subject, watch),
        name=subject.figure.value,
        severity=alert.severity.value,
        raised_at=alert.raised_at,
        about=About(subject.kind, subject.id),
        telephony=subject.source,
        rule=alert.rule,
        limit=alert.limit,
        is_below=alert.is_below,
        began_at=alert.began_at,
        ended_at=alert.ended_at,
        peak=round(alert.peak, 3),
        peak_at=alert.peak_at,
        slope=alert.slope,
        causes=tuple(_causes(alert, watch))[:MOST_CAUSES],
        held=alert.held,
        under=alert.under,
        proposal="" if rule is None else rule.proposal,
    )


def running_of(alert: Alert) -> Running | None:
    """An alert as a later process judges it on; None where it is over, or of another version."""
    if alert.is_over or alert.about is None:
        return None
    try:
        figure, severity = Figure(alert.name), Severity(alert.severity)
    except ValueError:
        return None
    about = alert.about
    return Running(
        subject=Subject(figure, alert.site, alert.telephony, about.kind, about.id),
        severity=severity,
        rule=alert.rule,
        limit=alert.limit,
        is_below=alert.is_below,
        began_at=alert.began_at,
        raised_at=alert.raised_at,
        peak=alert.peak,
        peak_at=alert.peak_at,
        slope=alert.slope,
        under=alert.under,
        held=alert.held,
        origin=alert.id,
    )


def _client(subject: Subject, watch: Watch) -> str:
    kinds = {kind.value: kind for kind in Kind}
    kind = kinds.get(subject.kind)
    if kind is None:
        return ""
    key = Key(subject.site, subject.source, subject.id)
    record = watch.snapshot.of(kind).get(key)
    return "" if record is None else record.client


def _causes(alert: Running, watch: Watch) -> Iterator[Cause]:
    """What it comes from, as far as the floor tells."""
    subject = alert.subject
    match subject.figure:
        case Figure.WAITS_THOUGH_READY:
            yield from _ready_agents(subject, watch)
        case Figure.TOO_QUIET:
            silence = watch.silence(alert)
            if silence is not None:
                minutes = max(1, round((silence.until - silence.since) / 60_000))
                values = {"came": silence.came, "minutes": minutes}
                yield Cause("fewer_than_expected", {**values, "expected": silence.expected})
            yield from _lines(_ages(subject, watch))
        case Figure.FORECAST_MISS:
            yield from watch.forecasts.causes(alert)
        case Figure.SOURCE_STALE | Figure.RESTARTED:
            yield from _source(_ages(subject, watch))
        case Figure.UNDERSTAFFED:
            short = watch.shortage
            if short is not None:
                values = {"half": short.starts_at, "need": short.need, "heads": short.planned}
                yield Cause("short", {**values})
        case _ if subject.figure in _OF_STAFF:
            yield _staff(subject, watch)
        case Figure.UNREACHABLE:
            yield from _lines(_ages(subject, watch))
        case _:
            return


def _ready_agents(subject: Subject, watch: Watch) -> Iterator[Cause]:
    """Each agent who is ready, and why the call may not reach them."""
    snapshot = watch.snapshot
    for agent in snapshot.agents.values():
        is_of_queue = agent.site == subject.site and agent.source == subject.source
        if not is_of_queue or subject.id not in agent.queues:
            continue
        if agent.state is not AgentState.READY:
            continue
        penalty = next((one.penalty for one in agent.penalties if one.queue == subject.id), 0)
        values: dict[str, str | int | float | None] = {
            "number": agent.number,
            "name": agent.name,
            "penalty": penalty,
            "reachable": int(agent.reachable),
            "unanswered": agent.unanswered_rings,
        }
        yield Cause("ready_agent", values)


def _staff(subject: Subject, watch: Watch) -> Cause:
    """What the agents of a queue do."""
    counts = watch.counts(Key(subject.site, subject.source, subject.id))
    return Cause(
        "staff",
        {
            "staffed": counts.staffed,
            "ready": counts.ready,
            "busy": counts.occupied,
            "after": counts.working_after_contact,
            "not_ready": counts.not_ready,
            "unreachable": counts.unreachable,
        },
    )


def _ages(subject: Subject, watch: Watch) -> list[SourceAge]:
    return [
        age
        for (site, source), age in sorted(watch.ages.items())
        if source != DESK and site == subject.site and subject.source in {"", source}
    ]


def _source(ages: Iterable[SourceAge]) -> Iterator[Cause]:
    for age in ages:
        health = age.health
        if age.silent_switch:
            yield Cause("switch_silent", {"name": age.silent_switch})
        elif age.is_old:
            values: dict[str, str | int | float | None] = {"source": health.source}
            yield Cause("source_silent", {**values, "problem": health.problem})
        if health.upset is not None and health.upset.missing:
            yield Cause(
                "restarted" if health.upset.has_restarted else "memberships_lost",
                {"at": health.upset.at, "missing": health.upset.missing},
            )


def _lines(ages: Sequence[SourceAge]) -> Iterator[Cause]:
    """Whether the telephone system answers, and which lines to the outside are down."""
    for age in ages:
        if age.is_old or age.silent_switch:
            yield from _source([age])
            continue
        values: dict[str, str | int | float | None] = {"source": age.health.source}
        yield Cause("source_answers", values)
        lines = age.health.lines
        for line in lines:
            if line.is_up is False:
                yield Cause("line_down", {"name": line.name, "state": line.state})
        if lines and all(line.is_up for line in lines):
            yield Cause("lines_up", {"count": len(lines)})


def upkeep(alerts: Iterable[Alert], now: Ms, kept_ms: Ms) -> list[str]:
    """The ids of alerts that were over so long ago that nobody needs to see them."""
    over = [alert for alert in alerts if alert.ended_at is not None]
    return [alert.id for alert in over if now - (alert.ended_at or now) > kept_ms]
