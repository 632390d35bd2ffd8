"""The pane of notes and incidents, and the page of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec
from msgspec.structs import replace
from textual.binding import BindingType

from data.actions.verbs import Verb
from data.floor import Key
from data.model import Kind, Ms, Note, Promise
from screens.acting.promises import promise_offers
from screens.acting.shift_log import incident_offers, new_offers, note_offers, others_offers
from screens.actions import BY_ID, Action, Scope
from screens.formats import format_moment
from screens.key_names import key_name, keys_of
from screens.keys import bindings
from screens.look import Look
from screens.page import heading, parts, sentences
from screens.pane import TablePane
from screens.presenters.briefings import Briefing, reader_sentences
from screens.presenters.notes import (
    author_words,
    entry_of,
    event_words,
    incident_sentences,
    note_event_words,
    party_words,
    people_of,
    present_notes,
)
from screens.presenters.promises import promise_event_words, promise_sentences
from screens.presenters.table import TableView
from screens.text import _
from screens.tones import Tone
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from screens.detail import Presenter

NEW = "new"
"""Stands for the row that is to be written: it can be had where there is no row yet."""


class NotesPane(TablePane):
    """What the shift has written down, and what of it somebody has to look at again."""

    SCOPE = Scope.NOTES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.NOTES)]

    @property
    def empty_words(self) -> str:
        """What is said where there are no rows, with the keys that write the first one."""
        text = _(
            "Nothing has been written down in the last day."
            " {note} writes a note, {incident} an incident."
        )
        return text.format(
            note=key_name("notes.shift-note"), incident=key_name("notes.open-incident")
        )

    def acts_on(self, key: str | None) -> Iterable[Action]:
        """What opens an incident again does so with a promise."""
        reopens = BY_ID["notes.reopen-promise"]
        for action in super().acts_on(key):
            if action.id == "notes.reopen-incident" and _is_promise(key):
                yield replace(reopens, keys=keys_of(action))
            elif action is not reopens:
                yield action

    def action_act(self, wanted: str, *rows: str) -> None:
        """What opens an incident again does so with a promise."""
        if wanted == Verb.REOPEN_INCIDENT and all(map(_is_promise, rows or self.chosen)):
            wanted = Verb.REOPEN_PROMISE
        super().action_act(wanted, *rows)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The rows that an action is for; where there are none, the one that is to be written."""
        return super().chosen or (NEW,)

    def present(self, look: Look) -> TableView:
        """Incidents that last first."""
        return present_notes(
            look.snapshot,
            look.site,
            look.moment.now,
            self.view_state,
            people=people_of(look),
            doings=look.doings,
            who=look.viewing.who,
        )

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """A note in full, or an incident with its history."""
        found = entry_of(key, look.snapshot)
        if found is None:
            return None
        titles = {Note: _("Note"), Promise: _("Promise")}
        title = titles.get(type(found[1]), _("Incident"))
        if isinstance(found[1], Note) and found[1].audience is not None:
            title = _("Briefing")
        return title, LogPage(key)

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """Something new can be written wherever the cursor is, once; the rest an incident has."""
        found = entry_of(key, look.snapshot)
        new = new_offers(look, found[0].site if found is not None else "")
        if found is not None and key != self.chosen[0]:
            new = ()
        if found is None:
            return new
        place, entry = found
        if isinstance(entry, Note):
            own = note_offers(place, entry, look.doings, look.viewing.who)
        elif isinstance(entry, Promise):
            own = promise_offers(place, entry, look.doings)
        else:
            own = incident_offers(place, entry, look.doings)
        return *own, *new, *others_offers(place, Kind(key.partition("/")[0]))


def _is_promise(key: str | None) -> bool:
    return key is not None and key.partition("/")[0] == Kind.PROMISE


class LogPage(msgspec.Struct, frozen=True):
    """Draws a note or an incident, for whatever look at the floor it is given."""

    row: str
    """The key of its row."""

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The lines; None where it is no longer there."""
        found = entry_of(self.row, look.snapshot)
        if found is None:
            return None
        key, entry = found
        zones = {site.id: site.zone for site in look.snapshot.sites}
        zone, now = zones.get(key.site, "UTC"), look.moment.now
        if isinstance(entry, Note):
            return _note_lines(entry, look, zone, width)
        if isinstance(entry, Promise):
            return _promise_lines(entry, now, zone, width)
        tone = Tone.LOOK if entry.is_unlooked(now) else Tone.NORMAL
        return parts(
            [
                heading(
                    _("{party}: {summary}").format(
                        party=party_words(entry.party), summary=entry.summary
                    )
                ),
                *sentences(incident_sentences(entry, look.snapshot, zone, now), width, tone),
            ],
            [
                heading(_("What has become of it")),
                *sentences((event_words(each, zone, now) for each in entry.events), width),
            ],
        )


def _note_lines(note: Note, look: Look, zone: str, width: int) -> Sequence[Line]:
    said = _("{name}, {clock}").format(
        name=author_words(note, look.snapshot, people_of(look)),
        clock=format_moment(note.written_at, zone, look.moment.now),
    )
    key = Key(note.site, note.source, note.id)
    its = Briefing(key, note, look.snapshot, people_of(look), look.viewing.who)
    gone = [_("Withdrawn: it says nothing any more.")] if note.is_withdrawn else []
    history = (note_event_words(each, zone, look.moment.now) for each in note.events)
    return parts(
        [heading(said), *sentences([*gone, note.text], width)],
        [heading(_("Who has read it")), *sentences(reader_sentences(its), width)]
        if note.audience is not None
        else [],
        # What was written once and never touched stands above already.
        [heading(_("What has become of it")), *sentences(history, width)]
        if len(note.events) > 1
        else [],
    )


def _promise_lines(promise: Promise, now: Ms, zone: str, width: int) -> Sequence[Line]:
    tone = Tone.LOOK if promise.is_missed(now) else Tone.NORMAL
    history = (promise_event_words(each, zone, now) for each in promise.events)
    return parts(
        [heading(promise.text), *sentences(promise_sentences(promise, zone, now), width, tone)],
        [heading(_("What has become of it")), *sentences(history, width)],
    )
