"""The screen that is there all the time: the frame, the panes, and the line in which one types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen

from data.figures.queues import queue_figures
from screens.actions import Scope
from screens.keys import Keymap
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.lines import Piece, first_line, second_line
from screens.queues import QueuesPane
from screens.text import ngettext
from screens.tones import Tone
from screens.widgets.column_chooser import ColumnChooser
from screens.widgets.frame import KeyLine, PaneLine, TopLines
from screens.widgets.one_key import OneKey
from screens.widgets.prompt import Completer, Prompt, PromptKind
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line

_GAP = "  "

PANE_TYPES: tuple[type[TablePane], ...] = (QueuesPane,)


class FloorScreen(Screen[None], inherit_bindings=False):
    """Frame, panes and prompt. One pane is seen at a time; the hidden ones do nothing.

    Args:
        is_ascii: Draw with ASCII signs only.
        keymap: The person's own keys.
        columns: The columns that the person keeps, by pane.
        completer: What completes a command.
    """

    AUTO_FOCUS = None
    SCOPED_CSS: ClassVar[bool] = False

    @dataclass
    class CommandGiven(Message):
        """A line was typed after the colon."""

        text: str

    @dataclass
    class ColumnsChosen(Message):
        """The person chose the columns of a pane."""

        scope: Scope
        order: tuple[str, ...]

    def __init__(
        self,
        *,
        is_ascii: bool,
        keymap: Keymap,
        columns: Mapping[str, Iterable[str]],
        completer: Completer,
    ) -> None:
        super().__init__(classes="-ascii" if is_ascii else None)
        self._is_ascii = is_ascii
        self._keymap = keymap
        self._look: Look | None = None
        self._top = TopLines(is_ascii=is_ascii)
        self._pane_line = PaneLine(is_ascii=is_ascii)
        self._hints = TextLines(1, is_ascii=is_ascii, id="hints")
        self._hints.display = False
        self._said = TextLines(1, is_ascii=is_ascii, id="said")
        self._said.display = False
        self._prompt = Prompt(is_ascii=is_ascii)
        self._one_key = OneKey(is_ascii=is_ascii)
        self._keys = KeyLine(is_ascii=is_ascii)
        self._prompt.set_completer(completer)
        self.panes = {
            kind.SCOPE: kind(is_ascii=is_ascii, columns=columns.get(kind.SCOPE))
            for kind in PANE_TYPES
        }
        self.current = next(iter(self.panes.values()))

    def compose(self) -> ComposeResult:
        """From the top: who and how fresh, the floor, panes, the pane, and what is typed."""
        yield self._top
        yield self._pane_line
        with Vertical(id="panes"):
            yield from self.panes.values()
        yield self._hints
        yield self._said
        yield self._prompt
        yield self._one_key
        yield self._keys

    def on_mount(self) -> None:
        """Show the first pane."""
        self.go_to(self.current.SCOPE)

    @property
    def prompt(self) -> Prompt:
        """The line in which one types."""
        return self._prompt

    def show(self, look: Look) -> None:
        """Show a newer look at the floor."""
        self._look = look
        viewing = look.viewing
        figures = queue_figures(look.snapshot, look.site, look.moment, viewing.formula)
        second = second_line(
            figures,
            look.snapshot,
            look.moment,
            viewing.rules,
            has_legend=self.current.NAMES_FORMULA,
        )
        first = first_line(viewing.floor_name, look.snapshot, look.moment)
        self._top.show(_line(first), _line(second))
        self.current.show(look)

    def go_to(self, scope: Scope) -> None:
        """Go to a pane."""
        for pane in self.panes.values():
            pane.display = pane.SCOPE is scope
        self.current = self.panes[scope]
        self._pane_line.show(scope)
        self._keys.show(scope, self._keymap)
        if self._look is not None:
            self.show(self._look)
        self.current.focus_table()

    def step(self, delta: int) -> None:
        """Go to the next pane, or the one before."""
        scopes = list(self.panes)
        self.go_to(scopes[(scopes.index(self.current.SCOPE) + delta) % len(scopes)])

    def say(self, text: str, tone: Tone = Tone.NORMAL) -> None:
        """Say something above the keys until the next key; nothing to say takes no room."""
        self._said.display = bool(text)
        self._said.set_lines((((f" {text}", tone),),))

    def show_hints(self, texts: Sequence[str]) -> None:
        """Show a line of hints until it is dismissed; no texts dismiss it."""
        self._hints.display = bool(texts)
        self._hints.set_lines((((" " + "  ".join(texts), Tone.QUIET),),))

    @property
    def is_saying(self) -> bool:
        """Whether something stands above the keys."""
        return bool(self._said.display)

    def toggle_zoom(self) -> None:
        """Give the pane the lines of the frame, and back; who and how fresh always stays."""
        self._pane_line.display = not self._pane_line.display
        self.current.legend.display = self._pane_line.display

    @property
    def has_hints(self) -> bool:
        """Whether the line of hints is there."""
        return bool(self._hints.display)

    def open_prompt(self, kind: PromptKind, text: str = "") -> None:
        """Let the person type."""
        self.say("")
        self._prompt.open(kind, text)

    def leave(self) -> bool:
        """Esc: close what is open, the last thing first.

        Returns:
            Whether there was anything to close.
        """
        if self._said.display:
            self.say("")
            return True
        if self.has_hints:
            self.show_hints(())
            return True
        if self.current.table.marks:
            self.current.table.clear_marks()
            return True
        if self.current.view_state.filter:
            self.current.set_filter("")
            return True
        return False

    def on_table_pane_filter_wanted(self, event: TablePane.FilterWanted) -> None:
        """Open the prompt with the filter that is in force."""
        event.stop()
        self.open_prompt(PromptKind.FILTER, event.pane.view_state.filter)

    def on_table_pane_columns_wanted(self, event: TablePane.ColumnsWanted) -> None:
        """Open the chooser of columns."""
        event.stop()
        pane = event.pane

        def chosen(order: tuple[str, ...] | None) -> None:
            if order is not None:
                pane.choose_columns(order)
                self.post_message(self.ColumnsChosen(pane.SCOPE, order))

        chooser = ColumnChooser(pane.columns, pane.table.column_order, is_ascii=self._is_ascii)
        self.app.push_screen(chooser, chosen)

    def on_prompt_changed(self, event: Prompt.Changed) -> None:
        """Filter as one types."""
        event.stop()
        if event.kind is not PromptKind.FILTER:
            return
        self.current.set_filter(event.text)
        count = len([row for row in self.current.table.rows if not row.is_static])
        found = ngettext("{count} row", "{count} rows", count).format(count=count)
        self._prompt.set_hint(found, Tone.QUIET if count else Tone.LOOK)

    def on_prompt_kept(self, event: Prompt.Kept) -> None:
        """Keep the filter, or do the command."""
        event.stop()
        if event.kind is PromptKind.COMMAND:
            self.post_message(self.CommandGiven(event.text))
        else:
            self.current.set_filter(event.text)

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """Clear the filter; a command is not done."""
        event.stop()
        if event.kind is PromptKind.FILTER:
            self.current.set_filter("")


def _line(pieces: Sequence[Piece]) -> Line:
    """Pieces with their tones, two blanks apart."""
    line: list[tuple[str, Tone]] = [(" ", Tone.NORMAL)]
    for piece in pieces:
        if piece.text:
            line += [(piece.text, piece.tone), (_GAP, Tone.NORMAL)]
    return line
