"""Agents lent from queue to queue: what the desk remembers, so that they are taken back.

The memberships themselves are the telephony's, and are asked of it agent by agent; a loan only says
what was meant, until when, and who took them back. Of two who take them back, the first has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from data import contract
from data.contract import from_ms, to_ms
from data.desk.commands import Asked, Command, as_new, without_version
from data.desk.keeper import Keeper, Kept
from data.desk.messages import DESK, KeptLoan, Lend
from data.desk.rules import Refusal
from data.errors import Code
from data.model import Loan, Ms, Person

KIND = "loan"


def lend(asked: Asked, loan: str) -> Command:
    """Put a loan on record; whoever lends makes its id."""

    def made(action: Lend, now: Ms, _keeper: Keeper) -> KeptLoan:
        if to_ms(action.until) <= now:
            raise Refusal(Code.INVALID_FIELD, fields=[("/until", "not-later-than-now")])
        return KeptLoan(
            telephony=action.telephony,
            agents=action.agents,
            from_queue=action.from_queue,
            to_queue=action.to_queue,
            lent_at=from_ms(now),
            lent_by=_person(action),
            until=action.until,
        )

    return as_new(asked, KIND, loan, Lend, made)


def take_back(asked: Asked, loan: str) -> Command:
    """Say that they have been taken back, whatever else has become of the record since."""

    def effect(action: contract.ActionBase, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        kept = keeper.get(KIND, loan)
        if kept is None:
            raise Refusal(Code.NOT_FOUND)
        lent: KeptLoan = kept.data
        if lent.returned_at is not None:
            name = lent.returned_by.name if lent.returned_by is not None else ""
            since = to_ms(lent.returned_at)
            raise Refusal(Code.WRONG_STATE, current=(kept,), held_by=name, held_since=since)
        lent.returned_at, lent.returned_by = from_ms(now), _person(action)
        return (keeper.put(KIND, loan, lent, at=now, by=key),)

    return without_version(asked, contract.ActionBase, effect)


def as_loan(site: str, kept: Kept) -> Loan:
    """What the desk keeps, as the record that the screens see."""
    data: KeptLoan = kept.data
    return Loan(
        site=site,
        source=DESK,
        id=kept.id,
        telephony=data.telephony,
        agents=tuple(data.agents),
        from_queue=data.from_queue,
        to_queue=data.to_queue,
        lent_at=to_ms(data.lent_at),
        lent_by=_known(data.lent_by),
        until=to_ms(data.until),
        returned_at=None if data.returned_at is None else to_ms(data.returned_at),
        returned_by=None if data.returned_by is None else _known(data.returned_by),
        version=kept.version,
    )


def _person(action: contract.ActionBase) -> contract.Person:
    return contract.Person(id=action.actor.id, name=action.actor.name)


def _known(person: contract.Person) -> Person:
    return Person(person.id, person.name)


OPERATIONS: dict[str, Callable[[Asked, str], Command]] = {"": lend, "take-back": take_back}
"""What can be done to a loan, by the last part of the path."""
