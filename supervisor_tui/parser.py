"""The whole command line: what stands before a command, and the families of commands.

A plain start of the screen reads its own few options only, and a command is put together alone: the
sync process is waited for. All commands are, where one is to be explained; what a command needs is
imported when it runs.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NoReturn

from screens.text import _
from supervisor_tui import __version__
from supervisor_tui.arguments.shared import add_config, add_screen, epilog

FAMILIES = {
    "supervisor_tui.arguments.floor": (
        "demo",
        "sandbox",
        "init",
        "sync",
        "show",
        "watch",
        "find",
        "suppose",
        "doctor",
        "history",
    ),
    "supervisor_tui.arguments.actions": ("outbox", "audit", "host"),
    "supervisor_tui.arguments.complaints": ("due", "complaints"),
    "supervisor_tui.arguments.metrics": ("metrics",),
    "supervisor_tui.arguments.reports": ("report",),
    "supervisor_tui.arguments.shifts": ("handover",),
    "supervisor_tui.arguments.planning": (
        "staffing",
        "shift",
        "intervals",
        "rotation",
        "adherence",
        "rest",
        "forecast",
    ),
    "supervisor_tui.arguments.roster": ("roster",),
}
"""The modules that add commands, each by a function `add_NAME`, in the order of the help."""
_COMMANDS = {name: module for module, names in FAMILIES.items() for name in names}


class LineError(Exception):
    """A line of a batch cannot be understood; the text says why."""


class _RaisingParser(argparse.ArgumentParser):
    """Raises where argparse would print and leave: a bad line is not to end a batch."""

    def _get_formatter(self) -> argparse.HelpFormatter:
        """What prints nothing need not be fitted to a terminal, which takes long to be asked."""
        return argparse.HelpFormatter(self.prog, width=80)

    def error(self, message: str) -> NoReturn:
        raise LineError(message)

    def print_help(self, file: object = None) -> NoReturn:
        del file
        raise LineError(_("help is no question"))


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments; leaves with status 2 where they cannot be understood."""
    with suppress(LineError):
        arguments, rest = _outer_parser(_RaisingParser, add_help=False).parse_known_args(argv)
        if not rest:
            return arguments
        if rest[0] in _COMMANDS:
            return _build(_RaisingParser, rest[:1]).parse_args(argv)
    return build_parser().parse_args(argv)


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line, worded in the language in use."""
    return _build(argparse.ArgumentParser, _COMMANDS)


def line_parser(command: str) -> argparse.ArgumentParser:
    """A parser of one command's options that raises `LineError`."""
    parser = _RaisingParser(prog=command, add_help=False, allow_abbrev=False)
    _add(parser.add_subparsers(dest="command", parser_class=_RaisingParser), command)
    return parser


def _build(kind: type[argparse.ArgumentParser], names: Iterable[str]) -> argparse.ArgumentParser:
    """A parser of some of the commands, with what stands before them."""
    parser = _outer_parser(kind, add_help=True)
    commands = parser.add_subparsers(
        title=_("commands (none: the screen)"), dest="command", metavar=_("COMMAND")
    )
    for name in names:
        _add(commands, name)
    return parser


def _add(commands: Any, name: str) -> None:
    getattr(importlib.import_module(_COMMANDS[name]), f"add_{name}")(commands)


def _outer_parser(
    kind: type[argparse.ArgumentParser] = argparse.ArgumentParser, *, add_help: bool
) -> argparse.ArgumentParser:
    """What stands before a command, and all of the screen's own options."""
    parser = kind(
        prog="supervisor-tui",
        description=_("A terminal console for the floor supervisors of call centres."),
        epilog=epilog(
            _("the screen, with a configuration of your own"),
            "supervisor-tui --config floor.toml",
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=add_help,
    )
    parser.add_argument("--version", action="version", version=f"supervisor-tui {__version__}")
    parser.set_defaults(
        config=None,
        person="",
        ascii=None,
        colours=None,
        mouse=None,
        link=None,
        command="screen",
    )
    add_config(parser)
    add_screen(parser)
    return parser
