"""A typed line: where a name in it may end, and how a name is written so that it ends there.

Names have blanks and commas in them. What stands in quotation marks is one name; two marks in a row
mean one in it. What stands without may end at any blank or comma: which of those is meant, the
names that there are decide (`screens.typed.names`).
"""

from __future__ import annotations

from typing import NamedTuple

QUOTE = '"'
COMMA = ","
_MOST = 12
"""So many ends of one name are looked at."""


class Reading(NamedTuple):
    """One way to read a name that begins at a place of a line."""

    text: str
    """Without quotation marks."""
    end: int
    """The place behind it."""
    is_quoted: bool = False


def skip_blanks(line: str, at: int) -> int:
    """The next place that is no blank; the end of the line where there is none."""
    while at < len(line) and line[at].isspace():
        at += 1
    return at


def readings(line: str, at: int) -> list[Reading]:
    """The ways to read the name that begins at a place, the shortest first.

    Args:
        line: What was typed.
        at: A place that is no blank.
    """
    if line.startswith(QUOTE, at):
        return [_quoted(line, at)]
    last = len(line.rstrip())
    ends = [
        place
        for place in range(at + 1, last)
        if line[place] == COMMA or (line[place].isspace() and not line[place - 1].isspace())
    ]
    ends = [*ends[:_MOST], last]
    found = (Reading(line[at:end].rstrip(), end) for end in ends)
    return [each for each in found if each.text]


def take_word(line: str, at: int) -> Reading | None:
    """What stands at a place up to the next blank, or in quotation marks; None at the end."""
    at = skip_blanks(line, at)
    if at == len(line):
        return None
    if line[at] == QUOTE:
        return _quoted(line, at)
    end = next((place for place in range(at, len(line)) if line[place].isspace()), len(line))
    return Reading(line[at:end], end)


def unquoted(text: str) -> str:
    """A name of which nothing else follows, as it is: it may stand in quotation marks."""
    return _quoted(text, 0).text if text.startswith(QUOTE) else text


def written(name: str) -> str:
    """A name as it is typed so that it is read as one."""
    is_plain = not name.startswith(QUOTE) and COMMA not in name and len(name.split()) == 1
    return name if is_plain else QUOTE + name.replace(QUOTE, QUOTE * 2) + QUOTE


def _quoted(line: str, at: int) -> Reading:
    """What stands in quotation marks; up to the end of the line where they are not closed."""
    out: list[str] = []
    place = at + 1
    while place < len(line):
        if line[place] == QUOTE:
            if not line.startswith(QUOTE, place + 1):
                return Reading("".join(out), place + 1, is_quoted=True)
            place += 1
        out.append(line[place])
        place += 1
    return Reading("".join(out), place, is_quoted=True)
