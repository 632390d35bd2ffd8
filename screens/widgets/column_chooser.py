"""Which columns of a table are shown, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from screens.actions import Scope
from screens.key_names import key_name
from screens.keys import bindings
from screens.presenters.rows import Column, RowView
from screens.text import _
from screens.tones import Tone
from screens.widgets.frame import KeyLine
from screens.widgets.live_table import LiveTable
from screens.widgets.table_render import MARKED
from screens.widgets.text_lines import TextLines


class ColumnChooser(ModalScreen[tuple[str, ...] | None], inherit_bindings=False):
    """A list of columns in which the marked ones are shown; Enter keeps, Esc leaves.

    Its result is the ids of the columns to show, in their order, for `LiveTable.show_columns`;
    None where everything is to stay as it was.

    Args:
        columns: All columns of the table.
        order: The ids of those shown at present, in their order.
        fixed: How many columns, from the left, are always shown; they are not in the list.
        is_ascii: Draw with ASCII signs only.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.CHOOSER)]

    def __init__(
        self,
        columns: Sequence[Column],
        order: Iterable[str],
        *,
        fixed: int = 1,
        is_ascii: bool = False,
    ) -> None:
        super().__init__(classes="-ascii" if is_ascii else None)
        self._always = tuple(column.id for column in columns[:fixed])
        free = {column.id: column for column in columns[fixed:]}
        self._shown = [name for name in order if name in free]
        hidden = [column for name, column in free.items() if name not in self._shown]
        self._columns = [*(free[name] for name in self._shown), *hidden]
        self._title = TextLines(is_ascii=is_ascii, id="chooser-title")
        self._key_line = KeyLine(is_ascii=is_ascii)
        self._table = LiveTable(
            (
                Column("title", _("Column"), 10),
                Column("help", _("What it says"), 20, grows=True),
            ),
            empty=_("This table has only one column."),
            is_ascii=is_ascii,
            id="chooser-table",
        )

    def compose(self) -> ComposeResult:
        """A box with title, list and keys."""
        with Vertical(id="chooser-box"):
            yield self._title
            yield self._table
            yield self._key_line

    def on_mount(self) -> None:
        """Fill the list."""
        text = _("Columns: {sign} is shown, {mark} changes it, {keep} keeps").format(
            sign=MARKED, mark=key_name("table.mark"), keep=key_name("table.detail")
        )
        self._title.set_lines((((f" {text}", "title"),),))
        self._key_line.show(Scope.CHOOSER)
        self._fill()
        self._table.set_marks(self._shown)
        self._table.focus()

    def action_shift(self, delta: int) -> None:
        """Move the column under the cursor."""
        key = self._table.cursor_key
        at = next((n for n, column in enumerate(self._columns) if column.id == key), None)
        if at is not None and 0 <= at + delta < len(self._columns):
            self._columns.insert(at + delta, self._columns.pop(at))
            self._fill()

    def action_leave(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)

    def on_live_table_row_selected(self, event: LiveTable.RowSelected) -> None:
        """Enter."""
        event.stop()
        marks = self._table.marks
        chosen = (column.id for column in self._columns if column.id in marks)
        self.dismiss((*self._always, *chosen))

    def _fill(self) -> None:
        self._table.set_rows(
            [
                RowView(column.id, (column.title, column.help), Tone.NORMAL)
                for column in self._columns
            ]
        )
