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

CLOSED = frozenset({"resolved", "closed", "referred"})
"""The states of a complaint in which nobody of the firm has to do anything more about it."""
MET_BY_CLAIM = frozenset({"acknowledge"})
"""The clocks that stop when somebody takes the complaint in hand."""


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


def claim(
    complaint: contract.Escalation, action: contract.ActionBase, now: Ms
) -> contract.Escalation:
    """Take ownership: the first of two wins, the second is told who.

    Raises:
        Refusal: It is owned already, by whomever, or nothing is left to be done.
    """
    if complaint.owner is not None:
        raise _held(complaint.owner)
    _must_be_open(complaint)
    return msgspec.structs.replace(
        complaint,
        owner=_owner(action, now),
        status="acknowledged" if complaint.status == "new" else complaint.status,
        clocks=_meet(complaint.clocks, now, MET_BY_CLAIM),
        events=[*complaint.events, _event(action, now, "claimed")],
    )


def release(
    complaint: contract.Escalation, action: contract.ActionBase, now: Ms
) -> contract.Escalation:
    """Give ownership back, for somebody else to take.

    Raises:
        Refusal: The person does not own it, or nothing is left to be done.
    """
    _must_be_open(complaint)
    if complaint.owner is None:
        raise Refusal(Code.WRONG_STATE)
    if complaint.owner.id != action.actor.id:
        raise _held(complaint.owner)
    return msgspec.structs.replace(
        complaint, owner=None, events=[*complaint.events, _event(action, now, "released")]
    )


def resolve(
    complaint: contract.Escalation, action: contract.Resolve, now: Ms
) -> contract.Escalation:
    """Settle a complaint; one that nobody owned is then owned by the person who settled it.

    Raises:
        Refusal: Somebody else owns it, or nothing is left to be done.
    """
    _must_be_open(complaint)
    if complaint.owner is not None and complaint.owner.id != action.actor.id:
        raise _held(complaint.owner)
    return msgspec.structs.replace(
        complaint,
        owner=complaint.owner or _owner(action, now),
        status="resolved",
        resolution=action.resolution,
        clocks=_meet(complaint.clocks, now, frozenset(c.name for c in complaint.clocks)),
        events=[*complaint.events, _event(action, now, "resolved")],
    )


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
        Refusal: The note is somebody else's.
    """
    if before is not None and before.author != action.actor.id:
        raise Refusal(Code.FORBIDDEN, held_by=before.author)
    return contract.Note(
        author=action.actor.id,
        text=action.text,
        written_at=contract.from_ms(now),
        about=None if action.about is UNSET else action.about,
    )


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


def _must_be_open(complaint: contract.Escalation) -> None:
    if complaint.status in CLOSED:
        raise Refusal(Code.WRONG_STATE)


def _held(owner: contract.Owner) -> Refusal:
    return Refusal(Code.ALREADY_CLAIMED, held_by=owner.name, held_since=contract.to_ms(owner.since))


def _owner(action: contract.ActionBase, now: Ms) -> contract.Owner:
    return contract.Owner(id=action.actor.id, name=action.actor.name, since=contract.from_ms(now))


def _event(action: contract.ActionBase, now: Ms, what: str) -> contract.EscalationEvent:
    note = "" if action.comment is UNSET else action.comment
    return contract.EscalationEvent(
        at=contract.from_ms(now), who=action.actor.name, what=what, note=note
    )


def _meet(
    clocks: Sequence[contract.ComplaintClock], now: Ms, names: frozenset[str]
) -> list[contract.ComplaintClock]:
    """The clocks with those named stopped now, unless they had stopped before."""
    return [
        msgspec.structs.replace(clock, met_at=contract.from_ms(now), paused=False)
        if clock.name in names and clock.met_at is None
        else clock
        for clock in clocks
    ]
