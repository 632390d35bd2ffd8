"""Briefings in words: to whom, who has read them, and who has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from data.figures.doings import Doings
from data.figures.messages import is_to, readers_of
from data.floor import FloorSnapshot, Key
from data.model import DESK, Kind, Ms, Note
from data.people import Person
from screens.formats import format_duration
from screens.key_names import key_name
from screens.presenters.acts import pending_words
from screens.presenters.table import SortKey
from screens.text import _, ngettext, pgettext
from screens.tones import Tone

_NAMED = 8
"""So many readers are named, and the rest counted."""


class Briefing(msgspec.Struct, frozen=True):
    """A message to several, and who looks at it."""

    key: Key
    note: Note
    snapshot: FloorSnapshot
    people: Mapping[str, str]
    """Names of people of the floor, by id."""
    who: Person | None = None

    @property
    def wants_word(self) -> bool:
        """Whether the person who looks is to say that they have read it."""
        note, who = self.note, self.who
        if who is None or self.key.source != DESK or note.is_withdrawn:
            return False
        return is_to(note, who) and who.id not in note.read_by


def briefing_cells(
    its: Briefing, now: Ms, author: str, doings: Doings
) -> tuple[Sequence[str], Sequence[Tone], tuple[SortKey, ...]]:
    """The cells of its row among notes and incidents, their tones, and what it is sorted by."""
    note = its.note
    age_s = max(0.0, (now - note.written_at) / 1000)
    kind = pgettext("shift log", "briefing")
    readers = audience_words(note, its.snapshot, its.people)
    text = _("to {readers}: {text}").format(readers=readers, text=note.text)
    waits = doings.pending(Kind.NOTE, its.key, note.version) if its.key.source == DESK else None
    state = pending_words(waits) if waits is not None else _state(its)
    tones = [Tone.QUIET if note.is_withdrawn else Tone.NORMAL] * 7
    if its.wants_word:
        tones[2] = Tone.LOOK
    cells = (kind, text, state, format_duration(age_s), "", "", author)
    return cells, tones, (kind, text, None, age_s, None, None, author)


def reader_sentences(its: Briefing) -> Sequence[str]:
    """Who has read it, and who has not; what the source does not tell counts as not."""
    readers = readers_of(its.note, its.snapshot, its.people)
    read = ", ".join(readers.read) if readers.read else _("nobody yet")
    said = [_("Read by: {names}.").format(names=read)]
    if readers.unread:
        said.append(_("Not yet: {names}.").format(names=", ".join(readers.unread)))
    return said


def audience_words(
    note: Note, snapshot: FloorSnapshot, people: Mapping[str, str] | None = None
) -> str:
    """To whom a message is.

    Args:
        note: The message.
        snapshot: The floor as of one commit.
        people: Names of people of the floor, by id: a desk's message may be to them.
    """
    audience = note.audience
    if audience is None or audience.kind == "everybody":
        return _("everybody")
    if audience.kind == "team":
        text = ngettext("team {names}", "teams {names}", len(audience.ids))
        return text.format(names=", ".join(audience.ids))
    agents = (snapshot.agents.get(Key(note.site, note.source, each)) for each in audience.ids)
    names = [
        (people or {}).get(each, each) if agent is None else agent.name
        for each, agent in zip(audience.ids, agents, strict=True)
    ]
    return named_few(names)


def named_few(names: Sequence[str]) -> str:
    """Names with commas between; of many the first, and how many more there are."""
    more = len(names) - _NAMED
    shown = ", ".join(names[:_NAMED])
    if more <= 0:
        return shown
    text = ngettext("{names} and {count} more", "{names} and {count} more", more)
    return text.format(names=shown, count=more)


def _state(its: Briefing) -> str:
    if its.note.is_withdrawn:
        return pgettext("note", "withdrawn")
    if its.wants_word:
        return _("! {key}: read").format(key=key_name("notes.read-note"))
    readers = readers_of(its.note, its.snapshot, its.people)
    return _("read {read}/{all}").format(read=len(readers.read), all=readers.count)
