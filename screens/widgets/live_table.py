"""The table that every pane is made of: it repaints the lines that changed, and nothing else.

Textual sends a dirty region whole, and never compares it with what is on the screen. So the table
keeps, for each of its lines, all that decides how the line looks; whatever happens to rows, cursor,
marks or scrolling ends in one comparison of that list with the new one, and only lines that differ
are handed to the compositor. It scrolls by itself for the same reason: a `virtual_size` that
follows the number of rows costs a layout of the whole screen each time a filter narrows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from screens.actions import Scope
from screens.alert_host import goes_to_alert
from screens.keys import bindings
from screens.presenters.rows import Column, LazyRows, RowView
from screens.presenters.table import fit_numbers
from screens.widgets.room import Room
from screens.widgets.row_cursor import RowCursor
from screens.widgets.table_layout import fit_columns, wanted_order
from screens.widgets.table_render import (
    ShownHeader,
    ShownRow,
    TablePainter,
    lines_shown,
    table_styles,
)
from screens.widgets.tone_styles import tone_styles

_HEADER = 1
_WHEEL = 3

Match: TypeAlias = Callable[[RowView], bool]


class LiveTable(Widget, can_focus=True, inherit_bindings=False):
    """A table of rows that keep changing; cursor and marks belong to keys, not to positions.

    Args:
        columns: The columns, in the order in which the rows' cells come.
        empty: What to say where there are no rows.
        is_ascii: Draw with ASCII signs only.
        fixed: How many columns, from the left, are never scrolled away sideways.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.TABLE)]

    @dataclass
    class Event(Message):
        """What the messages of a table have in common."""

        table: LiveTable

        @property
        def control(self) -> LiveTable:
            """The table, for `@on` selectors."""
            return self.table

    @dataclass
    class RowHighlighted(Event):
        """The cursor came to another row, or to none."""

        key: str | None

    @dataclass
    class RowSelected(Event):
        """A row was asked for in detail."""

        key: str

    @dataclass
    class MarksChanged(Event):
        """Rows were marked or unmarked, or marked rows vanished."""

        keys: frozenset[str]

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str,
        is_ascii: bool = False,
        fixed: int = 1,
        id: str | None = None,  # noqa: A002 - the name that Textual gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._order = tuple(range(len(self._columns)))
        self._empty = empty
        self._is_ascii = is_ascii
        self._fixed = fixed
        self._cursor = RowCursor()
        self._match: Match | None = None
        self._sort = ""
        self._is_descending = False
        self._top = 0
        self._shift = 0
        self._painter: TablePainter | None = None
        self._shown: list[ShownRow | None] = []
        self._header = ShownHeader()
        self._room = Room(self)

    # What it shows

    @property
    def rows(self) -> Sequence[RowView]:
        """The rows, in the order of the screen."""
        return self._cursor.rows

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor; None where there is no row to stand on."""
        return self._cursor.key

    @property
    def seen(self) -> tuple[str, ...]:
        """The keys of the rows that are on the screen."""
        return tuple(shown.row.key for shown in self._shown if shown is not None)

    @property
    def marks(self) -> frozenset[str]:
        """The keys of the marked rows."""
        return self._cursor.marks

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, shown or not."""
        return self._columns

    @property
    def column_order(self) -> tuple[str, ...]:
        """The ids of the columns wanted, in the order wanted, whether or not they fit."""
        return tuple(self._columns[index].id for index in self._order)

    def set_rows(self, rows: Sequence[RowView], *, is_filtered: bool = False) -> None:
        """Show these rows; lines that look as before are not touched.

        Of `LazyRows` only those on the screen are made, and widen the columns of their numbers.
        The cursor stays on its key. Where that key is gone, it goes to the nearest row that stood
        below it and still exists, else above it. What a filter hides stays marked.
        """
        self._change(lambda: self._cursor.set_rows(rows, is_filtered=is_filtered))

    def set_columns(self, columns: Sequence[Column], order: Iterable[str] | None = None) -> None:
        """Use other columns; the rows that fit them are to be set next.

        Args:
            columns: The columns, in the order in which the rows' cells come.
            order: As in `show_columns`. None: as before where the columns are the same but for
                their widths and titles, else all as they come.
        """
        before, self._columns = self._columns, tuple(columns)
        if [column.id for column in before] != [column.id for column in self._columns]:
            self._order = tuple(range(len(self._columns)))
            self._shift = 0
        if order is not None:
            self._order = wanted_order(self._columns, order, self._fixed)
        self._repaint_all()

    def show_columns(self, order: Iterable[str]) -> None:
        """Show the columns of these ids, in this order; ids that do not exist are passed over.

        The fixed columns are shown whether they are named or not: a row needs its name.
        """
        self._order = wanted_order(self._columns, order, self._fixed)
        self._repaint_all()

    def set_sort(self, column: str, *, is_descending: bool) -> None:
        """Mark the column that the rows have been sorted by; an empty id marks none."""
        self._sort, self._is_descending = column, is_descending
        self._repaint_changed()

    def set_empty(self, text: str) -> None:
        """Say something else where there are no rows."""
        if text != self._empty:
            self._empty = text
            if not self.rows:
                self.refresh(Region(0, _HEADER, self._room.size.width, 1))

    def set_match(self, match: Match | None) -> None:
        """Decide which rows `next_match` and `previous_match` stop at; None for every row."""
        self._match = match

    def move(self, delta: int) -> None:
        """Move the cursor by so many rows; lines that are no entity do not count."""
        self._change(lambda: self._cursor.step(delta))

    def page(self, direction: int) -> None:
        """Move by a screenful, one line of it kept: 1 down, -1 up."""
        self.move(direction * max(1, self._body - 1))

    def go_top(self) -> None:
        """Move to the first row."""
        self.move(-len(self.rows))

    def go_bottom(self) -> None:
        """Move to the last row."""
        self.move(len(self.rows))

    def go_to(self, key: str) -> bool:
        """Move to a row by its key.

        Returns:
            Whether there is such a row.
        """
        return self._change(lambda: self._cursor.go_to(key))

    def next_match(self) -> bool:
        """Move to the next row that matches, after the last one to the first."""
        return self._change(lambda: self._cursor.seek(self._matches, 1))

    def previous_match(self) -> bool:
        """Move to the previous row that matches, before the first one to the last."""
        return self._change(lambda: self._cursor.seek(self._matches, -1))

    def go_worst(self) -> bool:
        """Move to the row that matters most; from there to the next worst, and round.

        Returns:
            Whether any row matters.
        """
        return self._change(self._cursor.next_worst)

    def scroll_sideways(self, delta: int) -> None:
        """Scroll by so many columns over those that do not fit; the fixed ones stand."""
        shift = self._paint.layout.shift + delta
        shift = max(0, min(shift, self._paint.layout.last_shift))
        if shift != self._shift:
            self._shift = shift
            self._repaint_all()

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go on to the next."""
        self._change(self._cursor.toggle_mark)

    def set_marks(self, keys: Iterable[str]) -> None:
        """Mark exactly the rows of these keys; those that are not there are passed over."""
        self._change(lambda: self._cursor.mark(keys))

    def clear_marks(self) -> None:
        """Unmark everything."""
        self.set_marks(())

    def open_detail(self) -> None:
        """Ask for the row under the cursor in detail."""
        if (key := self.cursor_key) is not None:
            self.post_message(self.RowSelected(self, key))

    def action_worst(self) -> None:
        """Go to the cause of the worst alert, or else to the row that matters most."""
        if not goes_to_alert(self.screen):
            self.go_worst()

    # What the table of actions calls the others
    action_move = move
    action_page = page
    action_top = go_top
    action_bottom = go_bottom
    action_sideways = scroll_sideways
    action_next_match = next_match
    action_previous_match = previous_match
    action_mark = toggle_mark
    action_detail = open_detail

    # Painting

    @property
    def _body(self) -> int:
        """Lines below the header."""
        return max(0, self._room.size.height - _HEADER)

    @property
    def _paint(self) -> TablePainter:
        """The painter for the size as it is: a resize is noticed here, before its event comes."""
        painter, width = self._painter, self._room.size.width
        if painter is None or painter.layout.width != width:
            layout = fit_columns(
                self._columns, self._order, width, fixed=self._fixed, shift=self._shift
            )
            self._shift = layout.shift
            styles = table_styles(tone_styles(self))
            painter = self._painter = TablePainter(layout, styles, is_ascii=self._is_ascii)
        return painter

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget; called for lines that are dirty."""
        paint = self._paint
        if len(self._shown) != self._body:
            self._measure()
        return Strip(self._line(paint, y - _HEADER), paint.layout.width)

    def _line(self, paint: TablePainter, at: int) -> list[Segment]:
        if at < 0:
            return paint.header(self._header)
        shown = self._shown[at] if at < len(self._shown) else None
        if shown is not None:
            return paint.row(shown)
        return paint.message(self._empty) if not self.rows and at == 0 else paint.blank()

    def notify_style_update(self) -> None:
        """Forget strips that were drawn in other styles, and how much room these leave."""
        self._painter = None
        self._room.forget()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Keep the cursor's row on the screen, whatever became of the size."""
        self._repaint_all()

    def on_focus(self) -> None:
        """Put the terminal's own cursor where ours is."""
        self._place_hardware_cursor()

    def on_click(self, event: events.Click) -> None:
        """Move to the row that was clicked; a double click asks for its detail."""
        at = event.y - _HEADER
        shown = self._shown[at] if 0 <= at < len(self._shown) else None
        if shown is not None and self.go_to(shown.row.key) and event.chain > 1:
            self.open_detail()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down: the cursor never leaves the screen."""
        event.stop()
        self.move(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up: the cursor never leaves the screen."""
        event.stop()
        self.move(-_WHEEL)

    def _matches(self, row: RowView) -> bool:
        return self._match is None or self._match(row)

    def _change(self, step: Callable[[], bool | None]) -> bool:
        """Do something to rows, cursor or marks; then repaint what differs, and tell."""
        key, marks = self._cursor.key, self._cursor.marks
        done = step()
        self._repaint_changed()
        if self._cursor.key != key:
            self.post_message(self.RowHighlighted(self, self._cursor.key))
        if self._cursor.marks != marks:
            self.post_message(self.MarksChanged(self, self._cursor.marks))
        return bool(done)

    def _measure(self) -> None:
        """Work out what every line has to look like now."""
        self._top, self._shown, below = lines_shown(self._cursor, self._body, self._top)
        self._header = ShownHeader(self._sort, self._is_descending, self._top, below)

    def _repaint_changed(self) -> None:
        """Ask for exactly those lines that look different from what was drawn last."""
        header, shown, width = self._header, self._shown, self._room.size.width
        self._measure()
        if self._widen():
            self._painter = None
        dirty = [
            Region(0, _HEADER + y, width, 1)
            for y, (old, new) in enumerate(zip(shown, self._shown, strict=False))
            if old != new
        ]
        if header != self._header:
            dirty.append(Region(0, 0, width, _HEADER))
        if self._painter is None or len(shown) != len(self._shown):
            self.refresh()
        elif dirty:
            self.refresh(*dirty)
        self._place_hardware_cursor()

    def _widen(self) -> bool:
        """Widen columns of numbers by what is on the screen; whether any had to be."""
        before, seen = self._columns, [one.row for one in self._shown if one is not None]
        if isinstance(self.rows, LazyRows):  # whoever makes all rows measures them, too
            self._columns = fit_numbers(before, seen)
        return self._columns != before

    def _repaint_all(self) -> None:
        self._painter = None
        self._measure()
        self.refresh()
        self._place_hardware_cursor()

    def _place_hardware_cursor(self) -> None:
        """Braille displays and screen readers follow the terminal's cursor, not reversed text."""
        position = self._cursor.position
        # Where a box stands above the table, the cursor is in the box.
        if position is not None and self.has_focus and self.app.screen is self.screen:
            line = _HEADER + position - self._top
            self.app.cursor_position = self.content_region.offset + Offset(0, line)
