"""Messages of the acting operations, their answers and RFC 9457 problems."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

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


class Resolve(ActionBase, kw_only=True):
    """How a complaint was settled."""

    resolution: Resolution


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


class NoteWrite(ActionBase, kw_only=True):
    """A handover note's text."""

    text: Text
    about: About | UnsetType = UNSET


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
