"""Ticks of checklists at the floor's own desk: of two who tick an item, the first has.

A run has no record before its first tick, and ticks of different items do not contradict each
other, so there is no version to be based on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from data.clean import clean_text
from data.contract import from_ms, to_ms
from data.desk.commands import Asked, Command, without_version
from data.desk.keeper import Keeper, Kept
from data.desk.log_messages import KeptChecklist, KeptTick, TickItem, person_of
from data.desk.rules import Refusal
from data.errors import Code
from data.model import DESK, Checklist, Ms, Person, Tick

KIND = "checklist"


def tick(asked: Asked, run: str) -> Command:
    """Say that an item has been seen to, as of when the key was pressed."""

    def effect(action: TickItem, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        kept = keeper.get(KIND, run)
        data = _new(action) if kept is None else kept.data
        done = _tick_of(data, action.item)
        if done is not None:
            raise Refusal(
                Code.WRONG_STATE,
                current=() if kept is None else (kept,),
                held_by=done.by.name,
                held_since=to_ms(done.at),
            )
        data.ticks.append(KeptTick(item=action.item, at=from_ms(now), by=person_of(action)))
        return (keeper.put(KIND, run, data, at=now, by=key),)

    return without_version(asked, TickItem, effect)


def untick(asked: Asked, run: str) -> Command:
    """It has not been seen to after all."""

    def effect(action: TickItem, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        kept = keeper.get(KIND, run)
        done = None if kept is None else _tick_of(kept.data, action.item)
        if kept is None or done is None:
            raise Refusal(Code.WRONG_STATE, current=() if kept is None else (kept,))
        kept.data.ticks.remove(done)
        return (keeper.put(KIND, run, kept.data, at=now, by=key),)

    return without_version(asked, TickItem, effect)


def as_checklist(site: str, kept: Kept) -> Checklist:
    """What the desk keeps, as the record that the screens see."""
    data: KeptChecklist = kept.data
    return Checklist(
        site=site,
        source=DESK,
        id=kept.id,
        name=clean_text(data.name),
        starts_at=to_ms(data.starts_at),
        ticks=tuple(
            Tick(
                clean_text(each.item), to_ms(each.at), Person(each.by.id, clean_text(each.by.name))
            )
            for each in data.ticks
        ),
        version=kept.version,
    )


def _new(action: TickItem) -> KeptChecklist:
    return KeptChecklist(name=action.name, starts_at=action.starts_at)


def _tick_of(data: KeptChecklist, item: str) -> KeptTick | None:
    return next((each for each in data.ticks if each.item == item), None)


OPERATIONS: dict[str, Callable[[Asked, str], Command]] = {"tick": tick, "untick": untick}
"""What can be done to a run of a checklist, by the last part of the path."""
