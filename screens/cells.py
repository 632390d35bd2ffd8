"""How many cells text takes on a terminal, without asking one."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def cell_width(text: str) -> int:
    """Cells that a line of clean text takes: wide characters two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def pad(text: str, width: int, *, is_right: bool = False, sign: str = "~") -> str:
    """Text in exactly `width` cells: padded, or cut with a sign, and never half a glyph.

    Args:
        text: One line of clean text.
        width: Cells.
        is_right: Pad on the left.
        sign: One cell that says that something was cut.
    """
    used = cell_width(text)
    if used > width:
        text = _cut(text, width - 1) + sign if width > 0 else ""
        used = cell_width(text)
    blanks = " " * (width - used)
    return blanks + text if is_right else text + blanks


def _cut(text: str, width: int) -> str:
    used = 0
    for index, char in enumerate(text):
        used += _char_width(char)
        if used > width:
            return text[:index]
    return text
