"""The pane of agents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from data.floor import Key
from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.agents import AgentTable
from screens.presenters.table import TableView
from screens.text import N_

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from screens.detail import Presenter


class AgentsPane(TablePane):
    """Who can take a call, who is stuck, and who needs me."""

    SCOPE = Scope.AGENTS
    EMPTY = N_("No agents yet: the sync process has not brought any.")
    FIXED = 2
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.AGENTS)]

    def __init__(self, *, is_ascii: bool, columns: Iterable[str] | None = None) -> None:
        super().__init__(is_ascii=is_ascii, columns=columns)
        self._rows = AgentTable()

    def present(self, look: Look) -> TableView:
        """The agents, raised hands first."""
        return self._rows.present(
            look.snapshot,
            look.site,
            look.moment,
            look.viewing.rules,
            self.view_state,
            look.doings,
        )

    def rest(self) -> None:
        """What is kept from look to look is of no use once several looks have been missed."""
        super().rest()
        self._rows = AgentTable()

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """Everything about one agent."""
        from screens.agent_page import AgentPage
        from screens.presenters.agent_detail import agent_title

        place = Key(*key.split("/", 2))
        agent = look.snapshot.agents.get(place)
        return None if agent is None else (agent_title(agent), AgentPage(place))

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """What can be done to an agent."""
        from screens.acting.agents import agent_offers
        from screens.acting.loans import lend_offer
        from screens.acting.promises import promise_of_agent
        from screens.acting.raising import raise_of_agent

        place = Key(*key.split("/", 2))
        agent = look.snapshot.agents.get(place)
        if agent is None:
            return ()
        return (
            *agent_offers(place, agent, look),
            lend_offer(place, agent, look),
            raise_of_agent(agent, look),
            promise_of_agent(agent, look),
        )
