"""The commands that work out plans: staffing, shifts, rotations, adherence, rest, forecasts."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from screens.text import _
from supervisor_tui.arguments.shared import command as any_command
from supervisor_tui.arguments.types import day, decimal, duration, exact_share, whole

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Of wall times; what lies beyond is a slip of the keys, and the ends of the calendar are far."""

MINUTE_S = 60


class LevelGoal(NamedTuple):
    """A service level that is wanted."""

    share: Fraction
    target_s: Fraction


def level_goal(text: str) -> LevelGoal:
    """A service level as floors write it: `80/20` is 80 percent within 20 seconds."""
    percent, slash, target = text.partition("/")
    try:
        goal = LevelGoal(decimal(percent.removesuffix("%")) / 100, duration(target))
    except argparse.ArgumentTypeError:
        slash = ""
    # Nobody wants one percent of calls answered in time; 0.8/20 is meant as 80/20.
    if not slash or not Fraction(1, 100) < goal.share < 1:
        message = _("{value} is no service level that can be met; write it as in 80/20")
        raise argparse.ArgumentTypeError(message.format(value=text))
    return goal


def heads(text: str) -> int:
    """A number of people; a program may write 14 as 14.0."""
    value = decimal(text)
    if value.denominator != 1:
        raise argparse.ArgumentTypeError(_("{value} is no whole number").format(value=text))
    return int(value)


def above_zero(text: str) -> Fraction:
    """A duration above 0."""
    return _positive(text, duration(text))


def rest_time(text: str) -> Fraction:
    """A length of rest; 11 alone would be eleven seconds, and nobody means that."""
    value = duration(text)
    if 0 < value < MINUTE_S:
        message = _("{value} is too short for a rest; write it as in 11h").format(value=text)
        raise argparse.ArgumentTypeError(message)
    return value


def share_above_zero(text: str) -> Fraction:
    """A share above 0, up to 1."""
    return _positive(text, exact_share(text))


def shrinkage(text: str) -> Fraction:
    """A share from 0 to below 1."""
    value = exact_share(text)
    if value == 1:
        raise argparse.ArgumentTypeError(_("with a shrinkage of 1 nobody is left"))
    return value


def zone_name(text: str) -> str:
    """The name of a time zone that there is."""
    from data.errors import FloorError
    from data.zones import zone

    try:
        zone(text)
    except FloorError:
        message = _("there is no time zone {value}; write it as in Europe/Berlin")
        raise argparse.ArgumentTypeError(message.format(value=text)) from None
    return text


def wall(text: str) -> datetime:
    """A local date and time without a zone; 24:00 is the midnight with which a day ends."""
    day_end = text.endswith("T24:00")
    plain = text.removesuffix("24:00") + "00:00" if day_end else text
    try:
        found = datetime.fromisoformat(plain) if len(plain) > len("2026-03-28") else None
    except ValueError:
        found = None
    if found is None or found.tzinfo or not FIRST_YEAR <= found.year <= LAST_YEAR:
        message = _("{value} is no local time; write it as in 2026-03-28T22:00")
        raise argparse.ArgumentTypeError(message.format(value=text))
    return found + timedelta(days=day_end)


def wall_or_time(text: str) -> datetime | time:
    """A local date and time, or a time of day alone; 24:00 is the next midnight."""
    try:
        found = time.fromisoformat("00:00" if text == "24:00" else text)
    except ValueError:
        return wall(text)
    return found if found.tzinfo is None else wall(text)


