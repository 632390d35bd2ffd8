"""What the telephone system says of a queue's day beside what we counted, and why they differ."""

from __future__ import annotations

from data.figures.recount import Compared, Comparison, Counted, Reason, Why
from data.rules.service_level import Formula
from screens import words
from screens.formats import (
    UNDEFINED,
    format_clock,
    format_count,
    format_deviation,
    format_duration,
    format_percent,
)
from screens.presenters.rows import Column, RowView
from screens.presenters.table import TableView, fit_numbers, make_row
from screens.text import C_, _, ngettext, pgettext
from screens.tones import Tone

_FIGURES = {
    Counted.OFFERED: C_("counted figure", "offered"),
    Counted.ANSWERED: C_("counted figure", "answered"),
    Counted.WITHIN: C_("counted figure", "answered within T"),
    Counted.ABANDONED: C_("counted figure", "abandoned"),
    Counted.ASA: C_("counted figure", "ASA"),
    Counted.AHT: C_("counted figure", "AHT"),
}
_DURATIONS = {Counted.ASA, Counted.AHT}


def present_comparison(comparison: Comparison, formula: Formula) -> TableView:
    """Theirs, ours and the difference, a line for each figure.

    Args:
        comparison: Both sides.
        formula: The formula of the service level.
    """
    columns = (
        Column("figure", pgettext("compared column", "Today"), 28),
        Column("theirs", pgettext("compared column", "Theirs"), 7, is_right=True),
        Column("ours", pgettext("compared column", "Ours"), 7, is_right=True),
        Column("difference", pgettext("compared column", "Diff."), 7, is_right=True),
    )
    rows = tuple(_row(figure, formula) for figure in comparison.figures)
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(rows))


def comparison_sentences(comparison: Comparison, zone: str) -> tuple[str, ...]:
    """Since when ours counts, and why both sides differ or that they do not.

    Args:
        comparison: Both sides.
        zone: The zone whose clock times to name.
    """
    since = _("Ours is counted since {clock} from the contacts we know of.").format(
        clock=format_clock(comparison.since, zone)
    )
    return (since, *(_reason(reason, zone) for reason in comparison.reasons))


def _row(compared: Compared, formula: Formula) -> RowView:
    figure = compared.figure
    if figure is Counted.LEVEL:
        name = _("SL, {formula} formula").format(formula=words.formula(formula))
    else:
        name = str(_FIGURES[figure])
    tone = Tone.NORMAL if compared.is_same else Tone.LOOK
    cells = (
        name,
        _value(figure, compared.theirs),
        _value(figure, compared.ours),
        _difference(compared),
    )
    return make_row(figure.value, cells, (Tone.NORMAL,) * 3 + (tone,), is_old=False)


def _value(figure: Counted, value: float | None) -> str:
    if figure is Counted.LEVEL:
        return format_percent(value)
    return format_duration(value) if figure in _DURATIONS else format_count(value)


def _difference(compared: Compared) -> str:
    difference = compared.difference
    if difference is None:
        return UNDEFINED
    if compared.is_same:
        return "0"
    sign = "-" if difference < 0 else "+"
    match compared.figure:
        case Counted.LEVEL:
            return sign + format_percent(abs(difference))
        case Counted.ASA | Counted.AHT:
            return sign + format_duration(round(abs(difference)))
        case _:
            return format_deviation(difference)


def _reason(reason: Reason, zone: str) -> str:
    count = reason.count
    match reason.why:
        case Why.EQUAL:
            return _("Both sides are equal.")
        case Why.BEGAN_LATER:
            text = ngettext(
                "We began to count at {clock}: {count} contact came before.",
                "We began to count at {clock}: {count} contacts came before.",
                count,
            )
        case Why.UNKNOWN:
            text = ngettext(
                "{count} contact never reached us: the source tells the latest state only, or the"
                " line was down.",
                "{count} contacts never reached us: the source tells the latest state only, or the"
                " line was down.",
                count,
            )
        case Why.MORE:
            text = ngettext(
                "We know of {count} contact that they do not count: their counts may have begun"
                " anew, or leave some out.",
                "We know of {count} contacts that they do not count: their counts may have begun"
                " anew, or leave some out.",
                count,
            )
        case Why.IN_PROGRESS:
            text = ngettext(
                "{count} contact is under way, and may be counted by one side before the other.",
                "{count} contacts are under way, and may be counted by one side before the other.",
                count,
            )
        case Why.JUDGED:
            return _(
                "The same contacts are judged otherwise: a threshold that was changed today, or"
                " instants that they take from elsewhere."
            )
    return text.format(count=format_count(count), clock=format_clock(reason.at, zone))
