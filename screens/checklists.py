"""The checklists as a table over the floor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.acting.checklists import tick_offers
from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.checklists import item_of, lists_of, present_checklists
from screens.presenters.table import TableView
from screens.table_screen import TableScreen
from screens.text import N_, _
from screens.widgets.text_lines import TextLines

if TYPE_CHECKING:
    from screens.acting.offer import Offer


class ChecklistsPane(TablePane):
    """What is gone through each day, and who has seen to what."""

    SCOPE = Scope.CHECKLISTS
    EMPTY = N_("There are no checklists.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.CHECKLISTS)]

    def present(self, look: Look) -> TableView:
        """What is late first."""
        now = look.moment.now
        return present_checklists(
            lists_of(look), look.snapshot, look.site, now, self.view_state, look.doings
        )

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """An item can be ticked, and a tick taken back."""
        found = item_of(key, lists_of(look), look.snapshot, look.site, look.moment.now)
        return () if found is None else tick_offers(*found, look.moment.now)


class ChecklistsScreen(TableScreen, inherit_bindings=False):
    """The checklists, over the floor."""

    def compose(self) -> ComposeResult:
        """The title and the items."""
        title = TextLines(1, is_ascii=self._is_ascii, id="checklists-title")
        title.set_lines((((f" {_('Checklists')}", "title"),),))
        yield title
        yield self.current
        yield from self.compose_bottom()
