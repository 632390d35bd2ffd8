"""Changes to the desk's shifts while the day runs: who is away, stays longer, or changes places.

Every one is based on the version that its person saw. Nobody comes to work twice at a time by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias

from msgspec import structs

from data.contract import ActionBase, to_ms
from data.desk.commands import Asked, Command, Expected, with_version
from data.desk.keeper import Keeper, Kept
from data.desk.messages import (
    MovePart,
    ShiftAction,
    ShiftAway,
    ShiftLonger,
    ShiftRelease,
    ShiftsSwap,
)
from data.desk.plans import KIND
from data.desk.rules import Refusal
from data.errors import Code
from data.model import Ms
from data.plans.changes import Unchangeable, away, lengthened, moved
from data.plans.model import PlannedShift

_AROUND = timedelta(days=2)
_Rule: TypeAlias = Callable[[PlannedShift, Any, str], PlannedShift]


def _note(action: ActionBase) -> str:
    return action.comment if isinstance(action.comment, str) else ""


def _away(shift: PlannedShift, action: ShiftAway, note: str) -> PlannedShift:
    start = None if action.starts_at is None else to_ms(action.starts_at)
    end = None if action.ends_at is None else to_ms(action.ends_at)
    return away(shift, action.kind, start, end, note)


def _release(shift: PlannedShift, action: ShiftRelease, note: str) -> PlannedShift:
    return away(shift, "time_off", to_ms(action.starts_at), None, note)


def _longer(shift: PlannedShift, action: ShiftLonger, note: str) -> PlannedShift:
    return lengthened(shift, to_ms(action.starts_at), to_ms(action.ends_at), note)


def _move(shift: PlannedShift, action: MovePart, note: str) -> PlannedShift:
    return moved(shift, to_ms(action.starts_at), to_ms(action.moved_to), note)


_RULES: Mapping[str, tuple[type[ActionBase], _Rule]] = {
    "away": (ShiftAway, _away),
    "release": (ShiftRelease, _release),
    "longer": (ShiftLonger, _longer),
    "move": (MovePart, _move),
}


def _change(operation: str, asked: Asked, shift: str) -> Command:
    """One shift, otherwise than planned."""
    body_type, rule = _RULES[operation]

    def act(found: Sequence[Kept], action: Any, key: str, keeper: Keeper, now: Ms) -> list[Kept]:
        before: PlannedShift = found[0].data
        _must_not_be_over(before, now)
        try:
            after = rule(before, action, _note(action))
        except Unchangeable as problem:
            fields = [(f"/{problem.field}", problem.reason)]
            raise Refusal(Code.INVALID_FIELD, fields=fields, current=found) from problem
        _must_be_free(keeper, after, but={shift})
        return [keeper.put(KIND, shift, after, at=now, by=key)]

    return with_version(asked, KIND, shift, body_type, act)


def _swap(asked: Asked, shift: str) -> Command:
    """Two agents take each other's shifts, both or neither."""

    def beside(action: ShiftsSwap) -> tuple[Expected, ...]:
        if action.other == shift:
            raise Refusal(Code.INVALID_FIELD, fields=[("/other", "same-shift")])
        return (Expected(KIND, action.other, str(action.other_version)),)

    def act(
        found: Sequence[Kept], _action: ShiftsSwap, key: str, keeper: Keeper, now: Ms
    ) -> list[Kept]:
        mine, theirs = found
        for each in found:
            _must_not_be_over(each.data, now)
        if mine.data.agent == theirs.data.agent:
            raise Refusal(Code.WRONG_STATE, current=found)
        but = {mine.id, theirs.id}
        after = (
            (mine.id, structs.replace(mine.data, agent=theirs.data.agent)),
            (theirs.id, structs.replace(theirs.data, agent=mine.data.agent)),
        )
        for _id, planned in after:
            _must_be_free(keeper, planned, but=but)
        return [keeper.put(KIND, entity, planned, at=now, by=key) for entity, planned in after]

    return with_version(asked, KIND, shift, ShiftsSwap, act, beside)


def _as_before(asked: Asked, shift: str) -> Command:
    """The last change of a shift taken back."""

    def act(
        found: Sequence[Kept], _action: ShiftAction, key: str, keeper: Keeper, now: Ms
    ) -> list[Kept]:
        _must_not_be_over(found[0].data, now)
        before: PlannedShift | None = keeper.before(KIND, shift)
        if before is None:
            raise Refusal(Code.WRONG_STATE, current=found)
        _must_be_free(keeper, before, but={shift})
        return [keeper.put(KIND, shift, before, at=now, by=key)]

    return with_version(asked, KIND, shift, ShiftAction, act)


def _must_not_be_over(shift: PlannedShift, now: Ms) -> None:
    if shift.span[1] <= now:
        raise Refusal(Code.WRONG_STATE)


def _must_be_free(keeper: Keeper, shift: PlannedShift, *, but: set[str]) -> None:
    """Raise `Refusal` where the agent works at that time already."""
    first, beyond = shift.day - _AROUND, shift.day + _AROUND + timedelta(days=1)
    begins, ends = shift.span
    for kept in keeper.between(KIND, first.isoformat(), beyond.isoformat()):
        other: PlannedShift = kept.data
        if other.agent != shift.agent or kept.id in but:
            continue
        if other.span[0] < ends and begins < other.span[1]:
            raise Refusal(Code.SHIFT_OVERLAPS, current=(kept,))


OPERATIONS: Mapping[str, Callable[[Asked, str], Command]] = {
    **{operation: partial(_change, operation) for operation in _RULES},
    "swap": _swap,
    "as-before": _as_before,
}
"""What can be done to a shift, by the last part of the path."""
