"""What customers were promised, at the floor's own desk: made, moved, kept or not, and reopened.

A promise is moved and settled as it stands when that comes: two who say that it was kept say the
same, and the second hears who was first. One that comes when its time is over is kept all the same:
the customer was promised it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from data.clean import clean_text
from data.contract import Person as Named
from data.contract import from_ms, to_ms
from data.desk.commands import Asked, Command, as_new, without_version
from data.desk.keeper import Keeper, Kept
from data.desk.log_messages import (
    KeptPromise,
    MakePromise,
    MovePromise,
    PromiseLine,
    ReopenPromise,
    SettlePromise,
    person_of,
)
from data.desk.rules import Refusal
from data.errors import Code
from data.model import DESK, About, Ms, Person, Promise, PromiseEvent
from data.sources.native_ids import stored_id

KIND = "promise"
_TEXT_LIMIT = 4000


def make(asked: Asked, promise: str) -> Command:
    """Put a promise on record; whoever does makes its id."""

    def made(action: MakePromise, now: Ms, _keeper: Keeper) -> KeptPromise:
        owner = Named(id=action.to.id, name=action.to.name)
        first = PromiseLine(
            at=from_ms(now),
            by=person_of(action),
            what="made",
            text=action.text,
            due_at=action.due_at,
            owner=owner,
        )
        return KeptPromise(
            text=action.text,
            due_at=action.due_at,
            owner=owner,
            reference=action.reference,
            customer=action.customer,
            telephony=action.telephony,
            about_kind=action.about_kind,
            about_id=action.about_id,
            events=[first],
        )

    return as_new(asked, KIND, promise, MakePromise, made)


def move(asked: Asked, promise: str) -> Command:
    """Another time, or somebody else: as the customer was told."""

    def told(kept: KeptPromise, action: MovePromise, now: Ms) -> PromiseLine:
        _must_be_open(kept)
        owner = Named(id=action.to.id, name=action.to.name)
        if (action.due_at, owner.id) == (kept.due_at, kept.owner.id) and not action.text:
            raise Refusal(Code.INVALID_FIELD, fields=[("/text", "nothing-said")])
        kept.due_at, kept.owner = action.due_at, owner
        return PromiseLine(
            at=from_ms(now),
            by=person_of(action),
            what="moved",
            text=action.text,
            due_at=action.due_at,
            owner=owner,
        )

    return _on_promise(asked, promise, MovePromise, told)


def settle(asked: Asked, promise: str) -> Command:
    """It was kept, or it cannot be, or it never was one."""

    def told(kept: KeptPromise, action: SettlePromise, now: Ms) -> PromiseLine:
        _must_be_open(kept)
        kept.settled_at, kept.outcome = from_ms(now), action.outcome
        by = person_of(action)
        return PromiseLine(at=from_ms(now), by=by, what=action.outcome, text=action.text)

    return _on_promise(asked, promise, SettlePromise, told)


def reopen(asked: Asked, promise: str) -> Command:
    """It has to be kept after all."""

    def told(kept: KeptPromise, action: ReopenPromise, now: Ms) -> PromiseLine:
        if kept.settled_at is None:
            raise _wrong_state(kept)
        kept.settled_at, kept.outcome = None, ""
        by = person_of(action)
        return PromiseLine(at=from_ms(now), by=by, what="reopened", text=action.text)

    return _on_promise(asked, promise, ReopenPromise, told)


def as_promise(site: str, kept: Kept) -> Promise:
    """What the desk keeps, as the record that the screens see."""
    data: KeptPromise = kept.data
    about = About(data.about_kind, stored_id(data.about_id)) if data.about_kind else None
    return Promise(
        site=site,
        source=DESK,
        id=kept.id,
        text=clean_text(data.text, _TEXT_LIMIT),
        due_at=to_ms(data.due_at),
        owner=_person(data.owner),
        reference=clean_text(data.reference),
        customer=clean_text(data.customer),
        about=about,
        telephony=data.telephony,
        settled_at=None if data.settled_at is None else to_ms(data.settled_at),
        outcome=data.outcome,
        events=tuple(map(_event, data.events)),
        version=kept.version,
    )


def _on_promise(
    asked: Asked,
    promise: str,
    body_type: type[Any],
    told: Callable[[KeptPromise, Any, Ms], PromiseLine],
) -> Command:
    def effect(action: Any, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        kept = keeper.get(KIND, promise)
        if kept is None:
            raise Refusal(Code.NOT_FOUND)
        try:
            kept.data.events.append(told(kept.data, action, now))
        except Refusal as refusal:
            refusal.current = (kept,)
            raise
        return (keeper.put(KIND, promise, kept.data, at=now, by=key),)

    return without_version(asked, body_type, effect)


def _must_be_open(kept: KeptPromise) -> None:
    if kept.settled_at is not None:
        raise _wrong_state(kept)


def _wrong_state(kept: KeptPromise) -> Refusal:
    last = kept.events[-1]
    return Refusal(Code.WRONG_STATE, held_by=last.by.name, held_since=to_ms(last.at))


def _person(person: Named) -> Person:
    return Person(person.id, clean_text(person.name))


def _event(line: PromiseLine) -> PromiseEvent:
    return PromiseEvent(
        at=to_ms(line.at),
        by=_person(line.by),
        what=line.what,
        text=clean_text(line.text, _TEXT_LIMIT),
        due_at=None if line.due_at is None else to_ms(line.due_at),
        owner=None if line.owner is None else _person(line.owner),
    )


OPERATIONS: dict[str, Callable[[Asked, str], Command]] = {
    "": make,
    "move": move,
    "settle": settle,
    "reopen": reopen,
}
"""What can be done to a promise, by the last part of the path."""
