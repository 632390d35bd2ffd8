"""What a batch of changes alters, against what was last written: pure, in memory.

Two plans: a page of changes (a row's version never goes back, a deleted row stays deleted) and a
new generation (the rows named are the rows there are). Nothing that is unchanged reaches SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from data.model import AnyRecord, Change, Kind, Ms

_encode = msgspec.json.Encoder().encode


class Held(msgspec.Struct, frozen=True, gc=False):
    """What was last written of an entity."""

    version: int
    body: bytes
    """Its record as JSON; empty once it is deleted."""


class Row(Held, frozen=True, gc=False):
    """An entity as it is to be written."""

    at: Ms
    client: str


Rows = Mapping[Kind, Mapping[str, Held]]


class Plan(msgspec.Struct):
    """What to write."""

    stored: dict[tuple[Kind, str], Row] = msgspec.field(default_factory=dict)
    """Rows whose body differs: readers must see them."""
    touched: dict[tuple[Kind, str], Row] = msgspec.field(default_factory=dict)
    """Rows of which only the version differs: nothing to see."""
    written: list[Change] = msgspec.field(default_factory=list)
    """What was accepted, in order."""

    def __bool__(self) -> bool:
        return bool(self.stored or self.touched)


def plan_changes(rows: Rows, changes: Sequence[Change]) -> Plan:
    """Accept each change that is newer than what is held or was accepted before it."""
    newest: dict[tuple[Kind, str], tuple[Change, Held | None]] = {}
    plan = Plan()
    kind: Kind | None = None
    entities: Mapping[str, Held] = {}
    for change in changes:
        if change.kind is not kind:  # hashing an enumeration's member costs more than the rest
            kind = change.kind
            entities = rows[kind]
        held = entities.get(change.id)
        if held is not None and change.version <= held.version:
            continue
        key = change.kind, change.id
        before = newest.get(key)
        if before is None or change.version > before[0].version:
            newest[key] = change, held
            plan.written.append(change)
    for key, (change, held) in newest.items():
        _place(plan, key, held, row_of(change))
    return plan


def plan_generation(rows: Rows, changes: Sequence[Change], *, is_same_epoch: bool, at: Ms) -> Plan:
    """Make the entities that `changes` leave standing the only ones there are.

    Versions of another epoch cannot be compared, so they are forgotten: a deleted row keeps its
    version only within an epoch. `written` has only what differs from before, vanished rows as
    deletions.
    """
    newest: dict[tuple[Kind, str], Change] = {}
    for change in changes:
        before = newest.get((change.kind, change.id))
        if before is None or change.version > before.version:
            newest[change.kind, change.id] = change
    plan = Plan()
    for key, change in newest.items():
        held = rows[key[0]].get(key[1])
        _place(plan, key, held, row_of(change))
        if key in plan.stored and (change.record is not None or (held and held.body)):
            plan.written.append(change)
    for kind, entities in rows.items():
        for entity, held in entities.items():
            if (kind, entity) in newest:
                continue
            version = held.version if is_same_epoch else 0
            _place(plan, (kind, entity), held, Row(version, b"", at, ""))
            if held.body:
                gone = Change(kind=kind, id=entity, version=version, at=at, record=None)
                plan.written.append(gone)
    return plan


def plan_same(rows: Rows, changes: Sequence[Change]) -> Plan:
    """Accept other contents for the very version that is held; never for a deleted row."""
    plan = Plan()
    for change in {(change.kind, change.id): change for change in changes}.values():
        held = rows[change.kind].get(change.id)
        if held is None or not held.body or change.record is None:
            continue
        row = row_of(change)
        if held.version == change.version and held.body != row.body:
            plan.stored[change.kind, change.id] = row
            plan.written.append(change)
    return plan


def row_of(change: Change) -> Row:
    """A change as it is to be written."""
    record: AnyRecord | None = change.record
    if record is None:
        return Row(change.version, b"", change.at, "")
    return Row(change.version, _encode(record), change.at, record.client)


def _place(plan: Plan, key: tuple[Kind, str], held: Held | None, row: Row) -> None:
    if held is None or held.body != row.body:
        plan.stored[key] = row
    elif held.version != row.version:
        plan.touched[key] = row
