"""The page of messages: those to a person, and those they wrote, with who has read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from data.figures.messages import Readers, author_name, messages_of, readers_of
from data.floor import FloorSnapshot
from data.model import Note
from data.people import Person
from screens.formats import format_moment
from screens.look import Look
from screens.page import heading, parts, sentences
from screens.presenters.briefings import audience_words, named_few
from screens.presenters.notes import people_of
from screens.text import _
from screens.tones import Tone
from screens.widgets.tone_styles import Line


class MessagesPage:
    """Draws the messages for whatever look at the floor it is given."""

    def __call__(self, look: Look, width: int) -> Sequence[Line]:
        """The lines of the page."""
        who = look.viewing.who
        if who is None:
            return list(sentences([_("The floor does not know you.")], width))
        found = messages_of(look.snapshot, who)
        to_me = [note for note in found if note.author != who.id]
        mine = [note for note in found if note.author == who.id]
        return parts(
            [heading(_("To me")), *_messages(to_me, look, width, who)],
            [heading(_("Written by me")), *_messages(mine, look, width, who)],
        )


def message_words(
    note: Note, snapshot: FloorSnapshot, people: Mapping[str, str] | None = None
) -> str:
    """A message in one line: who writes, to whom, and what.

    Args:
        note: The message.
        snapshot: The floor as of one commit.
        people: Names of people of the floor, by id.
    """
    text = _("{author} to {readers}: {text}")
    if note.is_withdrawn:
        text = _("{author} to {readers}, withdrawn: {text}")
    return text.format(
        author=(people or {}).get(note.author) or author_name(note.author, snapshot),
        readers=audience_words(note, snapshot, people),
        text=note.text,
    )


def _messages(notes: Sequence[Note], look: Look, width: int, who: Person) -> Iterator[Line]:
    if not notes:
        yield from sentences([_("None.")], width, Tone.QUIET)
    zones = {site.id: site.zone for site in look.snapshot.sites}
    people = people_of(look)
    for note in notes:
        at = format_moment(note.written_at, zones.get(note.site, "UTC"), look.moment.now)
        words = message_words(note, look.snapshot, people)
        yield from sentences([_("{clock}  {message}").format(clock=at, message=words)], width)
        if note.author == who.id:
            readers = readers_of(note, look.snapshot, people)
            yield from sentences([f"  {_read(readers)}"], width, Tone.QUIET)


def _read(readers: Readers) -> str:
    if not readers.read:
        return _("nobody has read it yet")
    if not readers.unread:
        return _("read by {names}: all of them").format(names=named_few(readers.read))
    return _("read by {names}; not yet by {others}").format(
        names=named_few(readers.read), others=named_few(readers.unread)
    )
