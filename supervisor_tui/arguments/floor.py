"""The commands that run, show and look after a floor."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from screens.text import _
from supervisor_tui.arguments.shared import (
    add_ascii,
    add_config,
    add_offline,
    add_screen,
    add_site,
    command,
)
from supervisor_tui.arguments.types import day, seconds, share, speed, wall_time, whole

PANES = (
    *("queues", "agents", "escalations", "roster", "alerts", "notes", "checklists"),
    *("lost", "status"),
)
MOST_QUEUES = 500
MOST_AGENTS = 20_000


def add_demo(commands: Any) -> None:
    """Add `demo`."""
    parser = command(
        commands,
        "demo",
        _("Show the program on a contact centre of its own."),
        _("on a terminal without colours"),
        "supervisor-tui demo --colours 0",
    )
    add_screen(parser)


def add_sandbox(commands: Any) -> None:
    """Add `sandbox`."""
    parser = command(
        commands,
        "sandbox",
        _("Serve a simulated contact centre on this machine; the first line is its address."),
        _("an hour a minute, the same each time"),
        "supervisor-tui sandbox --port 8080 --seed 7 --speed 60",
    )
    add = parser.add_argument
    add("--port", type=whole(0, 65535), help=_("the port; 0, the default, takes any"))
    add("--seed", type=int, help=_("the same seed gives the same day"))
    add("--speed", type=speed, help=_("seconds a second, or max: the whole day at once"))
    add("--queues", type=whole(1, MOST_QUEUES), help=_("how many queues"))
    add("--agents", type=whole(1, MOST_AGENTS), help=_("how many agents"))
    add("--churn", type=share, help=_("share of all cells that changes each second, 0 to 1"))
    add("--replay", type=Path, metavar=_("FILE"), help=_("recorded calls to replay"))
    add("--map", dest="map_file", type=Path, metavar=_("MAP"), help=_("what its columns mean"))
    add("--day", type=day, help=_("the day, as in 2026-03-29; today is the default"))
    add("--zone", help=_("the time zone, as in Europe/Berlin"))
    add("--starts-at", type=wall_time, metavar="HH:MM", help=_("what its clock shows first"))
    add("--token-file", type=Path, metavar=_("FILE"), help=_("ask for this bearer token"))
    add("--script", action="store_true", default=None, help=_("with the demonstration's events"))
    # How a parent that dies in whatever way takes its sandbox with it.
    add("--until-eof", type=int, help=argparse.SUPPRESS)
    add("--sweep", type=Path, help=argparse.SUPPRESS)


def add_init(commands: Any) -> None:
    """Add `init`."""
    parser = command(
        commands,
        "init",
        _("Write a configuration with every setting explained; never over another one."),
        _("for an Asterisk, whose manager's secret is in a file"),
        "supervisor-tui init --source asterisk --url https://pbx.example.com:8089 "
        "--username supervisor-tui --secret-file secret",
    )
    add_config(parser)
    add = parser.add_argument
    add("--print", action="store_true", help=_("print it instead"))
    kinds = _("the kind of the endpoint: supervision, the default, or asterisk")
    add("--source", metavar=_("KIND"), help=kinds)
    add("--url", help=_("the address of the endpoint"))
    plain = _("allow http to another host: the way there is guarded otherwise")
    add("--plain-http", action="store_true", help=plain)
    authority = _("the certificate authority's file, where it is your own")
    add("--ca-file", metavar=_("FILE"), help=authority)
    add("--token-file", metavar=_("FILE"), help=_("supervision: the file its token is in"))
    add("--username", metavar=_("NAME"), help=_("asterisk: the account in manager.conf"))
    add("--secret-file", metavar=_("FILE"), help=_("asterisk: the file the account's secret is in"))
    variable = _("asterisk: the environment variable that holds the secret instead")
    add("--secret-variable", metavar=_("NAME"), help=variable)
    log = _("asterisk: the server's queue_log, where it can be read here")
    add("--queue-log", metavar=_("FILE"), help=log)


def add_sync(commands: Any) -> None:
    """Add `sync`."""
    parser = command(
        commands,
        "sync",
        _("Keep the floor's files in step with its endpoints."),
        _("once, for example before printing"),
        "supervisor-tui sync --once",
    )
    add_config(parser)
    parser.add_argument("--once", action="store_true", help=_("bring them up to date and end"))


def add_show(commands: Any) -> None:
    """Add `show`."""
    parser = command(
        commands,
        "show",
        _("Print what a pane of the screen shows."),
        _("the queues for another program"),
        "supervisor-tui show queues --json",
    )
    add_config(parser)
    parser.add_argument("pane", choices=(*PANES, "night"), help=_("what to print"))
    add_site(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("as one JSON object"))
    form.add_argument(
        "--csv", action="store_true", help=_("as lines for a spreadsheet; lost callers only")
    )
    _add_everyone(parser)
    parser.add_argument(
        "--week",
        action="store_true",
        help=_("alerts: those of seven days that nobody acknowledged"),
    )
    at = _("as it was at a time: 14:05, yesterday 14:05, 2026-03-29 14:05, 20m ago")
    parser.add_argument("--at", default="", metavar=_("TIME"), help=at)
    add_offline(parser)
    add_ascii(parser)


def add_watch(commands: Any) -> None:
    """Add `watch`."""
    parser = command(
        commands,
        "watch",
        _("Print a pane as plain lines, and again as it changes; for screen readers and pipes."),
        _("one line for each agent of whom something has changed"),
        "supervisor-tui watch agents --changes",
        statuses=_("0 ended by a signal or because nobody reads, 1 failed, 2 used wrongly"),
    )
    add_config(parser)
    parser.add_argument("pane", choices=PANES, help=_("what to print"))
    add_site(parser)
    _add_everyone(parser)
    parser.add_argument(
        "--changes", action="store_true", help=_("only what has changed, a line each")
    )
    parser.add_argument(
        "--interval",
        type=seconds,
        metavar=_("SECONDS"),
        help=_("the least time between two printings; 5, or with --changes none"),
    )
    add_ascii(parser)


def add_find(commands: Any) -> None:
    """Add `find`."""
    parser = command(
        commands,
        "find",
        _("Find calls by last digits, time, queue, agent or id."),
        _("in a queue between two times"),
        "supervisor-tui find 09:10-09:15 Claims",
        statuses=_("0 something was found, 1 nothing was found or it failed, 2 used wrongly"),
    )
    add_config(parser)
    parser.add_argument(
        "words",
        nargs="+",
        metavar=_("WORDS"),
        help=_("3 digits or more of a number, HH:MM or HH:MM-HH:MM, an id, a queue, an agent"),
    )
    add_site(parser)
    parser.add_argument("--day", type=day, help=_("this day only, as in 2026-03-29"))
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))


def add_suppose(commands: Any) -> None:
    """Add `suppose`."""
    parser = command(
        commands,
        "suppose",
        _("Estimate what would become of the queues; nothing is done."),
        _("two agents of Billing serve Claims, one of Sales has a break, a fifth more calls"),
        'supervisor-tui suppose "2 billing claims, -1 sales, +20%"',
    )
    add_config(parser)
    parser.add_argument(
        "supposed",
        nargs="?",
        default="",
        metavar=_("WORDS"),
        help=_("COUNT FROM TO, +COUNT QUEUE, -COUNT QUEUE, +PERCENT%%, with commas between"),
    )
    add_site(parser)
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))
    add_offline(parser)
    add_ascii(parser)


def add_doctor(commands: Any) -> None:
    """Add `doctor`."""
    parser = command(
        commands,
        "doctor",
        _("Look whether all that the program needs is in order."),
        _("for a configuration"),
        "supervisor-tui doctor --config floor.toml",
        statuses=_("0 all is well or worth a look, 1 something is bad, 2 used wrongly"),
    )
    add_config(parser)
    parser.add_argument(
        "--terminal",
        action="store_true",
        help=_("tell all about the terminal, who decided it, and show a test card"),
    )
    add_screen(parser)


def add_history(commands: Any) -> None:
    """Add `history`."""
    parser = command(
        commands,
        "history",
        _("Look after the record of what happened."),
        _("a copy while everything runs"),
        "supervisor-tui history backup history-copy.db",
    )
    add_config(parser)
    tasks = parser.add_subparsers(dest="task", metavar=_("TASK"), required=True)
    backup = command(
        tasks,
        "backup",
        _("Copy the history to a file that does not exist yet, while everything runs."),
        _("into another folder"),
        "supervisor-tui history backup /backup/history.db",
    )
    add_config(backup)
    backup.add_argument("file", type=Path, metavar=_("FILE"), help=_("the copy"))
    _add_history_import(tasks)
    _add_history_forecast(tasks)


def _add_history_import(tasks: Any) -> None:
    parser = command(
        tasks,
        "import",
        _("Import the calls of another system, each once however often it is run."),
        _("what an export of calls would come to"),
        "supervisor-tui history import calls.csv.gz --map calls.toml --dry-run",
        statuses=_("0 done, 1 failed, 2 used wrongly, 130 stopped: run it again for the rest"),
    )
    add_config(parser)
    add = parser.add_argument
    add("file", type=Path, metavar=_("FILE"), help=_("a table of calls: CSV or TSV, also as .gz"))
    add(
        "--map",
        dest="map_file",
        type=Path,
        metavar=_("MAP"),
        required=True,
        help=_("what its columns mean"),
    )
    add("--site", default="", help=_("whose calls they are; the first site is the default"))
    add("--source", default="", help=_("whose queues they came to; the site's first source"))
    add("--dry-run", action="store_true", help=_("check all of it and import nothing"))


def _add_history_forecast(tasks: Any) -> None:
    parser = command(
        tasks,
        "forecast",
        _("Take in a forecast or a budget of calls; it stands above what is reckoned here."),
        _("whose first line is day,interval,queue,offered,aht"),
        "supervisor-tui history forecast december.csv --dry-run",
    )
    add_config(parser)
    add = parser.add_argument
    add("file", type=Path, metavar=_("FILE"), help=_("a CSV: day, interval, queue, offered, aht"))
    add("--site", default="", help=_("whose forecast it is; the first site is the default"))
    add("--source", default="", help=_("whose queues it is of; the site's first source"))
    add("--minutes", type=whole(5, 60), default=30, help=_("how long its intervals are; 30"))
    add("--dry-run", action="store_true", help=_("check all of it and take in nothing"))


def _add_everyone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--everyone",
        action="store_true",
        help=_("of lost callers, also those who only ever hung up at once"),
    )
