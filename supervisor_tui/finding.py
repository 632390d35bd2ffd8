"""`:find`: asks history in a thread, and shows what was found.

What that takes is imported when somebody looks for something.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from data.errors import StoreError
from screens.sentences import sentence
from screens.text import _
from screens.tones import Tone

if TYPE_CHECKING:
    from data.cache.history_model import ContactLife, FoundContact
    from screens.found import FoundPane
    from screens.pane import TablePane
    from supervisor_tui.app import SupervisorApp


class Finder:
    """Finds contacts for the screen; while history is read, keys go on being answered.

    Args:
        history: The floor's history.
    """

    def __init__(self, history: Path) -> None:
        self._history = history

    def find(self, app: SupervisorApp, words: str) -> None:
        """Look for contacts and show them.

        Raises:
            CommandError: A word is a time or a day that there is not.
        """
        from supervisor_tui.archive import Archive
        from supervisor_tui.command_line import CommandError
        from supervisor_tui.find_words import FindWordsError, find_contacts, parse_words

        try:
            parsed = parse_words([words])
        except FindWordsError as error:
            raise CommandError(_("{word} is no time and no day.").format(word=error)) from None
        snapshot = app.snapshot
        app.floor.say(_("Looking for “{words}” ...").format(words=words))

        def look() -> None:
            try:
                found = find_contacts(
                    Archive(self._history).find,
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
        from screens.found import FoundPane, FoundScreen

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
                completer=app.commander,
            )
        )

    def open_row(self, app: SupervisorApp, pane: TablePane, key: str) -> None:
        """Show the life of the contact in a row of a pane of found contacts."""
        self.open(app, cast("FoundPane", pane).found[key])

    def open(self, app: SupervisorApp, contact: FoundContact) -> None:
        """Show one contact's life."""
        from supervisor_tui.archive import Archive

        def read() -> None:
            try:
                life = Archive(self._history).life(contact.site, contact.source, contact.id)
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
        from screens.found import LifePage

        title = _("Contact {id}  {caller}").format(id=contact.id, caller=contact.caller_masked)
        app.show_page(title, LifePage(life, contact.site))
