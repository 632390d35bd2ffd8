"""The one function between remote text and everything else (design rule 6)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

NAME_LIMIT = 255
TEXT_LIMIT = 4000
REPLACEMENT = "\ufffd"
ELLIPSIS = "\u2026"
_SPACES = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")
_MAX_MARKS = 2


def clean_text(text: str, limit: int = NAME_LIMIT) -> str:
    """Untrusted text as text that is safe to hand to a terminal: pure, idempotent, total.

    Control characters, lone surrogates, private and unassigned code points become U+FFFD; line
    breaks and tabs become one blank; bidirectional controls, zero-width and tag characters and
    variation selectors are dropped, as is every combining mark after the second on one character
    (terminals have crashed on long runs of them). The result is NFC and at most `limit`
    characters, an ellipsis marking what was cut.

    Args:
        text: Anything that came from outside.
        limit: The longest result, in characters.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    return _clean_slow(text[: limit * 4], limit)


@lru_cache(maxsize=4096)
def _clean_slow(text: str, limit: int) -> str:
    out: list[str] = []
    marks = 0
    for char in text:
        kept = _keep(char)
        if kept is None:
            continue
        if kept == "mark":
            marks += 1
            if marks <= _MAX_MARKS and out:
                out.append(char)
            continue
        marks = 0
        out.append(kept)
    whole = unicodedata.normalize("NFC", "".join(out))
    return whole if len(whole) <= limit else whole[: limit - 1] + ELLIPSIS


def _keep(char: str) -> str | None:
    """What a character becomes: itself, a blank, U+FFFD, nothing, or the word `mark`."""
    if char in _SPACES:
        return " "
    category = unicodedata.category(char)
    if category in {"Cc", "Cs", "Co", "Cn"}:
        return REPLACEMENT
    point = ord(char)
    if category == "Cf" or 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF:
        return None
    if category in {"Mn", "Mc", "Me"}:
        return "mark"
    return char
