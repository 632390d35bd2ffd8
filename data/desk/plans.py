"""Plans put on the desk's record: all of a file or nothing, and however often with one result.

A file speaks for its agents and its days: what the desk has of these agents on these days and the
file has not is removed. A shift's id begins with its local day, so that the days around the present
can be read without the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from data.desk.keeper import Kept
from data.desk.messages import DESK
from data.desk.store import SqliteKeeper
from data.model import Ms, Shift
from data.plans.drafts import Fault, Problem
from data.plans.model import PlannedShift, as_shift

KIND = "shift"
_NIGHT = timedelta(days=2)
"""Shifts that began so long before may still last, and those so long after already have."""


class PlanBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What one file plans, as it is handed to whoever keeps the desk."""

    site: str
    by: str
    """Who imports it, as people know them."""
    first: date
    last: date
    """The local days that it speaks for."""
    agents: tuple[str, ...]
    """For whom it speaks: who has no shift in it has none."""
    shifts: tuple[PlannedShift, ...]
    is_trial: bool = False
    """Only tell what would change."""


class PlanChange(msgspec.Struct, frozen=True):
    """What becomes of one shift."""

    what: Literal["added", "changed", "removed"]
    agent: str
    day: date
    before: PlannedShift | None = None
    after: PlannedShift | None = None


class PlanImported(msgspec.Struct, frozen=True):
    """What became of a batch, or would."""

    changes: tuple[PlanChange, ...] = ()
    same: int = 0
    """How many shifts are on record already, just so."""
    overlaps: tuple[Problem, ...] = ()
    """Shifts of other days that they would overlap; then nothing is kept."""
    problem: str = ""
    """The code of what kept all of it from being imported."""

    def count(self, what: str) -> int:
        """How many shifts are added, changed or removed."""
        return sum(change.what == what for change in self.changes)


def told_plan(batch: PlanBatch, done: PlanImported) -> str:
    """What the log of actions says of an import."""
    counts = ", ".join(f"{done.count(what)} {what}" for what in ("added", "changed", "removed"))
    days = f"{batch.first.isoformat()} to {batch.last.isoformat()}"
    return f"{batch.site} {batch.by}: shifts of {days}: {counts}, {done.same} as they were"


def import_plan(keeper: SqliteKeeper, batch: PlanBatch, now: Ms) -> PlanImported:
    """Put a plan on record; inside one transaction of the keeper.

    Args:
        keeper: The site's desk.
        batch: The plan; its shifts have been checked among themselves.
        now: The server's time.
    """
    around = shifts_between(keeper, batch.first - _NIGHT, batch.last + _NIGHT)
    agents = frozenset(batch.agents)
    mine = [one for one in around if one.data.agent in agents]
    inside = [one for one in mine if batch.first <= one.data.day <= batch.last]
    outside = [one for one in mine if not batch.first <= one.data.day <= batch.last]
    overlaps = tuple(_overlaps(batch.shifts, outside))
    if overlaps:
        return PlanImported(overlaps=overlaps)
    taken = {one.id for one in around}
    changes: list[PlanChange] = []
    same = 0
    for before, after in _pairs(inside, batch.shifts):
        if before is not None and before.data == after:
            same += 1
            continue
        changes.append(_change(before, after))
        if not batch.is_trial:
            entity = before.id if before is not None else _new_id(after, taken)
            keeper.put(KIND, entity, after, at=now, by="")
    return PlanImported(changes=tuple(changes), same=same)


def shifts_between(keeper: SqliteKeeper, first: date, last: date) -> list[Kept]:
    """The desk's shifts that begin on some local days, both ends included."""
    return keeper.between(KIND, first.isoformat(), (last + timedelta(days=1)).isoformat())


def as_record(site: str, kept: Kept) -> Shift:
    """What the desk keeps, as the record that the screens see."""
    shift = as_shift(kept.data, site, DESK, kept.id)
    return msgspec.structs.replace(shift, version=kept.version)


def day_of(entity: str) -> str:
    """The local day, `YYYY-MM-DD`, on which the shift of an id begins."""
    return entity[:10]


def _pairs(
    kept: Iterable[Kept], planned: Iterable[PlannedShift]
) -> Iterable[tuple[Kept | None, PlannedShift | None]]:
    """The shifts of each agent and day, before and after, in the order of time."""
    days: dict[tuple[str, date], tuple[list[Kept], list[PlannedShift]]] = {}
    for one in kept:
        days.setdefault((one.data.agent, one.data.day), ([], []))[0].append(one)
    for shift in planned:
        days.setdefault((shift.agent, shift.day), ([], []))[1].append(shift)
    for _key, (before, after) in sorted(days.items()):
        before.sort(key=lambda one: (one.data.start, one.id))
        after.sort(key=lambda shift: shift.start)
        # What is as it was stays what it was, also where another of that day has come before it.
        same = [one for one in before if one.data in after]
        yield from ((one, one.data) for one in same)
        old = [one for one in before if one not in same]
        new = [shift for shift in after if all(shift != one.data for one in same)]
        for at in range(max(len(old), len(new))):
            yield (old[at] if at < len(old) else None, new[at] if at < len(new) else None)


def _change(before: Kept | None, after: PlannedShift | None) -> PlanChange:
    old: PlannedShift | None = None if before is None else before.data
    shift = after if after is not None else old
    assert shift is not None  # noqa: S101 - a pair has at least one of both
    what: Literal["added", "changed", "removed"] = (
        "added" if old is None else "removed" if after is None else "changed"
    )
    return PlanChange(what, shift.agent, shift.day, old, after)


def _overlaps(planned: Sequence[PlannedShift], others: Iterable[Kept]) -> Iterable[Problem]:
    """Where a plan runs into shifts of days that it does not speak for."""
    by_agent: dict[str, list[PlannedShift]] = {}
    for one in others:
        by_agent.setdefault(one.data.agent, []).append(one.data)
    for shift in planned:
        begins, ends = shift.span
        for other in by_agent.get(shift.agent, ()):
            if other.span[0] < ends and begins < other.span[1]:
                yield Problem(
                    line=0,
                    fault=Fault.OVERLAPS_KEPT,
                    word=shift.agent,
                    day=shift.day.isoformat(),
                    reason=other.start.at,
                )


def _new_id(shift: PlannedShift | None, taken: set[str]) -> str:
    assert shift is not None  # noqa: S101 - what is put on record anew is not removed
    for attempt in range(len(taken) + 1):
        seed = f"{shift.agent}\0{shift.start.at}\0{shift.start.fold}\0{attempt}"
        entity = f"{shift.day.isoformat()}.{hashlib.sha256(seed.encode()).hexdigest()[:24]}"
        if entity not in taken:
            break
    taken.add(entity)
    return entity
