"""The lines of a form: one in which one types, and one in which one chooses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.widgets import Input

from data.clean import clean_text
from screens.actions import Scope
from screens.keys import bindings
from screens.tones import Tone
from screens.widgets.fitting import cut_sign, fit_text
from screens.widgets.text_lines import TextLines


class TextField(Input, inherit_bindings=False):
    """A line in which one types; it does not blink, and holds only clean text.

    Args:
        value: What stands in it first.
        limit: How many characters it takes.
        is_proposal: What stands in it is a proposal: what is typed takes its place.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.FIELD)]

    def __init__(self, value: str, limit: int, *, is_proposal: bool = False) -> None:
        self._limit = limit
        super().__init__(value, select_on_focus=is_proposal, compact=True)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Clean what was typed or pasted before anything sees it."""
        return clean_text(value, self._limit)


class ChoiceField(TextLines, inherit_bindings=False, can_focus=True):
    """A line in which one of several is chosen.

    Args:
        options: What can be chosen: value and words.
        value: Which is chosen first; the first option where it is none of them.
        is_ascii: Draw with ASCII signs only.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.CHOICE)]

    def __init__(self, options: Sequence[tuple[str, str]], value: str, *, is_ascii: bool) -> None:
        super().__init__(is_ascii=is_ascii)
        self._options = tuple(options)
        self._is_ascii = is_ascii
        values = [option for option, _words in self._options]
        self._at = values.index(value) if value in values else 0

    @property
    def value(self) -> str:
        """What is chosen; empty where there is nothing to choose from."""
        return self._options[self._at][0] if self._options else ""

    def on_mount(self) -> None:
        """Draw what is chosen."""
        self._draw()

    def on_resize(self) -> None:
        """Draw it for another width."""
        self._draw()

    def on_focus(self) -> None:
        """Show that the keys are here."""
        self._draw()

    def on_blur(self) -> None:
        """Show that the keys are elsewhere."""
        self._draw()

    def action_turn(self, steps: int) -> None:
        """Go on by so many, round and round."""
        if self._options:
            self._at = (self._at + steps) % len(self._options)
            self._draw()

    def on_key(self, event: events.Key) -> None:
        """A letter goes to the next option that begins with it."""
        char = (event.character or "").casefold()
        if not char.strip():
            return
        count = len(self._options)
        after = [(self._at + step) % count for step in range(1, count + 1)]
        found = [at for at in after if self._options[at][1].casefold().startswith(char)]
        if found:
            self._at = found[0]
            self._draw()
            event.stop()

    def _draw(self) -> None:
        words = self._options[self._at][1] if self._options else ""
        room = max(1, self.size.width - 4)
        shown = fit_text(words, room, sign=cut_sign(is_ascii=self._is_ascii))
        text = f"< {shown.rstrip()} >" if len(self._options) > 1 else shown
        self.set_lines([[(text, "current" if self.has_focus else Tone.NORMAL)]])
