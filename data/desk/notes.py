"""Notes at the floor's own desk: written, read, corrected, withdrawn, and put back.

Nothing that was written goes away: a note's history has every word that stood in it, and who took
it back. A correction is true whatever stood there, so none of this is based on a version.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from data.clean import clean_text
from data.contract import ActionBase, NoteWrite, from_ms, to_ms
from data.contract import Person as Author
from data.desk.commands import Asked, Command, as_new, without_version
from data.desk.keeper import Keeper, Kept
from data.desk.log_messages import KeptNote, NoteLine, NoteWhat, TellNote, person_of
from data.desk.rules import Refusal, write_note
from data.errors import Code
from data.model import Ms, Note, NoteEvent, Person

KIND = "note"
_TEXT_LIMIT = 4000


def write(asked: Asked, note: str) -> Command:
    """Leave a note; whoever writes it makes its id."""

    def made(action: NoteWrite, now: Ms, _keeper: Keeper) -> KeptNote:
        written = write_note(None, action, now)
        kept = KeptNote(
            author=written.author,
            text=written.text,
            written_at=written.written_at,
            about=written.about,
            audience=written.audience,
        )
        kept.events.append(msgspec.structs.replace(_first(kept), by=person_of(action)))
        return kept

    return as_new(asked, KIND, note, NoteWrite, made)


def correct(asked: Asked, note: str) -> Command:
    """Let it say something else."""

    def told(kept: KeptNote, action: TellNote) -> NoteWhat:
        if kept.is_withdrawn:
            raise _wrong_state(kept)
        if not action.text.strip() or action.text == kept.text:
            raise Refusal(Code.INVALID_FIELD, fields=[("/text", "nothing-said")])
        kept.text = action.text
        return "corrected"

    return _on_note(asked, note, told)


def withdraw(asked: Asked, note: str) -> Command:
    """It was a mistake, and says nothing any more."""

    def told(kept: KeptNote, _action: TellNote) -> NoteWhat:
        if kept.is_withdrawn:
            raise _wrong_state(kept)
        kept.is_withdrawn = True
        return "withdrawn"

    return _on_note(asked, note, told)


def restore(asked: Asked, note: str) -> Command:
    """It was no mistake after all."""

    def told(kept: KeptNote, _action: TellNote) -> NoteWhat:
        if not kept.is_withdrawn:
            raise _wrong_state(kept)
        kept.is_withdrawn = False
        return "restored"

    return _on_note(asked, note, told)


def read(asked: Asked, note: str) -> Command:
    """Say that one has read it; once is enough."""

    def effect(action: ActionBase, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        kept = keeper.get(KIND, note)
        if kept is None:
            raise Refusal(Code.NOT_FOUND)
        data: KeptNote = kept.data
        if action.actor.id in {data.author, *data.read_by}:
            raise Refusal(Code.WRONG_STATE, current=(kept,))
        data.read_by.append(action.actor.id)
        return (keeper.put(KIND, note, data, at=now, by=key),)

    return without_version(asked, ActionBase, effect)


def with_history(note: Note, kept: Kept) -> Note:
    """A note as the screens see it, with what has become of it."""
    data: KeptNote = kept.data
    return msgspec.structs.replace(
        note,
        is_withdrawn=data.is_withdrawn,
        events=tuple(map(_event, data.events)),
        version=kept.version,
    )


def _on_note(asked: Asked, note: str, told: Callable[[KeptNote, TellNote], NoteWhat]) -> Command:
    def effect(action: TellNote, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        kept = keeper.get(KIND, note)
        if kept is None:
            raise Refusal(Code.NOT_FOUND)
        data: KeptNote = kept.data
        if not data.events:
            data.events.append(_first(data))
        try:
            what = told(data, action)
        except Refusal as refusal:
            refusal.current = (kept,)
            raise
        by = person_of(action)
        data.events.append(NoteLine(at=from_ms(now), by=by, what=what, text=action.text))
        return (keeper.put(KIND, note, data, at=now, by=key),)

    return without_version(asked, TellNote, effect)


def _first(kept: KeptNote) -> NoteLine:
    """How it began; of a note that was kept before notes had a history, too."""
    by = Author(id=kept.author, name=kept.author)
    return NoteLine(at=kept.written_at, by=by, what="written", text=kept.text)


def _wrong_state(kept: KeptNote) -> Refusal:
    last = kept.events[-1]
    return Refusal(Code.WRONG_STATE, held_by=last.by.name, held_since=to_ms(last.at))


def _event(line: NoteLine) -> NoteEvent:
    return NoteEvent(
        at=to_ms(line.at),
        by=Person(line.by.id, clean_text(line.by.name)),
        what=line.what,
        text=clean_text(line.text, _TEXT_LIMIT),
    )


OPERATIONS: dict[str, Callable[[Asked, str], Command]] = {
    "": write,
    "read": read,
    "correct": correct,
    "withdraw": withdraw,
    "restore": restore,
}
"""What can be done to a note, by the last part of the path."""
