"""Every sequence that this program sends to a terminal, and no other: for tests of whole sessions.

Text, moves, erasing, scrolling and attributes form what is between the beginning and the end;
modes are switched on once and off once.
"""

from __future__ import annotations

import re

from supervisor_tui.pacing import TRIES
from tests.support.hostile import offences

_NUMBER = rb"(?:[1-9]\d{0,2})"
_ATTRIBUTE = rb"(?:0|1|2|3|4|7|9|22|23|24|27|29|3[0-79]|4[0-79]|9[0-7]|10[0-7])"
_COLOUR = rb"[34]8;(?:5;\d{1,3}|2;\d{1,3};\d{1,3};\d{1,3})"
SEQUENCES = {
    "text": rb"[^\x00-\x1f\x7f]+",
    "step": rb"[\r\n\b]|\x1bM",
    "move": rb"\x1b\[(?:%b(?:;%b)?)?H|\x1b\[%b?[BCD]" % (_NUMBER, _NUMBER, _NUMBER),
    "erase": rb"\x1b\[K|\x1b\[2?J",
    "margins": rb"\x1b\[(?:%b;%b)?r" % (_NUMBER, _NUMBER),
    "attributes": rb"\x1b\[(?:(?:%b|%b)(?:;(?:%b|%b))*)?m" % ((_COLOUR, _ATTRIBUTE) * 2),
    "mode": rb"\x1b\[\?(?:1049|25|7|2004|1002|1006)[hl]",
    "question": rb"\x1b\[6n",
    "bell": rb"\x07",
}
_PIECE = re.compile(b"|".join(b"(?P<%b>%b)" % (name.encode(), s) for name, s in SEQUENCES.items()))
_BEGINS = (b"\x1b[?1049h", b"\x1b[?25l", b"\x1b[?7l", b"\x1b[?2004h")
_ENDS = (b"\x1b[?2004l", b"\x1b[?7h", b"\x1b[?1049l", b"\x1b[?25h")


def faults(raw: bytes, rows: int, columns: int, *, has_mouse: bool = False) -> list[str]:
    """What a whole session sent that is none of these, or not in its place."""
    found, at = [], 0
    while at < len(raw):
        piece = _PIECE.match(raw, at)
        if piece is None:
            found.append(f"{raw[max(0, at - 20) : at]!r} before {raw[at : at + 40]!r}")
            at += 1
            continue
        at = piece.end()
    found += [f"{each!r} is not said once" for each in _BEGINS + _ENDS if raw.count(each) != 1]
    if (b"\x1b[?1002h" in raw) is not has_mouse:
        found.append("the mouse is on, or off, against the wish")
    if raw.count(b"\x1b[6n") > TRIES:
        found.append("a terminal that never answers is asked again and again")
    # Moves within the screen, text without control or formatting characters.
    return found + offences(raw.replace(b"\x1b[6n", b"").replace(b"\x07", b""), rows, columns)
