"""What a person may do about a caller who was lost: the first of two has them.

There is no version to be based on, since most lost callers have no record yet: what stands is read
from the record as it is when the action is carried out, inside its transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from data import contract
from data.contract import from_ms, to_ms
from data.desk.commands import Asked, Command, Done, decode, read_key
from data.desk.keeper import Keeper, Kept
from data.desk.messages import DESK, LostAction, LostCaller
from data.desk.rules import Refusal
from data.errors import Code
from data.model import LostCase, Ms, Owner
from data.rules.lost_callers import LostStanding, standing

KIND = "lost_caller"

Rule: TypeAlias = Callable[[LostStanding, LostAction, Ms], LostCaller]
"""From what stands, the action and the server's time to the record as it is afterwards."""


def claim(stands: LostStanding, action: LostAction, now: Ms) -> LostCaller:
    """Take a caller, to call them back.

    Raises:
        Refusal: Somebody has them, whoever it is, or has called back.
    """
    _must_not_be_called_back(stands)
    if stands.owner is not None:
        raise _held(stands.owner)
    return LostCaller(lost_at=action.lost_at, owner=_owner(action, now))


def call_back(stands: LostStanding, action: LostAction, now: Ms) -> LostCaller:
    """Say that the caller was called back; one that nobody had is then this person's.

    The instant is that of the key: the call was made before it, however late this arrives.

    Raises:
        Refusal: Somebody else has the caller, or somebody has called back.
    """
    _must_not_be_called_back(stands)
    if stands.owner is not None and stands.owner.id != action.actor.id:
        raise _held(stands.owner)
    pressed_at = now if action.pressed_at is msgspec.UNSET else to_ms(action.pressed_at)
    called_at = max(min(pressed_at, now), to_ms(action.lost_at))
    owner = contract.Owner(
        id=action.actor.id,
        name=action.actor.name,
        since=from_ms(stands.owner.since if stands.owner is not None else called_at),
    )
    return LostCaller(lost_at=action.lost_at, owner=owner, called_back_at=from_ms(called_at))


def command(rule: Rule, site: str, caller: str, key: str, action: LostAction) -> Command:
    """An action about a lost caller, for `data.desk.perform`.

    Args:
        rule: `claim` or `call_back`.
        site: Whose desk it is.
        caller: The caller's key, or the contact's id where there is none.
        key: The idempotency key.
        action: Who acts, on which loss.
    """

    def effect(keeper: Keeper, _found: Sequence[Kept], now: Ms) -> Done:
        kept = keeper.get(KIND, caller)
        case = None if kept is None else as_case(site, kept)
        try:
            after = rule(standing(case, to_ms(action.lost_at), now), action, now)
        except Refusal as refusal:
            refusal.current = () if kept is None else (kept,)
            raise
        return Done((keeper.put(KIND, caller, after, at=now, by=key),))

    asked = msgspec.json.encode([rule.__name__, caller, action])
    fingerprint = hashlib.sha256(asked).hexdigest()
    return Command(key, fingerprint, to_ms(action.not_after), (), effect)


OPERATIONS: dict[str, Rule] = {"claim": claim, "called-back": call_back}
"""What can be done about a lost caller, by the last part of the path."""


def read(rule: Rule, site: str, asked: Asked, caller: str) -> Command:
    """The command that a request about a lost caller asks for."""
    return command(rule, site, caller, read_key(asked.key), decode(asked.body, LostAction))


def as_case(site: str, kept: Kept) -> LostCase:
    """What the desk keeps, as the record that the screens see."""
    data: LostCaller = kept.data
    owner = data.owner
    return LostCase(
        site=site,
        source=DESK,
        id=kept.id,
        owner=None if owner is None else Owner(owner.id, owner.name, to_ms(owner.since)),
        lost_at=to_ms(data.lost_at),
        called_back_at=None if data.called_back_at is None else to_ms(data.called_back_at),
        version=kept.version,
    )


def _must_not_be_called_back(stands: LostStanding) -> None:
    if stands.called_back_at is not None:
        name = stands.owner.name if stands.owner is not None else ""
        raise Refusal(Code.WRONG_STATE, held_by=name, held_since=stands.called_back_at)


def _held(owner: Owner) -> Refusal:
    return Refusal(Code.ALREADY_CLAIMED, held_by=owner.name, held_since=owner.since)


def _owner(action: LostAction, now: Ms) -> contract.Owner:
    return contract.Owner(id=action.actor.id, name=action.actor.name, since=from_ms(now))
