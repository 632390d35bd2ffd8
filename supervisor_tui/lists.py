"""The lists that open over the floor: who waits in a queue, and the agents who are lent."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import App

from data.floor import Key
from data.model import Ms
from screens.detail import DetailScreen
from screens.pane import TablePane
from screens.table_screen import TableScreen

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp


class ListsApp(App[None], inherit_bindings=False):
    """An app that opens tables over its floor; what only they need is imported when they open."""

    def push_table(self, screen: TableScreen) -> None:
        """Open a table over the floor."""
        self.push_screen(screen)
        self.call_after_refresh(cast("SupervisorApp", self).draw)

    @property
    def acted_on(self) -> TablePane:
        """The pane on whose rows keys act: that of the table or the page on top, or the floor's."""
        top = self.screen
        if isinstance(top, DetailScreen) and top.pane is not None:
            return top.pane
        if isinstance(top, TableScreen):
            return top.current
        return cast("SupervisorApp", self).floor.current

    def action_doings(self) -> None:
        """Show what the person did and what came of it."""
        app = cast("SupervisorApp", self)
        app.parts.doer.show_doings(app)

    def action_messages(self) -> None:
        """Show the messages to the person, and those they wrote."""
        app = cast("SupervisorApp", self)
        app.parts.doer.show_messages(app)

    def action_sources(self) -> None:
        """Show how each source does, and what is the matter."""
        app = cast("SupervisorApp", self)
        app.parts.troubles.show(app)

    def action_loans(self) -> None:
        """Show the agents who are lent, what is due first."""
        from screens.loans import LoansPane, LoansScreen

        app = cast("SupervisorApp", self)
        is_ascii, keymap = app.parts.viewing.is_ascii, app.parts.keymap
        pane = LoansPane(is_ascii=is_ascii)
        self.push_table(
            LoansScreen(pane, is_ascii=is_ascii, keymap=keymap, completer=app.commander)
        )

    def action_checklists(self) -> None:
        """Show what is gone through each day."""
        from screens.checklists import ChecklistsPane, ChecklistsScreen

        app = cast("SupervisorApp", self)
        is_ascii, keymap = app.parts.viewing.is_ascii, app.parts.keymap
        pane = ChecklistsPane(is_ascii=is_ascii)
        self.push_table(
            ChecklistsScreen(pane, is_ascii=is_ascii, keymap=keymap, completer=app.commander)
        )

    def action_handover(self) -> None:
        """Show what the shift leaves to the next, or what was left to it."""
        self.open_handover()

    def open_handover(self, since: Ms | None = None) -> None:
        """Show the handover; since when the draft tells, where somebody has said so."""
        from screens.handover import HandoverPane, HandoverScreen

        app = cast("SupervisorApp", self)
        is_ascii, keymap = app.parts.viewing.is_ascii, app.parts.keymap
        pane = HandoverPane(is_ascii=is_ascii, since=since)
        self.push_table(
            HandoverScreen(pane, is_ascii=is_ascii, keymap=keymap, completer=app.commander)
        )

    def open_waiting(self, queue: Key) -> None:
        """Show the contacts that wait in a queue, to do something for one of them."""
        from screens.waiting import WaitingPane, WaitingScreen

        app = cast("SupervisorApp", self)
        is_ascii, keymap = app.parts.viewing.is_ascii, app.parts.keymap
        pane = WaitingPane(queue, is_ascii=is_ascii)
        self.push_table(
            WaitingScreen(pane, is_ascii=is_ascii, keymap=keymap, completer=app.commander)
        )

    def on_table_pane_list_wanted(self, event: TablePane.ListWanted) -> None:
        """Show what belongs to a row: who waits in a queue."""
        event.stop()
        self.open_waiting(Key(*event.key.split("/", 2)))
