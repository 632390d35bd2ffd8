"""What every screen with a table has below it: something said, a prompt, a question, the keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen

from screens.actions import Scope
from screens.keys import Keymap
from screens.look import Look
from screens.pane import TablePane
from screens.text import ngettext
from screens.tones import Tone
from screens.widgets.column_chooser import ColumnChooser
from screens.widgets.frame import KeyLine
from screens.widgets.one_key import OneKey
from screens.widgets.prompt import Completer, Prompt, PromptKind
from screens.widgets.text_lines import TextLines


class TableScreen(Screen[None], inherit_bindings=False):
    """A screen on which one pane at a time has the keyboard.

    Args:
        first: The pane that has it first.
        is_ascii: Draw with ASCII signs only.
        keymap: The person's own keys.
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
        self, first: TablePane, *, is_ascii: bool, keymap: Keymap, completer: Completer
    ) -> None:
        super().__init__(classes="-ascii" if is_ascii else None)
        self.current = first
        self._is_ascii = is_ascii
        self._keymap = keymap
        self._said = TextLines(1, is_ascii=is_ascii, id="said")
        self._said.display = False
        self._prompt = Prompt(is_ascii=is_ascii)
        self._prompt.set_completer(completer)
        self._one_key = OneKey(is_ascii=is_ascii)
        self._keys = KeyLine(is_ascii=is_ascii)

    def compose_bottom(self) -> ComposeResult:
        """The lines at the bottom; to be composed last."""
        yield self._said
        yield self._prompt
        yield self._one_key
        yield self._keys

    def on_mount(self) -> None:
        """Give the keyboard to the first pane."""
        self._keys.show(self.current.SCOPE, self._keymap)
        self.current.focus_table()

    def show(self, look: Look) -> None:
        """Show a newer look at the floor."""
        self.current.show(look)

    @property
    def shown(self) -> Sequence[object]:
        """The panes that are on the screen."""
        return (self.current,)

    @property
    def prompt(self) -> Prompt:
        """The line in which one types."""
        return self._prompt

    @property
    def is_saying(self) -> bool:
        """Whether something stands above the keys."""
        return bool(self._said.display)

    @property
    def said(self) -> str:
        """What stands above the keys, or was left there."""
        return self._said.text.strip()

    def say(self, text: str, tone: Tone = Tone.NORMAL) -> None:
        """Say something above the keys until it is left; nothing to say takes no room."""
        self._said.display = bool(text)
        self._said.set_lines((((f" {text}", tone),),))

    def open_prompt(self, kind: PromptKind, text: str = "") -> None:
        """Let the person type."""
        self.say("")
        self._prompt.open(kind, text)

    def leave(self) -> bool:
        """Esc: close what is open, the last thing first.

        Returns:
            Whether there was anything to close.
        """
        if self.is_saying:
            self.say("")
        elif self.current.table.marks:
            self.current.table.clear_marks()
        elif self.current.view_state.filter:
            self.current.set_filter("")
        else:
            return False
        return True

    def ask_filter(self, pane: TablePane) -> None:
        """Open the prompt with the filter that is in force."""
        self.open_prompt(PromptKind.FILTER, pane.view_state.filter)

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
