"""What is said above the keys: one thing below the other, fitted anew to every width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from screens.tones import Tone
from screens.widgets.fitting import wrap_cells
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line

Words: TypeAlias = str | Callable[[int], str]
"""Something to say: a sentence, or what makes one that is the best for so many cells."""
Told: TypeAlias = tuple[Words, Tone]
"""Something to say, and its tone."""

MARGINS = 2
"""Cells of a line beside what is said in it."""
MOST_LINES = 3
"""So many lines at most of all that is said."""


def words_in(words: Words, room: int) -> str:
    """Something to say as text.

    Args:
        words: It.
        room: Cells of one line of it.
    """
    return words if isinstance(words, str) else words(room)


def lines_of(words: Words, room: int, most: int = MOST_LINES) -> list[str]:
    """Something to say in lines; what has no room in them ends the last one, to be cut there.

    Args:
        words: It.
        room: Cells of one line.
        most: So many lines at most.
    """
    text = words_in(words, room)
    lines = wrap_cells(text, room) if text else []
    last = max(1, most) - 1
    return [*lines[:last], " ".join(lines[last:])] if len(lines) > last else lines


class SaidLines(TextLines):
    """Takes no room until something is said, and three lines at most then.

    Args:
        is_ascii: Cut with an ASCII sign.
    """

    def __init__(self, *, is_ascii: bool = False) -> None:
        super().__init__(1, is_ascii=is_ascii, id="said")
        self._told: Sequence[Told] = ()
        self.display = False

    @property
    def said(self) -> Sequence[Told]:
        """What stands there."""
        return self._told if self.display else ()

    def say(self, told: Sequence[Told], width: int) -> None:
        """Say this, one thing below the other; nothing to say takes no room.

        Args:
            told: What to say.
            width: Cells of the screen: before its first layout it has none of its own.
        """
        self._told = tuple(told)
        self._fit(width)

    def on_resize(self) -> None:
        """Wrap it for another width."""
        if self._told:
            self._fit(self.size.width)

    def _fit(self, width: int) -> None:
        room = max(1, width - MARGINS)
        lines: list[Line] = []
        for behind, (words, tone) in zip(reversed(range(len(self._told))), self._told, strict=True):
            most = MOST_LINES - len(lines) - behind  # each of those behind it needs one, too
            lines += [((f" {line}", tone),) for line in lines_of(words, room, most)]
        self.display = bool(lines)
        self.styles.height = max(1, len(lines))
        self.set_lines(lines)
