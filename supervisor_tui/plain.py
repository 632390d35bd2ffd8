"""What `show` prints: the rows of a pane as aligned plain text, without escape codes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from data.figures.agents import agent_figures
from data.figures.freshness import Moment
from data.figures.intraday import Intraday
from data.figures.kept import AgentKept
from data.figures.lost import LostCaller
from data.figures.queues import FloorFigures, queue_figures
from data.figures.staff import Names
from data.floor import FloorSnapshot
from data.model import Ms
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES, ChecklistSettings, RuleSettings
from screens.cells import cell_width, pad
from screens.checklist_defaults import DEFAULT_CHECKLISTS
from screens.glyphs import to_ascii
from screens.presenters.agents import present_agents
from screens.presenters.alerts import present_alerts
from screens.presenters.checklists import present_checklists
from screens.presenters.escalations import present_escalations
from screens.presenters.lines import Piece, first_line, plain_line, second_line
from screens.presenters.lost import LostTable
from screens.presenters.notes import present_notes
from screens.presenters.past_line import past_parts
from screens.presenters.queues import present_queues
from screens.presenters.roster import present_roster
from screens.presenters.rows import Column, RowView
from screens.presenters.status import present_status
from screens.presenters.switches import cells_of
from screens.presenters.table import DEFAULT_VIEW, TableView, ViewState
from screens.text import ngettext
from supervisor_tui.show_day import day_lines, team_lines

PIPE_WIDTH = 120
"""Cells of a line where there is no terminal to ask."""
LEAST_WIDTH = 20
PREFIX = 4
"""Cells before the first column: a blank, the mark, a blank."""
GAP = " "


class Pane(StrEnum):
    """What `show` can show."""

    QUEUES = "queues"
    AGENTS = "agents"
    ESCALATIONS = "escalations"
    ROSTER = "roster"
    ALERTS = "alerts"
    NOTES = "notes"
    CHECKLISTS = "checklists"
    LOST = "lost"
    STATUS = "status"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to show of a floor, and how."""

    floor_name: str = ""
    site: str | None = None
    """A site's id; None for all sites."""
    formula: Formula = Formula.OFFERED
    rules: Sequence[RuleSettings] = DEFAULT_RULES
    person: str = ""
    """Who looks."""
    view: ViewState = DEFAULT_VIEW
    lost: Callable[[FloorSnapshot, Moment], Sequence[LostCaller]] | None = None
    """Asks history who was lost today; None where the pane of lost callers is not wanted."""
    day: Callable[[FloorSnapshot, Moment, int | None], Intraday] | None = None
    """Asks history for the half hours of the day, those that so many cells show or all; None where
    they are not wanted."""
    expected: Callable[[Moment], Mapping[Names, Mapping[Ms, float]]] = lambda _moment: {}
    """Asks history what was forecast, for queues whose source forecasts nothing."""
    kept: Callable[[FloorSnapshot, Moment], Sequence[AgentKept]] | None = None
    """Asks history how agents have kept to the roster; None where that is not wanted."""
    past_seen_at: Ms | None = None
    """Where the floor is shown as it was: the present. None in the present."""
    checklists: Sequence[ChecklistSettings] = DEFAULT_CHECKLISTS
    """What is gone through each day."""
    has_short: bool = False
    """Whether callers are wanted who only ever hung up at once."""


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
    head = pane_head(pane, snapshot, moment, wanted)
    view = pane_view(pane, snapshot, moment, wanted)
    notes = [f" {note}" for note in view.notes]
    if pane is Pane.ROSTER and wanted.day is not None:
        day = wanted.day(snapshot, moment, width)
        kept = wanted.kept(snapshot, moment) if wanted.kept is not None else ()
        half_hours = day_lines(day, snapshot, wanted.site, width, is_ascii=is_ascii)
        notes = [*half_hours, *team_lines(kept), *notes]
    if is_ascii:
        head, notes = [to_ascii(line) for line in head], [to_ascii(note) for note in notes]
    return head + render_table(view.columns, view.rows, width, is_ascii=is_ascii) + notes


def pane_head(pane: Pane, snapshot: FloorSnapshot, moment: Moment, wanted: Wanted) -> list[str]:
    """What stands above a pane: whose floor and how fresh, and over the queues the floor itself."""
    head = [_first_line(snapshot, moment, wanted)]
    if pane is Pane.QUEUES:
        floor = queue_figures(snapshot, wanted.site, moment, wanted.formula)
        line = second_line(floor, snapshot, moment, wanted.rules, has_legend=True)
        head.append(plain_line(line))
    return head


def _first_line(snapshot: FloorSnapshot, moment: Moment, wanted: Wanted) -> str:
    """Whose floor and how fresh; of the past, that it is the past."""
    if wanted.past_seen_at is None:
        return plain_line(first_line(wanted.floor_name, snapshot, moment, wanted.site))
    parts = past_parts(snapshot, moment, wanted.past_seen_at, wanted.site, 0)
    return plain_line((Piece(wanted.floor_name), *parts))


