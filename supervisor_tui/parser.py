"""The command line as it is typed: every command, its options, an example and its exit status.

Nothing here needs more than argparse; what a command needs is imported when it runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import Any, Literal

from screens.text import _
from supervisor_tui import __version__

PANES = ("queues", "agents", "escalations", "roster", "lost", "status")
MOST_QUEUES = 500
MOST_AGENTS = 20_000
LONGEST_S = 86_400


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line, worded in the language in use."""
    parser = argparse.ArgumentParser(
        prog="supervisor-tui",
        description=_("A terminal console for the floor supervisors of call centres."),
        epilog=_epilog(
            _("the screen, with a configuration of your own"),
            "supervisor-tui --config floor.toml",
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"supervisor-tui {__version__}")
    parser.set_defaults(
        config=None, person="", ascii=None, colours=None, mouse=None, command="screen"
    )
    _add_config(parser)
    _add_screen(parser)
    commands = parser.add_subparsers(
        title=_("commands (none: the screen)"), dest="command", metavar=_("COMMAND")
    )
    commands.required = False
    for add in (
        _add_demo,
        _add_sandbox,
        _add_init,
        _add_sync,
        _add_show,
        _add_watch,
        _add_find,
        _add_doctor,
        _add_history,
    ):
        add(commands)
    return parser


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments; leaves with status 2 where they cannot be understood."""
    arguments = build_parser().parse_args(argv)
    arguments.command = arguments.command or "screen"
    return arguments


def _epilog(what: str, example: str, *, statuses: str = "") -> str:
    """The end of every command's help: an example and the exit status."""
    return _("example, {what}:\n  {example}\n\nexit status: {statuses}").format(
        what=what,
        example=example,
        statuses=statuses or _("0 done, 1 failed, 2 used wrongly"),
    )


def _command(
    commands: Any, name: str, summary: str, what: str, example: str, *, statuses: str = ""
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=_epilog(what, example, statuses=statuses),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    return parser


def _add_config(parser: argparse.ArgumentParser) -> None:
    # Suppressed, so that a command's own parser does not undo what stood before the command.
    parser.add_argument(
        "--config",
        type=Path,
        metavar=_("FILE"),
        default=argparse.SUPPRESS,
        help=_("the configuration; else $SUPERVISOR_TUI_CONFIG, the host's, or your own"),
    )


def _add_screen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as",
        dest="person",
        metavar=_("ID"),
        default=argparse.SUPPRESS,
        help=_("who acts, where screen and sync process run under one account"),
    )
    parser.add_argument(
        "--ascii",
        action=argparse.BooleanOptionalAction,
        default=argparse.SUPPRESS,
        help=_("write ASCII only, or do not"),
    )
    parser.add_argument(
        "--colours",
        type=_colours,
        choices=(0, 16, 256, "full"),
        default=argparse.SUPPRESS,
        help=_("how many colours the terminal has"),
    )
    parser.add_argument(
        "--mouse",
        type=_switch,
        metavar="{on,off}",
        default=argparse.SUPPRESS,
        help=_("whether the mouse is used"),
    )


def _add_demo(commands: Any) -> None:
    parser = _command(
        commands,
        "demo",
        _("Show the program on a contact centre of its own."),
        _("on a terminal without colours"),
        "supervisor-tui demo --colours 0",
    )
    _add_screen(parser)


def _add_sandbox(commands: Any) -> None:
    parser = _command(
        commands,
        "sandbox",
        _("Serve a simulated contact centre on this machine; the first line is its address."),
        _("an hour a minute, the same each time"),
        "supervisor-tui sandbox --port 8080 --seed 7 --speed 60",
    )
    add = parser.add_argument
    add("--port", type=_whole(0, 65535), help=_("the port; 0, the default, takes any"))
    add("--seed", type=int, help=_("the same seed gives the same day"))
    add("--speed", type=_speed, help=_("seconds a second, or max: the whole day at once"))
    add("--queues", type=_whole(1, MOST_QUEUES), help=_("how many queues"))
    add("--agents", type=_whole(1, MOST_AGENTS), help=_("how many agents"))
    add("--churn", type=_share, help=_("share of all cells that changes each second, 0 to 1"))
    add("--replay", type=Path, metavar=_("FILE"), help=_("recorded calls to replay"))
    add("--map", dest="map_file", type=Path, metavar=_("MAP"), help=_("what its columns mean"))
    add("--day", type=_day, help=_("the day, as in 2026-03-29; today is the default"))
    add("--zone", help=_("the time zone, as in Europe/Berlin"))
    add("--starts-at", type=_wall_time, metavar="HH:MM", help=_("what its clock shows first"))
    add("--token-file", type=Path, metavar=_("FILE"), help=_("ask for this bearer token"))
    add("--script", action="store_true", default=None, help=_("with the demonstration's events"))
    # How a parent that dies in whatever way takes its sandbox with it.
    add("--until-eof", type=int, help=argparse.SUPPRESS)


def _add_init(commands: Any) -> None:
    parser = _command(
        commands,
        "init",
        _("Write a configuration with every setting explained; never over another one."),
        _("for an endpoint and a token"),
        "supervisor-tui init --url https://pbx.example.com/api --token-file token",
    )
    _add_config(parser)
    parser.add_argument("--print", action="store_true", help=_("print it instead"))
    parser.add_argument("--url", help=_("the address of the endpoint"))
    parser.add_argument("--source", metavar=_("KIND"), help=_("the kind of the endpoint"))
    parser.add_argument("--token-file", metavar=_("FILE"), help=_("the file its token is in"))


def _add_sync(commands: Any) -> None:
    parser = _command(
        commands,
        "sync",
        _("Keep the floor's files in step with its endpoints."),
        _("once, for example before printing"),
        "supervisor-tui sync --once",
    )
    _add_config(parser)
    parser.add_argument("--once", action="store_true", help=_("bring them up to date and end"))


def _add_show(commands: Any) -> None:
    parser = _command(
        commands,
        "show",
        _("Print what a pane of the screen shows."),
        _("the queues for another program"),
        "supervisor-tui show queues --json",
    )
    _add_config(parser)
    parser.add_argument("pane", choices=PANES, help=_("what to print"))
    parser.add_argument("--site", default="", help=_("this site only, by its id"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("as one JSON object"))
    form.add_argument(
        "--csv", action="store_true", help=_("as lines for a spreadsheet; lost callers only")
    )
    _add_everyone(parser)
    parser.add_argument(
        "--offline", action="store_true", help=_("from what is there; ask no endpoint")
    )
    parser.add_argument(
        "--ascii",
        action=argparse.BooleanOptionalAction,
        default=argparse.SUPPRESS,
        help=_("write ASCII only, or do not"),
    )


def _add_everyone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--everyone",
        action="store_true",
        help=_("of lost callers, also those who only ever hung up at once"),
    )


def _add_watch(commands: Any) -> None:
    parser = _command(
        commands,
        "watch",
        _("Print a pane as plain lines, and again as it changes; for screen readers and pipes."),
        _("one line for each agent of whom something has changed"),
        "supervisor-tui watch agents --changes",
        statuses=_("0 ended by a signal or because nobody reads, 1 failed, 2 used wrongly"),
    )
    _add_config(parser)
    parser.add_argument("pane", choices=PANES, help=_("what to print"))
    parser.add_argument("--site", default="", help=_("this site only, by its id"))
    _add_everyone(parser)
    parser.add_argument(
        "--changes", action="store_true", help=_("only what has changed, a line each")
    )
    parser.add_argument(
        "--interval",
        type=_seconds,
        metavar=_("SECONDS"),
        help=_("the least time between two printings; 5, or with --changes none"),
    )
    parser.add_argument(
        "--ascii",
        action=argparse.BooleanOptionalAction,
        default=argparse.SUPPRESS,
        help=_("write ASCII only, or do not"),
    )


def _add_find(commands: Any) -> None:
    parser = _command(
        commands,
        "find",
        _("Find calls by last digits, time, queue, agent or id."),
        _("in a queue between two times"),
        "supervisor-tui find 09:10-09:15 Claims",
        statuses=_("0 something was found, 1 nothing was found or it failed, 2 used wrongly"),
    )
    _add_config(parser)
    parser.add_argument(
        "words",
        nargs="+",
        metavar=_("WORDS"),
        help=_("3 digits or more of a number, HH:MM or HH:MM-HH:MM, an id, a queue, an agent"),
    )
    parser.add_argument("--site", default="", help=_("this site only, by its id"))
    parser.add_argument("--day", type=_day, help=_("this day only, as in 2026-03-29"))
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))


