"""Shift patterns: a letter a day, repeated from an anchor date on, and backwards from it, too.

The patterns floors use, with D for day, N for night and O for off: four on, four off
`DDDDOOOONNNNOOOO`; DuPont `NNNNOOO DDDONNN OOODDDD OOOOOOO`; Pitman or 2-2-3 `DDOODDD OODDOOO`.
Days are local dates: what the clocks do is for `shift_time`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def clean_pattern(text: str) -> str:
    """A pattern without the blanks that part its weeks.

    Raises:
        ValueError: Something in it is no letter, or there is none.
    """
    pattern = "".join(text.split())
    if not pattern.isalpha():
        raise ValueError(text)
    return pattern


def letter_of(pattern: str, anchor: date, day: date) -> str:
    """The letter of a day.

    Args:
        pattern: Letters, at least one.
        anchor: A day of the first letter.
        day: Any day, before the anchor or after it.
    """
    return pattern[(day - anchor).days % len(pattern)]


def letters(pattern: str, anchor: date, first: date, last: date) -> Iterator[tuple[date, str]]:
    """Each day from the first to the last one, both included, with its letter."""
    for days in range((last - first).days + 1):
        day = first + timedelta(days=days)
        yield day, letter_of(pattern, anchor, day)
