"""The commands about rosters: taking plans in, showing, checking and passing them on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from screens.text import _
from supervisor_tui.arguments.planning import near_day, zone_name
from supervisor_tui.arguments.shared import add_config, command

FORMATS = ("csv", "ics", "toml")


def add_roster(commands: Any) -> None:
    """Add `roster`."""
    parser = command(
        commands,
        "roster",
        _("Take in plans of shifts, show them, hold them against rules, pass them on."),
        _("what this file would change"),
        "supervisor-tui roster import december.csv --dry-run",
    )
    add_config(parser)
    tasks = parser.add_subparsers(dest="task", metavar=_("TASK"), required=True)
    _add_import(tasks)
    _add_show(tasks)
    _add_check(tasks)
    _add_export(tasks)


def _add_import(tasks: Any) -> None:
    parser = command(
        tasks,
        "import",
        _("Put the shifts of a file on the desk's record: all of them, or none."),
        _("a month that begins with a pattern"),
        "supervisor-tui roster import pattern.toml --from 2026-12-01 --to 2026-12-31",
        statuses=_("0 imported, 1 the file cannot be used, 2 used wrongly"),
    )
    add_config(parser)
    add = parser.add_argument
    add("file", type=Path, metavar=_("FILE"), help=_("CSV, iCalendar, or a pattern in TOML"))
    add("--format", choices=FORMATS, help=_("what it is, where its name does not tell"))
    add("--site", metavar=_("SITE"), default="", help=_("whose shifts; else the first site"))
    add(
        "--zone",
        type=zone_name,
        metavar=_("ZONE"),
        help=_("of times without one; else the site's"),
    )
    _add_days(parser)
    add(
        "--agent",
        metavar=_("AGENT"),
        default="",
        help=_("whose shifts they are, where an iCalendar file does not say"),
    )
    add(
        "--aliases",
        type=Path,
        metavar=_("CSV"),
        help=_("who is who: a CSV file with the columns alias and agent"),
    )
    add(
        "--allow-unknown",
        action="store_true",
        help=_("take in shifts of agents whom the telephony does not know, too"),
    )
    add("--dry-run", action="store_true", help=_("tell what would change, and do nothing"))
    add("--json", action="store_true", help=_("as one JSON object"))


def _add_show(tasks: Any) -> None:
    parser = command(
        tasks,
        "show",
        _("List shifts, with their real hours."),
        _("those of a team over the night in which the clocks are put back"),
        "supervisor-tui roster show --from 2026-10-24 --to 2026-10-25 --team nights",
    )
    _add_choice(parser)
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))


def _add_check(tasks: Any) -> None:
    parser = command(
        tasks,
        "check",
        _("Hold shifts against rules: rest, hours, breaks, nights."),
        _("the coming month"),
        "supervisor-tui roster check --from 2026-12-01 --to 2026-12-31",
        statuses=_("0 nothing is violated, 1 something is, 2 used wrongly"),
    )
    _add_choice(parser)
    add = parser.add_argument
    add("--rules", metavar=_("NAME"), default="", help=_("the rule pack, or a file of your own"))
    add("--print", action="store_true", help=_("print the rule pack, to edit a copy"))
    add("--json", action="store_true", help=_("as one JSON object"))


def _add_export(tasks: Any) -> None:
    parser = command(
        tasks,
        "export",
        _("Write shifts as iCalendar."),
        _("one agent's shifts for their own calendar"),
        "supervisor-tui roster export --agent 1003 --ics hana.ics",
    )
    _add_choice(parser)
    parser.add_argument(
        "--ics",
        nargs="?",
        type=Path,
        const=Path("-"),
        default=Path("-"),
        metavar=_("FILE"),
        help=_("where to; a file that is there is left as it is; else the output"),
    )


def _add_choice(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add = parser.add_argument
    add("--site", metavar=_("SITE"), default="", help=_("of one site only"))
    _add_days(parser)
    add("--agent", metavar=_("AGENT"), default="", help=_("of one agent, by id or name"))
    add("--team", metavar=_("TEAM"), default="", help=_("of one team"))


def _add_days(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--from", dest="first", type=near_day, metavar=_("DAY"), help=_("the first local day"))
    add("--to", dest="last", type=near_day, metavar=_("DAY"), help=_("the last local day"))
