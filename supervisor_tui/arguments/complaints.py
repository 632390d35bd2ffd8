"""The commands about complaints and their clocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from screens.text import _
from supervisor_tui.arguments.shared import add_config, command


def add_due(commands: Any) -> None:
    """Add `due`."""
    parser = command(
        commands,
        "due",
        _("Work out when something is due, or how much business time lies between two instants."),
        _("four business hours, split by lunch"),
        "supervisor-tui due --received 2026-04-02T16:00 --zone Europe/Berlin"
        ' --hours "Mon-Fri 09:00-12:00,13:00-17:00" --holidays DE-BY --add 4h',
        statuses=_("0 answered, 1 a line of a batch was bad, 2 used wrongly"),
    )
    add = parser.add_argument
    add("--received", metavar=_("T"), help=_("local time, or with Z or an offset"))
    add("--zone", metavar=_("ZONE"), help=_("the time zone, as in Europe/Berlin"))
    add(
        "--hours",
        metavar=_("HOURS"),
        help=_(
            "opening hours, as in Mon-Thu 09:00-17:00; Sat 22:00-26:00; without them always"
            " open, and business days are Monday to Friday until midnight"
        ),
    )
    add(
        "--holidays",
        metavar=_("DAYS"),
        help=_("countries such as GB-ENG, dates such as 2026-04-03, or both with commas"),
    )
    add("--add", metavar=_("AMOUNT"), help=_("how much time there is: 90m, 8h, 3bd, 10d or 8w"))
    add("--until", metavar=_("T2"), help=_("count the business minutes until then instead"))
    add(
        "--pack",
        metavar=_("NAME"),
        help=_("the clocks of a rule pack instead: {packs}, or a file of your own").format(
            packs="generic, uk-fca-disp, au-rg271"
        ),
    )
    add("--print", action="store_true", default=None, help=_("print the rule pack, to edit a copy"))
    add("--json", action="store_true", default=None, help=_("as one JSON object"))
    add(
        "--batch",
        action="store_true",
        default=None,
        help=_("answer JSON objects with these options as keys, one a line, from the input"),
    )


def add_complaints(commands: Any) -> None:
    """Add `complaints`."""
    parser = command(
        commands,
        "complaints",
        _("Write complaints to a file, or take in those that another system keeps."),
        _("all of them as a spreadsheet"),
        "supervisor-tui complaints export --csv",
    )
    add_config(parser)
    tasks = parser.add_subparsers(dest="task", metavar=_("TASK"), required=True)
    export = command(
        tasks,
        "export",
        _("Print the complaints that the floor knows."),
        _("those of one site"),
        "supervisor-tui complaints export --site hamburg --json",
    )
    add_config(export)
    export.add_argument("--site", metavar=_("SITE"), default="", help=_("of one site only"))
    form = export.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("as one JSON object"))
    form.add_argument("--csv", action="store_true", help=_("as CSV; this is the default"))
    imported = command(
        tasks,
        "import",
        _("Put complaints of a CSV file on the desk's record: each once, all or none."),
        _("look first what would be done"),
        "supervisor-tui complaints import cases.csv --map cases.toml --dry-run",
        statuses=_("0 imported, 1 the file cannot be used, 2 used wrongly"),
    )
    add_config(imported)
    imported.add_argument("file", type=Path, metavar=_("FILE"), help=_("the CSV file"))
    imported.add_argument(
        "--map",
        type=Path,
        required=True,
        metavar=_("MAP"),
        help=_("a TOML file that says what the columns are called"),
    )
    imported.add_argument(
        "--site", metavar=_("SITE"), default="", help=_("whose complaints; else the first site")
    )
    imported.add_argument(
        "--dry-run", action="store_true", help=_("look whether all rows are good, and do nothing")
    )
