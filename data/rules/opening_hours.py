"""Opening hours as people write them: `Mon-Thu 09:00-12:00,13:00-17:00; Sat 22:00-26:00`.

Entries are parted by semicolons; an entry is days, then times. Days are names (`Mon`), lists
(`Mon,Wed`) and ranges (`Mon-Thu`; `Fri-Mon` runs over the weekend). Times are spans of the wall
clock. One that runs past midnight ends after 24:00 (`22:00-26:00`) or before it begins
(`22:00-02:00`), and belongs to the day on which it begins. Spans that overlap or touch are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

import msgspec

from data.rules.rule_error import RuleError, RuleProblem

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_MINUTES = 24 * 60
WallSpan: TypeAlias = tuple[int, int]
"""Minutes of the wall clock after the midnight with which the day begins, end exclusive."""

_ENTRY = re.compile(r"[^;]+")
_PART = re.compile(r"[^,]*")
_DASH = r"\s*[-\u2013]\s*"
_DAY_RANGE = re.compile(rf"([A-Za-z]+)(?:{_DASH}([A-Za-z]+))?")
_TIME_SPAN = re.compile(rf"(\d{{1,2}}):([0-5]\d){_DASH}(\d{{1,2}}):([0-5]\d)")


class OpeningHours(msgspec.Struct, frozen=True):
    """When a place is open, by weekday, on the wall clock."""

    week: tuple[tuple[WallSpan, ...], ...]
    """For Monday to Sunday the spans that begin on that day, in order and apart."""

    def of(self, weekday: int) -> tuple[WallSpan, ...]:
        """The spans that begin on a weekday; Monday is 0."""
        return self.week[weekday]


def _every(days: int) -> OpeningHours:
    return OpeningHours(
        tuple(((0, DAY_MINUTES),) if day < days else () for day in range(len(DAYS)))
    )


AROUND_THE_CLOCK = _every(7)
WEEKDAYS = _every(5)
"""Monday to Friday, each until midnight."""


@lru_cache(maxsize=256)
def parse_hours(text: str) -> OpeningHours:
    """Read opening hours.

    Raises:
        RuleError: They cannot be understood; says which piece, and where it stands.
    """
    week: list[list[WallSpan]] = [[] for _ in DAYS]
    entries = [found for found in _ENTRY.finditer(text) if found[0].strip()]
    if not entries:
        raise RuleError(RuleProblem.NO_HOURS)
    for entry in entries:
        days, spans = _entry(text, entry.start(), entry.end())
        for day in days:
            week[day] += spans
    return OpeningHours(tuple(_merged(spans) for spans in week))


def _entry(text: str, start: int, end: int) -> tuple[set[int], list[WallSpan]]:
    """The weekdays and the spans of one entry; the times begin at its first digit."""
    entry = text[start:end]
    digit = re.search(r"\d", entry)
    if digit is None:
        raise _error(RuleProblem.NO_TIMES, text, start, end)
    if not entry[: digit.start()].strip():
        raise _error(RuleProblem.NO_DAYS, text, start, end)
    split = start + digit.start()
    days = {day for at, to in _parts(text, start, split) for day in _days(text, at, to)}
    return days, [_span(text, at, to) for at, to in _parts(text, split, end)]


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the pieces between commas begin and end."""
    at = start
    while True:
        found = _PART.match(text, at, end)
        to = found.end() if found else end
        yield at, to
        if to >= end:
            return
        at = to + 1


def _days(text: str, start: int, end: int) -> Iterable[int]:
    found = _DAY_RANGE.fullmatch(text[start:end].strip())
    names = [name.title() for name in (found.groups() if found else ()) if name]
    if not names or any(name not in DAYS for name in names):
        raise _error(RuleProblem.BAD_DAY, text, start, end)
    first, last = DAYS.index(names[0]), DAYS.index(names[-1])
    return ((first + step) % 7 for step in range((last - first) % 7 + 1))


def _span(text: str, start: int, end: int) -> WallSpan:
    found = _TIME_SPAN.fullmatch(text[start:end].strip())
    if found is None:
        raise _error(RuleProblem.BAD_TIMES, text, start, end)
    hour, minute, to_hour, to_minute = (int(each) for each in found.groups())
    opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
    if closes < opens:
        closes += DAY_MINUTES
    if not (opens < DAY_MINUTES and opens < closes <= opens + DAY_MINUTES):
        raise _error(RuleProblem.BAD_SPAN, text, start, end)
    return opens, closes


def _merged(spans: Iterable[WallSpan]) -> tuple[WallSpan, ...]:
    apart: list[WallSpan] = []
    for opens, closes in sorted(spans):
        if apart and opens <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], closes))
        else:
            apart.append((opens, closes))
    return tuple(apart)


def _error(problem: RuleProblem, text: str, start: int, end: int) -> RuleError:
    piece = text[start:end]
    blanks = len(piece) - len(piece.lstrip())
    return RuleError(problem, piece.strip(), at=start + blanks + 1)
