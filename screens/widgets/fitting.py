"""Text in so many cells: padded, cut with a sign, or wrapped, by the widths the terminal uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from screens.glyphs import to_ascii

ELLIPSIS = "\u2026"
ASCII_ELLIPSIS = "~"
_GAPS = re.compile("( {2,})")


def cut_sign(*, is_ascii: bool) -> str:
    """The one cell that says that text was cut."""
    return ASCII_ELLIPSIS if is_ascii else ELLIPSIS


def fit_text(text: str, width: int, *, is_right: bool = False, sign: str = ELLIPSIS) -> str:
    """Text in exactly `width` cells: padded, or cut with a sign, and never half a glyph.

    Args:
        text: One line of text; wide characters count two cells, combining ones none.
        width: Cells.
        is_right: Whether to pad on the left.
        sign: One cell that says that something was cut. Where that is the one of ASCII, so is the
            text: a name is spelt in other letters before it is cut, for it may need more of them.
    """
    if not (text.isascii() and text.isprintable()):
        return _fit_wide(text, width, is_right, sign)
    if len(text) <= width:
        return text.rjust(width) if is_right else text.ljust(width)
    return text[: width - 1] + sign if width > 0 else ""


@lru_cache(maxsize=2048)
def _fit_wide(text: str, width: int, is_right: bool, sign: str) -> str:
    if sign == ASCII_ELLIPSIS:
        text = to_ascii(text)
    size = cell_len(text)
    if size <= width:
        pad = " " * (width - size)
        return pad + text if is_right else text + pad
    return set_cell_size(text, width - 1) + sign if width > 0 else ""


def spell_line(texts: Sequence[str], width: int) -> Sequence[str]:
    """The pieces of one line in ASCII, names spelt out where the line has room for it.

    What they grow by is taken from the blanks behind them, so that columns keep their places.
    Where the line would grow over its width it stays, and the gate shortens it letter by letter.
    """
    spelt: list[str] = []
    owed = 0
    for text in texts:
        parts: list[str] = []
        for part in _GAPS.split(text):
            if part.isspace():
                taken = min(owed, len(part) - 1)
                owed -= taken
                parts.append(part[taken:])
            else:
                twin = to_ascii(part)
                owed += len(twin) - cell_len(part)
                parts.append(twin + " " * -owed)
                owed = max(0, owed)
        spelt.append("".join(parts))
    cells = sum(map(cell_len, texts))
    return spelt if cells + owed <= width or cells > width else texts


def wrap_cells(text: str, width: int) -> list[str]:
    """Text in lines of at most `width` cells, broken between words; a longer word is cut later."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and cell_len(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]
