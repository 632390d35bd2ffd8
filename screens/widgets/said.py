"""What is said above the keys: in as many lines as it needs, fitted anew to every width."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from screens.tones import Tone
from screens.widgets.fitting import wrap_cells
from screens.widgets.text_lines import TextLines

Words: TypeAlias = str | Callable[[int], str]
"""Something to say: a sentence, or what makes one that is the best for so many cells."""

MARGINS = 2
"""Cells of a line beside what is said in it."""
_MOST_LINES = 3


def words_in(words: Words, room: int) -> str:
    """Something to say as text.

    Args:
        words: It.
        room: Cells of one line of it.
    """
    return words if isinstance(words, str) else words(room)


class SaidLines(TextLines):
    """Takes no room until something is said, and three lines at most then.

    Args:
        is_ascii: Cut with an ASCII sign.
    """

    def __init__(self, *, is_ascii: bool = False) -> None:
        super().__init__(1, is_ascii=is_ascii, id="said")
        self._words: Words = ""
        self._tone = Tone.NORMAL
        self.display = False

    @property
    def said(self) -> Words:
        """What stands there; empty where nothing does."""
        return self._words if self.display else ""

    def say(self, words: Words, tone: Tone, width: int) -> None:
        """Say something; nothing to say takes no room.

        Args:
            words: What to say.
            tone: Of all of it.
            width: Cells of the screen: before its first layout it has none of its own.
        """
        self._words, self._tone = words, tone
        self._fit(width)

    def on_resize(self) -> None:
        """Wrap it for another width."""
        if self._words:
            self._fit(self.size.width)

    def _fit(self, width: int) -> None:
        room = max(1, width - MARGINS)
        text = words_in(self._words, room)
        self.display = bool(text)
        lines = wrap_cells(text, room)
        # What is left stands in the last line, which is cut with a sign.
        last = _MOST_LINES - 1
        lines = lines[:last] + [" ".join(lines[last:])] * (len(lines) > last)
        self.styles.height = len(lines)
        self.set_lines([((f" {line}", self._tone),) for line in lines])
