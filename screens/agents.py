"""The pane of agents."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from data.figures.agents import agent_figures
from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.agents import present_agents
from screens.presenters.table import TableView
from screens.text import N_


class AgentsPane(TablePane):
    """Who can take a call, who is stuck, and who needs me."""

    SCOPE = Scope.AGENTS
    EMPTY = N_("No agents yet: the sync process has not brought any.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.AGENTS)]

    def present(self, look: Look) -> TableView:
        """The agents, raised hands first."""
        agents = agent_figures(look.snapshot, look.site, look.moment)
        return present_agents(
            agents, look.snapshot, look.viewing.rules, self.view_state, site=look.site
        )
