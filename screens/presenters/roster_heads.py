"""Heads by the half hour: how many are needed, planned and there; the rest of the day in a line.

What is estimated is marked `~`; left of the sign of now stands what happened, right of it the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from data.figures.intraday import HeadsHalf, Intraday
from data.figures.roster import HALF_HOUR_MS
from data.model import Ms
from screens.cells import cell_width, pad
from screens.formats import UNDEFINED, format_clock, format_count, format_deviation, localised
from screens.text import _, pgettext
from screens.tones import Tone

Line: TypeAlias = tuple[tuple[str, Tone], ...]
"""Pieces of text, each with its tone."""
LABEL = 11
CELL = 6
"""Cells of a half hour: its clock time and a blank, or the sign of now."""
_PAST_SHARE = 0.4
NOW_SIGN = "|"
LINES = 6
"""Lines of the table: half hours, needed, planned, present, short, and the rest of the day."""


def half_hours(width: int, now: Ms) -> tuple[Ms, ...]:
    """The half hours that a table of a width has room for, the running one among them."""
    count = max(2, (width - LABEL) // CELL)
    running = now - now % HALF_HOUR_MS
    first = running - round((count - 1) * _PAST_SHARE) * HALF_HOUR_MS
    return tuple(first + at * HALF_HOUR_MS for at in range(count))


def heads_lines(day: Intraday, shown: Sequence[Ms], zone: str, width: int) -> tuple[Line, ...]:
    """The table as lines, and below it the rest of the day.

    Args:
        day: The half hours; all that are shown are among them.
        shown: Which have room, by their beginning.
        zone: By whose clock they are told.
        width: Cells of a line.
    """
    wanted = set(shown)
    halves = [one for one in day.halves if one.starts_at in wanted]
    running = day.now - day.now % HALF_HOUR_MS
    rows: tuple[tuple[str, Callable[[HeadsHalf], str]], ...] = (
        (pgettext("half hours", "Half hour"), lambda one: format_clock(one.starts_at, zone)),
        (pgettext("half hours", "Need ~"), lambda one: format_count(one.need)),
        (pgettext("half hours", "Planned"), lambda one: format_count(one.planned)),
        (pgettext("half hours", "Present"), _present),
        (pgettext("half hours", "Short"), _spare),
    )
    lines = [_line(title, halves, text, running) for title, text in rows]
    return (*lines, ((rest_of_day(day, zone, width), Tone.NORMAL),))


def rest_of_day(day: Intraday, zone: str, width: int) -> str:
    """What has come against the forecast, and where the rest of the day is short or has slack."""
    parts = [*_calls(day), *_heads_ahead(day, zone)]
    if not parts:
        return " " + _("No forecast: not made yet, or too few such days are known.")
    text = ""
    for part in parts:
        longer = f"{text}  {part}" if text else f" {part}"
        if cell_width(longer) <= width or not text:
            text = longer
    return text


def _calls(day: Intraday) -> list[str]:
    errors, ahead = day.errors, day.calls_ahead
    parts = []
    if errors is not None:
        parts.append(
            _("calls {came} of ~{forecast}").format(
                came=errors.came, forecast=format_count(errors.forecast)
            )
        )
    if ahead is not None:
        parts.append(_("~{calls} to come").format(calls=format_count(ahead)))
    if errors is not None and errors.wape is not None and errors.bias is not None:
        parts.append(
            _("forecast off {wape} %, bias {bias} %").format(
                wape=format_count(100 * errors.wape), bias=format_deviation(100 * errors.bias)
            )
        )
    return parts


def _heads_ahead(day: Intraday, zone: str) -> list[str]:
    if not day.ahead:
        return []
    parts = [_("short ~{hours} h").format(hours=localised(f"{day.under_hours:.1f}"))]
    if day.shortest is not None:
        parts.append(
            _("most {time} {heads}").format(
                time=format_clock(day.shortest.starts_at, zone),
                heads=format_deviation(day.shortest.spare),
            )
        )
    if day.slackest is not None:
        parts.append(
            _("slack {time} {heads}").format(
                time=format_clock(day.slackest.starts_at, zone),
                heads=format_deviation(day.slackest.spare),
            )
        )
    return parts


def _present(half: HeadsHalf) -> str:
    if half.present is None:
        return UNDEFINED if half.is_over else ""
    return format_count(half.present)


def _spare(half: HeadsHalf) -> str:
    if half.spare is None:
        return UNDEFINED if half.is_over else ""
    return format_deviation(half.spare)


def _line(
    title: str, halves: Sequence[HeadsHalf], text: Callable[[HeadsHalf], str], running: Ms
) -> Line:
    cells = [
        (
            _sign(half, running) + pad(text(half), CELL - 1, is_right=True),
            _tone(half) if text is _spare else Tone.NORMAL,
        )
        for half in halves
    ]
    return ((f" {pad(title, LABEL - 1)}", Tone.NORMAL), *cells)


def _sign(half: HeadsHalf, running: Ms) -> str:
    return NOW_SIGN if half.starts_at == running else " "


def _tone(half: HeadsHalf) -> Tone:
    """Too few in what is still to come is worth a look; the minus says it without colour."""
    return Tone.LOOK if not half.is_over and (half.spare or 0) < 0 else Tone.NORMAL
