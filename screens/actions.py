"""The one table of actions: bindings, footer, help, the command line and docs/keys.md come from it.

Lower case looks, CAPITALS act, and the same letter means the same thing everywhere. Texts in the
table are message ids: they are translated when shown, so that the table can be a constant.
"""

from __future__ import annotations

from collections.abc import Iterator

from screens.action_types import LAYERS, UNBOUND, Action, Group, Pane, Scope
from screens.actions_acting import ACTING
from screens.actions_night import NIGHT
from screens.actions_reports import REPORTS
from screens.actions_time import TIME
from screens.actions_typing import ANSWERING, TYPING
from screens.text import N_

__all__ = [
    "ACTIONS",
    "BY_ID",
    "COMMANDS",
    "LAYERS",
    "PAGE_MORE",
    "PANES",
    "UNBOUND",
    "Action",
    "Group",
    "Pane",
    "Scope",
    "actions_of",
    "reachable",
]

PANES: tuple[Pane, ...] = (
    Pane(Scope.QUEUES, "1", N_("Queues")),
    Pane(Scope.AGENTS, "2", N_("Agents")),
    Pane(Scope.ESCALATIONS, "3", N_("Complaints")),
    Pane(Scope.ROSTER, "4", N_("Roster")),
    Pane(Scope.ALERTS, "5", N_("Alerts")),
    Pane(Scope.REPORTS, "6", N_("Reports")),
    Pane(Scope.NOTES, "7", N_("Notes")),
    Pane(Scope.LOST, "8", N_("Lost")),
)
"""The panes there are, in the order of their keys."""


def _lists(scope: Scope) -> Iterator[Action]:
    """What every list of rows can do, under the names of the scope that has it."""
    look = Group.LOOK
    yield Action(
        f"{scope}.filter",
        ("slash",),
        N_("filter"),
        N_("Show only rows that contain what you type; leaving it shows all again."),
        look,
        scope,
        shows_in_footer=True,
    )
    yield Action(
        f"{scope}.sort",
        ("s",),
        N_("sort"),
        N_("Sort by a column: then press its letter; the same letter again turns the order round."),
        look,
        scope,
        shows_in_footer=True,
    )
    yield Action(
        f"{scope}.columns",
        ("c",),
        N_("columns"),
        N_("Choose which columns are shown, and in which order."),
        look,
        scope,
        command="columns",
    )


def _panes() -> Iterator[Action]:
    for pane in PANES:
        yield Action(
            f"app.pane-{pane.scope}",
            (pane.key,),
            pane.title,
            N_("Go to this pane."),
            Group.PANES,
            Scope.APP,
            call=f"pane('{pane.scope}')",
            command=pane.scope.value,
        )


_LOOKING: tuple[Action, ...] = (
    *(action for pane in PANES for action in _lists(pane.scope)),
    *REPORTS,
    *_lists(Scope.FOUND),
    *_lists(Scope.WAITING),
    *_lists(Scope.LOANS),
    *_lists(Scope.CHECKLISTS),
    *_lists(Scope.HANDOVER),
    *_lists(Scope.RESTORING),
    *_lists(Scope.ACTS),
    Action(
        "lost.everyone",
        ("e",),
        N_("everyone"),
        N_("Show those who hung up at once, too, or leave them out again."),
        Group.LOOK,
        Scope.LOST,
        command="everyone",
    ),
    Action(
        "roster.what-if",
        ("x",),
        N_("what if"),
        N_("Estimate the queues with other agents or calls, and name whom one could move."),
        Group.LOOK,
        Scope.ROSTER,
        shows_in_footer=True,
        command="what-if",
    ),
    Action(
        "table.detail",
        ("enter",),
        N_("detail"),
        N_("Show everything about the row under the cursor."),
        Group.LOOK,
        Scope.TABLE,
        shows_in_footer=True,
    ),
    Action(
        "table.worst",
        ("exclamation_mark",),
        N_("worst"),
        N_("Go to the row that needs somebody most; again, to the next worst."),
        Group.LOOK,
        Scope.TABLE,
        shows_in_footer=True,
    ),
    Action(
        "table.mark",
        ("space",),
        N_("mark"),
        N_("Mark the row, or unmark it, and go on to the next."),
        Group.LOOK,
        Scope.TABLE,
    ),
    Action(
        "table.next-match",
        ("n",),
        N_("next"),
        N_("Go to the next row that matches the filter."),
        Group.LOOK,
        Scope.TABLE,
    ),
    Action(
        "table.previous-match",
        ("p",),
        N_("previous"),
        N_("Go to the previous row that matches the filter."),
        Group.LOOK,
        Scope.TABLE,
    ),
)

