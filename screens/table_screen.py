"""What every screen with a table has below it: something said, a prompt, a question, the keys.

All but the keys comes into being when it is needed: a start should not have to pay for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen

from screens.actions import Scope
from screens.key_names import Keymap
from screens.look import Look
from screens.pane import TablePane
from screens.prompting import Completer, PromptKind
from screens.text import ngettext
from screens.tones import Tone
from screens.widgets.frame import KeyLine
from screens.widgets.said import SaidLines, Told, Words

if TYPE_CHECKING:
    from screens.top_line import TopLine
    from screens.widgets.one_key import OneKey
    from screens.widgets.prompt import Prompt


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
    KEYS_NOT_HERE: ClassVar[Sequence[str]] = ()
    """Ids of actions that every table has and this one has not."""
    HAS_TOP_LINE: ClassVar[bool] = True
    """Whether it needs a first line that says who and how fresh; the floor has its own."""

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
        self._completer = completer
        self._said = SaidLines(is_ascii=is_ascii)
        self._prompt: Prompt | None = None
        self._one_key: OneKey | None = None
        self._keys = KeyLine(is_ascii=is_ascii)
        self._keys_of: tuple[Scope, bool] | None = None
        self._top_line: TopLine | None = None

    def compose_bottom(self) -> ComposeResult:
        """The lines at the bottom; to be composed last. What is said stands above the prompt."""
        if self._said.said:
            yield self._said
        yield self._keys

    def on_mount(self) -> None:
        """Give the keyboard to the first pane."""
        self.show_keys(is_past=False)
        if self.HAS_TOP_LINE:
            from screens.top_line import TopLine

            self._top_line = TopLine(self._keymap, is_ascii=self._is_ascii)
            self.mount(self._top_line, before=0)
        self.current.focus_table()

    def show(self, look: Look) -> None:
        """Show a newer look at the floor."""
        self.show_keys(is_past=look.past is not None)
        if self._top_line is not None:
            self._top_line.show(look)
        self.current.show(look)

    def show_keys(self, *, is_past: bool) -> None:
        """Name the keys that matter here; in the past none that acts, and the way back first."""
        wanted = self.current.SCOPE, is_past
        if wanted != self._keys_of:
            self._keys_of = wanted
            self._keys.show(wanted[0], self._keymap, self.KEYS_NOT_HERE, is_past=is_past)

    @property
    def shown(self) -> Sequence[object]:
        """The panes that are on the screen."""
        return (self.current,)

    @property
    def prompt(self) -> Prompt | None:
        """The line in which one types; None before anybody did."""
        return self._prompt

    @property
    def is_asking(self) -> bool:
        """Whether the person is typing, or asked for a key."""
        asking = (self._prompt, self._one_key)
        return any(one is not None and bool(one.display) for one in asking)

    @property
    def is_saying(self) -> bool:
        """Whether something stands above the keys."""
        return bool(self._said.said)

    @property
    def said(self) -> Sequence[Told]:
        """What stands above the keys."""
        return self._said.said

    def say(self, words: Words, tone: Tone = Tone.NORMAL) -> None:
        """Say something above the keys until it is left; nothing to say takes no room."""
        self.say_all(((words, tone),) if words else ())

    def say_all(self, told: Sequence[Told]) -> None:
        """Say several things above the keys, one below the other."""
        if told and self._keys.is_attached and not self._said.is_attached:
            self.mount(self._said, before=self._prompt or self._one_key or self._keys)
        self._said.say(told, (self.size or self.app.size).width)

    async def open_prompt(self, kind: PromptKind, text: str = "") -> None:
        """Let the person type; when this returns, keys go to the prompt."""
        self.say("")
        prompt = self._prompt
        if prompt is None:
            from screens.widgets.prompt import Prompt

            prompt = self._prompt = Prompt(is_ascii=self._is_ascii)
            prompt.set_completer(self._completer)
            await self.mount(prompt, before=self._one_key or self._keys)
        prompt.open(kind, text)

    async def one_key(self) -> OneKey:
        """What asks a question that one key answers."""
        if self._one_key is None:
            from screens.widgets.one_key import OneKey

            self._one_key = OneKey(is_ascii=self._is_ascii)
            await self.mount(self._one_key, before=self._keys)
        return self._one_key

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

    async def ask_filter(self, pane: TablePane) -> None:
        """Open the prompt with the filter that is in force."""
        await self.open_prompt(PromptKind.FILTER, pane.view_state.filter)

    def on_table_pane_columns_wanted(self, event: TablePane.ColumnsWanted) -> None:
        """Open the chooser of columns."""
        from screens.widgets.column_chooser import ColumnChooser

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
        if self._prompt is not None:
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
