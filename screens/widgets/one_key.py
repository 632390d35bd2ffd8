"""A question in the last line that one key answers, such as the column to sort by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.widget import Widget

from screens.key_names import show_key
from screens.keys import latin_twin
from screens.text import _
from screens.tones import Tone
from screens.widgets.frame_text import GAP
from screens.widgets.text_lines import TextLines


class OneKey(TextLines, can_focus=True, inherit_bindings=False):
    """Shows choices with their letters and takes the next key as the answer; then it closes."""

    @dataclass
    class Answered(Message):
        """A key was pressed that is one of the choices."""

        letter: str

    def __init__(self, *, is_ascii: bool = False) -> None:
        super().__init__(1, is_ascii=is_ascii, id="one-key")
        self._letters: frozenset[str] = frozenset()
        self._before: Widget | None = None
        self._asker: Widget | None = None
        self.display = False

    def ask(self, question: str, choices: Sequence[tuple[str, str]], asker: Widget) -> None:
        """Ask; the answer goes to `asker` as a message.

        Args:
            question: Already translated, for example "Sort by".
            choices: Letters with what they stand for.
            asker: Who wants to know.
        """
        self._letters = frozenset(letter for letter, _label in choices)
        self._asker = asker
        self._before = self.screen.focused
        parts = [f"{question}:", *(f"{letter} {label}" for letter, label in choices)]
        parts.append(f"{show_key('escape')} {_('leave')}")
        lines = _wrap(parts, self.screen.size.width)
        self.styles.height = len(lines)
        self.set_lines([[(line, Tone.NORMAL)] for line in lines])
        self.display = True
        self.screen.set_focus(self)

    def on_key(self, event: events.Key) -> None:
        """Take whatever comes: a choice answers, anything else leaves."""
        event.stop()
        event.prevent_default()
        letter = latin_twin(event.character or "")
        self.display = False
        if self._before is not None and self._before.is_attached:
            self.screen.set_focus(self._before)
        if letter in self._letters and self._asker is not None:
            self._asker.post_message(self.Answered(letter))


def _wrap(parts: Sequence[str], width: int) -> list[str]:
    """Parts in as many lines as they need, none of them broken."""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}{GAP if lines[-1] else ' '}{part}"
        if cell_len(longer) > width and lines[-1]:
            lines.append(f" {part}")
        else:
            lines[-1] = longer
    return lines
