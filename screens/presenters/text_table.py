"""Tables as lines of text: for pages that are read, and for output that is no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from screens.cells import pad
from screens.glyphs import to_ascii
from screens.presenters.rows import Column, RowView
from screens.text import ngettext
from screens.tones import Tone

PREFIX = 4
"""Cells before the first column: a blank, the mark, a blank."""
GAP = " "


class TextLine(NamedTuple):
    """A line of text and how much it matters."""

    text: str
    tone: Tone = Tone.NORMAL


def table_lines(
    columns: Sequence[Column], rows: Iterable[RowView], width: int, *, is_ascii: bool = False
) -> list[TextLine]:
    """Rows as aligned lines under a header; columns give way by rank where they do not fit.

    Args:
        columns: The columns of the rows.
        rows: The rows, in order.
        width: Cells of a line.
        is_ascii: Write names and glyphs in ASCII.

    Returns:
        Lines without trailing blanks. A last line says so where columns are missing.
    """
    placed = _fit(columns, width)
    titles = [column.title for column in columns]
    lines = [TextLine(_line("  ", titles, placed, is_ascii=is_ascii), Tone.QUIET)]
    lines += [
        TextLine(_line(row.mark, row.cells, placed, is_ascii=is_ascii), row.tone) for row in rows
    ]
    hidden = len(columns) - len(placed)
    if hidden:
        lines.append(TextLine(" " + _hidden_words(hidden), Tone.QUIET))
    return lines


class _Placed(NamedTuple):
    cell: int
    width: int
    is_right: bool


def _fit(columns: Sequence[Column], width: int) -> list[_Placed]:
    """The columns that fit; the first that grows takes what is left over."""
    kept = list(enumerate(columns))
    while _need(kept) > width:
        place = max(range(len(kept)), key=lambda at: (kept[at][1].rank, at))
        if kept[place][1].rank == 0:
            break
        del kept[place]
    spare = max(0, width - _need(kept))
    growing = next((index for index, column in kept if column.grows), None)
    return [
        _Placed(index, column.width + (spare if index == growing else 0), column.is_right)
        for index, column in kept
    ]


def _need(kept: Sequence[tuple[int, Column]]) -> int:
    return PREFIX + sum(column.width for _index, column in kept) + len(GAP) * (len(kept) - 1)


def _line(mark: str, cells: Sequence[str], placed: Sequence[_Placed], *, is_ascii: bool) -> str:
    texts = (
        pad(
            to_ascii(cells[at.cell]) if is_ascii else cells[at.cell],
            at.width,
            is_right=at.is_right,
        )
        for at in placed
    )
    return f" {mark} {GAP.join(texts)}".rstrip()


def _hidden_words(count: int) -> str:
    return ngettext(
        "{count} column is hidden for lack of width",
        "{count} columns are hidden for lack of width",
        count,
    ).format(count=count)
