"""An action as the outbox keeps it, and how it is read from a row."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from data.actions.files import ActionFile
from data.model import Kind, Ms
from data.status import ActionRow, ActionState

COLUMNS = (
    "seq, key, uid, actor, actor_name, body, state, attempts, may_have_arrived, updated_at,"
    " code, held_by, held_since, version, wire_key, wire_version, is_agreed"
)


class Entity(NamedTuple):
    """The record that an action is about: actions on one are done in their order."""

    site: str
    source: str
    kind: Kind
    id: str


class Fate(msgspec.Struct, frozen=True):
    """What became of an action."""

    state: ActionState
    code: str = ""
    held_by: str = ""
    held_since: Ms | None = None
    version: int = 0
    """The version of the record that it made."""
    current: bytes = b""
    """The records as they are, as the endpoint gave them with a refusal: not cleaned."""


class Wire(msgspec.Struct, frozen=True):
    """Under which key, and on which version, an action goes out.

    Both stay as they are through every repetition. Only a request that was surely refused because
    its record had moved on is followed by another one, under a key of its own.
    """

    key: str
    version: int


class Kept(msgspec.Struct, frozen=True):
    """An action as the outbox has it."""

    seq: int
    uid: int
    actor: str
    actor_name: str
    action: ActionFile
    attempts: int
    may_have_arrived: bool
    updated_at: Ms
    fate: Fate
    wire: Wire
    is_agreed: bool = False
    """Its person was told what has changed since, and wants it all the same."""

    @property
    def key(self) -> str:
        """Its key."""
        return self.action.key

    @property
    def entity(self) -> Entity:
        """What it is about."""
        action = self.action
        return Entity(action.site, action.source, action.kind, action.entity)


def as_row(kept: Kept) -> ActionRow:
    """An action as the screens see it."""
    action, fate = kept.action, kept.fate
    return ActionRow(
        key=action.key,
        actor=kept.actor,
        actor_name=kept.actor_name,
        verb=action.verb.value,
        site=action.site,
        source=action.source,
        kind=action.kind,
        entity=action.entity,
        subject=action.subject,
        state=fate.state,
        pressed_at=action.pressed_at,
        not_after=action.not_after,
        updated_at=kept.updated_at,
        code=fate.code,
        held_by=fate.held_by,
        held_since=fate.held_since,
        attempts=kept.attempts,
        version=fate.version,
        fields=action.fields,
        comment=action.comment,
        seen=action.seen,
        undo=action.undo,
    )


def as_kept(
    seq: int,
    key: str,
    uid: int,
    actor: str,
    actor_name: str,
    body: bytes,
    *rest: Any,
) -> Kept:
    """A row of the outbox, read as `COLUMNS`; raises ValueError or DecodeError for nonsense."""
    state, attempts, may_have_arrived, updated_at, code, held_by, held_since, version = rest[:8]
    wire_key, wire_version, is_agreed = rest[8:]
    action = msgspec.json.decode(body, type=ActionFile)
    if action.key != key:
        raise ValueError(key)
    return Kept(
        seq=seq,
        uid=uid,
        actor=actor,
        actor_name=actor_name,
        action=action,
        attempts=attempts,
        may_have_arrived=bool(may_have_arrived),
        updated_at=updated_at,
        fate=Fate(ActionState(state), code, held_by, held_since, version),
        wire=Wire(wire_key or key, wire_version),
        is_agreed=bool(is_agreed),
    )
