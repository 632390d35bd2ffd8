"""What rings because time has passed: a switch long on, agents lent, a promise or a check due.

Like the bells it goes by the server's instants: each reminder is said once, at the instant at which
it is due, and none for what was due before somebody began to look. What was due already stands in
the frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from data.figures.freshness import Moment
from data.figures.loans import due_loans, one_loan
from data.figures.queues import source_ages
from data.figures.switches import switches_on
from data.floor import FloorSnapshot, Key
from data.model import Ms
from screens.actions import BY_ID
from screens.formats import format_duration, format_first
from screens.key_names import keys_of, show_key
from screens.presenters.switches import short_word
from screens.text import _
from screens.tones import Tone

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp


class Reminder(msgspec.Struct, frozen=True):
    """One thing that somebody has to put back."""

    key: Key
    """Of the queue, the loan, the promise or the incident."""
    what: str
    """Which switch, or what else it is; empty for a loan."""
    at: Ms
    """When it came to be due."""
    text: str


class Reminders:
    """Finds what has newly come to be due, each once."""

    def __init__(self) -> None:
        self._began: Ms | None = None
        self._told: set[tuple[Key, str, Ms]] = set()

    def newly(
        self, snapshot: FloorSnapshot, moment: Moment, remind_ms: int
    ) -> tuple[Reminder, ...]:
        """What has come to be due since somebody began to look, and has not been told.

        Args:
            snapshot: The floor as of one commit.
            moment: The present.
            remind_ms: How long something may be on before somebody is reminded of it.
        """
        if self._began is None:
            self._began = moment.now
        due = list(_due(snapshot, moment, remind_ms))
        fresh = [
            each
            for each in due
            if each.at >= self._began and (each.key, each.what, each.at) not in self._told
        ]
        # What is no longer due needs no remembering: it cannot be due again at that instant.
        self._told = {(each.key, each.what, each.at) for each in due}
        return tuple(sorted(fresh, key=lambda each: each.at))

    def tell(self, app: SupervisorApp) -> None:
        """Say what has newly come to be due, and ring."""
        moment = Moment.of(app.snapshot.clock())
        fresh = self.newly(app.snapshot, moment, app.parts.viewing.remind_ms)
        if not fresh:
            return
        said = fresh[0].text
        if not fresh[0].what:
            key = show_key(keys_of(BY_ID["app.loans"], app.parts.keymap)[0])
            said = _("{reminder}: {key} lists them").format(reminder=said, key=key)
        app.announce(format_first(said, len(fresh) - 1), Tone.LOOK)


def _due(snapshot: FloorSnapshot, moment: Moment, remind_ms: int) -> Iterator[Reminder]:
    ages = source_ages(snapshot, moment)
    for on in switches_on(snapshot, None, ages, moment, remind_ms):
        if on.is_due and on.due_at is not None:
            text = _("{queue}: {switch} for {age}, is it still wanted?").format(
                queue=on.queue,
                switch=short_word(on.name, on.label),
                age=format_duration(remind_ms / 1000),
            )
            yield Reminder(on.key, on.name, on.due_at, text)
    if snapshot.promises or snapshot.incidents:
        yield from _written_down(snapshot, moment)
    due = due_loans(snapshot, None, moment.now)
    if due:
        from screens.presenters.lent_words import loan_words  # most floors have nobody lent
    for key, loan in due:
        agents = loan_words(snapshot, one_loan(snapshot, key, loan, moment.now))
        text = _("{agents} are to be brought back").format(agents=agents)
        yield Reminder(key, "", loan.until, text)


def _written_down(snapshot: FloorSnapshot, moment: Moment) -> Iterator[Reminder]:
    """What the shift has put on record for by now: promises to keep, incidents to look at again."""
    from data.figures.shift_log import open_incidents, open_promises
    from screens.presenters.promises import promise_words

    for key, promise in open_promises(snapshot, None):
        if promise.is_missed(moment.now):
            text = _("a promise is due: {promise}, {owner}").format(
                promise=promise_words(promise), owner=promise.owner.name
            )
            yield Reminder(key, "promise", promise.due_at, text)
    for key, incident in open_incidents(snapshot, None):
        if incident.is_unlooked(moment.now) and incident.next_check_at is not None:
            text = _("look at it again: {incident}").format(incident=incident.summary)
            yield Reminder(key, "incident", incident.next_check_at, text)
