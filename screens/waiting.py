"""The contacts that wait in one queue: a table over the floor, to do something for one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from data.floor import Key
from screens.acting.contacts import contact_offers
from screens.acting.promises import promise_of_contact
from screens.acting.raising import raise_of_contact
from screens.actions import Scope
from screens.key_names import Keymap
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.switches import switch_cells
from screens.presenters.table import TableView
from screens.presenters.waiting import present_waiting, waiting_columns
from screens.prompting import Completer
from screens.table_screen import TableScreen
from screens.text import N_, _
from screens.widgets.text_lines import TextLines

if TYPE_CHECKING:
    from screens.acting.offer import Offer


class WaitingPane(TablePane):
    """Who waits in one queue, the one that is next at the top.

    Args:
        queue: The queue.
        is_ascii: Draw with ASCII signs only.
    """

    SCOPE = Scope.WAITING
    EMPTY = N_("Nobody waits.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.WAITING)]

    def __init__(self, queue: Key, *, is_ascii: bool) -> None:
        super().__init__(is_ascii=is_ascii)
        self.queue = queue

    def present(self, look: Look) -> TableView:
        """The contacts; none where the queue is no longer there."""
        figures = look.figures.queue(self.queue)
        if figures is None:
            return TableView(waiting_columns(), (), 0, 0)
        return present_waiting(figures, look.snapshot, self.view_state, look.doings)

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """What can be done to a contact, and complaints and promises put on record."""
        its = Key(*key.split("/", 2))
        contact = look.snapshot.contacts.get(its)
        if contact is None:
            return contact_offers(its, look)
        new = raise_of_contact(contact, look), promise_of_contact(contact)
        return (*contact_offers(its, look), *new)


class WaitingScreen(TableScreen, inherit_bindings=False):
    """The contacts that wait, over the floor.

    Args:
        pane: The contacts.
        is_ascii: Draw with ASCII signs only.
        keymap: The person's own keys.
        completer: What completes a command.
    """

    def __init__(
        self, pane: WaitingPane, *, is_ascii: bool, keymap: Keymap, completer: Completer
    ) -> None:
        super().__init__(pane, is_ascii=is_ascii, keymap=keymap, completer=completer)
        self._queue = pane.queue
        self._title = TextLines(1, is_ascii=is_ascii, id="waiting-title")

    def compose(self) -> ComposeResult:
        """The queue, and who waits in it."""
        yield self._title
        yield self.current
        yield from self.compose_bottom()

    def show(self, look: Look) -> None:
        """Show a newer look at the floor."""
        queue = look.snapshot.queues.get(self._queue)
        name = queue.name if queue is not None else self._queue.id
        title = _("Waiting in {queue}").format(queue=name)
        on = switch_cells(look).get(self._queue, "")
        if on:
            title = _("Waiting in {queue}: {switches}").format(queue=name, switches=on)
        self._title.set_lines((((f" {title}", "title"),),))
        super().show(look)
