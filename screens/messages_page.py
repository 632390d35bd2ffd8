"""The page of messages: those to a person, and those they wrote, with who has read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data.figures.messages import author_name, messages_of, reader_names
from data.floor import FloorSnapshot, Key
from data.model import Audience, Note
from data.people import Person
from screens.formats import format_moment
from screens.look import Look
from screens.page import heading, parts, sentences
from screens.text import _, ngettext
from screens.tones import Tone
from screens.widgets.tone_styles import Line

_NAMED = 8
"""So many readers are named, and the rest counted."""


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


def message_words(note: Note, snapshot: FloorSnapshot) -> str:
    """A message in one line: who writes, to whom, and what."""
    return _("{author} to {readers}: {text}").format(
        author=author_name(note.author, snapshot),
        readers=_audience(note, note.audience, snapshot),
        text=note.text,
    )


def _messages(notes: Sequence[Note], look: Look, width: int, who: Person) -> Iterator[Line]:
    if not notes:
        yield from sentences([_("None.")], width, Tone.QUIET)
    zones = {site.id: site.zone for site in look.snapshot.sites}
    for note in notes:
        at = format_moment(note.written_at, zones.get(note.site, "UTC"), look.moment.now)
        words = message_words(note, look.snapshot)
        yield from sentences([_("{clock}  {message}").format(clock=at, message=words)], width)
        if note.author == who.id:
            yield from sentences(["  " + _read(note, look.snapshot)], width, Tone.QUIET)


def _read(note: Note, snapshot: FloorSnapshot) -> str:
    names = list(reader_names(note, snapshot))
    if not names:
        return _("nobody has read it yet")
    more = len(names) - _NAMED
    shown = ", ".join(names[:_NAMED])
    if more <= 0:
        return _("read by {names}").format(names=shown)
    text = ngettext("read by {names} and {count} more", "read by {names} and {count} more", more)
    return text.format(names=shown, count=more)


def _audience(note: Note, audience: Audience | None, snapshot: FloorSnapshot) -> str:
    if audience is None or audience.kind == "everybody":
        return _("everybody")
    if audience.kind == "team":
        text = ngettext("team {names}", "teams {names}", len(audience.ids))
        return text.format(names=", ".join(audience.ids))
    agents = (snapshot.agents.get(Key(note.site, note.source, each)) for each in audience.ids)
    names = (
        each if agent is None else agent.name
        for each, agent in zip(audience.ids, agents, strict=True)
    )
    return ", ".join(names)
