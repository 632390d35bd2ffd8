"""Writes docs/columns.md from the columns of the panes: `python -m screens.columns_doc`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from data.figures.report import By
from screens.presenters.agents import agent_columns
from screens.presenters.alerts import alert_columns
from screens.presenters.escalations import escalation_columns
from screens.presenters.lost import lost_columns
from screens.presenters.notes import note_columns
from screens.presenters.queue_fields import queue_columns
from screens.presenters.report_fields import report_columns
from screens.presenters.roster import roster_columns
from screens.presenters.rows import Column

_INTRODUCTION = """\
# Columns

Made from the columns of the panes by `python -m screens.columns_doc > docs/columns.md`; a test
holds it fresh.

Where a line has no room for all columns, they give way in the order of the last column of these
tables: 1 goes first, those without a number never. `<` and `>` at the end of the header say that
columns are hidden; `h` and `l` scroll to them, and `c` chooses columns and their order. Text that
is cut ends in a sign; a column of numbers is widened instead. Where a floor has several sites, a
column `Site` stands beside the name.
"""


def render_columns_doc() -> str:
    """The whole of docs/columns.md."""
    return "\n".join([_INTRODUCTION, *_chapters()])


def _chapters() -> Iterator[str]:
    tables = {
        "Queues": queue_columns(),
        "Agents": agent_columns(),
        "Complaints": escalation_columns(),
        "Roster": roster_columns(),
        "Alerts": alert_columns(),
        "Reports by queue, client, channel or interval": report_columns(By.QUEUE),
        "Reports by agent or team": report_columns(By.AGENT),
        "Notes": note_columns(),
        "Lost callers": lost_columns(),
    }
    for title, columns in tables.items():
        yield f"## {title}\n"
        yield "| Column | What it shows | Cells | Sorts by `s` | Gives way |"
        yield "| :- | :- | -: | :- | -: |"
        away = _order_of_going(columns)
        yield from (_row(column, away.get(column.id)) for column in columns)
        yield ""


def _order_of_going(columns: tuple[Column, ...]) -> dict[str, int]:
    """By rank, the highest first, and of equals the rightmost."""
    going = [(column.rank, at, column.id) for at, column in enumerate(columns) if column.rank]
    return {name: turn for turn, (_, _, name) in enumerate(sorted(going, reverse=True), 1)}


def _row(column: Column, turn: int | None) -> str:
    title = column.title or "(hours)"
    letter = f"`{column.sort_letter}`" if column.sort_letter else ""
    shows = column.help.replace("|", "\\|")
    return f"| {title} | {shows} | {column.width} | {letter} | {turn or ''} |"


if __name__ == "__main__":
    sys.stdout.write(render_columns_doc())
