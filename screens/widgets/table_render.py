"""Turns rows into segments: the part of a live table that draws, and remembers what it drew."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from rich.segment import Segment
from rich.style import Style

from screens.presenters.rows import RowView
from screens.tones import Tone
from screens.widgets.fitting import cut_sign, fit_text
from screens.widgets.row_cursor import RowCursor
from screens.widgets.table_layout import PREFIX, SIGNS, TableLayout
from screens.widgets.tone_styles import LOOKS, ToneStyles, join_runs

MARKED = "*"
"""Stands before a row that is marked."""
_CACHE_LIMIT = 128
"""Rows that are kept as they were drawn: times tick, so that few are drawn again as before."""
_COUNT_LIMIT = 99


class ShownRow(NamedTuple):
    """All that decides how a row's line looks: equal means nothing to repaint."""

    row: RowView
    is_cursor: bool = False
    is_marked: bool = False


class ShownHeader(NamedTuple):
    """All that decides how the header looks."""

    sort: str = ""
    """The id of the column that sorts; empty where none does."""
    is_descending: bool = False
    above: int = 0
    """Rows above the first line on the screen."""
    below: int = 0


def lines_shown(cursor: RowCursor, body: int, top: int) -> tuple[int, list[ShownRow | None], int]:
    """What has to be on so many lines.

    Args:
        cursor: The rows, the one that is pointed at, and the marked ones.
        body: Lines below the header.
        top: Which row stood first until now.

    Returns:
        Which row stands first now, what each line shows, and how many rows are below the last.
    """
    rows, key, marks = cursor.rows, cursor.key, cursor.marks
    top = cursor.reach(body, top)
    seen = rows[top : top + body]
    shown: list[ShownRow | None] = [ShownRow(row, row.key == key, row.key in marks) for row in seen]
    return top, [*shown, *[None] * (body - len(seen))], len(rows) - top - len(seen)


def table_styles(tones: ToneStyles) -> TableStyles:
    """The styles of a table on whose ground the tones look like this."""
    return TableStyles(
        tones=tones, header=tones["header"], cursor=LOOKS["cursor"], marked=LOOKS["marked"]
    )


class TableStyles(msgspec.Struct, frozen=True):
    """The styles of a table; a tone's own already includes the table's."""

    tones: ToneStyles
    header: Style
    cursor: Style
    """Laid over the tone."""
    marked: Style


class TablePainter:
    """Draws the lines of one layout in one set of styles; a change of either needs a new one."""

    def __init__(self, layout: TableLayout, styles: TableStyles, *, is_ascii: bool) -> None:
        self.layout = layout
        self._styles = styles
        self._sign = cut_sign(is_ascii=is_ascii)
        self._drawn: dict[ShownRow, list[Segment]] = {}

    def row(self, shown: ShownRow) -> list[Segment]:
        """The line of a row; the same segments again for the same row in the same state."""
        drawn = self._drawn.get(shown)
        if drawn is None:
            if len(self._drawn) >= _CACHE_LIMIT:
                self._drawn.clear()
            drawn = self._drawn[shown] = self._draw(shown)
        return drawn

    def header(self, shown: ShownHeader) -> list[Segment]:
        """The line of titles, with the sort's direction and signs for what is not on the screen."""
        layout = self.layout
        text = fit_text(_count(shown), PREFIX)
        for item in layout.placed:
            title = fit_text(
                item.column.title, item.width, is_right=item.column.is_right, sign=self._sign
            )
            is_sort = item.column.id == shown.sort
            text += title + (("v" if shown.is_descending else "^") if is_sort else " ")
        if layout.hidden and layout.width > SIGNS:
            left = "<" if layout.has_more_left else " "
            right = ">" if layout.has_more_right else " "
            text = fit_text(text, layout.width - SIGNS, sign="") + left + right
        return self._line(text, self._styles.header)

    def blank(self) -> list[Segment]:
        """A line without a row."""
        return self._line("", self._styles.tones[Tone.NORMAL])

    def message(self, text: str) -> list[Segment]:
        """A line that says why there are no rows."""
        return self._line(" " * PREFIX + text, self._styles.tones[Tone.QUIET])

    def _line(self, text: str, style: Style) -> list[Segment]:
        width = self.layout.width
        return join_runs([(fit_text(text, width, sign=self._sign), style)])

    def _draw(self, shown: ShownRow) -> list[Segment]:
        row, layout = shown.row, self.layout
        styles = self._styles.tones
        if shown.is_marked or shown.is_cursor:
            over = self._styles.marked if shown.is_marked else Style.null()
            if shown.is_cursor:
                over += self._styles.cursor
            styles = {tone: style + over for tone, style in styles.items()}
        style = styles[row.tone]
        lead = (MARKED if shown.is_marked else " ") + fit_text(row.mark, 2, sign="") + " "
        pieces = [(fit_text(lead, min(PREFIX, layout.width), sign=""), style)]
        room = layout.width - PREFIX
        for item in layout.placed:
            at = item.index
            cell = row.cells[at] if at < len(row.cells) else ""
            style = styles[row.tones[at] if at < len(row.tones) else row.tone]
            text = fit_text(cell, item.width, is_right=item.column.is_right, sign=self._sign)
            pieces.append((text + " ", style))
            room -= item.width + 1
        pieces.append((" " * max(0, room), styles[row.tone]))
        return join_runs(pieces)


def _count(shown: ShownHeader) -> str:
    """`+12` where rows are below the edge, else `-3` where some are above it."""
    sign, count = ("+", shown.below) if shown.below else ("-", shown.above)
    if not count:
        return ""
    return f"{sign}{count}" if count <= _COUNT_LIMIT else sign * 2
