"""The glyphs of the program, each with an ASCII twin of the same width, and names in ASCII."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from screens.cells import cell_width, pad

TWINS: dict[str, str] = {
    "…": "~",
    "─": "-",
    "│": "|",
    "┌": "+",
    "┐": "+",
    "└": "+",
    "┘": "+",
    "├": "+",
    "┤": "+",
    "┬": "+",
    "┴": "+",
    "┼": "+",
    "↑": "^",
    "↓": "v",
    "←": "<",
    "→": ">",
    "▲": "^",
    "▼": "v",
    "·": ".",
    "×": "x",
    "–": "-",
    "▁": "_",
    "▂": "_",
    "▃": ".",
    "▄": ":",
    "▅": "-",
    "▆": "=",
    "▇": "+",
    "█": "#",
    "\N{REPLACEMENT CHARACTER}": ".",
}
"""Every glyph the program draws by itself, one cell wide, and what stands for it in ASCII."""

BLOCKS = "▁▂▃▄▅▆▇█"
"""Bars of one cell, by height in eighths."""


def ascii_glyph(glyph: str) -> str:
    """The ASCII twin of a glyph of the program."""
    return TWINS[glyph]


def bars(values: Sequence[float | None], top: float | None = None) -> str:
    """A bar of one cell for each value; undefined is a point, nothing the lowest bar.

    Args:
        values: Values from zero up.
        top: The value of a full bar; None: the greatest of them.
    """
    highest = top if top is not None else max((v for v in values if v is not None), default=0)
    return "".join("·" if value is None else _bar(value, highest) for value in values)


def _bar(value: float, highest: float) -> str:
    if highest <= 0:
        return BLOCKS[0]
    step = round(value / highest * (len(BLOCKS) - 1))
    return BLOCKS[min(max(step, 0), len(BLOCKS) - 1)]


@lru_cache(maxsize=8192)
def to_ascii(text: str) -> str:
    """Text in ASCII, as wide as a reader needs: `Nováková` is `Novakova`, never question marks."""
    if text.isascii():
        return text
    return "".join(_ascii_char(char) for char in text)


@lru_cache(maxsize=8192)
def to_ascii_same_width(text: str) -> str:
    """Text in ASCII and in exactly as many cells, for what is already laid out."""
    return pad(to_ascii(text), cell_width(text))


def _ascii_char(char: str) -> str:
    if char.isascii() or char in TWINS:
        return TWINS.get(char, char)
    from anyascii import anyascii  # most screens show names as they are

    found = anyascii(char)
    if found:
        # Some scripts have letters whose name holds a question mark: it would look like a failure.
        return str(found).replace("?", ".") if char.isalpha() else str(found)
    return "" if cell_width(char) == 0 else "."
