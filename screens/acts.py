"""What a person did and what came of it: a table, in which it is tried again or let be."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.acts_table import present_acts
from screens.presenters.table import TableView
from screens.table_screen import TableScreen
from screens.text import N_, _
from screens.widgets.text_lines import TextLines


class ActsPane(TablePane):
    """The person's own actions, the newest first.

    Args:
        again: Tries an action again, by its key.
        drop: Lets an action be, by its key.
        is_ascii: Draw with ASCII signs only.
    """

    SCOPE = Scope.ACTS
    EMPTY = N_("You have done nothing here lately.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ACTS)]

    def __init__(
        self, again: Callable[[str], None], drop: Callable[[str], None], *, is_ascii: bool
    ) -> None:
        super().__init__(is_ascii=is_ascii)
        self._again = again
        self._drop = drop

    def present(self, look: Look) -> TableView:
        """The actions."""
        zones = {site.id: site.zone for site in look.snapshot.sites}
        return present_acts(look.doings, zones, look.moment.now, self.view_state)

    def action_again(self) -> None:
        """Try the action under the cursor again."""
        if self.table.cursor_key is not None:
            self._again(self.table.cursor_key)

    def action_drop(self) -> None:
        """Let the action under the cursor be."""
        if self.table.cursor_key is not None:
            self._drop(self.table.cursor_key)


class ActsScreen(TableScreen, inherit_bindings=False):
    """The actions, over the floor."""

    def compose(self) -> ComposeResult:
        """The title and the actions."""
        title = TextLines(1, is_ascii=self._is_ascii, id="acts-title")
        title.set_lines((((f" {_('My actions')}", "title"),),))
        yield title
        yield self.current
        yield from self.compose_bottom()
