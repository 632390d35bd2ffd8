"""Messages to the person at the screen: each is said once, with a bell, and stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from data.figures.messages import is_to, messages_of
from data.floor import Key
from data.model import Ms, Note
from screens.key_names import key_name
from screens.text import _
from screens.tones import Tone
from supervisor_tui.person import PersonalFile

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

FRESH_MS = 8 * 3_600_000
"""What is older than a shift is no news to somebody who has just begun theirs."""


class Inbox:
    """Tells of messages.

    Args:
        personal: Remembers up to when messages have been said.
    """

    def __init__(self, personal: PersonalFile) -> None:
        self._personal = personal
        self._notes: Mapping[Key, Note] = {}

    def tell(self, app: SupervisorApp) -> None:
        """Say the newest message that has not been said yet, and how many more there are."""
        if app.snapshot.notes is self._notes:
            return
        self._notes = app.snapshot.notes
        found = self.unsaid(app)
        if not found:
            return
        from screens.messages_page import message_words

        self._keep(found[0].written_at)
        said = message_words(found[0], app.snapshot)
        if len(found) > 1:
            text, key = _("{message}  (+{more} more: {key})"), key_name("app.messages")
            said = text.format(message=said, more=len(found) - 1, key=key)
        app.announce(said, Tone.LOOK)

    def unsaid(self, app: SupervisorApp) -> list[Note]:
        """The messages to the person that have not been said yet, the newest first."""
        who = app.parts.doer.actor.person
        if who is None:
            return []
        settings = self._personal.settings
        since = max(settings.messages_until, app.snapshot.clock().now() - FRESH_MS)
        return [
            note
            for note in messages_of(app.snapshot, who)
            if is_to(note, who) and note.written_at > since and not note.is_withdrawn
        ]

    def _keep(self, until: Ms) -> None:
        self._personal.settings.messages_until = until
        self._personal.keep()
