"""What a roster is held against: rest, hours, breaks and nights, as TOML that people edit.

Not legal advice. Packs that come with the program lie in `data/packs/roster`.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from data.rules.rule_error import RuleError, RuleProblem

PACKS = Path(__file__).parent.parent / "packs" / "roster"
USUAL = "eu-working-time"
MOST_BYTES = 65_536
_SHOWN = r"^[^\x00-\x1f\x7f-\x9f]+$"
_AMOUNT = r"^(?=[0-9])(?:[0-9]{1,4}h)?(?:[0-9]{1,4}m)?$"
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
Text = Annotated[str, Meta(max_length=200, pattern=_SHOWN)]
Amount = Annotated[str, Meta(pattern=_AMOUNT)]
"""Real time, as in `11h`, `15m` or `7h30m`."""


class Level(StrEnum):
    """How much it matters."""

    VIOLATION = "violation"
    WARNING = "warning"


class _Rule(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="check"
):
    """Base: an unknown key is an error, never silently ignored."""

    level: Level = Level.VIOLATION
    source: Text = "-"
    """Where it is written."""


class DailyRest(_Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="daily_rest"):
    """The least rest between two working days.

    Shifts that together end within 24 hours less the rest are one working day, in parts.
    """

    least: Amount


class WeeklyRest(_Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="weekly_rest"):
    """The least unbroken rest within each so many days, counted from any instant."""

    least: Amount
    days: Annotated[int, Meta(ge=1, le=31)] = 7


class DayHours(_Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="day_hours"):
    """The most hours from the beginning of a working day to its end, less what is no work."""

    most: Amount


class Break(_Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="break"):
    """The least of breaks and meals in a shift that is longer than a time."""

    after: Amount
    least: Amount
    part: Amount = "0m"
    """The shortest that counts."""


class WeekHours(_Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="week_hours"):
    """The most hours of work in a week from Monday, as the mean of so many weeks running.

    Where fewer weeks are planned, their mean is judged.
    """

    most: Amount
    weeks: Annotated[int, Meta(ge=1, le=53)] = 1


class Nights(
    _Rule,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="nights",
    rename={"start": "from", "end": "to"},
):
    """The most nights in a row; a night is a shift with so many hours between two clock times."""

    most: Annotated[int, Meta(ge=0, le=31)]
    start: Annotated[str, Meta(pattern=_CLOCK)]
    end: Annotated[str, Meta(pattern=_CLOCK)]
    hours: Amount


RosterRule: TypeAlias = DailyRest | WeeklyRest | DayHours | Break | WeekHours | Nights


class RosterRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack of rules."""

    name: Text
    version: Text
    title: Text
    not_work: tuple[
        Literal["break", "meal", "training", "meeting", "coaching", "absence", "time_off", "other"],
        ...,
    ] = ()
    """Activities that do not count as hours of work."""
    rule: Annotated[tuple[RosterRule, ...], Meta(min_length=1)]


def minutes(amount: str) -> int:
    """The minutes of an `Amount`."""
    hours, has_hours, rest = amount.rpartition("h")
    return int(hours or 0 if has_hours else 0) * 60 + int(rest.removesuffix("m") or 0)


def pack_names() -> list[str]:
    """The packs that come with the program."""
    return sorted(path.stem for path in PACKS.glob("*.toml"))


def is_file(wanted: str) -> bool:
    """Whether a file is meant and no pack: what has a slash or a dot."""
    return "/" in wanted or "." in wanted


def rules_path(wanted: str) -> Path:
    """Where a pack lies that is named as for `load_rules`."""
    return Path(wanted) if is_file(wanted) else PACKS / f"{wanted}.toml"


def load_rules(wanted: str) -> RosterRules:
    """A pack by its name, or from a file.

    Args:
        wanted: A name such as `eu-working-time`, or a path: one with a slash or a dot.

    Raises:
        RuleError: There is no such pack, or something in it is wrong.
    """
    path = rules_path(wanted)
    if not is_file(wanted) and wanted not in pack_names():
        raise RuleError(RuleProblem.NO_SUCH_PACK, wanted, known=tuple(pack_names()))
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(RuleProblem.PACK_UNREADABLE, wanted) from error
    try:
        return msgspec.convert(tomllib.loads(text), RosterRules)
    except msgspec.ValidationError as error:
        raise RuleError(RuleProblem.PACK_INVALID, wanted, reason=str(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise RuleError(RuleProblem.PACK_NOT_TOML, wanted, reason=str(error)) from error
