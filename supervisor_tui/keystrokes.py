"""What is typed, made unambiguous before it is parsed as keys.

A terminal sends an Escape key and the beginning of an arrow key as the same byte. Textual waits to
see what follows, and takes `Esc` with a quick `1` or `f` behind it for a key with Alt held down:
over a line for which it has to wait half a second, that loses both keys. No key of this program
needs Alt. So Escape is a key of its own wherever what follows cannot belong to a sequence.

What was typed before the program had the terminal to itself went through the system's hands, which
make a line feed of Enter. No key of this program is Ctrl+J, so it is Enter again.

A paste is text: an Escape in it would be read as keys that nobody pressed. So would a sequence that
stands for no key known here: `Ctrl+Right` of some terminals is `ESC O 5 C`, and `C` claims.
So would what a terminal answers late to whoever asked it before this program ran: its colours, its
name (ECMA-48, 5.6: control strings).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

ESCAPE = "\x1b"
PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"
_CONTINUES = frozenset("[O\t")
"""What may follow an escape: sequences, and Shift+Tab of the Linux console."""
LONGEST = 32
"""Characters of a sequence, at most."""
_BEGUN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\[\[|O[0-9;]*)\Z")
_WHOLE = re.compile(
    r"\x1b(?:\[(?![<M])[0-?]*[ -/]*(?!\[)[@-~]"  # but for the mouse
    r"|\[\[[A-Z]|\[\d+\$|O[0-9;]*[@-~])"  # keys of the Linux console, of rxvt, and old ones
)
_ANSWER = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # what xterm ends with a bell, too
    r"|\x1b[PX^_][^\x1b]*\x1b\\"
)
_ANSWER_BEGUN = re.compile(r"\x1b\]\d+;[^\x07\x1b]*\x1b?\Z")
"""Nobody types that in one go; what the other kinds begin with may be `Esc` and a letter."""


def is_begun(typed: str) -> bool:
    """Whether it ends in a sequence whose rest is still to come; a lone escape may be a key."""
    return _BEGUN.search(typed) is not None


def is_whole(sequence: str) -> bool:
    """Whether a sequence has come to its end, whatever it means."""
    return _WHOLE.fullmatch(sequence) is not None


class Keystrokes:
    """Splits what a terminal sends where one key has surely ended."""

    def __init__(self) -> None:
        self._is_after_escape = False
        self._recent = ""
        self._answer = ""
        """What has come of an answer whose end has not."""
        self._held: str | None = None
        """Within a paste: what may be the beginning of its end."""

    def split(self, data: str) -> Iterator[str | None]:
        """Pieces of what was typed, and None wherever an Escape before it was a key of its own."""
        piece: list[str] = []
        for typed in data if self._held is not None else self._without_answers(data):
            if self._held is not None:
                piece.append(self._in_paste(typed))
                continue
            char = "\r" if typed == "\n" else typed
            if self._is_after_escape and char not in _CONTINUES:
                yield from ("".join(piece), None)
                piece.clear()
            self._is_after_escape = char == ESCAPE
            self._recent = (self._recent + char)[-len(PASTE_BEGINS) :]
            if self._recent == PASTE_BEGINS:
                self._held = ""
            piece.append(char)
        yield "".join(piece)

    def _without_answers(self, data: str) -> str:
        """What is left without the answers in it; one is waited for no longer than a second part.

        Whoever types is more than the rest of an answer that was lost.
        """
        if PASTE_BEGINS in data:
            return data
        begun, self._answer = self._answer, ""
        whole = begun + data
        left = _ANSWER.sub("", whole)
        if begun and left.startswith(begun):
            return data
        if found := _ANSWER_BEGUN.search(left):
            self._answer = found[0]
            left = left[: found.start()]
        return left

    def _in_paste(self, char: str) -> str:
        """What may pass of a paste now: everything but escapes, and its end."""
        held = (self._held or "") + char
        if held == PASTE_ENDS:
            self._held, self._recent = None, ""
            return held
        passed = ""
        while not PASTE_ENDS.startswith(held):
            passed += held[0].replace(ESCAPE, "")
            held = held[1:]
        self._held = held
        return passed
