"""The first picture of a floor, drawn before anything that draws widgets has been imported.

It is what `FloorScreen` shows a moment later, from the same texts, rows and styles; a test holds
the one against the other. Where there is room for four panes there is none.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style

from screens.actions import PANES, Scope
from screens.keys import Keymap
from screens.look import Look
from screens.pane_types import has_room_for_four
from screens.presenters.acts import acts_pieces
from screens.presenters.lines import first_line, fit_pieces, second_line
from screens.presenters.queue_table import queue_table
from screens.presenters.table import TableView, ViewState
from screens.tones import Tone
from screens.widgets.fitting import cut_sign
from screens.widgets.frame_text import (
    chosen_notes,
    fit_keys,
    key_entries,
    note_lines,
    pane_line,
    toned_line,
)
from screens.widgets.gate_text import gate_ascii, gate_text
from screens.widgets.row_cursor import RowCursor
from screens.widgets.table_layout import fit_columns, wanted_order
from screens.widgets.table_render import ShownHeader, TablePainter, lines_shown, table_styles
from screens.widgets.tone_styles import Line, ToneStyles, paint_line, styles_over

SCOPE = Scope.QUEUES
"""The pane that is shown first."""
_FIXED = 1
_GROUND = Style(color="default", bgcolor="default")


def first_picture(
    look: Look,
    size: tuple[int, int],
    *,
    keymap: Keymap,
    columns: Iterable[str] | None,
    has_colours: bool,
) -> list[list[Segment]]:
    """All lines of the screen; none where there are no queues, or room for four panes.

    Args:
        look: The floor.
        size: Cells of a line, and lines.
        keymap: The person's own keys.
        columns: Ids of the columns that the person keeps of queues; None for all.
        has_colours: Whether the terminal has any.
    """
    width, height = size
    if has_room_for_four(width, height) or not look.snapshot.queues:
        return []
    styles = styles_over(_GROUND, has_colours=has_colours)
    sign = cut_sign(is_ascii=look.viewing.is_ascii)
    view = queue_table(look, ViewState())
    above = [*_frame(look, width), pane_line(PANES, SCOPE, width)]
    below = note_lines(chosen_notes(view.notes), width)
    below.append(((fit_keys(key_entries(SCOPE, keymap), width, sign), Tone.NORMAL),))
    body = height - len(above) - len(below)
    if body < 2:
        return []

    def paint(lines: Iterable[Line]) -> list[list[Segment]]:
        return [paint_line(line, width, styles, sign=sign) for line in lines]

    table = _table(view, (width, body), columns, styles, is_ascii=look.viewing.is_ascii)
    gate = gate_ascii if look.viewing.is_ascii else gate_text
    return [
        [Segment(gate(text), style) for text, style, _control in line]
        for line in (*paint(above), *table, *paint(below))
    ]


def _frame(look: Look, width: int) -> list[Line]:
    """Who and how fresh, and the floor in one line."""
    viewing = look.viewing
    first = first_line(viewing.floor_name, look.snapshot, look.moment, look.site)
    first = (*first, *acts_pieces(look.doings))
    second = second_line(look.figures, look.snapshot, look.moment, viewing.rules, has_legend=True)
    return [toned_line(fit_pieces(pieces, width)) for pieces in (first, second)]


def _table(
    view: TableView,
    size: tuple[int, int],
    columns: Iterable[str] | None,
    styles: ToneStyles,
    *,
    is_ascii: bool,
) -> list[list[Segment]]:
    """The header and the rows, with the cursor on the first."""
    width, height = size
    order = tuple(range(len(view.columns)))
    if columns is not None:
        order = wanted_order(view.columns, columns, _FIXED)
    layout = fit_columns(view.columns, order, width, fixed=_FIXED)
    painter = TablePainter(layout, table_styles(styles), is_ascii=is_ascii)
    cursor = RowCursor()
    cursor.set_rows(view.rows)
    top, shown, rest = lines_shown(cursor, height - 1, 0)
    return [
        painter.header(ShownHeader(above=top, below=rest)),
        *(painter.blank() if row is None else painter.row(row) for row in shown),
    ]