_SCROLLING = (
    ("up", ("k", "up"), "move(-1)", N_("up"), N_("One line up.")),
    ("down", ("j", "down"), "move(1)", N_("down"), N_("One line down.")),
    ("page-up", ("pageup",), "page(-1)", N_("page up"), N_("One screen up.")),
    ("page-down", ("pagedown",), "page(1)", N_("more"), N_("One screen down.")),
    ("top", ("g", "home"), "top", N_("top"), N_("To the first line.")),
    ("bottom", ("G", "end"), "bottom", N_("bottom"), N_("To the last line.")),
    ("left", ("h", "left"), "sideways(-1)", N_("left"), N_("Scroll to the left.")),
    ("right", ("l", "right"), "sideways(1)", N_("right"), N_("Scroll to the right.")),
)

PAGE_MORE = "page.page-down"
"""What the footer of a page shows while there is more of it below."""

_MOVING: tuple[Action, ...] = tuple(
    Action(
        f"{scope}.{name}",
        keys,
        label,
        text,
        Group.MOVE,
        scope,
        call=call,
        shows_in_footer=f"{scope}.{name}" == PAGE_MORE,
    )
    for scope in (Scope.TABLE, Scope.PAGE)
    for name, keys, call, label, text in _SCROLLING
)

_PROGRAM: tuple[Action, ...] = (
    Action(
        "app.next-pane",
        ("tab",),
        N_("next pane"),
        N_("Go to the next pane."),
        Group.PANES,
        Scope.APP,
        call="pane_step(1)",
    ),
    Action(
        "app.previous-pane",
        ("shift+tab",),
        N_("previous pane"),
        N_("Go to the previous pane."),
        Group.PANES,
        Scope.APP,
        call="pane_step(-1)",
    ),
    Action(
        "app.zoom",
        ("z",),
        N_("zoom"),
        N_("Give the pane the whole screen, and back."),
        Group.PANES,
        Scope.APP,
        command="zoom",
    ),
    Action(
        "app.find",
        ("apostrophe",),
        N_("find"),
        N_("Find a call by its last digits, time, queue, agent or id: `:find 4912`."),
        Group.LOOK,
        Scope.APP,
        command="find",
    ),
    Action(
        "app.refresh",
        ("r",),
        N_("refresh"),
        N_("Ask for fresh data now."),
        Group.LOOK,
        Scope.APP,
        command="refresh",
    ),
    Action(
        "app.sources",
        ("i",),
        N_("sources"),
        N_("Say how each source does, and what is the matter with it."),
        Group.LOOK,
        Scope.APP,
        command="sources",
    ),
    Action(
        "app.command",
        ("colon",),
        N_("command"),
        N_("Type a command; names are completed."),
        Group.PROGRAM,
        Scope.APP,
    ),
    Action(
        "app.help",
        ("question_mark", "f1"),
        N_("help"),
        N_("Show what every key does, and what the marks and columns mean."),
        Group.PROGRAM,
        Scope.APP,
        shows_in_footer=True,
        command="help",
    ),
    Action(
        "app.repaint",
        ("ctrl+l",),
        N_("repaint"),
        N_("Paint the whole screen again."),
        Group.PROGRAM,
        Scope.APP,
        is_priority=True,
        command="repaint",
    ),
    Action(
        "app.leave",
        ("escape",),
        N_("leave"),
        N_("Out of what is open: a filter, a detail, a dialog."),
        Group.PROGRAM,
        Scope.APP,
    ),
    Action(
        "app.cancel",
        ("ctrl+c",),
        N_("cancel"),
        N_("Cancel what is open; twice, leave the program."),
        Group.PROGRAM,
        Scope.APP,
        is_priority=True,
    ),
    Action(
        "app.back",
        ("q",),
        N_("out"),
        N_("Back; at the top, leave the program."),
        Group.PROGRAM,
        Scope.APP,
        shows_in_footer=True,
        label_inside=N_("back"),
        command="quit",
    ),
)

ACTIONS: tuple[Action, ...] = (
    *_LOOKING,
    *_MOVING,
    *_panes(),
    *ACTING,
    *TIME,
    *NIGHT,
    *_PROGRAM,
    *TYPING,
    *ANSWERING,
)
"""Every action, in the order in which the footer and the help page show them."""

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}

COMMANDS: dict[str, Action] = {action.command: action for action in ACTIONS if action.command}
"""What the `:` line understands."""


def actions_of(scope: Scope) -> tuple[Action, ...]:
    """The actions of one scope alone."""
    return tuple(action for action in ACTIONS if action.scope is scope)


def reachable(scope: Scope) -> tuple[Action, ...]:
    """The actions that can be had in a scope that one can be in, those of its layers included."""
    layers = LAYERS[scope]
    return tuple(action for action in ACTIONS if action.scope in layers)
