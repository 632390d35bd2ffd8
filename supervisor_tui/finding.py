"""`:find`: asks history in a thread, and shows what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.cache.history_model import ContactLife, FoundContact
from data.errors import StoreError
from screens.found import FoundPane, FoundScreen, LifePage
from screens.sentences import sentence
from screens.text import _
from screens.tones import Tone
from supervisor_tui.archive import Archive
from supervisor_tui.command_line import CommandError
from supervisor_tui.find_words import FindWordsError, find_contacts, parse_words

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp


class Finder:
    """Finds contacts for the screen; while history is read, keys go on being answered.

    Args:
        archive: The floor's history.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def find(self, app: SupervisorApp, words: str) -> None:
        """Look for contacts and show them.

        Raises:
            CommandError: A word is a time or a day that there is not.
        """
        try:
            parsed = parse_words([words])
        except FindWordsError as error:
            raise CommandError(_("{word} is no time and no day.").format(word=error)) from None
        snapshot = app.snapshot
        app.floor.say(_("Looking for “{words}” ...").format(words=words))

        def look() -> None:
            try:
                found = find_contacts(
                    self._archive.find,
                    parsed,
                    snapshot.sites,
                    lambda site: snapshot.clock(site).now(),
                )
            except StoreError as error:
                app.call_from_thread(app.floor.say, sentence(error.code, error.detail), Tone.LOOK)
            else:
                app.call_from_thread(self._show, app, words, found)

        app.run_worker(look, group="find", exclusive=True, thread=True, exit_on_error=False)

    def _show(self, app: SupervisorApp, words: str, found: list[FoundContact]) -> None:
        if not found:
            app.floor.say(_("Nothing was found for “{words}”.").format(words=words), Tone.LOOK)
            return
        app.floor.say("")
        if len(found) == 1:
            self.open(app, found[0])
            return
        viewing = app.parts.viewing
        pane = FoundPane(found, is_ascii=viewing.is_ascii)
        app.push_table(
            FoundScreen(
                words,
                pane,
                is_ascii=viewing.is_ascii,
                keymap=app.parts.keymap,
                completer=app.complete,
            )
        )

    def open(self, app: SupervisorApp, contact: FoundContact) -> None:
        """Show one contact's life."""

        def read() -> None:
            try:
                life = self._archive.life(contact.site, contact.source, contact.id)
            except StoreError as error:
                app.call_from_thread(app.floor.say, sentence(error.code, error.detail), Tone.LOOK)
            else:
                app.call_from_thread(self._show_life, app, contact, life)

        app.run_worker(read, group="find", exclusive=True, thread=True, exit_on_error=False)

    def _show_life(
        self, app: SupervisorApp, contact: FoundContact, life: ContactLife | None
    ) -> None:
        if life is None:
            app.floor.say(_("Nothing more is known of this contact."), Tone.LOOK)
            return
        title = _("Contact {id}  {caller}").format(id=contact.id, caller=contact.caller_masked)
        app.show_page(title, LifePage(life, contact.site))
