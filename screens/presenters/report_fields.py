"""The columns of figures that reports have: of queues, and of agents."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from data.figures.report import By, Line
from data.rules.service_level import Formula
from screens.cells import cell_width
from screens.formats import (
    format_amount,
    format_count,
    format_deviation,
    format_duration,
    format_hours,
    format_percent,
    format_points,
)
from screens.presenters.rows import Column
from screens.text import C_, N_, Word, _

_NAME_WIDTH = 14
_CURVE_WIDTH, _CURVE_RANK = 12, 13


class Field(msgspec.Struct, frozen=True):
    """A column of figures: its heading, what it shows, and the number behind it."""

    id: str
    title: Word
    width: int
    rank: int
    letter: str
    help: str
    value: Callable[[Line, Formula], float | None]
    form: Callable[[float | None], str]


def _level_change(line: Line, formula: Formula) -> float | None:
    now, before = line.level(formula), line.level_before(formula)
    return None if now is None or before is None else now - before


def _count(line: Line, name: str) -> float | None:
    return None if line.counts is None else float(getattr(line.counts, name))


_QUEUE_FIELDS: tuple[Field, ...] = (
    Field(
        "offered",
        C_("report column", "Off"),
        *(5, 0, "o"),
        N_("contacts offered"),
        lambda line, _f: _count(line, "offered"),
        format_count,
    ),
    Field(
        "answered",
        C_("report column", "Ans"),
        *(5, 5, "a"),
        N_("contacts answered"),
        lambda line, _f: line.answered,
        format_count,
    ),
    Field(
        "level",
        C_("report column", "SL"),
        *(5, 0, "l"),
        N_("service level in percent, by the floor's formula"),
        lambda line, formula: line.level(formula),
        format_percent,
    ),
    Field(
        "target",
        C_("report column", "Tgt"),
        *(4, 4, ""),
        N_("target of the service level as it was valid then; of several, weighted by offered"),
        lambda line, _f: line.target_percent,
        lambda value: format_percent(value, 0),
    ),
    Field(
        "level_change",
        C_("report column", "SL+-"),
        *(5, 6, ""),
        N_("points of service level more or less than in the period it is held against"),
        _level_change,
        format_points,
    ),
    Field(
        "abandoned",
        C_("report column", "Lost"),
        *(4, 3, "t"),
        N_("contacts abandoned"),
        lambda line, _f: _count(line, "abandoned"),
        format_count,
    ),
    Field(
        "abandon_rate",
        C_("report column", "Ab%"),
        *(4, 2, "b"),
        N_("abandoned of offered, in percent"),
        lambda line, _f: line.abandon_rate,
        format_percent,
    ),
    Field(
        "asa",
        C_("report column", "ASA"),
        *(4, 1, "s"),
        N_("average speed of answer: mean wait of the answered"),
        lambda line, _f: line.asa_s,
        format_duration,
    ),
    Field(
        "aht",
        C_("report column", "AHT"),
        *(4, 1, "h"),
        N_("average handling time: talk, hold and after-contact work"),
        lambda line, _f: line.aht_s,
        format_duration,
    ),
    Field(
        "change",
        C_("report column", "Bef%"),
        *(4, 2, "f"),
        N_("offered against the period it is held against, in percent"),
        lambda line, _f: line.change,
        format_deviation,
    ),
    Field(
        "variance",
        C_("report column", "Fc%"),
        *(4, 3, "v"),
        N_("offered against the forecast or budget, in percent, where there is one"),
        lambda line, _f: line.variance,
        format_deviation,
    ),
    Field(
        "transferred",
        C_("report column", "Xfer"),
        *(4, 7, "x"),
        N_("contacts passed on to another queue"),
        lambda line, _f: _count(line, "transferred"),
        format_count,
    ),
    Field(
        "within",
        C_("report column", "Within"),
        *(6, 8, ""),
        N_("answered within the threshold T"),
        lambda line, _f: _count(line, "answered_within"),
        format_count,
    ),
    Field(
        "short",
        C_("report column", "Short"),
        *(5, 9, ""),
        N_("abandoned at once: with a wait below the queue's limit for short abandons"),
        lambda line, _f: _count(line, "abandoned_short"),
        format_count,
    ),
    Field(
        "forecast",
        C_("report column", "Fcst"),
        *(5, 10, ""),
        N_("contacts forecast or budgeted for the half hours that are over"),
        lambda line, _f: None if line.expected is None else line.expected.offered,
        format_count,
    ),
)
_WORK_FIELDS: tuple[Field, ...] = (
    Field(
        "per_contact",
        C_("report column", "C/ct"),
        *(6, 4, "p"),
        N_("cost of a contact: what agents were paid / contacts answered"),
        lambda line, _f: None if line.work is None else line.work.cost_per_contact,
        format_amount,
    ),
    Field(
        "cost",
        C_("report column", "Cost"),
        *(7, 8, "u"),
        N_("what agents were paid: hours x rate, of queues their share of it"),
        lambda line, _f: None if line.work is None else line.work.cost,
        format_amount,
    ),
)
COST = frozenset(field.id for field in _WORK_FIELDS)
"""The columns that are amounts of money, by id."""
_IDLE_FIELD = Field(
    "idle",
    C_("report column", "Idle"),
    *(6, 11, ""),
    N_("time agents were ready, split over queues by the time on the contacts of each"),
    lambda line, _f: _of_work(line, "ready_ms"),
    format_hours,
)
_OVER_FIELD = Field(
    "spare",
    C_("report column", "Over"),
    *(5, 2, ""),
    N_("overstaffed: heads above the need of the half hour, times their time"),
    lambda line, _f: _seconds(line.spare_ms),
    format_hours,
)
_AGENT_FIELDS: tuple[Field, ...] = (
    Field(
        "answered",
        C_("report column", "Hdl"),
        *(5, 0, "a"),
        N_("contacts handled"),
        lambda line, _f: line.answered,
        format_count,
    ),
    Field(
        "aht",
        C_("report column", "AHT"),
        *(5, 0, "h"),
        N_("average handling time: talk, hold and after-contact work"),
        lambda line, _f: line.aht_s,
        format_duration,
    ),
    Field(
        "handling",
        C_("report column", "Busy"),
        *(6, 0, "b"),
        N_("time spent on contacts and on the work after them"),
        lambda line, _f: _of_work(line, "handling_ms"),
        format_hours,
    ),
    Field(
        "ready",
        C_("report column", "Idle"),
        *(6, 0, "r"),
        N_("time spent ready, waiting for a contact"),
        lambda line, _f: _of_work(line, "ready_ms"),
        format_hours,
    ),
    Field(
        "occupancy",
        C_("report column", "Occ%"),
        *(5, 0, "c"),
        N_("handling of handling and ready time together, in percent"),
        lambda line, _f: line.work.occupancy if line.work is not None else None,
        format_percent,
    ),
    Field(
        "adherence",
        C_("report column", "Adh%"),
        *(5, 0, "d"),
        N_("scheduled time in the planned activity, in percent"),
        lambda line, _f: line.work.adherence if line.work is not None else None,
        format_percent,
    ),
    Field(
        "adherence_change",
        C_("report column", "Adh+-"),
        *(5, 7, ""),
        N_("points of adherence more or less than in the period it is held against"),
        lambda line, _f: _points_more(line, "adherence"),
        format_points,
    ),
    Field(
        "late",
        C_("report column", "Late"),
        *(5, 1, "t"),
        N_("from the beginning of shifts until they signed in, 3 minutes and more"),
        lambda line, _f: _of_work(line, "late_ms"),
        format_hours,
    ),
    Field(
        "early",
        C_("report column", "Early"),
        *(5, 2, "e"),
        N_("from when they signed out for good until the end of shifts, 3 minutes and more"),
        lambda line, _f: _of_work(line, "left_early_ms"),
        format_hours,
    ),
    Field(
        "absent",
        C_("report column", "Abs"),
        *(5, 3, "o"),
        N_("shifts in which they never signed in, without planned absence"),
        lambda line, _f: _of_work(line, "not_come_ms"),
        format_hours,
    ),
    Field(
        "signed_in",
        C_("report column", "Hours"),
        *(6, 5, "i"),
        N_("time signed in, whatever they did"),
        lambda line, _f: _of_work(line, "signed_in_ms"),
        format_hours,
    ),
    *_WORK_FIELDS,
)
_TITLES = {
    By.QUEUE: C_("report column", "Queue"),
    By.AGENT: C_("report column", "Agent"),
    By.TEAM: C_("report column", "Team"),
    By.CLIENT: C_("report column", "Client"),
    By.CHANNEL: C_("report column", "Channel"),
    By.INTERVAL: C_("report column", "Time"),
}


_NOT_BY_TIME = frozenset({"target", *COST})
"""Of queues, and not of times of day."""


def fields_of(by: By, *, has_cost: bool = True) -> tuple[Field, ...]:
    """The columns of figures of a report.

    Args:
        by: What its lines are of.
        has_cost: Whether the floor says what work costs.
    """
    if by in {By.AGENT, By.TEAM}:
        fields = _AGENT_FIELDS
    elif by is By.INTERVAL:
        fields = tuple(field for field in _QUEUE_FIELDS if field.id not in _NOT_BY_TIME)
        fields = (*fields, _OVER_FIELD)
    else:
        fields = (*_QUEUE_FIELDS, *_WORK_FIELDS, _IDLE_FIELD)
    return fields if has_cost else tuple(field for field in fields if field.id not in COST)


def has_curve(by: By) -> bool:
    """Whether the lines of a report have a curve behind their figures."""
    return by in {By.QUEUE, By.CLIENT, By.CHANNEL}


def report_columns(by: By, *, has_cost: bool = True) -> tuple[Column, ...]:
    """The columns of a report; its sites have one more."""
    curve = Column(
        "curve",
        str(C_("report column", "Curve")),
        _CURVE_WIDTH,
        is_right=True,
        rank=_CURVE_RANK,
        help=_("offered by the hour of the day, or by the day of a week or a month"),
    )
    return (
        Column(
            "name",
            str(_TITLES[by]),
            _NAME_WIDTH,
            grows=True,
            sort_letter="n",
            help=_("what the line is of"),
        ),
        *(
            Column(
                field.id,
                str(field.title),
                max(field.width, cell_width(str(field.title))),
                is_right=True,
                rank=field.rank,
                sort_letter=field.letter,
                help=_(field.help),
            )
            for field in fields_of(by, has_cost=has_cost)
        ),
        *((curve,) if has_curve(by) else ()),
    )


def _of_work(line: Line, name: str) -> float | None:
    """A time that agents spent, in seconds."""
    return None if line.work is None else _seconds(getattr(line.work, name))


def _points_more(line: Line, name: str) -> float | None:
    """A share in percent against that of the period before, in points."""
    if line.work is None or line.work_before is None:
        return None
    now, before = getattr(line.work, name), getattr(line.work_before, name)
    return None if now is None or before is None else now - before


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000
