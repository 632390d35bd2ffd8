"""The tables of an agent's page: time by state, contacts, the plan, and what was off the plan."""

from __future__ import annotations

from collections.abc import Sequence

from data.figures.agent_day import AgentPast, OffPlan, StateTime
from data.figures.agents import AgentFigures
from data.model import Activity, AgentState, Ms
from data.rules import service_level as rule
from data.rules.adherence import NOT_SCHEDULED, impact, tally_all
from screens import words
from screens.formats import (
    UNDEFINED,
    format_caller,
    format_clock,
    format_count,
    format_duration,
    format_grouped,
    format_percent,
)
from screens.presenters.contacts import outcome_words, service_s, wait_s
from screens.presenters.rows import Column, RowView
from screens.presenters.table import TableView, fit_numbers, make_row
from screens.text import pgettext
from screens.tones import Tone

SHORTEST_OFF_MS = 60_000
"""Shorter stretches off the plan are counted but not listed."""
MOST_OFF = 12


def states_table(times: Sequence[StateTime]) -> TableView:
    """How long and how often the agent was in each state today."""
    columns = (
        Column("state", pgettext("state column", "State"), 18, grows=True),
        Column("time", pgettext("state column", "Time"), 6, is_right=True),
        Column("share", pgettext("state column", "% of signed in"), 14, is_right=True, rank=2),
        Column("times", pgettext("state column", "Times"), 5, is_right=True, rank=1),
    )
    signed_in = sum(one.ms for one in times if one.state is not AgentState.LOGGED_OFF)
    rows = tuple(
        _row(
            f"{one.state}/{one.reason}",
            words.agent_state_because(one.state, one.reason),
            format_duration(one.ms / 1000),
            UNDEFINED
            if one.state is AgentState.LOGGED_OFF
            else format_percent(rule.percent(one.ms, signed_in)),
            format_count(one.times),
        )
        for one in times
    )
    return _view(columns, rows)


def contacts_table(past: AgentPast, now: Ms, zone: str) -> TableView:
    """The contacts that the agent answered today, the newest first."""
    columns = (
        Column("at", pgettext("contact column", "Answered"), 8, is_right=True),
        Column("queue", pgettext("contact column", "Queue"), 10, grows=True),
        Column("wait", pgettext("contact column", "Wait"), 5, is_right=True),
        Column("service", pgettext("contact column", "Talk"), 5, is_right=True),
        Column("outcome", pgettext("contact column", "Outcome"), 11, rank=1),
        Column("caller", pgettext("contact column", "Caller"), 10, rank=2),
        Column("id", pgettext("contact column", "Contact"), 12, rank=3),
    )
    rows = tuple(
        _row(
            f"{one.id}/{one.leg}",
            format_clock(one.answered_at, zone, with_seconds=True),
            one.queue_name or one.queue,
            format_duration(wait_s(one, now)),
            format_duration(service_s(one, now)),
            outcome_words(one),
            format_caller(one.caller_masked),
            one.id,
        )
        for one in past.contacts
    )
    return _view(columns, rows)


def plan_table(
    figures: AgentFigures, plan: Sequence[Activity], past: AgentPast | None, zone: str
) -> TableView:
    """The activities of today's shifts, and how much of each has passed as planned."""
    columns = (
        Column("from", pgettext("plan column", "From"), 5, is_right=True),
        Column("to", pgettext("plan column", "To"), 5, is_right=True),
        Column("plan", pgettext("plan column", "Plan"), 12, grows=True),
        Column("passed", pgettext("plan column", "Minutes so far"), 14, is_right=True, rank=1),
        Column("kept", pgettext("plan column", "as planned"), 10, is_right=True),
    )
    today = (piece for piece in plan if piece.ends_at > figures.day_start)
    rows = []
    for piece in today:
        passed = kept = UNDEFINED
        if past is not None and piece.kind not in NOT_SCHEDULED:
            tally = tally_all((piece,), past.segments, past.start, figures.as_of)
            if tally.scheduled_ms:
                passed = format_minutes(tally.scheduled_ms / 1000)
                kept = format_minutes(tally.adherent_ms / 1000)
        span = (format_clock(piece.starts_at, zone), format_clock(piece.ends_at, zone))
        rows.append(_row(str(piece.starts_at), *span, words.activity(piece.kind), passed, kept))
    return _view(columns, tuple(rows))


_IMPACTS = {1: "+", 0: "", -1: "-"}


def off_table(found: Sequence[OffPlan], zone: str) -> TableView:
    """What was not as planned for a minute and more, the latest first."""
    columns = (
        Column("from", pgettext("plan column", "From"), 5, is_right=True),
        Column("for", pgettext("plan column", "For"), 5, is_right=True),
        Column("plan", pgettext("plan column", "Plan"), 12),
        Column("did", pgettext("plan column", "Did"), 18, grows=True),
        Column("impact", pgettext("plan column", "Calls"), 5),
    )
    listed = [one for one in found if one.end - one.start >= SHORTEST_OFF_MS]
    rows = tuple(
        _row(
            str(one.start),
            format_clock(one.start, zone),
            format_duration((one.end - one.start) / 1000),
            words.activity(one.planned),
            words.agent_state_because(one.state, one.reason),
            _IMPACTS[impact(one.planned, one.state)],
        )
        for one in reversed(listed[-MOST_OFF:])
    )
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(listed))


def _row(key: str, *cells: str) -> RowView:
    return make_row(key, cells, (Tone.NORMAL,) * len(cells), is_old=False)


def _view(columns: tuple[Column, ...], rows: tuple[RowView, ...]) -> TableView:
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(rows))


def format_minutes(seconds: float) -> str:
    """Seconds as whole minutes."""
    return format_grouped(round(seconds / 60))
