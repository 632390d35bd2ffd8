"""The pane of the roster."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.roster import present_roster
from screens.presenters.table import TableView
from screens.text import N_


class RosterPane(TablePane):
    """Who is late or missing, and where am I short in the next hours."""

    SCOPE = Scope.ROSTER
    EMPTY = N_("No shifts are known.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ROSTER)]

    def present(self, look: Look) -> TableView:
        """The shifts of the day."""
        return present_roster(look.snapshot, look.site, look.moment, self.view_state)
