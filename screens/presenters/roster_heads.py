"""Heads by the half hour: how many are planned for the queues, and how many were there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from data.figures.roster import HALF_HOUR_MS
from data.model import Ms
from screens.cells import pad
from screens.formats import format_clock, format_count, format_deviation
from screens.text import pgettext

LABEL = 11
CELL = 6
"""Cells of a half hour: its clock time and a blank, or the sign of now."""
_PAST_SHARE = 0.4
NOW_SIGN = "|"


def half_hours(width: int, now: Ms) -> tuple[Ms, ...]:
    """The half hours that a table of a width has room for, the running one among them."""
    count = max(2, (width - LABEL) // CELL)
    running = now - now % HALF_HOUR_MS
    first = running - round((count - 1) * _PAST_SHARE) * HALF_HOUR_MS
    return tuple(first + at * HALF_HOUR_MS for at in range(count))


def present_heads(
    shown: Sequence[Ms],
    planned: Mapping[Ms, float],
    present: Mapping[Ms, float | None],
    heads_now: int,
    now: Ms,
    zone: str,
) -> tuple[str, ...]:
    """The table as lines: half hours, planned, present, and how many too few or too many.

    Args:
        shown: The half hours, by their beginning.
        planned: Mean heads planned for the queues.
        present: Mean heads that were there, of half hours that are over.
        heads_now: How many are there at present.
        now: The present.
        zone: By whose clock the half hours are told.
    """
    running = now - now % HALF_HOUR_MS
    there = {at: present.get(at) for at in shown if at < running} | {running: float(heads_now)}
    rows: tuple[tuple[str, Callable[[Ms], str]], ...] = (
        (pgettext("half hours", "Half hour"), lambda at: format_clock(at, zone)),
        (pgettext("half hours", "Planned"), lambda at: format_count(planned.get(at, 0.0))),
        (
            pgettext("half hours", "Present"),
            lambda at: format_count(there[at]) if at in there else "",
        ),
        (
            pgettext("half hours", "Short"),
            lambda at: _missing(there[at], planned.get(at, 0.0)) if at in there else "",
        ),
    )
    return tuple(
        _line(title, [text(at) for at in shown], shown.index(running)) for title, text in rows
    )


def _missing(there: float | None, planned: float) -> str:
    """How many too many, or with a minus too few, between the figures that are shown."""
    return format_deviation(None if there is None else round(there) - round(planned))


def _line(title: str, texts: Sequence[str], running: int) -> str:
    cells = (
        (NOW_SIGN if at == running else " ") + pad(text, CELL - 1, is_right=True)
        for at, text in enumerate(texts)
    )
    return f" {pad(title, LABEL - 1)}" + "".join(cells)
