"""The whole table of queues for one look at the floor."""

from __future__ import annotations

from screens.look import Look
from screens.presenters.calling import calling_now, mark_calling
from screens.presenters.queues import present_queues
from screens.presenters.switches import switch_cells
from screens.presenters.table import TableView, ViewState


def queue_table(look: Look, state: ViewState) -> TableView:
    """The queues with their totals, and which of them a complainant is in."""
    view = present_queues(
        look.figures, look.snapshot.sites, look.viewing.rules, state, switch_cells(look)
    )
    return mark_calling(view, calling_now(look.snapshot, look.site, look.moment))
