"""Messages of the acting operations, their answers and RFC 9457 problems."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from data.contract.basis import Ident, Message, Ref, Text, Time, Version
from data.contract.entities import About
from data.contract.reading import RawChange


class ActionActor(Message):
    """The person who acted."""

    id: Ident
    name: Text


class ActionBase(Message):
    """What every action carries."""

    not_after: Time
    actor: ActionActor
    pressed_at: Time | UnsetType = UNSET
    comment: Text | UnsetType = UNSET


Resolution: TypeAlias = Literal[
    "refunded", "apologised", "callback_booked", "passed_on", "unfounded", "other"
]


Outcome: TypeAlias = Literal["upheld", "partly_upheld", "rejected", "withdrawn"]
Severity: TypeAlias = Literal["low", "medium", "high", "critical"]
ChannelName: TypeAlias = Literal[
    "voice", "chat", "email", "sms", "fax", "callback", "task", "other"
]
Line: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4000)]


class Resolve(ActionBase, kw_only=True):
    """How a complaint was settled."""

    resolution: Resolution
    outcome: Outcome | UnsetType = UNSET


class RaiseEscalation(ActionBase, kw_only=True):
    """A complaint or enquiry as it is put on record."""

    kind: Literal["complaint", "enquiry"] = "complaint"
    severity: Severity = "medium"
    summary: Line
    received_at: Time
    queue: Ref | UnsetType = UNSET
    contact: Ref | UnsetType = UNSET
    agent: Ref | UnsetType = UNSET
    channel: ChannelName = "voice"
    caller_masked: Annotated[str, Meta(max_length=32)] = ""
    caller_key: Annotated[str, Meta(max_length=64)] = ""
    vulnerable: bool = False
    remedy_sought: Text = ""


class AssignEscalation(ActionBase, kw_only=True):
    """Who is to have a complaint."""

    to: ActionActor


class NoteEscalation(ActionBase, kw_only=True):
    """What is to be remembered of a complaint."""

    text: Line


class SetEscalationSeverity(ActionBase, kw_only=True):
    """How bad a complaint is."""

    severity: Severity


class EscalateEscalation(ActionBase, kw_only=True):
    """Which tier is to deal with a complaint."""

    tier: Annotated[int, Meta(ge=1, le=4)]


class ReferEscalation(ActionBase, kw_only=True):
    """Who outside the firm has a complaint."""

    to: Annotated[str, Meta(min_length=1, max_length=255)]


class SetMembership(ActionBase, kw_only=True):
    """Whether an agent serves a queue, and at which rank."""

    queue: Ref
    member: bool
    penalty: Annotated[int, Meta(ge=0, le=1000)] | UnsetType = UNSET


class MonitorAgent(ActionBase, kw_only=True):
    """Ring a supervisor's phone and join it to what an agent talks in."""

    mode: Literal["listen", "whisper", "barge"]
    phone: Annotated[str, Meta(min_length=1, max_length=64)]
    contact: Ref | UnsetType = UNSET
    """The contact that the person saw; without it, whatever the agent is in."""


class SwitchQueue(ActionBase, kw_only=True):
    """Put something of a queue on or off."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    on: bool
    text: Text = ""


class PrioritiseContact(ActionBase, kw_only=True):
    """How soon a waiting contact is to be answered: the higher, the sooner."""

    priority: Annotated[int, Meta(ge=-1000, le=1000)]


class TransferContact(ActionBase, kw_only=True):
    """Where a waiting contact is to go: to a queue or to an agent."""

    queue: Ref | UnsetType = UNSET
    agent: Ref | UnsetType = UNSET


class SetAgentState(ActionBase, kw_only=True):
    """CSTA Set Agent State."""

    requested_state: Literal["loggedOff", "notReady", "ready", "workingAfterCall"]
    reason_code: Annotated[str, Meta(max_length=32)] = ""


class ShiftRef(Message):
    """A shift, in the version that the person saw."""

    id: Ref
    version: Version


class ShiftSwap(ActionBase, kw_only=True):
    """Two shifts whose agents change places."""

    a: ShiftRef
    b: ShiftRef


class Readers(Message):
    """Who is to read a message: agents or a team by id, or everybody."""

    kind: Literal["agents", "team", "everybody"]
    ids: list[Ref] = msgspec.field(default_factory=list)


class NoteWrite(ActionBase, kw_only=True):
    """A handover note, or a message with those who are to read it."""

    text: Text
    about: About | UnsetType = UNSET
    audience: Readers | UnsetType = UNSET


class ActionResult(Message):
    """The entities as they are after an action."""

    key: str
    entities: list[RawChange]


class FieldProblem(Message):
    """What is wrong with one field of a request."""

    pointer: str
    reason: str


class Problem(Message):
    """RFC 9457 problem details, with what a conflict adds."""

    type: str
    title: str
    status: int
    detail: str | UnsetType = UNSET
    instance: str | UnsetType = UNSET
    fields: list[FieldProblem] | UnsetType = UNSET
    current: list[RawChange] | UnsetType = UNSET
    held_by: str | UnsetType = UNSET
    held_since: Time | UnsetType = UNSET

    @property
    def name(self) -> str:
        """The last part of `type`: what the contract calls the problem."""
        return self.type.rsplit("/", 1)[-1]


class ActionOutcome(Message):
    """What became of an action whose answer was lost."""

    key: str
    status: int
    result: ActionResult | UnsetType = UNSET
    problem: Problem | UnsetType = UNSET
