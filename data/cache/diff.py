"""What a batch of changes alters, against what was last written: pure, in memory.

Two plans: a page of changes (a row's version never goes back, a deleted row stays deleted) and a
new generation (the rows named are the rows there are). Nothing that is unchanged reaches SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from data.model import AnyRecord, Change, Kind, Ms

Scope: TypeAlias = tuple[str, str]
"""Site and source."""


class Mark(msgspec.Struct, frozen=True, gc=False):
    """A commit of the cache's writer."""

    rev: int
    observed_at: Ms
    """When what it wrote was heard, on the server's clock."""


class Held(msgspec.Struct, frozen=True, gc=False):
    """What was last written of an entity."""

    version: int
    record: AnyRecord | None
    """None once it is deleted. The very object that the source's rows hold, so it is there once."""
    number: int
    """Its own among all rows, for as long as it is held."""
    mark: Mark
    """The commit that wrote the record."""


Rows = Mapping[Kind, Mapping[str, Held]]
NewRows = dict[Kind, dict[str, Held]]


class Plan(msgspec.Struct):
    """What to write."""

    stored: NewRows = msgspec.field(default_factory=dict)
    """Rows whose record differs: readers must see them."""
    touched: NewRows = msgspec.field(default_factory=dict)
    """Rows of which only the version differs: nothing to see."""
    written: list[Change] = msgspec.field(default_factory=list)
    """What was accepted, in order."""

    def __bool__(self) -> bool:
        return bool(self.stored or self.touched)

    @property
    def size(self) -> int:
        """How many rows are to be written."""
        return sum(map(len, (*self.stored.values(), *self.touched.values())))


def plan_changes(
    rows: Rows, changes: Sequence[Change], numbers: Iterator[int], *, mark: Mark
) -> Plan:
    """Accept each change that is newer than what is held or was accepted before it.

    Args:
        rows: What is held.
        changes: In order.
        numbers: For rows that are new.
        mark: The commit that will write what differs.
    """
    newest: dict[Kind, dict[str, Change]] = {}
    plan = Plan()
    kind: Kind | None = None
    entities: Mapping[str, Held] = {}
    accepted: dict[str, Change] = {}
    for change in changes:
        if change.kind is not kind:  # hashing an enumeration's member costs more than the rest
            kind = change.kind
            entities, accepted = rows[kind], newest.setdefault(kind, {})
        known = accepted.get(change.id) or entities.get(change.id)
        if known is None or change.version > known.version:
            accepted[change.id] = change
            plan.written.append(change)
    for kind, accepted in newest.items():
        _place(plan, kind, rows[kind], accepted.values(), numbers, mark)
    return plan


def plan_generation(
    rows: Rows,
    changes: Sequence[Change],
    numbers: Iterator[int],
    *,
    is_same_epoch: bool,
    mark: Mark,
) -> Plan:
    """Make the entities that `changes` leave standing the only ones there are.

    Versions of another epoch cannot be compared, so they are forgotten: a deleted row keeps its
    version only within an epoch. `written` has only what differs from before, vanished rows as
    deletions.
    """
    newest: dict[Kind, dict[str, Change]] = {kind: {} for kind in rows}
    for change in changes:
        before = newest[change.kind].get(change.id)
        if before is None or change.version > before.version:
            newest[change.kind][change.id] = change
    plan, at = Plan(), mark.observed_at
    for kind, accepted in newest.items():
        held = rows[kind]
        for entity in held.keys() - accepted.keys():
            version = held[entity].version if is_same_epoch else 0
            accepted[entity] = Change(kind=kind, id=entity, version=version, at=at, record=None)
        _place(plan, kind, held, accepted.values(), numbers, mark)
        stored = plan.stored.get(kind, {})
        for change in accepted.values():
            was = held.get(change.id)
            if change.id in stored and (change.record is not None or (was and was.record)):
                plan.written.append(change)
    return plan


def plan_same(rows: Rows, changes: Sequence[Change], *, mark: Mark) -> Plan:
    """Accept other contents for the very version that is held; never for a deleted row."""
    plan = Plan()
    for change in {(change.kind, change.id): change for change in changes}.values():
        held = rows[change.kind].get(change.id)
        if held is None or held.record is None or change.record is None:
            continue
        if held.version == change.version and held.record != change.record:
            row = Held(change.version, change.record, held.number, mark)
            plan.stored.setdefault(change.kind, {})[change.id] = row
            plan.written.append(change)
    return plan


def _place(
    plan: Plan,
    kind: Kind,
    entities: Mapping[str, Held],
    changes: Iterable[Change],
    numbers: Iterator[int],
    mark: Mark,
) -> None:
    """Put changes of one kind, each of another entity, where they belong in a plan."""
    stored: dict[str, Held] = {}
    touched: dict[str, Held] = {}
    for change in changes:
        held = entities.get(change.id)
        if held is None:
            stored[change.id] = Held(change.version, change.record, next(numbers), mark)
        elif held.record != change.record:
            stored[change.id] = Held(change.version, change.record, held.number, mark)
        elif held.version != change.version:
            touched[change.id] = Held(change.version, held.record, held.number, held.mark)
    if stored:
        plan.stored[kind] = stored
    if touched:
        plan.touched[kind] = touched
