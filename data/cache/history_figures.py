"""Counts of intervals, sums of days, and what happened to complaints and alerts."""

from __future__ import annotations

import sqlite3

import msgspec
from msgspec.structs import astuple

from data.cache.history_model import AlertEnd, AlertNote, Sort
from data.cache.names import NOBODY, Names
from data.model import Agent, AgentDay, Alert, AnyRecord, Escalation, Interval, Ms, Queue

_DAY_MS = 86_400_000
_NO_DAY = AgentDay()
# Sums only grow within a day (see `_largest`), and those of before a start may be larger.
_ADD_DAY = """
INSERT INTO agent_day VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)
ON CONFLICT (day_started_at, agent) DO UPDATE SET
    handled = max(coalesce(handled, ?3), coalesce(?3, handled)),
    talk_ms = max(coalesce(talk_ms, ?4), coalesce(?4, talk_ms)),
    hold_ms = max(coalesce(hold_ms, ?5), coalesce(?5, hold_ms)),
    acw_ms = max(coalesce(acw_ms, ?6), coalesce(?6, acw_ms)),
    ready_ms = max(coalesce(ready_ms, ?7), coalesce(?7, ready_ms)),
    not_ready_ms = max(coalesce(not_ready_ms, ?8), coalesce(?8, not_ready_ms)),
    sales = max(coalesce(sales, ?9), coalesce(?9, sales)),
    dials = max(coalesce(dials, ?10), coalesce(?10, dials))
"""


class FigureRecorder:
    """Keeps what is counted elsewhere and only has to be remembered."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._day_started: dict[tuple[str, str], Ms] = {}
        self._days: dict[int, tuple[Ms, AgentDay]] = {}
        self._intervals: dict[tuple[Ms, int], Interval] = {}
        self._new_days: dict[tuple[int, Ms], AgentDay] = {}
        self._kept_days: dict[tuple[int, Ms], AgentDay] = {}
        self._events: list[tuple[int, Ms, int, int, str]] = []

    def forget(self) -> None:
        """After a transaction that was rolled back; what was kept of others before it stays."""
        self._days.clear()
        self._intervals.clear()
        self._new_days.clear()
        self._events.clear()

    def queue(self, queue: Queue) -> None:
        """Learn a queue's name, and when the counting day of its site began."""
        scope = queue.site, queue.source
        self._names.of(*scope, Sort.QUEUE, queue.id, label=queue.name, client=queue.client)
        started = max(queue.day_started_at, self._day_started.get(scope, 0))
        self._day_started[scope] = started

    def interval(self, interval: Interval) -> None:
        """Keep the counts of an interval as they stand."""
        name = self._names.of(
            interval.site, interval.source, Sort.QUEUE, interval.queue, client=interval.client
        )
        self._intervals[interval.starts_at, name] = interval

    def agent_day(self, at: Ms, name: int, agent: Agent) -> None:
        """Keep an agent's sums of the running day where they differ from what was kept.

        They change with every contact and only the last ones count, so they are written from time
        to time. Until then cache.db has them, from which a start is told them again.
        """
        if agent.today == _NO_DAY:
            return
        started = self._day_started.get((agent.site, agent.source))
        if not started:  # a source without queues does not say when its day began
            started = at - at % _DAY_MS
        if self._days.get(name) != (started, agent.today):
            self._days[name] = started, agent.today
            known = self._new_days.get((name, started)) or self._kept_days.get((name, started))
            self._new_days[name, started] = _largest(known, agent.today)

    def escalation(self, at: Ms, now: Escalation, before: AnyRecord | None) -> None:
        """Keep the lines of a complaint's history that its record shows."""
        subject = self._names.of(
            now.site, now.source, Sort.ESCALATION, now.id, label=now.reference, client=now.client
        )
        known = before.events if isinstance(before, Escalation) else ()
        for event in now.events:
            if event not in known:
                self._event(subject, event.at, event.what, event.who, event.note)
        was_status = before.status if isinstance(before, Escalation) else now.status
        if was_status != now.status and now.events == known:
            self._event(subject, at, now.status, now.owner.id if now.owner else "", "")

    def alert_cleared(self, at: Ms, site: str, source: str, alert: str) -> None:
        """Keep that an alert, by native id, is no more."""
        self._event(self._names.of(site, source, Sort.ALERT, alert), at, "cleared", "", "")

    def alert(self, at: Ms, now: Alert, before: AnyRecord | None) -> None:
        """Keep when an alert was raised and acknowledged."""
        subject = self._names.of(
            now.site, now.source, Sort.ALERT, now.id, label=now.name, client=now.client
        )
        self._event(subject, now.raised_at, "raised", "", alert_note(now))
        if now.ended_at is not None:
            end = msgspec.json.encode(AlertEnd(now.peak, now.causes)).decode()
            self._event(subject, now.ended_at, "cleared", "", end)
        was = before.acknowledged_by if isinstance(before, Alert) else now.acknowledged_by
        if now.acknowledged_by and was != now.acknowledged_by:
            self._event(subject, at, "acknowledged", now.acknowledged_by, now.done)
        # Of a forecast: what came of it, at the end of the half hour that it spoke of.
        judged_at = None if now.outcome is None else now.outcome.values.get("at")
        if now.outcome is not None and isinstance(judged_at, int):
            self._event(subject, judged_at, now.outcome.code, "", "")

    def flush(self) -> None:
        """Write what was recorded, in the caller's transaction."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO interval VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            [_interval_row(*key, interval) for key, interval in self._intervals.items()],
        )
        self._connection.executemany(
            "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?)", self._events
        )
        self._intervals.clear()
        self._events.clear()

    def committed(self) -> None:
        """What was flushed is on disk, and the names given with it."""
        self._kept_days.update(self._new_days)
        self._new_days.clear()

    def flush_days(self) -> None:
        """Write the sums of days, in the caller's transaction; `days_written` is for after it."""
        self._connection.executemany(
            _ADD_DAY, [_day_row(*key, day) for key, day in self._kept_days.items()]
        )

    def days_written(self) -> None:
        """The sums of days are on disk."""
        self._kept_days.clear()

    def _event(self, subject: int, at: Ms, what: str, who: str, note: str) -> None:
        verb = self._names.word(Sort.WORD, what) if what else NOBODY
        self._events.append((subject, at, verb, self._names.word(Sort.PERSON, who), note))


