"""How much something matters: each tone has a mark first, then an attribute, then a colour.

The mark alone carries the meaning; the attribute helps a terminal without colour, and the colour
helps a terminal that has it. Nothing may depend on the latter two.
"""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """What a row or a cell asks of the person who looks at it."""

    NORMAL = "normal"
    GOOD = "good"
    LOOK = "look"
    ACT = "act"
    STALE = "stale"
    HELP = "help"
    QUIET = "quiet"


MARKS: dict[Tone, str] = {
    Tone.NORMAL: "  ",
    Tone.GOOD: "  ",
    Tone.LOOK: "! ",
    Tone.ACT: "!!",
    Tone.STALE: "~ ",
    Tone.HELP: "?!",
    Tone.QUIET: "  ",
}
"""What stands before a row of this tone; always two cells wide."""

_ORDER = (Tone.QUIET, Tone.GOOD, Tone.NORMAL, Tone.STALE, Tone.LOOK, Tone.ACT, Tone.HELP)


def worst(*tones: Tone) -> Tone:
    """The tone that matters most; NORMAL where there is none."""
    return max(tones, key=_ORDER.index, default=Tone.NORMAL)


def urgency(tone: Tone) -> int:
    """A number that rises with how much a tone matters; for sorting."""
    return _ORDER.index(tone)
