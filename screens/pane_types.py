"""Which panes there are, each imported when it is visited for the first time.

A start shows one pane; the others with their presenters and pages would cost it as much again.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

from screens.actions import Scope

if TYPE_CHECKING:
    from screens.pane import TablePane

_PLACES = {
    Scope.QUEUES: ("screens.queues", "QueuesPane"),
    Scope.AGENTS: ("screens.agents", "AgentsPane"),
    Scope.ESCALATIONS: ("screens.escalations", "EscalationsPane"),
    Scope.ROSTER: ("screens.roster", "RosterPane"),
    Scope.ALERTS: ("screens.alerts", "AlertsPane"),
    Scope.REPORTS: ("screens.reports", "ReportsPane"),
    Scope.NOTES: ("screens.notes", "NotesPane"),
    Scope.LOST: ("screens.lost", "LostPane"),
}

FOUR = (Scope.QUEUES, Scope.AGENTS, Scope.ESCALATIONS, Scope.ROSTER)
"""Those that stand side by side, from the top left to the bottom right."""
WIDE_FROM = 160
"""Cells of a line from which four panes stand side by side."""
HIGH_FROM = 30
"""Lines from which each of four has room for some rows."""

PANE_SCOPES = tuple(_PLACES)
"""The scopes of the panes, in the order of their keys; the first is shown first."""


def pane_type(scope: Scope) -> type[TablePane]:
    """The class of the pane that has a scope.

    Raises:
        KeyError: No pane has it.
    """
    module, name = _PLACES[scope]
    return cast("type[TablePane]", getattr(importlib.import_module(module), name))


def has_room_for_four(width: int, height: int) -> bool:
    """Whether four panes have room on a terminal of so many cells and lines."""
    return width >= WIDE_FROM and height >= HIGH_FROM
