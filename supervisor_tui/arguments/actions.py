"""The commands about what was done on a floor, and about the host it is done on."""

from __future__ import annotations

import argparse
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from screens.text import _
from supervisor_tui.arguments.shared import add_config, command


def since(text: str) -> timedelta | datetime:
    """An age, as in 12h, or a wall time without a zone, as in 2026-03-29T08:00."""
    age = re.fullmatch(r"(\d{1,5})([mhd])", text, re.ASCII)
    if age:
        return timedelta(minutes=int(age[1]) * {"m": 1, "h": 60, "d": 1440}[age[2]])
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = _("{value} is neither a time as in 2026-03-29T08:00 nor an age as in 12h")
        raise argparse.ArgumentTypeError(message.format(value=text)) from None
    return found


def add_outbox(commands: Any) -> None:
    """Add `outbox`."""
    parser = command(
        commands,
        "outbox",
        _("List what was done and what came of it; try one again, or let it be."),
        _("try one again, by the beginning of its id"),
        "supervisor-tui outbox --retry 01990a2e-7c1f",
        statuses=_("0 done or saved, 1 failed or not possible, 2 used wrongly"),
    )
    add_config(parser)
    parser.add_argument(
        "--as",
        dest="person",
        metavar=_("ID"),
        default=argparse.SUPPRESS,
        help=_("who asks, where screen and sync process run under one account"),
    )
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--json", action="store_true", help=_("as one JSON object"))
    task.add_argument("--retry", metavar=_("ID"), help=_("try now; what is settled is done anew"))
    task.add_argument("--drop", metavar=_("ID"), help=_("do not send it any more"))


def add_audit(commands: Any) -> None:
    """Add `audit`."""
    parser = command(
        commands,
        "audit",
        _("Read the log of all actions and refusals, or prove it whole."),
        _("what one person did today"),
        "supervisor-tui audit show --person m-reed --since 12h",
    )
    add_config(parser)
    tasks = parser.add_subparsers(dest="task", metavar=_("TASK"), required=True)
    verify = command(
        tasks,
        "verify",
        _("Prove that every entry is as it was written, and none was taken out or cut off."),
        _("by a copy of the noted ends that is kept elsewhere"),
        "supervisor-tui audit verify --heads /backup/audit.heads",
        statuses=_("0 the log is whole, 1 it is not, or cannot be read, 2 used wrongly"),
    )
    add_config(verify)
    verify.add_argument(
        "--heads", type=Path, metavar=_("FILE"), help=_("a copy of audit.heads to go by")
    )
    verify.add_argument("--json", action="store_true", help=_("as one JSON object"))
    show = command(
        tasks,
        "show",
        _("Print the entries, oldest first."),
        _("since a time of the first site's clocks"),
        "supervisor-tui audit show --since 2026-03-29T08:00",
    )
    add_config(show)
    show.add_argument("--json", action="store_true", help=_("as one JSON object"))
    show.add_argument(
        "--since",
        type=since,
        metavar=_("WHEN"),
        help=_("a day, a day and time as in 2026-03-29T08:00, or an age as in 30m, 12h or 7d"),
    )
    show.add_argument("--person", metavar=_("ID"), help=_("of one person, or of one account"))


def add_host(commands: Any) -> None:
    """Add `host`."""
    parser = command(
        commands,
        "host",
        _("Prepare this host for a floor that several accounts share."),
        _("what would be done, and the text of every file"),
        "supervisor-tui host setup --dry-run",
    )
    add_config(parser)
    tasks = parser.add_subparsers(dest="task", metavar=_("TASK"), required=True)
    setup = command(
        tasks,
        "setup",
        _("Service account, group, folders, service and SSH rules; again as often as you like."),
        _("what would be done, and the text of every file"),
        "supervisor-tui host setup --dry-run",
        statuses=_("0 all is as it should be, 1 something is left to do, 2 used wrongly"),
    )
    add_config(setup)
    setup.add_argument(
        "--dry-run", action="store_true", help=_("say what would be done, and do nothing")
    )
    setup.add_argument(
        "--service", metavar=_("ACCOUNT"), default="floor-sync", help=_("that of the sync process")
    )
    setup.add_argument(
        "--group", metavar=_("GROUP"), default="floor", help=_("who may see the floor")
    )
    setup.add_argument(
        "--shell",
        metavar=_("ACCOUNT"),
        action="append",
        default=[],
        help=_("keeps its shell over SSH, as administrators do; may be given several times"),
    )