def near_day(text: str) -> date:
    """A day of the years in which floors are planned."""
    found = day(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        message = _("{value} is no day; write it as in 2026-03-29").format(value=text)
        raise argparse.ArgumentTypeError(message)
    return found


def pattern(text: str) -> str:
    """The letters of a shift pattern."""
    from data.rules.rotation import clean_pattern

    try:
        return clean_pattern(text)
    except ValueError:
        message = _("{value} is no pattern; write it as in DDDDOOOO").format(value=text)
        raise argparse.ArgumentTypeError(message) from None


def _positive(text: str, value: Fraction) -> Fraction:
    if not value:
        raise argparse.ArgumentTypeError(_("{value} is not above 0").format(value=text))
    return value


def command(commands: Any, name: str, *words: str) -> argparse.ArgumentParser:
    """A command that answers questions: 1 is the status of a batch with a bad line."""
    statuses = _("0 answered, 1 a line of a batch was bad, 2 used wrongly")
    return any_command(commands, name, *words, statuses=statuses)


def add_staffing(commands: Any) -> None:
    """Add `staffing`."""
    parser = command(
        commands,
        "staffing",
        _("Estimate what callers meet with so many agents, or how many agents are needed."),
        _("how many for 80 percent within 20 seconds, at an occupancy of at most 85 percent"),
        "supervisor-tui staffing --calls 100 --interval 30m --aht 180s --goal 80/20"
        " --max-occupancy 0.85 --shrinkage 0.30",
    )
    add = parser.add_argument
    add("--calls", type=decimal, metavar="N", help=_("calls offered in the interval"))
    add("--interval", type=above_zero, metavar=_("TIME"), help=_("its length, as in 30m"))
    add("--aht", type=duration, metavar=_("TIME"), help=_("average handling time, as in 180s"))
    add("--agents", type=heads, metavar="N", help=_("agents on the phone"))
    add(
        "--target",
        type=duration,
        metavar=_("TIME"),
        help=_("the threshold of the service level; 20s where there is no --goal"),
    )
    add(
        "--patience",
        type=above_zero,
        metavar=_("TIME"),
        help=_("how long callers wait on average before they hang up; without it, for ever"),
    )
    add("--goal", type=level_goal, metavar="80/20", help=_("percent answered within seconds"))
    add("--asa", type=above_zero, metavar=_("TIME"), help=_("longest average speed of answer"))
    add("--max-occupancy", type=share_above_zero, metavar="0.85", help=_("highest occupancy"))
    add("--max-abandon", type=share_above_zero, metavar="0.05", help=_("most calls abandoned"))
    add("--shrinkage", type=shrinkage, metavar="0.30", help=_("share of paid time not on hand"))
    add("--required", type=heads, metavar="N", help=_("only add shrinkage to N"))
    _add_answers(parser)


def add_shift(commands: Any) -> None:
    """Add `shift`."""
    parser = command(
        commands,
        "shift",
        _("Work out when a shift really begins and ends, and how many hours it has."),
        _("a night in which the clocks are changed"),
        "supervisor-tui shift --start 2026-03-28T22:00 --end 06:00 --zone Europe/Berlin",
    )
    add = parser.add_argument
    add("--start", type=wall, metavar="T", help=_("local time, as in 2026-03-28T22:00"))
    add(
        "--end",
        type=wall_or_time,
        metavar="T",
        help=_("local time, or as in 06:00 the next such time after the start"),
    )
    _add_zone(parser)
    _add_fold(parser, "--start-fold", _("which start, where the clocks show it twice; 0 is first"))
    _add_fold(parser, "--end-fold", _("which end, where the clocks show it twice"))
    _add_answers(parser)


def add_intervals(commands: Any) -> None:
    """Add `intervals`."""
    parser = command(
        commands,
        "intervals",
        _("Count the intervals and hours of a local day."),
        _("the day on which the clocks are put back"),
        "supervisor-tui intervals --day 2026-10-25 --zone Europe/Berlin --minutes 15",
    )
    parser.add_argument(
        "--day", type=near_day, metavar=_("DAY"), help=_("the day, as in 2026-03-29")
    )
    _add_zone(parser)
    parser.add_argument(
        "--minutes", type=whole(1, 1440), metavar="N", help=_("the length of an interval")
    )
    _add_answers(parser)


def add_rotation(commands: Any) -> None:
    """Add `rotation`."""
    parser = command(
        commands,
        "rotation",
        _("Tell which letter of a shift pattern each day has."),
        _("four days, four off, four nights, four off"),
        "supervisor-tui rotation --pattern DDDDOOOONNNNOOOO --anchor 2026-01-01"
        " --from 2026-03-01 --to 2026-03-31",
    )
    add = parser.add_argument
    add("--pattern", type=pattern, metavar=_("LETTERS"), help=_("a letter a day"))
    add("--anchor", type=day, metavar=_("DAY"), help=_("a day of the first letter"))
    add("--from", dest="first", type=day, metavar=_("DAY"), help=_("the first day to tell"))
    add("--to", dest="last", type=day, metavar=_("DAY"), help=_("the last day to tell"))
    _add_answers(parser)


def add_adherence(commands: Any) -> None:
    """Add `adherence`."""
    parser = command(
        commands,
        "adherence",
        _("Hold what an agent did against the plan; both are read as JSON from the input."),
        _("a plan of two activities"),
        'echo \'{"scheduled": [[0, 60, "phone"], [60, 75, "break"]], "actual": [[0, 70, "phone"]],'
        ' "work_activity": "phone"}\' | supervisor-tui adherence',
    )
    _add_answers(parser, _("answer one such object a line"))


def add_rest(commands: Any) -> None:
    """Add `rest`."""
    parser = command(
        commands,
        "rest",
        _("Tell the real hours between two shifts, and whether they are enough."),
        _("over the night in which the clocks are put forward"),
        "supervisor-tui rest --zone Europe/Berlin --previous-end 2026-03-28T23:00"
        " --next-start 2026-03-29T10:00",
    )
    _add_zone(parser)
    add = parser.add_argument
    add("--previous-end", type=wall, metavar="T", help=_("local time, as in 2026-03-28T22:00"))
    add("--next-start", type=wall, metavar="T", help=_("local time, as in 2026-03-28T22:00"))
    _add_fold(parser, "--previous-end-fold", _("which end, where the clocks show it twice"))
    _add_fold(parser, "--next-start-fold", _("which start, where the clocks show it twice"))
    add("--min-rest", type=rest_time, metavar=_("TIME"), help=_("the least rest; 11h"))
    _add_answers(parser)


def add_forecast(commands: Any) -> None:
    """Add `forecast`."""
    parser = command(
        commands,
        "forecast",
        _("Forecast calls by interval; the method and the past are read as JSON from the input."),
        _("from two weeks of two intervals"),
        'echo \'{"method": "same_interval_moving_average", "history_oldest_first":'
        ' [[90, 110], [100, 120]], "weeks": 2}\' | supervisor-tui forecast',
    )
    _add_answers(parser, _("answer one such object a line"))


def _add_zone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--zone", type=zone_name, metavar=_("ZONE"), help=_("the time zone, as in Europe/Berlin")
    )


def _add_fold(parser: argparse.ArgumentParser, option: str, summary: str) -> None:
    parser.add_argument(option, type=int, choices=(0, 1), help=summary)


def _add_answers(parser: argparse.ArgumentParser, objects: str = "") -> None:
    parser.add_argument("--json", action="store_true", default=None, help=_("as one JSON object"))
    parser.add_argument(
        "--batch",
        action="store_true",
        default=None,
        help=objects
        or _("answer JSON objects with these options as keys, one a line, from the input"),
    )
