"""A test card for terminals: what should be seen, beside it what it should look like, in words.

Somebody who looks at it can say over the telephone which line is wrong; each has a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from screens.cells import cell_width, pad
from screens.glyphs import BLOCKS, to_ascii
from screens.text import _, pgettext
from screens.tones import MARKS, Tone
from supervisor_tui.terminal import TerminalProfile

WIDTH = 80
_CELLS = 10
_SHADES = 24
_NAME, _SAMPLE = 12, 36
_BOX = "┌─┬┐├┼┤└┴┘"
_SIGNS = "…·×–↑↓←▲▼│"
_NAMES = "Nováková"
_WIDE = "漢字かな"
_JOINED = "Ange\u0301lique\u0301"


class Line(NamedTuple):
    """One line of the card."""

    name: str
    sample: str
    """As it is sent, sequences and all."""
    cells: int
    """How many cells it takes."""
    expected: str
    """What should be seen."""


def card(profile: TerminalProfile) -> Iterator[str]:
    """The lines of the card, each at most 80 cells wide.

    Args:
        profile: What may be sent; without a terminal no sequence is.
    """
    lines = [*_measured(profile), _marks(), *_drawn(profile)]
    for number, line in enumerate(lines, 1):
        head = f"{number:2} {pad(line.name, _NAME)} "
        blanks = " " * (_SAMPLE - line.cells)
        text = f"{head}{line.sample}{blanks} {line.expected}".rstrip()
        yield to_ascii(text) if profile.is_ascii else text


def _drawn(profile: TerminalProfile) -> Iterator[Line]:
    """Colours and attributes."""
    if profile.is_dumb:
        return
    names = _("black red green yellow blue magenta cyan white").split()
    shades = _painted([(f"48;5;{232 + step}", " ") for step in range(_SHADES)])
    full = _painted([(f"48;2;{255 - 10 * step};{10 * step};0", " ") for step in range(_SHADES)])
    colours = {0: 0, 16: 1, 256: 2, "full": 3}[profile.colours]
    if colours >= 1:
        half = len(names) // 2
        for first, rows in ((30, _("dark")), (90, _("bright"))):
            for start in (0, half):
                words = [
                    (str(first + start + at), f"{name} ")
                    for at, name in enumerate(names[start : start + half])
                ]
                yield Line(rows, *_painted(words), _("each word in its colour"))
    if colours >= 2:
        yield Line(_("greys"), *shades, _("a band, dark to light"))
    if colours >= 3:
        yield Line(_("full"), *full, _("a band, red to green"))
    for parts, expected in (
        ((("1", _("bold")), ("2", _("dim"))), _("heavier; fainter")),
        ((("4", _("underlined")), ("7", _("reversed"))), _("a line below; inverted")),
    ):
        drawn = _painted([(code, f"{word} ") for code, word in parts])
        yield Line(_("attributes"), *drawn, expected)
    if profile.has_italics:
        yield Line(_("attributes"), *_painted([("3", _("slanted"))]), _("slanted, not reversed"))


def _painted(words: list[tuple[str, str]]) -> tuple[str, int]:
    """Words with their SGR parameters as what is sent, and how many cells they take."""
    sent = "".join(
        f"\x1b[{code}m{word.rstrip() or word}\x1b[m{_rest(word)}" for code, word in words
    )
    return sent, sum(cell_width(word) for _code, word in words)


def _rest(word: str) -> str:
    """The blank behind a word, which has no attributes."""
    return " " if word.strip() and word.endswith(" ") else ""


def _measured(profile: TerminalProfile) -> Iterator[Line]:
    """Glyphs between bars that stand below each other where every width is right."""
    first = _("two bars, ten cells apart")
    others = _("bars below those of line 1")
    samples = (
        (_("ruler"), "0123456789"),
        (_("frames"), _BOX),
        (_("heights"), BLOCKS + "  "),
        (_("signs"), _SIGNS),
        (_("names"), _NAMES),
        (_("wide"), _WIDE),
        (_("accents"), _JOINED),
    )
    for at, (name, sample) in enumerate(samples):
        shown = to_ascii(sample) if profile.is_ascii else sample
        yield Line(name, f"|{pad(shown, _CELLS)}|", _CELLS + 2, others if at else first)


def _marks() -> Line:
    """The marks that stand before rows, and what they say."""
    said = (
        (Tone.ACT, pgettext("mark", "act")),
        (Tone.LOOK, pgettext("mark", "look")),
        (Tone.STALE, pgettext("mark", "old")),
        (Tone.HELP, pgettext("mark", "help")),
    )
    sample = "  ".join(f"{MARKS[tone].strip()} {meaning}" for tone, meaning in said)
    return Line(_("marks"), sample, cell_width(sample), _("a mark before each word"))
