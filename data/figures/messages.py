"""Messages: which are to a person, and which the person wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from data.floor import FloorSnapshot
from data.model import Note
from data.people import Person


def messages_of(snapshot: FloorSnapshot, person: Person) -> tuple[Note, ...]:
    """The messages to a person or by them, the newest first.

    Args:
        snapshot: The floor as of one commit.
        person: Who reads.
    """
    found = [
        note
        for note in snapshot.notes.values()
        if note.audience is not None and (note.author == person.id or is_to(note, person))
    ]
    return tuple(sorted(found, key=lambda note: (-note.written_at, note.id)))


def is_to(note: Note, person: Person) -> bool:
    """Whether a message that somebody else wrote is to a person, by id, team or as one of all."""
    audience = note.audience
    if audience is None or note.author == person.id:
        return False
    match audience.kind:
        case "everybody":
            return True
        case "team":
            return any(map(person.is_of, audience.ids))
        case "agents":
            return person.id in audience.ids
    return False


class Readers(msgspec.Struct, frozen=True):
    """Who has read a message, and who it is to and has not, by name."""

    read: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def count(self) -> int:
        """To how many it is."""
        return len(self.read) + len(self.unread)


def readers_of(note: Note, snapshot: FloorSnapshot, people: Mapping[str, str]) -> Readers:
    """Who has read a message, and who has not; whoever it is to is known by now's teams.

    Args:
        note: The message.
        snapshot: The floor as of one commit.
        people: Names of people of the floor, by id: the desk's readers are those.
    """
    agents = {
        agent.id: agent
        for agent in snapshot.agents.values()
        if (agent.site, agent.source) == (note.site, note.source)
    }
    audience = note.audience
    ids: Iterable[str] = audience.ids if audience is not None else ()
    if audience is not None and audience.kind == "everybody":
        ids = agents
    elif audience is not None and audience.kind == "team":
        ids = [each.id for each in agents.values() if each.team in audience.ids]
    names = {**people, **{key: agent.name for key, agent in agents.items()}}
    read = dict.fromkeys(note.read_by)
    unread = sorted(names.get(each, each) for each in ids if each not in read)
    return Readers(tuple(names.get(each, each) for each in read), tuple(unread))


def author_name(author: str, snapshot: FloorSnapshot) -> str:
    """The name of who wrote something, where anything that they did names them; else the id."""
    return next(
        (row.actor_name for row in snapshot.actions if row.actor == author and row.actor_name),
        author,
    )
