"""Messages of the reading operations: sites, session, changes, snapshot, digest, pokes."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from data.contract.basis import Cursor, Ident, Message, Ref, Time, Version


class Site(Message):
    """One site that the credential may see."""

    id: Ident
    name: str
    zone: str
    day_starts: Annotated[str, Meta(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]
    clients: list[str] = msgspec.field(default_factory=list)


class Actor(Message):
    """The person or service behind a credential."""

    id: Ident
    name: str
    role: str


class SchemaRange(Message):
    """The schema numbers a server speaks."""

    min: int
    max: int


FIRST_OPERATIONS = (
    "claimEscalation",
    "releaseEscalation",
    "resolveEscalation",
    "setAgentState",
    "swapShifts",
    "putNote",
    "acknowledgeAlert",
)
"""What a server can do that does not say what it can: the operations of the first edition."""


class Session(Message):
    """Who am I, what may I do, what does this server speak."""

    actor: Actor
    scopes: list[str]
    schema: SchemaRange
    server_time: Time
    epoch: str
    push: str
    idle_lock_s: int
    clock_rate: float = 1.0
    folds: bool = True
    history_cursor: Cursor | UnsetType = UNSET
    """Where to start reading /changes in order to learn the past; absent where none is kept."""
    operations: list[str] | UnsetType = UNSET
    """The guarded operations that this server carries out; absent for `FIRST_OPERATIONS`."""


class Source(Message):
    """Freshness of what feeds the API."""

    name: str
    state: str
    as_of: Time


class RawChange(Message):
    """A change whose data is decoded apart, so that one bad row spoils no page."""

    op: str
    type: str
    id: Ref
    version: Version
    at: Time
    by: str = ""
    data: msgspec.Raw | UnsetType = UNSET


class TypeDigest(Message):
    """How many entities of a type there are, and a hash over their versions.

    `sha256` is over one line `id:version` for each entity, sorted by id, each line ended.
    """

    count: int
    sha256: str


class Digest(Message):
    """Anti-entropy check as of a cursor."""

    cursor: Cursor
    types: dict[str, TypeDigest]


class ChangePage(Message):
    """What changed after a cursor."""

    since: Cursor
    next: Cursor
    has_more: bool
    server_time: Time
    sources: list[Source]
    changes: list[RawChange]
    digest: Digest | UnsetType = UNSET


class SnapshotPage(Message):
    """A page of the full state; `cursor` is the same in every page."""

    cursor: Cursor
    server_time: Time
    sources: list[Source]
    items: list[RawChange]
    next_page: Cursor | UnsetType = UNSET


class StreamPoke(Message):
    """Something changed: nothing more."""

    head: Cursor
    server_time: Time
    retry_ms: int | UnsetType = UNSET
