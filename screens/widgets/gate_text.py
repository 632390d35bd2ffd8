"""What of a text may reach a terminal: text, and nothing else, in as many cells as before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from screens.glyphs import to_ascii

_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, formats (bidi, zero-width, tags), surrogates, private, unassigned, line breaks."""
_RUNS = re.compile(r"[ -~]+|[^ -~]+")
_JOINERS = "\u200d\ufe0f"
_MAX_MARKS = 2
_STAND_IN = "\N{REPLACEMENT CHARACTER}"
_ASCII_STAND_IN = "."


def gate_text(text: str) -> str:
    """Text without anything but text, in as many cells as before."""
    return text if text.isascii() and text.isprintable() else _gate_runs(text, _gate)


def gate_ascii(text: str) -> str:
    """Text in printable ASCII, in as many cells as before."""
    return text if text.isascii() and text.isprintable() else _gate_runs(text, _gate_ascii)


def _gate_runs(text: str, gate: Callable[[str], str]) -> str:
    """Gate what is not plain ASCII apart from the rest: names stay while figures beside them tick.

    What joins the characters before or behind it is no part that can be looked at by itself.
    """
    out = []
    for run in runs(text):
        if run.isascii() and run.isprintable():
            out.append(run)
        elif stands_alone(run):
            out.append(gate(run))
        else:
            return gate(text)
    return "".join(out)


def runs(text: str) -> list[str]:
    """A text in stretches that are printable ASCII and stretches that are not."""
    return _RUNS.findall(text)


@lru_cache(maxsize=1024)
def stands_alone(run: str) -> bool:
    """Whether a stretch that is not ASCII joins neither what is before nor what is behind it."""
    return cell_len(run[0]) > 0 and run[0] not in _JOINERS and run[-1] not in _JOINERS


@lru_cache(maxsize=1024)
def _gate(text: str) -> str:
    return set_cell_size("".join(_kept(text, _STAND_IN)), cell_len(text))


@lru_cache(maxsize=1024)
def _gate_ascii(text: str) -> str:
    """Each stretch of text between blanks in its own cells, so that columns keep their places."""
    out: list[str] = []
    for char in _kept(text, _ASCII_STAND_IN):
        cells = cell_len(char)
        twin = "".join(c if c.isprintable() else _ASCII_STAND_IN for c in to_ascii(char))
        out.append(twin[:cells].ljust(cells))
    return set_cell_size("".join(out), cell_len(text))


def _kept(text: str, stand_in: str) -> list[str]:
    """The characters that may pass, others replaced in the cells that they would have taken."""
    out: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category[0] == "M":
            marks += 1
            if marks <= _MAX_MARKS and not _is_selector(char):
                out.append(char)
            continue
        marks = 0
        out.append(stand_in * cell_len(char) if category in _FORBIDDEN else char)
    return out


def _is_selector(char: str) -> bool:
    """Variation selectors change the width of what they follow, on some terminals only."""
    point = ord(char)
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF or 0x180B <= point <= 0x180F
