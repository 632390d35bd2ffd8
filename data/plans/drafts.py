"""What a file says of a shift, before it is known whether that can be, and what is wrong there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import msgspec

DAY_END = "24:00"
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Of plans; what lies beyond is a slip of the keys."""


class Fault(StrEnum):
    """What is wrong with a file of plans; the comments name what else a `Problem` then has."""

    UNREADABLE = "unreadable"  # reason
    NO_COLUMN = "no_column"
    EMPTY = "empty"
    BAD_TIME = "bad_time"  # word
    BAD_FOLD = "bad_fold"  # word
    BAD_ACTIVITY = "bad_activity"  # word
    BAD_PATTERN = "bad_pattern"  # word
    BAD_RULE = "bad_rule"  # word
    NO_LETTER = "no_letter"  # word
    NO_END = "no_end"
    NO_ZONE = "no_zone"
    BAD_ZONE = "bad_zone"  # word
    UNKNOWN_AGENT = "unknown_agent"  # word, known
    SEVERAL_AGENTS = "several_agents"  # word, known
    ENDS_BEFORE = "ends_before"
    TOO_LONG = "too_long"  # word: hours
    OVERLAP = "overlap"  # word: the agent, other
    OVERLAPS_KEPT = "overlaps_kept"  # word: the agent, day
    PART_OUTSIDE = "part_outside"  # word
    PART_OVERLAP = "part_overlap"  # word
    NOTHING_THERE = "nothing_there"  # word: the agent, day
    TOO_MANY = "too_many"  # word: the most
    # What is only told:
    TWICE = "twice"  # word, zone, fold
    SKIPPED = "skipped"  # word, zone
    NOT_MATCHED = "not_matched"  # word
    LEFT_OUT = "left_out"  # word
    KEPT_ELSEWHERE = "kept_elsewhere"  # word: the agent, day, reason: the source


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something in a file that cannot be, or that somebody should know of."""

    line: int
    """From 1; 0 where it is the whole file."""
    field: str = ""
    """The column, property or key, as the file has it."""
    fault: Fault
    word: str = ""
    known: tuple[str, ...] = ()
    """What it could have been."""
    other: int = 0
    """The line of what it does not go with."""
    day: str = ""
    zone: str = ""
    fold: int = 0
    reason: str = ""


class PlanError(Exception):
    """A file of plans that cannot be used; everything that is wrong with it is named."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


class DraftTime(msgspec.Struct, frozen=True):
    """A time as a file has it: of a day, or as a clock time the next such time."""

    wall: datetime | None = None
    """Naive, its fold without meaning."""
    clock: time | None = None
    fold: int | None = None
    """Which of two is meant; None: it is not said."""


class DraftPart(msgspec.Struct, frozen=True):
    """Part of a shift, as a file has it."""

    kind: str
    start: DraftTime
    end: DraftTime
    note: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A shift as a file has it."""

    line: int
    names: tuple[str, ...]
    """What may name the agent, the likeliest first."""
    start: DraftTime
    end: DraftTime
    zone: str = ""
    """Empty: whatever holds where nothing is said."""
    parts: tuple[DraftPart, ...] = ()
    fields: tuple[str, str, str, str, str] = ("agent", "start", "end", "zone", "activities")
    """What the file calls agent, start, end, zone and parts."""


class Reading(msgspec.Struct, frozen=True):
    """What a file holds."""

    drafts: tuple[Draft, ...]
    told: tuple[Problem, ...] = ()
    """What somebody should know of it."""
    wrong: tuple[Problem, ...] = ()
    """What cannot be understood; the rest is there to be checked all the same."""
    first: date | None = None
    """The first day that it speaks for, where it says so."""
    last: date | None = None
    names: tuple[str, ...] = ()
    """For whom it speaks beside those who have shifts in it."""


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What is said beside a file of what it may leave open."""

    zone: str = ""
    """Holds where the file names none; empty: nothing does."""
    first: date | None = None
    """The first and last day that are wanted."""
    last: date | None = None
    agent: str = ""
    """Whose shifts they are, where the file names nobody."""
    resolve: Callable[[str], str] = str
    """From what a file calls an agent to their id, or to the same where nobody is meant."""
    line_of: Callable[[str, tuple[str | int, ...]], int] = lambda _text, _path: 0
    """The line of a key in a TOML text."""


def clock_time(text: str) -> time:
    """A time of day to the minute, as in 22:00; 24:00 is the next midnight.

    Raises:
        ValueError: It is none.
    """
    found = time.fromisoformat("00:00" if text == DAY_END else text)
    if found.tzinfo is not None or found.second or found.microsecond:
        raise ValueError(text)
    return found


def wall_time(text: str) -> datetime:
    """A local date and time to the minute, as in 2026-03-28T22:00.

    Raises:
        ValueError: It is none.
    """
    day_end = text.endswith(DAY_END)
    plain = text.removesuffix(DAY_END) + "00:00" if day_end else text
    found = datetime.fromisoformat(plain)
    # A date alone would silently be its midnight.
    if found.tzinfo is not None or found.second or found.microsecond or len(plain) <= 10:
        raise ValueError(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(text)
    return found + timedelta(days=day_end)


def parts_of(text: str, kinds: Iterable[str], kind: str = "") -> tuple[DraftPart, ...]:
    """Parts of a shift from a line such as `break 10:00-10:15; meal 12:00-12:30`.

    Args:
        text: Spans, each after the word that names its kind, if `kind` does not.
        kinds: The words that there are.
        kind: The kind of all of them.

    Raises:
        ValueError: With the piece that cannot be understood.
    """
    found: list[DraftPart] = []
    known, current = frozenset(kinds), kind
    for word in text.replace(";", " ").replace(",", " ").split():
        if word.casefold() in known and not kind:
            current = word.casefold()
            continue
        start, dash, end = word.partition("-")
        try:
            span = DraftTime(clock=clock_time(start)), DraftTime(clock=clock_time(end))
        except ValueError:
            dash = ""
        if not dash or not current:
            raise ValueError(word)
        found.append(DraftPart(current, *span))
    return tuple(found)
