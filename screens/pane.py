"""What every pane of rows does: show a look at the floor, filter, sort, choose columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from data.actions.verbs import Verb
from screens.action_types import UNDO
from screens.actions import Action, Group, Scope, actions_of
from screens.key_names import key_name
from screens.look import Look
from screens.past import ReadsPast
from screens.presenters.rows import Column, row_keys
from screens.presenters.table import TableView, ViewState
from screens.text import _, ngettext
from screens.widgets.frame_text import chosen_notes, note_lines
from screens.widgets.live_table import LiveTable
from screens.widgets.text_lines import TextLines

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from screens.detail import Presenter
    from screens.widgets.one_key import OneKey


class PaneHost(Protocol):
    """The screen of a pane: it has the lines in which one types and is asked."""

    async def ask_filter(self, pane: TablePane) -> None:
        """Let the person type a filter for a pane."""
        ...

    async def one_key(self) -> OneKey:
        """What asks a question that one key answers."""
        ...


class TablePane(Widget, inherit_bindings=False):
    """A table with a legend. What is in it, a subclass says by `present`.

    Args:
        is_ascii: Draw with ASCII signs only.
        columns: Ids of the columns that the person keeps, in order; None for all.
    """

    SCOPE: ClassVar[Scope]
    """Where the person is while this pane has the keyboard."""
    EMPTY: ClassVar[str] = ""
    """What to say where there are no rows; looked up when shown."""
    FIXED: ClassVar[int] = 1
    """How many columns, from the left, always stand."""
    NAMES_FORMULA: ClassVar[bool] = False
    """Whether its legend says what the service levels on the screen are."""
    TELLS_PAST: ClassVar[bool] = True
    """Whether it says that today's past is still being read, where it reads any."""

    @dataclass
    class ColumnsWanted(Message):
        """The person wants to choose columns."""

        pane: TablePane

    @dataclass
    class Chosen(Message):
        """A row was asked for in detail."""

        pane: TablePane
        key: str

    @dataclass
    class ActWanted(Message):
        """The person wants to do something to rows: those marked, or the one under the cursor."""

        pane: TablePane
        verb: Verb | None
        """None: what was done last is to be taken back."""
        way: str = ""
        """Which of several ways of doing the verb is meant."""
        rows: tuple[str, ...] = ()
        """The keys of the rows that are meant; none: those that are chosen."""

    @dataclass
    class ListWanted(Message):
        """The person wants the list that belongs to a row."""

        pane: TablePane
        key: str

    def __init__(self, *, is_ascii: bool, columns: Iterable[str] | None = None) -> None:
        super().__init__(id=f"pane-{self.SCOPE}")
        self._is_ascii = is_ascii
        self._order = tuple(columns) if columns is not None else None
        self._columns: tuple[Column, ...] = ()
        self._look: Look | None = None
        self._said_notes: Sequence[str] = ()
        self.view_state = ViewState()
        self.table = LiveTable((), empty=self.empty_words, is_ascii=is_ascii, fixed=self.FIXED)
        self.legend = TextLines(1, is_ascii=is_ascii, classes="legend")

    def compose(self) -> ComposeResult:
        """The table over its legend."""
        yield self.table
        yield self.legend

    def present(self, look: Look) -> TableView:
        """The table for one look at the floor, in the present `view_state`."""
        raise NotImplementedError

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """The page of a row: its title and what draws it; None where the row has none."""
        del key, look  # a pane without pages needs neither
        return None

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """What can be done to a row; nothing to the rows of most panes."""
        del key, look
        return ()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The keys of the rows that an action is for: those marked, or the one with the cursor."""
        if self.table.marks:
            return tuple(sorted(self.table.marks))
        return (self.table.cursor_key,) if self.table.cursor_key is not None else ()

    @property
    def meant(self) -> str | None:
        """The key of the row that a key is for: that of the page over it, or under the cursor."""
        from screens.detail import DetailScreen

        screen = self.app.screen
        if isinstance(screen, DetailScreen) and screen.pane is self:
            return screen.row
        return self.table.cursor_key

    def acts_on(self, key: str | None) -> Iterable[Action]:
        """What can be had that acts on a row, each with the keys that do it there."""
        del key  # most keys do the same to every row
        return (action for action in actions_of(self.SCOPE) if action.group is Group.ACT)

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of the table as it was shown last."""
        return self._columns

    def show(self, look: Look) -> None:
        """Show a newer look at the floor; lines that look as before are not touched."""
        self._look = look
        view = self.present(look)
        if view.columns != self._columns:
            self._columns = view.columns
            self.table.set_columns(view.columns, self._order)
        self.table.set_empty(self._empty(view))
        self.table.set_rows(view.rows, is_filtered=bool(self.view_state.filter))
        self._show_notes(self._notes(view))

    def rest(self) -> None:
        """Hold on to no look while other panes are on the screen: each is a whole floor."""
        self._look = None

    def on_unmount(self) -> None:
        """What was closed waits for Python to look for garbage, which is seldom."""
        self.rest()

    def on_resize(self) -> None:
        """Say what stands below the table in another width."""
        self._show_notes(self._said_notes)

    def focus_table(self) -> None:
        """Give the keyboard to the table."""
        self.screen.set_focus(self.table)

    def set_filter(self, text: str) -> None:
        """Show only rows that contain every word of a text."""
        self._look_again(replace(self.view_state, filter=text))

    def choose_columns(self, order: Iterable[str]) -> None:
        """Show these columns in this order."""
        self._order = tuple(order)
        self.table.show_columns(self._order)

    async def action_filter(self) -> None:
        """Let the person type a filter; at once, for they may be typing it already."""
        await cast("PaneHost", self.screen).ask_filter(self)

    def action_columns(self) -> None:
        """Ask for columns."""
        self.post_message(self.ColumnsWanted(self))

    def action_act(self, wanted: str, *rows: str) -> None:
        """Ask for something to be done.

        Args:
            wanted: A verb, and behind a colon the way of doing it.
            rows: The keys of the rows that are meant; none: those that are chosen.
        """
        name, _colon, way = wanted.partition(":")
        verb = None if name == UNDO else Verb(name)
        # A page may be open over a pane that nobody has looked at yet: messages to it go nowhere.
        sender = self if self.is_attached else self.app
        sender.post_message(self.ActWanted(self, verb, way, rows))

    async def action_sort(self) -> None:
        """Ask for the letter of a column; the table's own order has a key of its own."""
        choices = [
            (column.sort_letter, column.title) for column in self._columns if column.sort_letter
        ]
        one_key = await cast("PaneHost", self.screen).one_key()
        one_key.ask(_("Sort by"), [*choices, (".", _("urgency"))], self)

    def on_one_key_answered(self, event: OneKey.Answered) -> None:
        """Sort by the column of that letter; the same letter again turns the order round."""
        event.stop()
        column = next((c for c in self._columns if c.sort_letter == event.letter), None)
        if column is None:
            self._look_again(replace(self.view_state, sort="", is_reversed=False))
            self.table.set_sort("", is_descending=False)
            return
        again = column.id == self.view_state.sort
        is_reversed = again and not self.view_state.is_reversed
        self._look_again(replace(self.view_state, sort=column.id, is_reversed=is_reversed))
        self.table.set_sort(column.id, is_descending=column.is_right is not is_reversed)

    def on_live_table_row_selected(self, event: LiveTable.RowSelected) -> None:
        """Pass on which row was asked for in detail."""
        event.stop()
        self.post_message(self.Chosen(self, event.key))

    def _look_again(self, state: ViewState) -> None:
        self.view_state = state
        if self._look is not None:
            self.show(self._look)

    def _marked(self, view: TableView) -> str:
        """How many rows are marked, and how many of these a filter hides."""
        marks = self.table.marks
        hidden = len(marks.difference(row_keys(view.rows)))
        if not hidden:
            text = ngettext("{count} row marked", "{count} rows marked", len(marks))
        else:
            text = ngettext(
                "{count} row marked, {hidden} not shown",
                "{count} rows marked, {hidden} not shown",
                len(marks),
            )
        return text.format(count=len(marks), hidden=hidden)

    def _empty(self, view: TableView) -> str:
        if view.total:
            return _("No row contains “{text}”. {key} shows all again.").format(
                text=self.view_state.filter, key=key_name("app.leave")
            )
        return self.empty_words

    @property
    def empty_words(self) -> str:
        """What is said where there are no rows."""
        return _(self.EMPTY)

    def _show_notes(self, notes: Sequence[str]) -> None:
        self._said_notes = notes
        lines = note_lines(notes, self.size.width or self.app.size.width)
        if len(lines) != len(self.legend.lines):
            self.legend.styles.height = len(lines)
        self.legend.set_lines(lines)

    def _notes(self, view: TableView) -> list[str]:
        """What is said below the table: what the filter hides, what is marked, the legend."""
        said = []
        if self.view_state.filter:
            shown = ngettext(
                "/{text}: {shown} of {total} row", "/{text}: {shown} of {total} rows", view.total
            )
            said.append(
                shown.format(text=self.view_state.filter, shown=view.shown, total=view.total)
            )
        if self.table.marks:
            said.append(self._marked(view))
        needs_past = self.TELLS_PAST and isinstance(self, ReadsPast) and self._look is not None
        if needs_past and self._look is not None and self._look.is_past_partial:
            said.append(_("~ today's past is still being read"))
        return [
            *(["  ".join(said)] if said else []),
            *chosen_notes(view.notes),
        ]
