"""What `show` prints: the rows of a pane as aligned plain text, without escape codes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from data.figures.agents import agent_figures
from data.figures.freshness import Moment
from data.figures.queues import queue_figures
from data.floor import FloorSnapshot
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES, RuleSettings
from screens.glyphs import to_ascii
from screens.presenters.agents import present_agents
from screens.presenters.escalations import present_escalations
from screens.presenters.lines import first_line, plain_line, second_line
from screens.presenters.queues import present_queues
from screens.presenters.roster import present_roster
from screens.presenters.rows import Column, RowView
from screens.presenters.status import present_status
from screens.presenters.table import DEFAULT_VIEW, TableView, ViewState
from screens.presenters.text_table import table_lines

PIPE_WIDTH = 120
"""Cells of a line where there is no terminal to ask."""
LEAST_WIDTH = 20


class Pane(StrEnum):
    """What `show` can show."""

    QUEUES = "queues"
    AGENTS = "agents"
    ESCALATIONS = "escalations"
    ROSTER = "roster"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show of a floor, and how."""

    floor_name: str = ""
    site: str | None = None
    """A site's id; None for all sites."""
    formula: Formula = Formula.OFFERED
    rules: Sequence[RuleSettings] = DEFAULT_RULES
    person: str = ""
    """Who looks."""
    view: ViewState = DEFAULT_VIEW


def terminal_width(*, is_terminal: bool) -> int:
    """Cells of a line: the terminal's, or 120 into a pipe or a file."""
    if not is_terminal:
        return PIPE_WIDTH
    return max(LEAST_WIDTH, shutil.get_terminal_size((80, 24)).columns)


def render_pane(
    pane: Pane,
    snapshot: FloorSnapshot,
    moment: Moment,
    wanted: Wanted,
    *,
    width: int,
    is_ascii: bool = False,
) -> list[str]:
    """A pane as plain text: how fresh it is, the floor in one line, the rows, the legend.

    Args:
        pane: What to show.
        snapshot: The floor as of one commit.
        moment: The present on the server's clock.
        wanted: Which part of it, and how.
        width: Cells of a line; the two lines of the frame may be longer.
        is_ascii: Write names and glyphs in ASCII.
    """
    head = [plain_line(first_line(wanted.floor_name, snapshot, moment))]
    if pane is Pane.QUEUES:
        floor = queue_figures(snapshot, wanted.site, moment, wanted.formula)
        line = second_line(floor, snapshot, moment, wanted.rules, has_legend=True)
        head.append(plain_line(line))
    view = pane_view(pane, snapshot, moment, wanted)
    notes = [f" {note}" for note in view.notes]
    if is_ascii:
        head, notes = [to_ascii(line) for line in head], [to_ascii(note) for note in notes]
    return head + render_table(view.columns, view.rows, width, is_ascii=is_ascii) + notes


def pane_view(pane: Pane, snapshot: FloorSnapshot, moment: Moment, wanted: Wanted) -> TableView:
    """The table of a pane."""
    site, view = wanted.site, wanted.view
    match pane:
        case Pane.QUEUES:
            floor = queue_figures(snapshot, site, moment, wanted.formula)
            return present_queues(floor, snapshot.sites, wanted.rules, view)
        case Pane.AGENTS:
            agents = agent_figures(snapshot, site, moment)
            return present_agents(agents, snapshot, wanted.rules, view)
        case Pane.ESCALATIONS:
            return present_escalations(
                snapshot, site, moment, wanted.rules, view, person=wanted.person
            )
        case Pane.ROSTER:
            return present_roster(snapshot, site, moment, view)
        case Pane.STATUS:
            return present_status(snapshot, site, moment, view)


def render_table(
    columns: Sequence[Column], rows: Iterable[RowView], width: int, *, is_ascii: bool = False
) -> list[str]:
    """Rows as aligned lines of at most `width` cells under a header, without trailing blanks."""
    return [line.text for line in table_lines(columns, rows, width, is_ascii=is_ascii)]
