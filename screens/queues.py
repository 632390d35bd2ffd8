"""The pane of queues."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from data.figures.spans import HALF_HOUR_MS
from data.floor import Key
from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.queue_table import queue_table
from screens.presenters.queues import QueueEntries
from screens.presenters.table import TableView
from screens.text import N_

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader
    from screens.acting.offer import Offer
    from screens.detail import Presenter

_DAY_MS = 86_400_000


class QueuesPane(TablePane):
    """Where is it burning, how badly, and who could help."""

    SCOPE = Scope.QUEUES
    EMPTY = N_("No queues yet: the sync process has not brought any.")
    NAMES_FORMULA = True
    TELLS_PAST = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.QUEUES)]

    def __init__(self, *, is_ascii: bool, columns: Iterable[str] | None = None) -> None:
        super().__init__(is_ascii=is_ascii, columns=columns)
        self._entries = QueueEntries()

    def present(self, look: Look) -> TableView:
        """The queues with their totals, and which of them a complainant is in."""
        return queue_table(look, self.view_state, self._entries)

    def rest(self) -> None:
        """Keep nothing of a look that others have followed."""
        super().rest()
        self._entries = QueueEntries()

    @property
    def wanted_past(self) -> Hashable:
        """What was forecast of the day, anew with each half hour."""
        if self._look is None:
            return None
        return self._look.moment.now // HALF_HOUR_MS, self._look.site

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Read it for the queues whose source forecasts nothing."""
        now = look.moment.now
        look.queues.expected = history.forecasts(look.site, now - _DAY_MS, now + 1)

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """Everything about one queue."""
        from screens.queue_page import QueuePage

        place = Key(*key.split("/", 2))
        queue = look.snapshot.queues.get(place)
        return None if queue is None else (queue.name, QueuePage(place))

    def action_waiting(self) -> None:
        """Ask for the contacts that wait in the queue under the cursor."""
        if self.table.cursor_key is not None:
            self.post_message(self.ListWanted(self, self.table.cursor_key))

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """What can be put on or off at a queue; of several, all to the same."""
        from screens.acting.loans import lend_to_offer
        from screens.acting.queues import queue_offers
        from screens.acting.raising import raise_of_queue

        queues = look.snapshot.queues
        place = Key(*key.split("/", 2))
        queue = queues.get(place)
        if queue is None:
            return ()
        chosen = (Key(*each.split("/", 2)) for each in self.chosen)
        together = [queues[each] for each in chosen if each in queues]
        is_among = any(each is queue for each in together)
        switches = queue_offers(place, queue, look, together if is_among else ())
        return (*switches, lend_to_offer(place, queue, look), raise_of_queue(queue, look))
