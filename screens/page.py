"""Lines of a page of text: headings, sentences, and tables that stand among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from screens.presenters.rows import RowView
from screens.presenters.table import TableView
from screens.tones import Tone
from screens.widgets.fitting import cut_sign, fit_text, wrap_cells
from screens.widgets.table_layout import TableLayout, fit_columns
from screens.widgets.tone_styles import Line, Piece

_INDENT = 2
_LABEL = 15
"""Cells of the names before values."""


def heading(text: str) -> Line:
    """A line that begins a part of the page, after an empty one."""
    return [(f" {text}", "title")]


def sentences(texts: Iterable[str], width: int, tone: Tone = Tone.NORMAL) -> Iterator[Line]:
    """Sentences, each in as many lines as it needs."""
    for text in texts:
        for part in wrap_cells(text, max(10, width - _INDENT)):
            yield [(" " * _INDENT + part, tone)]


def facts(pairs: Iterable[tuple[str, str]], width: int) -> Iterator[Line]:
    """Names and values; a value goes on below itself where it is long."""
    for name, value in pairs:
        label = name
        for part in wrap_cells(value, max(10, width - _INDENT - _LABEL)):
            shown = fit_text(label, _LABEL, sign="")
            yield [(" " * _INDENT + shown, Tone.QUIET), (part, Tone.NORMAL)]
            label = ""


def table(view: TableView, width: int, *, empty: str, is_ascii: bool) -> Iterator[Line]:
    """A table as lines of the page: columns give way to the width as they do elsewhere.

    Args:
        view: Columns and rows.
        width: Cells of the page.
        empty: What to say where there are no rows.
        is_ascii: Cut with an ASCII sign.
    """
    if not view.rows:
        yield [(" " * _INDENT + empty, Tone.QUIET)]
        return
    sign = cut_sign(is_ascii=is_ascii)
    layout = fit_columns(view.columns, range(len(view.columns)), width)
    titles = [
        fit_text(item.column.title, item.width, is_right=item.column.is_right, sign=sign)
        for item in layout.placed
    ]
    more = " >" if layout.hidden else ""
    yield [("    " + " ".join(titles) + more, Tone.QUIET)]
    for row in view.rows:
        yield _row(row, layout, sign)


def _row(row: RowView, layout: TableLayout, sign: str) -> Line:
    line: list[Piece] = [(f" {fit_text(row.mark, 2, sign='')} ", row.tone)]
    for item in layout.placed:
        cell = row.cells[item.index]
        tone = row.tones[item.index] if row.tones else row.tone
        text = fit_text(cell, item.width, is_right=item.column.is_right, sign=sign)
        line.append((text + " ", tone))
    return line


def parts(*chapters: Sequence[Line]) -> list[Line]:
    """Chapters with an empty line between them; empty ones are left out."""
    out: list[Line] = []
    for chapter in chapters:
        if chapter:
            out += [(), *chapter] if out else chapter
    return out
