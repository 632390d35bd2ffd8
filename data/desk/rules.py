"""What a person may do to a record, and what the record is then: pure decisions, no storage.

Each rule takes the record as it is, the action and the server's time, and gives the record as it
is afterwards, or raises `Refusal`; it changes nothing that it was given. Whether the person saw
this version of the record, and whether it is not too late, is settled before (`data.desk.perform`).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from data import contract
from data.desk.keeper import Kept
from data.errors import Code
from data.model import Ms


class Refusal(Exception):
    """The action was understood and is refused; nothing has happened.

    Args:
        code: Why.
        current: The records as they are, so that the person can decide anew.
        held_by: Who was first.
        held_since: Since when.
        fields: Which fields of the request are wrong: JSON pointer and reason.
    """

    def __init__(
        self,
        code: Code,
        *,
        current: Sequence[Kept] = (),
        held_by: str = "",
        held_since: Ms | None = None,
        fields: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.current = tuple(current)
        self.held_by = held_by
        self.held_since = held_since
        self.fields = tuple(fields)


def acknowledge(alert: contract.Alert, action: contract.ActionBase, _now: Ms) -> contract.Alert:
    """Say that an alert has been seen.

    Raises:
        Refusal: Somebody has said so already.
    """
    if alert.acknowledged_by is not None:
        raise Refusal(Code.WRONG_STATE, held_by=alert.acknowledged_by)
    return msgspec.structs.replace(alert, acknowledged_by=action.actor.id)


def write_note(before: contract.Note | None, action: contract.NoteWrite, now: Ms) -> contract.Note:
    """Leave a handover note, or correct one's own.

    Raises:
        Refusal: The note is somebody else's, or a message is to nobody.
    """
    if before is not None and before.author != action.actor.id:
        raise Refusal(Code.FORBIDDEN, held_by=before.author)
    return contract.Note(
        author=action.actor.id,
        text=action.text,
        written_at=contract.from_ms(now),
        about=None if action.about is UNSET else action.about,
        audience=_audience(action.audience),
    )


def _audience(readers: contract.Readers | msgspec.UnsetType) -> contract.Audience | None:
    """Who is to read a message; a note that nobody is named for is for the next shift."""
    if isinstance(readers, msgspec.UnsetType):
        return None
    if not readers.ids and readers.kind != "everybody":
        raise Refusal(Code.INVALID_FIELD, fields=[("/audience/ids", "nobody")])
    return contract.Audience(kind=readers.kind, ids=readers.ids)


def swap(
    a: contract.Shift, b: contract.Shift, _action: contract.ShiftSwap, now: Ms
) -> tuple[contract.Shift, contract.Shift]:
    """Let two agents change places, both or neither.

    Raises:
        Refusal: A shift is over, or both are of the same agent.
    """
    if any(contract.to_ms(shift.ends_at) <= now for shift in (a, b)) or a.agent_id == b.agent_id:
        raise Refusal(Code.WRONG_STATE)
    return (
        msgspec.structs.replace(a, agent_id=b.agent_id),
        msgspec.structs.replace(b, agent_id=a.agent_id),
    )
