"""What the parsers of several commands have in common."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from screens.text import _
from supervisor_tui.arguments.types import colours, switch


def epilog(what: str, example: str, *, statuses: str = "") -> str:
    """The end of every command's help: an example and the exit status."""
    return _("example, {what}:\n  {example}\n\nexit status: {statuses}").format(
        what=what,
        example=example,
        statuses=statuses or _("0 done, 1 failed, 2 used wrongly"),
    )


def command(
    commands: Any, name: str, summary: str, what: str, example: str, *, statuses: str = ""
) -> argparse.ArgumentParser:
    """A command with an example and its exit status at the end of its help."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=epilog(what, example, statuses=statuses),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    return parser


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add `--config`."""
    # Suppressed, so that a command's own parser does not undo what stood before the command.
    parser.add_argument(
        "--config",
        type=Path,
        metavar=_("FILE"),
        default=argparse.SUPPRESS,
        help=_("the configuration; else $SUPERVISOR_TUI_CONFIG, the host's, or your own"),
    )


def add_ascii(parser: argparse.ArgumentParser) -> None:
    """Add `--ascii`."""
    parser.add_argument(
        "--ascii",
        action=argparse.BooleanOptionalAction,
        default=argparse.SUPPRESS,
        help=_("write ASCII only, or do not"),
    )


def add_offline(parser: argparse.ArgumentParser) -> None:
    """Add `--offline`."""
    parser.add_argument(
        "--offline", action="store_true", help=_("from what is there; ask no endpoint")
    )


def add_site(parser: argparse.ArgumentParser) -> None:
    """Add `--site`."""
    parser.add_argument("--site", default="", help=_("this site only, by its id"))


def add_screen(parser: argparse.ArgumentParser) -> None:
    """Add what describes the person and their terminal."""
    parser.add_argument(
        "--as",
        dest="person",
        metavar=_("ID"),
        default=argparse.SUPPRESS,
        help=_("who acts, where screen and sync process run under one account"),
    )
    add_ascii(parser)
    parser.add_argument(
        "--colours",
        type=colours,
        choices=(0, 16, 256, "full"),
        default=argparse.SUPPRESS,
        help=_("how many colours the terminal has"),
    )
    parser.add_argument(
        "--mouse",
        type=switch,
        metavar="{on,off}",
        default=argparse.SUPPRESS,
        help=_("whether the mouse is used"),
    )
    parser.add_argument(
        "--link",
        choices=("fast", "slow"),
        default=argparse.SUPPRESS,
        help=_("how fast the line is: a slow one gets fewer pictures and at most 16 colours"),
    )