def pane_view(pane: Pane, snapshot: FloorSnapshot, moment: Moment, wanted: Wanted) -> TableView:
    """The table of a pane."""
    site, view = wanted.site, wanted.view
    match pane:
        case Pane.QUEUES:
            floor = figures_of(snapshot, moment, wanted)
            return present_queues(floor, snapshot.sites, wanted.rules, view, cells_of(floor))
        case Pane.AGENTS:
            agents = agent_figures(snapshot, site, moment)
            return present_agents(agents, snapshot, wanted.rules, view, site=site)
        case Pane.ESCALATIONS:
            return present_escalations(
                snapshot, site, moment, wanted.rules, view, person=wanted.person
            )
        case Pane.ROSTER:
            return present_roster(snapshot, site, moment, view)
        case Pane.ALERTS:
            return present_alerts(snapshot, site, moment, view, formula=wanted.formula)
        case Pane.NOTES:
            return present_notes(snapshot, site, moment.now, view)
        case Pane.CHECKLISTS:
            lists = wanted.checklists
            return present_checklists(lists, snapshot, site, moment.now, view)
        case Pane.LOST:
            lost = wanted.lost(snapshot, moment) if wanted.lost is not None else ()
            return LostTable().present(
                lost,
                snapshot,
                moment,
                view,
                site=site,
                person=wanted.person,
                shows_short=wanted.has_short,
            )
        case Pane.STATUS:
            return present_status(snapshot, site, moment, view)


def figures_of(snapshot: FloorSnapshot, moment: Moment, wanted: Wanted) -> FloorFigures:
    """The figures of the queues, held against what is forecast in history where it is needed."""
    expected = wanted.expected(moment)
    return queue_figures(snapshot, wanted.site, moment, wanted.formula, expected)


def wanted_lost(
    pane: Pane, snapshot: FloorSnapshot, moment: Moment, wanted: Wanted
) -> list[LostCaller]:
    """The callers that a pane is of: none but for the pane of those who were lost.

    Raises:
        StoreError: History cannot be read.
    """
    if pane is not Pane.LOST or wanted.lost is None:
        return []
    callers = wanted.lost(snapshot, moment)
    return [one for one in callers if wanted.has_short or not one.is_short_only]


def wanted_day(
    pane: Pane, snapshot: FloorSnapshot, moment: Moment, wanted: Wanted
) -> tuple[Intraday, Sequence[AgentKept]] | None:
    """All half hours of the day and how it was kept, for the roster alone."""
    if pane is not Pane.ROSTER or wanted.day is None:
        return None
    kept = wanted.kept(snapshot, moment) if wanted.kept is not None else ()
    return wanted.day(snapshot, moment, None), kept


def render_table(
    columns: Sequence[Column], rows: Iterable[RowView], width: int, *, is_ascii: bool = False
) -> list[str]:
    """Rows as aligned lines under a header; columns give way by rank where they do not fit.

    Args:
        columns: The columns of the rows.
        rows: The rows, in order.
        width: Cells of a line; the columns of rank 0 stay even where it is less than they need.
        is_ascii: Write names and glyphs in ASCII.

    Returns:
        Lines without trailing blanks. A last line says so where columns are missing.
    """
    rows = list(rows)
    placed = _fit(columns, rows, width)
    titles = [column.title for column in columns]
    lines = [_line("  ", titles, placed, is_ascii=is_ascii)]
    lines += [_line(row.mark, row.cells, placed, is_ascii=is_ascii) for row in rows]
    hidden = len(columns) - len(placed)
    return [*lines, f" {_hidden_words(hidden)}"] if hidden else lines


class _Placed(NamedTuple):
    cell: int
    width: int
    is_right: bool


def _fit(columns: Sequence[Column], rows: Sequence[RowView], width: int) -> list[_Placed]:
    """The columns that fit; the first that grows takes what it needs of what is left over."""
    kept = list(enumerate(columns))
    while _need(kept) > width:
        place = max(range(len(kept)), key=lambda at: (kept[at][1].rank, at))
        if kept[place][1].rank == 0:
            break
        del kept[place]
    spare = max(0, width - _need(kept))
    growing = next((index for index, column in kept if column.grows), None)
    if growing is not None:
        widest = max((cell_width(row.cells[growing]) for row in rows), default=0)
        spare = min(spare, max(0, widest - columns[growing].width))
    return [
        _Placed(index, column.width + (spare if index == growing else 0), column.is_right)
        for index, column in kept
    ]


def _need(kept: Sequence[tuple[int, Column]]) -> int:
    return PREFIX + sum(column.width for _index, column in kept) + len(GAP) * (len(kept) - 1)


def _line(mark: str, cells: Sequence[str], placed: Sequence[_Placed], *, is_ascii: bool) -> str:
    texts = (
        pad(
            to_ascii(cells[at.cell]) if is_ascii else cells[at.cell],
            at.width,
            is_right=at.is_right,
        )
        for at in placed
    )
    return f" {mark} {GAP.join(texts)}".rstrip()


def _hidden_words(count: int) -> str:
    return ngettext(
        "{count} column is hidden for lack of width",
        "{count} columns are hidden for lack of width",
        count,
    ).format(count=count)
