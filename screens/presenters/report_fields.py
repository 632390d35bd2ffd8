"""The columns of figures that reports have: of queues, and of agents."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from data.figures.report import By, Line
from data.rules.service_level import Formula
from screens.cells import cell_width
from screens.formats import (
    UNDEFINED,
    format_count,
    format_deviation,
    format_duration,
    format_percent,
    localised,
)
from screens.presenters.rows import Column
from screens.text import C_, N_, Word, _

_NAME_WIDTH = 14
_LEAST_POINTS = 0.05
"""What is less is no difference that a tenth would show."""


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


def _points(value: float | None) -> str:
    """A difference of percentages, signed."""
    if value is None:
        return UNDEFINED
    return localised(f"{value:+.1f}") if abs(value) >= _LEAST_POINTS else "0"


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
        _points,
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
        lambda line, _f: _seconds(line.work.handling_ms) if line.work is not None else None,
        format_duration,
    ),
    Field(
        "ready",
        C_("report column", "Ready"),
        *(6, 0, "r"),
        N_("time spent ready"),
        lambda line, _f: _seconds(line.work.ready_ms) if line.work is not None else None,
        format_duration,
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
        N_("scheduled time in the planned activity, in percent; of a single day"),
        lambda line, _f: line.work.adherence if line.work is not None else None,
        format_percent,
    ),
)
_TITLES = {
    By.QUEUE: C_("report column", "Queue"),
    By.AGENT: C_("report column", "Agent"),
    By.TEAM: C_("report column", "Team"),
    By.CLIENT: C_("report column", "Client"),
    By.CHANNEL: C_("report column", "Channel"),
    By.INTERVAL: C_("report column", "Time"),
}


def fields_of(by: By) -> tuple[Field, ...]:
    """The columns of figures of a report."""
    return _AGENT_FIELDS if by in {By.AGENT, By.TEAM} else _QUEUE_FIELDS


def report_columns(by: By) -> tuple[Column, ...]:
    """The columns of a report; its sites have one more."""
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
            for field in fields_of(by)
        ),
    )


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000
