"""The command that prints what a shift leaves to the next."""

from __future__ import annotations

from typing import Any

from screens.text import _
from supervisor_tui.arguments.shared import add_config, add_screen, command

FORMATS = ("text", "markdown", "json")


def add_handover(commands: Any) -> None:
    """Add `handover`."""
    parser = command(
        commands,
        "handover",
        _("Print the draft of the shift's handover, and what has changed since the last one."),
        _("of the shift that began at 14:00, for a wiki"),
        "supervisor-tui handover --since 14:00 --format markdown",
    )
    add_config(parser)
    add_screen(parser)
    add = parser.add_argument
    since = _(
        "when the shift began: 14:00, or '2026-03-29 22:00'; else the last handover, or today"
    )
    add("--since", default="", metavar=_("TIME"), help=since)
    add("--format", choices=FORMATS, default=FORMATS[0], help=_("text is the default"))
    add("--site", default="", help=_("this site, by its id; the first is the default"))
    add("--offline", action="store_true", help=_("from what is there; ask no endpoint"))
