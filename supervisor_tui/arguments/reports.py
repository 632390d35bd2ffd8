"""The command that says what a day, a week or a month came to."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from data.figures.report import By
from data.rules.periods import FIRST_YEAR, LAST_YEAR, Length
from screens.text import _
from supervisor_tui.arguments.shared import add_config, command
from supervisor_tui.arguments.types import day

FORMATS = ("table", "markdown", "csv", "json")
RELATIVE = ("today", "yesterday")
Day = date | str
"""A date, or one of `RELATIVE`."""


def report_day(text: str) -> Day:
    """A day, as in 2026-03-29, or `today` or `yesterday`."""
    if text in RELATIVE:
        return text
    found = day(text)
    if not FIRST_YEAR < found.year < LAST_YEAR:
        message = _("{value} is too far away").format(value=text)
        raise argparse.ArgumentTypeError(message)
    return found


def add_report(commands: Any) -> None:
    """Add `report`."""
    parser = command(
        commands,
        "report",
        _("Say what a day, a week or a month came to, against target, before and forecast."),
        _("last week by team, for a spreadsheet"),
        "supervisor-tui report week --date 2026-11-20 --by team --format csv --output week.csv",
    )
    add_config(parser)
    add = parser.add_argument
    add("length", choices=[one.value for one in Length], help=_("how long a time it is of"))
    add(
        "--date",
        type=report_day,
        default="today",
        metavar=_("DAY"),
        help=_("a day of it: 2026-03-29, yesterday, or today so far, which is the default"),
    )
    add(
        "--by",
        choices=[one.value for one in By],
        default=By.QUEUE.value,
        help=_("what its lines are of; queue is the default"),
    )
    add("--format", choices=FORMATS, default=FORMATS[0], help=_("table is the default"))
    add("--site", default="", help=_("this site only, by its id"))
    add(
        "--output",
        type=Path,
        metavar=_("FILE"),
        help=_("write it into this file, whole or not at all"),
    )
    add(
        "--ascii",
        action=argparse.BooleanOptionalAction,
        default=argparse.SUPPRESS,
        help=_("write ASCII only, or do not"),
    )
