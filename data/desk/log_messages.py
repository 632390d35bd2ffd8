"""What the desk keeps of a shift, and what it is told of it, in the form of the contract's."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from data.contract import ActionActor, ActionBase, Message, Note, Person, Time

What: TypeAlias = Literal["opened", "updated", "closed", "withdrawn", "reopened"]
"""What can have become of an incident."""
NoteWhat: TypeAlias = Literal["written", "corrected", "withdrawn", "restored"]
"""What can have become of a note."""

PromiseWhat: TypeAlias = Literal["made", "moved", "kept", "broken", "withdrawn", "reopened"]
"""What can have become of a promise."""


class NoteLine(Message):
    """One line of a note's history."""

    at: Time
    by: Person
    what: NoteWhat
    text: str = ""


class KeptNote(Note):
    """A note with what has become of it; one that was kept without has not been touched since."""

    is_withdrawn: bool = False
    events: list[NoteLine] = msgspec.field(default_factory=list)


class TellNote(ActionBase, kw_only=True):
    """What a note is to say, or why it says nothing any more."""

    text: str = ""


class IncidentLine(Message):
    """One line of an incident's history."""

    at: Time
    by: Person
    what: What
    text: str = ""
    next_check_at: Time | None = None


class KeptIncident(Message):
    """Trouble that somebody has to mend."""

    party: str
    summary: str
    opened_at: Time
    opened_by: Person
    ticket: str = ""
    telephony: str = ""
    queue: str = ""
    next_check_at: Time | None = None
    closed_at: Time | None = None
    is_withdrawn: bool = False
    events: list[IncidentLine] = msgspec.field(default_factory=list)


class OpenIncident(ActionBase, kw_only=True):
    """Trouble as it is put on record."""

    party: Literal["carrier", "client", "supplier", "own"]
    summary: str
    ticket: str = ""
    telephony: str = ""
    queue: str = ""
    next_check_at: Time | None = None


class TellIncident(ActionBase, kw_only=True):
    """What is new about an incident, and when somebody is to look again."""

    text: str = ""
    ticket: str = ""
    next_check_at: Time | None = None


class CloseIncident(TellIncident, kw_only=True):
    """How an incident ended, or that it never was one."""

    is_mistake: bool = False


class PromiseLine(Message):
    """One line of a promise's history."""

    at: Time
    by: Person
    what: PromiseWhat
    text: str = ""
    due_at: Time | None = None
    owner: Person | None = None


class KeptPromise(Message):
    """What a customer was promised."""

    text: str
    due_at: Time
    owner: Person
    reference: str = ""
    customer: str = ""
    telephony: str = ""
    about_kind: str = ""
    about_id: str = ""
    settled_at: Time | None = None
    outcome: str = ""
    events: list[PromiseLine] = msgspec.field(default_factory=list)


class MakePromise(ActionBase, kw_only=True):
    """A promise as it is put on record."""

    text: str
    due_at: Time
    to: ActionActor
    reference: str = ""
    customer: str = ""
    telephony: str = ""
    about_kind: str = ""
    about_id: str = ""


class MovePromise(ActionBase, kw_only=True):
    """By when a promise is to be kept then, and by whom."""

    due_at: Time
    to: ActionActor
    text: str = ""


class SettlePromise(ActionBase, kw_only=True):
    """What became of a promise."""

    outcome: Literal["kept", "broken", "withdrawn"] = "kept"
    text: str = ""


class ReopenPromise(ActionBase, kw_only=True):
    """Why a promise has to be kept after all."""

    text: str = ""


class KeptTick(Message):
    """An item that was seen to."""

    item: str
    at: Time
    by: Person


class KeptChecklist(Message):
    """What was ticked of one run of a checklist."""

    name: str
    starts_at: Time
    ticks: list[KeptTick] = msgspec.field(default_factory=list)


class TickItem(ActionBase, kw_only=True):
    """Which item of which run."""

    name: str
    item: str
    starts_at: Time


class KeptLine(Message):
    """One line of a handover."""

    section: str
    key: str
    text: str
    is_risk: bool = False
    acknowledged_at: Time | None = None
    acknowledged_by: Person | None = None


class KeptRemark(Message):
    """What was written about one section."""

    section: str
    text: str


class KeptHandover(Message):
    """A shift as it was handed over."""

    since: Time
    signed_at: Time
    signed_by: Person
    lines: list[KeptLine] = msgspec.field(default_factory=list)
    remarks: list[KeptRemark] = msgspec.field(default_factory=list)
    left_out: int = 0


class SignHandover(ActionBase, kw_only=True):
    """A shift as it is handed over."""

    since: Time
    lines: list[KeptLine] = msgspec.field(default_factory=list)
    remarks: list[KeptRemark] = msgspec.field(default_factory=list)
    left_out: int = 0


class TakeOver(ActionBase, kw_only=True):
    """Which line of a handover is acknowledged."""

    line: str


def person_of(action: ActionBase) -> Person:
    """Who acts, as the desk keeps them."""
    return Person(id=action.actor.id, name=action.actor.name)
