"""The contacts that were found, and the page of one contact's life."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType

from data.cache.history_model import ContactLife, FoundContact
from screens.actions import Scope
from screens.key_names import Keymap
from screens.keys import bindings
from screens.look import Look
from screens.page import parts, table
from screens.pane import TablePane
from screens.presenters.contact_life import present_life
from screens.presenters.contacts import found_row_key, present_found
from screens.presenters.table import TableView
from screens.prompting import Completer
from screens.table_screen import TableScreen
from screens.text import N_, _, ngettext
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from screens.acting.offer import Offer


class FoundPane(TablePane):
    """Contacts that fit what was sought, the newest first."""

    SCOPE = Scope.FOUND
    EMPTY = N_("Nothing was found.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.FOUND)]

    def __init__(
        self,
        found: Sequence[FoundContact],
        *,
        is_ascii: bool,
        columns: Iterable[str] | None = None,
    ) -> None:
        super().__init__(is_ascii=is_ascii, columns=columns)
        self.found = {found_row_key(contact): contact for contact in found}

    def present(self, look: Look) -> TableView:
        """The contacts; waits that last are counted up to now."""
        contacts = tuple(self.found.values())
        return present_found(contacts, look.snapshot.sites, look.moment.now, self.view_state)

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """What is complained of can be put on record, and what was promised."""
        from screens.acting.promises import promise_of_found
        from screens.acting.raising import raise_of_found

        found = self.found[key]
        return raise_of_found(found, look), promise_of_found(found)


class FoundScreen(TableScreen, inherit_bindings=False):
    """The contacts that were found, over the floor.

    Args:
        sought: What was typed.
        pane: The contacts.
        is_ascii: Draw with ASCII signs only.
        keymap: The person's own keys.
        completer: What completes a command.
    """

    def __init__(
        self,
        sought: str,
        pane: FoundPane,
        *,
        is_ascii: bool,
        keymap: Keymap,
        completer: Completer,
    ) -> None:
        super().__init__(pane, is_ascii=is_ascii, keymap=keymap, completer=completer)
        self._title = TextLines(1, is_ascii=is_ascii, id="found-title")
        count = len(pane.found)
        text = ngettext(
            "“{sought}”: {count} contact found", "“{sought}”: {count} contacts found", count
        )
        self._title.set_lines((((f" {text.format(sought=sought, count=count)}", "title"),),))

    def compose(self) -> ComposeResult:
        """What was sought, and what was found."""
        yield self._title
        yield self.current
        yield from self.compose_bottom()


class LifePage(msgspec.Struct, frozen=True):
    """Draws one contact's life; what is known of it does not change while one looks."""

    life: ContactLife
    site: str

    def __call__(self, look: Look, width: int) -> Sequence[Line]:
        """The steps, with their instants."""
        zone = next((site.zone for site in look.snapshot.sites if site.id == self.site), "UTC")
        now = look.snapshot.clock(self.site).now()
        view = present_life(self.life, zone, now)
        return parts(
            [
                *table(
                    view,
                    width,
                    empty=_("Nothing is known of it."),
                    is_ascii=look.viewing.is_ascii,
                )
            ]
        )
