"""Messages: which are to a person, and which the person wrote."""

from __future__ import annotations

from collections.abc import Iterable

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


def author_name(author: str, snapshot: FloorSnapshot) -> str:
    """The name of who wrote something, where anything that they did names them; else the id."""
    return next(
        (row.actor_name for row in snapshot.actions if row.actor == author and row.actor_name),
        author,
    )


def reader_names(note: Note, snapshot: FloorSnapshot) -> Iterable[str]:
    """The names of those who have read a message."""
    names = {
        agent.id: agent.name
        for agent in snapshot.agents.values()
        if (agent.site, agent.source) == (note.site, note.source)
    }
    return [names.get(reader, reader) for reader in note.read_by]
