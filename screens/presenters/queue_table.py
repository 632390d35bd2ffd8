"""The whole table of queues for one look at the floor."""

from __future__ import annotations

from screens.look import Look
from screens.presenters.calling import calling_now, mark_calling
from screens.presenters.queues import QueueEntries, present_queues
from screens.presenters.switches import switch_cells
from screens.presenters.table import TableView, ViewState


def queue_table(look: Look, state: ViewState, entries: QueueEntries | None = None) -> TableView:
    """The queues with their totals, and which of them a complainant is in.

    Args:
        look: The floor.
        state: Sorting and filter.
        entries: What is kept of the queues from look to look.
    """
    sites, rules = look.snapshot.sites, look.viewing.rules
    view = present_queues(look.figures, sites, rules, state, switch_cells(look), entries)
    return mark_calling(view, calling_now(look.snapshot, look.site, look.moment))