def alert_note(alert: Alert) -> str:
    """What history keeps of an alert: its own text, or as JSON what our own was about."""
    if not alert.is_own:
        return alert.text
    told = AlertNote(
        severity=alert.severity,
        rule=alert.rule,
        limit=alert.limit,
        is_below=alert.is_below,
        about=alert.about,
        of_source=alert.telephony,
    )
    return msgspec.json.encode(told).decode()


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def _largest(known: AgentDay | None, told: AgentDay) -> AgentDay:
    """The larger of each sum.

    Sums only grow within a day: smaller ones are an old report, or the first of a day of which the
    source has not yet said that it began.
    """
    if known is None:
        return told
    sums = astuple(known), astuple(told)
    for before, after in zip(*sums, strict=True):
        if before is not None and (after is None or after < before):
            break
    else:
        return told
    pairs = zip(*sums, strict=True)
    larger = [max((one for one in pair if one is not None), default=None) for pair in pairs]
    return AgentDay(**dict(zip(AgentDay.__struct_fields__, larger, strict=True)))


def _interval_row(starts_at: Ms, queue: int, interval: Interval) -> tuple[object, ...]:
    counts = interval.counts
    sums = (
        *(counts.wait_answered_s, counts.wait_abandoned_s, counts.longest_wait_s),
        *(counts.talk_s, counts.hold_s, counts.acw_s),
    )
    return (
        *(queue, starts_at, interval.minutes),
        *(counts.offered, counts.answered, counts.answered_within),
        *(counts.abandoned, counts.abandoned_within, counts.abandoned_short, counts.transferred),
        *(_ms(one) for one in sums),
        *(interval.forecast_offered, interval.forecast_aht_s),
    )


def _day_row(agent: int, started: Ms, day: AgentDay) -> tuple[object, ...]:
    sums = day.talk_s, day.hold_s, day.acw_s, day.ready_s, day.not_ready_s
    return (agent, started, day.handled, *(_ms(one) for one in sums), day.sales, day.dials)
