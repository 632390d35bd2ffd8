"""The pane of queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from data.floor import Key
from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.calling import calling_now, mark_calling
from screens.presenters.queues import present_queues
from screens.presenters.table import TableView
from screens.text import N_

if TYPE_CHECKING:
    from screens.detail import Presenter


class QueuesPane(TablePane):
    """Where is it burning, how badly, and who could help."""

    SCOPE = Scope.QUEUES
    EMPTY = N_("No queues yet: the sync process has not brought any.")
    NAMES_FORMULA = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.QUEUES)]

    def present(self, look: Look) -> TableView:
        """The queues with their totals, and which of them a complainant is in."""
        view = present_queues(
            look.figures, look.snapshot.sites, look.viewing.rules, self.view_state
        )
        return mark_calling(view, calling_now(look.snapshot, look.site, look.moment))

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """Everything about one queue."""
        from screens.queue_page import QueuePage

        place = Key(*key.split("/", 2))
        queue = look.snapshot.queues.get(place)
        return None if queue is None else (queue.name, QueuePage(place))
