"""The first picture of a floor, drawn before anything that draws widgets has been imported.

It is what `FloorScreen` shows a moment later, from the same texts, rows and styles; a test holds
the one against the other. Where there is room for four panes it has the first one's rows, and the
boxes of the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from screens.actions import PANES, Scope
from screens.key_names import Keymap
from screens.look import Look
from screens.pane_types import FOUR, has_room_for_four
from screens.presenters.acts import acts_pieces
from screens.presenters.lines import first_line, fit_pieces, second_line
from screens.presenters.queue_table import queue_table
from screens.presenters.table import TableView, ViewState
from screens.tones import Tone
from screens.widgets.fitting import cut_sign
from screens.widgets.frame_text import (
    box_title,
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
_BORDERS = {True: tuple("-|++++"), False: tuple("─│┌┐└┘")}
"""Of ASCII or not: across, down, and the four corners."""

_Painted: TypeAlias = list[list[Segment]]


def first_picture(
    look: Look,
    size: tuple[int, int],
    *,
    keymap: Keymap,
    columns: Iterable[str] | None,
    has_colours: bool,
) -> _Painted:
    """All lines of the screen; none where there are no queues.

    Args:
        look: The floor.
        size: Cells of a line, and lines.
        keymap: The person's own keys.
        columns: Ids of the columns that the person keeps of queues; None for all.
        has_colours: Whether the terminal has any.
    """
    width, height = size
    if not look.snapshot.queues:
        return []
    is_ascii = look.viewing.is_ascii
    brush = _Brush(
        styles_over(_GROUND, has_colours=has_colours), cut_sign(is_ascii=is_ascii), is_ascii
    )
    above = [*_frame(look, width), pane_line(PANES, SCOPE, width)]
    keys = ((fit_keys(key_entries(SCOPE, keymap), width, brush.sign), Tone.NORMAL),)
    view = queue_table(look, ViewState())
    body = width, height - len(above) - 1
    draw = _four if has_room_for_four(*size) else _pane
    pane = draw(view, body, columns, brush)
    if not pane:
        return []
    gate = gate_ascii if is_ascii else gate_text
    return [
        [Segment(gate(text), style) for text, style, _control in line]
        for line in (*brush.paint(above, width), *pane, *brush.paint([keys], width))
    ]


class _Brush(msgspec.Struct, frozen=True):
    """What lines are painted with."""

    styles: ToneStyles
    sign: str
    """Says that something was cut."""
    is_ascii: bool

    def paint(self, lines: Iterable[Line], width: int) -> _Painted:
        """Lines of toned text in exactly so many cells."""
        return [paint_line(line, width, self.styles, sign=self.sign) for line in lines]


def _frame(look: Look, width: int) -> list[Line]:
    """Who and how fresh, and the floor in one line."""
    viewing = look.viewing
    first = first_line(viewing.floor_name, look.snapshot, look.moment, look.site)
    first = (*first, *acts_pieces(look.doings))
    second = second_line(look.figures, look.snapshot, look.moment, viewing.rules, has_legend=True)
    return [toned_line(fit_pieces(pieces, width)) for pieces in (first, second)]


def _four(
    view: TableView, size: tuple[int, int], columns: Iterable[str] | None, brush: _Brush
) -> _Painted:
    """Four boxes; the first pane in its own, which is the current one."""
    width, height = size
    left, top = width // 2, height // 2
    pane = _pane(view, (left - 2, top - 2), columns, brush)
    boxes = [
        _box(scope, box_size, pane if scope is SCOPE else [], brush)
        for scope, box_size in zip(
            FOUR,
            ((left, top), (width - left, top), (left, height - top), (width - left, height - top)),
            strict=True,
        )
    ]
    return [
        [*one, *other] for pair in (boxes[:2], boxes[2:]) for one, other in zip(*pair, strict=True)
    ]


def _box(scope: Scope, size: tuple[int, int], lines: _Painted, brush: _Brush) -> _Painted:
    """A pane in its border, or nothing in it as long as nobody has read what for."""
    is_current, room = scope is SCOPE, size[0] - 2
    normal = brush.styles[Tone.NORMAL]
    title = f" {box_title(scope, is_current=is_current)} "
    across, down, *corners = _BORDERS[brush.is_ascii]
    blank = [[Segment(" " * room, normal)]] * (size[1] - 2 - len(lines))
    return [
        [
            Segment(corners[0] + across, normal),
            Segment(title, brush.styles["current" if is_current else Tone.NORMAL]),
            Segment(across * (room - 1 - cell_len(title)) + corners[1], normal),
        ],
        *([Segment(down, normal), *line, Segment(down, normal)] for line in (*lines, *blank)),
        [Segment(corners[2] + across * room + corners[3], normal)],
    ]


def _pane(
    view: TableView, size: tuple[int, int], columns: Iterable[str] | None, brush: _Brush
) -> _Painted:
    """The table, the cursor on its first row, over its notes; nothing where it has no room."""
    width, height = size
    notes = brush.paint(note_lines(chosen_notes(view.notes), width), width)
    height -= len(notes)
    if height < 2:
        return []
    order = tuple(range(len(view.columns)))
    if columns is not None:
        order = wanted_order(view.columns, columns, _FIXED)
    layout = fit_columns(view.columns, order, width, fixed=_FIXED)
    painter = TablePainter(layout, table_styles(brush.styles), is_ascii=brush.is_ascii)
    cursor = RowCursor()
    cursor.set_rows(view.rows)
    top, shown, rest = lines_shown(cursor, height - 1, 0)
    return [
        painter.header(ShownHeader(above=top, below=rest)),
        *(painter.blank() if row is None else painter.row(row) for row in shown),
        *notes,
    ]
