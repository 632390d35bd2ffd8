"""Why opening hours, holidays, amounts and rule packs that somebody wrote cannot be used."""

from __future__ import annotations

from enum import StrEnum


class RuleProblem(StrEnum):
    """What is wrong; the comments name the parameters a sentence about it needs."""

    NO_HOURS = "no_hours"
    NO_DAYS = "no_days"  # word, at
    NO_TIMES = "no_times"  # word, at
    BAD_DAY = "bad_day"  # word, at
    BAD_TIMES = "bad_times"  # word, at
    BAD_SPAN = "bad_span"  # word, at
    BAD_HOLIDAY = "bad_holiday"  # word, at
    NO_SUCH_COUNTRY = "no_such_country"  # word
    BAD_AMOUNT = "bad_amount"  # word
    TOO_FAR = "too_far"
    NO_SUCH_PACK = "no_such_pack"  # word, known
    PACK_UNREADABLE = "pack_unreadable"  # word
    PACK_NOT_TOML = "pack_not_toml"  # reason
    PACK_INVALID = "pack_invalid"  # key, reason
    PACK_CALENDAR = "pack_calendar"  # key, known
    NO_ZONE = "no_zone"
    BAD_ZONE = "bad_zone"  # word


class RuleError(Exception):
    """Something that a person wrote and that cannot be understood or computed.

    Args:
        problem: What is wrong.
        word: The piece of what was written that is meant.
        at: Where that piece begins, counted in characters from 1; 0 where that says nothing.
        key: Where in a rule pack, as keys and, for elements of arrays, their index from 0.
        known: What it could have been.
        reason: What a library says of it, in English.
    """

    def __init__(
        self,
        problem: RuleProblem,
        word: str = "",
        *,
        at: int = 0,
        key: tuple[str | int, ...] = (),
        known: tuple[str, ...] = (),
        reason: str = "",
    ) -> None:
        super().__init__(problem.value, word)
        self.problem = problem
        self.word = word
        self.at = at
        self.key = key
        self.known = known
        self.reason = reason