def _add_doctor(commands: Any) -> None:
    parser = _command(
        commands,
        "doctor",
        _("Look whether all that the program needs is in order."),
        _("for a configuration"),
        "supervisor-tui doctor --config floor.toml",
        statuses=_("0 all is well or worth a look, 1 something is bad, 2 used wrongly"),
    )
    _add_config(parser)


def _add_history(commands: Any) -> None:
    parser = _command(
        commands,
        "history",
        _("Look after the record of what happened."),
        _("a copy while everything runs"),
        "supervisor-tui history backup history-copy.db",
    )
    _add_config(parser)
    tasks = parser.add_subparsers(dest="task", metavar=_("TASK"), required=True)
    backup = _command(
        tasks,
        "backup",
        _("Copy the history to a file that does not exist yet, while everything runs."),
        _("into another folder"),
        "supervisor-tui history backup /backup/history.db",
    )
    _add_config(backup)
    backup.add_argument("file", type=Path, metavar=_("FILE"), help=_("the copy"))


def _whole(least: int, most: int) -> Any:
    def whole(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(
                _("{value} is not from {least} to {most}").format(
                    value=value, least=least, most=most
                )
            )
        return value

    whole.__name__ = "int"
    return whole


def _colours(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _switch(text: str) -> bool:
    if text not in {"on", "off"}:
        raise argparse.ArgumentTypeError(_("{value} is neither on nor off").format(value=text))
    return text == "on"


def _speed(text: str) -> float | Literal["max"]:
    if text == "max":
        return "max"
    value = float(text)
    if not 0 < value <= 1_000_000:
        raise argparse.ArgumentTypeError(_("{value} is no speed").format(value=text))
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= LONGEST_S:
        raise argparse.ArgumentTypeError(
            _("{value} is not from {least} to {most}").format(value=text, least=0, most=LONGEST_S)
        )
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(_("{value} is not from 0 to 1").format(value=text))
    return value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = _("{value} is no day; write it as in 2026-03-29").format(value=text)
        raise argparse.ArgumentTypeError(message) from None


def _wall_time(text: str) -> str:
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError:
        message = _("{value} is no time of day; write it as in 08:30").format(value=text)
        raise argparse.ArgumentTypeError(message) from None
