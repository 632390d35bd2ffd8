"""One queue in full: who waits, the last intervals, the service level in words, its agents."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from data.figures.agents import agent_figures
from data.figures.freshness import Moment
from data.figures.queues import FloorFigures, QueueFigures
from data.figures.shift_log import incidents_between
from data.figures.switches import switches_of
from data.floor import FloorSnapshot, Key
from data.model import Incident, Interval, Ms
from data.rules import service_level as rule
from data.rules.service_level import Formula
from data.settings import RuleSettings
from screens.formats import (
    format_clock,
    format_count,
    format_duration,
    format_percent,
)
from screens.glyphs import bars
from screens.presenters.agents import present_agents
from screens.presenters.levels import level_sentences
from screens.presenters.notes import incident_line
from screens.presenters.rows import Column, RowView
from screens.presenters.switches import switch_sentences
from screens.presenters.system_counts import leaving_notes, system_sentences
from screens.presenters.table import TableView, fit_numbers, make_row
from screens.presenters.waiting import present_waiting
from screens.text import _, pgettext
from screens.tones import Tone

BARS = 24
"""Intervals in the bars: six hours of quarter hours."""
ROWS = 8
"""Intervals in the table: two hours of quarter hours."""
_NAMED = 4
"""So many incidents, the latest, are named below the bars."""
_MINUTE_MS = 60_000


class QueueDetail(msgspec.Struct, frozen=True):
    """One queue in full, ready to be shown."""

    title: str
    fault: str
    """A sentence where a contact waits though an agent is ready; empty otherwise."""
    switches: tuple[str, ...]
    """How each of its switches stands, since when, and who did that; nothing where it has none."""
    levels: tuple[str, ...]
    """The service level in words, the chosen formula first."""
    system: tuple[str, ...]
    """What the telephone system itself says, where we count; else nothing."""
    leavings: tuple[str, ...]
    """What is known of those who left without an agent, beside that they did."""
    waiting: TableView
    intervals: TableView
    """The last intervals, the running one first."""
    bars: tuple[str, ...]
    """The intervals as bars, oldest first: contacts offered, and the service level; below them
    where an incident lasted, and which."""
    agents: TableView
    """Ready ones first."""


def present_queue_detail(
    floor: FloorFigures,
    snapshot: FloorSnapshot,
    key: Key,
    moment: Moment,
    rules: Sequence[RuleSettings],
    remind_ms: int,
) -> QueueDetail | None:
    """Everything about one queue, or None where it is no longer there.

    Args:
        floor: The figures of the floor.
        snapshot: What they were computed from.
        key: The queue.
        moment: The present.
        rules: The limits that mark cells.
        remind_ms: How long something may be on before somebody is reminded of it.
    """
    figures = floor.queue(key)
    if figures is None:
        return None
    zone = next((site.zone for site in snapshot.sites if site.id == key.site), "UTC")
    rows = _intervals_of(snapshot, key, figures.as_of)
    members = set(figures.members)
    staff = (one for one in agent_figures(snapshot, key.site, moment) if one.key in members)
    return QueueDetail(
        title=figures.queue.name,
        fault=_fault(figures),
        switches=_switches(figures, zone, remind_ms),
        levels=level_sentences(figures, floor.formula, zone),
        system=system_sentences(figures, floor.formula, zone),
        leavings=leaving_notes(figures),
        waiting=present_waiting(figures, snapshot),
        intervals=_interval_table(rows[-ROWS:], floor.formula, zone, is_old=figures.is_old),
        bars=(
            *_bars(rows[-BARS:], floor.formula, zone),
            *_incident_marks(rows[-BARS:], snapshot, key, zone, figures.as_of),
        ),
        agents=present_agents(staff, snapshot, rules, site=key.site, is_ready_first=True),
    )


def _fault(figures: QueueFigures) -> str:
    if not figures.waits_though_ready:
        return ""
    return _("A contact has waited {wait} though an agent of this queue is ready.").format(
        wait=format_duration(figures.longest_wait_s)
    )


def _switches(figures: QueueFigures, zone: str, remind_ms: int) -> tuple[str, ...]:
    on = switches_of(figures.key, figures.queue, figures.as_of, remind_ms)
    return tuple(switch_sentences(figures.queue, on, zone))


def _intervals_of(snapshot: FloorSnapshot, key: Key, now: Ms) -> list[Interval]:
    """The intervals of a queue that have begun, oldest first."""
    rows = [
        row
        for row in snapshot.intervals.values()
        if (row.site, row.source, row.queue) == key and row.starts_at <= now
    ]
    return sorted(rows, key=lambda row: row.starts_at)


def _interval_table(
    intervals: Sequence[Interval], formula: Formula, zone: str, *, is_old: bool
) -> TableView:
    columns = (
        Column("from", pgettext("interval column", "From"), 5, is_right=True),
        Column("offered", pgettext("interval column", "Off"), 4, is_right=True),
        Column("forecast", pgettext("interval column", "Fcst"), 4, is_right=True, rank=4),
        Column("answered", pgettext("interval column", "Ans"), 4, is_right=True, rank=2),
        Column("within", pgettext("interval column", "In T"), 4, is_right=True, rank=3),
        Column("abandoned", pgettext("interval column", "Lost"), 4, is_right=True),
        Column("level", pgettext("interval column", "SL"), 5, is_right=True),
        Column("asa", pgettext("interval column", "ASA"), 5, is_right=True, rank=5),
        Column("aht", pgettext("interval column", "AHT"), 5, is_right=True, rank=6),
    )
    rows = tuple(_interval_row(row, formula, zone, is_old=is_old) for row in reversed(intervals))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(rows))


def _interval_row(interval: Interval, formula: Formula, zone: str, *, is_old: bool) -> RowView:
    counts = interval.counts
    cells = (
        format_clock(interval.starts_at, zone),
        format_count(counts.offered),
        format_count(interval.forecast_offered),
        format_count(counts.answered),
        format_count(counts.answered_within),
        format_count(counts.abandoned),
        format_percent(rule.service_level(counts, formula)),
        format_duration(rule.asa_s(counts)),
        format_duration(rule.aht_s(counts)),
    )
    key = "/".join((interval.site, interval.source, interval.id))
    return make_row(key, cells, (Tone.NORMAL,) * len(cells), is_old=is_old)


def _incident_marks(
    intervals: Sequence[Interval], snapshot: FloorSnapshot, key: Key, zone: str, now: Ms
) -> tuple[str, ...]:
    """Under which bars an incident lasted, and which it was; nothing where there was none."""
    if not intervals or not snapshot.incidents:
        return ()

    def between(first: Interval, last: Interval) -> list[Incident]:
        end = last.starts_at + last.minutes * _MINUTE_MS
        return incidents_between(snapshot, key, first.starts_at, min(end, now + 1))

    found = between(intervals[0], intervals[-1])
    if not found:
        return ()
    marks = "".join("^" if between(each, each) else " " for each in intervals)
    # As wide before the marks as the lines of the bars are before theirs.
    line = _("incidents            {marks}  ^ an incident lasted").format(marks=marks)
    named = (_("^ {incident}").format(incident=incident_line(each, zone, now)) for each in found)
    return line, *list(named)[-_NAMED:]


def _bars(intervals: Sequence[Interval], formula: Formula, zone: str) -> tuple[str, ...]:
    if not intervals:
        return ()
    start = format_clock(intervals[0].starts_at, zone)
    offered = [float(row.counts.offered) for row in intervals]
    levels = [rule.service_level(row.counts, formula) for row in intervals]
    return (
        _("offered since {start}  {bars}  most {most}").format(
            start=start, bars=bars(offered), most=format_count(max(offered))
        ),
        _("SL since {start}       {bars}  full bar 100 %").format(
            start=start, bars=bars(levels, top=100.0)
        ),
    )
