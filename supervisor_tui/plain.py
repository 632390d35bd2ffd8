"""Tables as plain text: aligned, without escape codes, as wide as there is room."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence

from screens.cells import pad
from screens.glyphs import to_ascii
from screens.presenters.rows import Column, RowView
from screens.presenters.table import TableView, hidden_columns_words

PREFIX = 4
"""Cells before the first column: a blank, the mark, a blank."""
GAP = " "
PIPE_WIDTH = 120
"""The width where there is no terminal to ask."""
LEAST_WIDTH = 20


def terminal_width(*, is_terminal: bool) -> int:
    """Cells of a line: the terminal's, or 120 into a pipe or a file."""
    if not is_terminal:
        return PIPE_WIDTH
    return max(LEAST_WIDTH, shutil.get_terminal_size((80, 24)).columns)


def render_view(view: TableView, width: int, *, is_ascii: bool = False) -> list[str]:
    """A table with its notes, as lines."""
    lines = render_table(view.columns, view.rows, width, is_ascii=is_ascii)
    return lines + [" " + (to_ascii(note) if is_ascii else note) for note in view.notes]


def render_table(
    columns: Sequence[Column], rows: Iterable[RowView], width: int, *, is_ascii: bool = False
) -> list[str]:
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
    lines = [_line("  ", titles, placed, is_ascii=is_ascii)]
    lines += [_line(row.mark, row.cells, placed, is_ascii=is_ascii) for row in rows]
    hidden = len(columns) - len(placed)
    if hidden:
        lines.append(" " + hidden_columns_words(hidden))
    return lines


def _fit(columns: Sequence[Column], width: int) -> list[tuple[int, int, Column]]:
    """Index, width and column of those that fit; what grows takes what is left over."""
    kept = list(enumerate(columns))
    while _need([column for _index, column in kept]) > width:
        place = max(range(len(kept)), key=lambda at: (kept[at][1].rank, at))
        if kept[place][1].rank == 0:
            break
        del kept[place]
    spare = max(0, width - _need([column for _index, column in kept]))
    growing = next((index for index, column in kept if column.grows), None)
    return [
        (index, column.width + (spare if index == growing else 0), column) for index, column in kept
    ]


def _need(columns: Sequence[Column]) -> int:
    return PREFIX + sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)


def _line(
    mark: str, cells: Sequence[str], placed: Sequence[tuple[int, int, Column]], *, is_ascii: bool
) -> str:
    texts = (
        pad(to_ascii(cells[index]) if is_ascii else cells[index], width, is_right=column.is_right)
        for index, width, column in placed
    )
    return f" {mark} {GAP.join(texts)}".rstrip()
