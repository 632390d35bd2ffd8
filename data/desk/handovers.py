"""Handovers at the floor's own desk: signed once, and each risk acknowledged by somebody else.

A signed handover is a document. It is kept in the words that its author read, and nothing in it
changes any more but who has taken over what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from data.clean import clean_text
from data.contract import from_ms, to_ms
from data.desk.commands import Asked, Command, as_new, without_version
from data.desk.keeper import Keeper, Kept
from data.desk.log_messages import (
    KeptHandover,
    KeptLine,
    SignHandover,
    TakeOver,
    person_of,
)
from data.desk.rules import Refusal
from data.errors import Code
from data.model import DESK, Handover, HandoverLine, HandoverRemark, Ms, Person

KIND = "handover"
_TEXT_LIMIT = 1000


def sign(asked: Asked, handover: str) -> Command:
    """Put a handover on record; whoever signs makes its id."""

    def made(action: SignHandover, now: Ms, _keeper: Keeper) -> KeptHandover:
        if to_ms(action.since) > now:
            raise Refusal(Code.INVALID_FIELD, fields=[("/since", "later-than-now")])
        keys = [each.key for each in action.lines]
        if len(set(keys)) != len(keys):
            raise Refusal(Code.INVALID_FIELD, fields=[("/lines", "two-of-one-key")])
        return KeptHandover(
            since=action.since,
            signed_at=from_ms(now),
            signed_by=person_of(action),
            lines=[_as_signed(each) for each in action.lines],
            remarks=action.remarks,
            left_out=action.left_out,
        )

    return as_new(asked, KIND, handover, SignHandover, made)


def take_over(asked: Asked, handover: str) -> Command:
    """Acknowledge a risk; of two who do, the first has, and nobody hands over to themselves."""

    def effect(action: TakeOver, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        kept = keeper.get(KIND, handover)
        if kept is None:
            raise Refusal(Code.NOT_FOUND)
        data: KeptHandover = kept.data
        line = next((each for each in data.lines if each.key == action.line and each.is_risk), None)
        if line is None:
            raise Refusal(Code.INVALID_FIELD, fields=[("/line", "no-such-risk")])
        if line.acknowledged_by is not None and line.acknowledged_at is not None:
            since = to_ms(line.acknowledged_at)
            name = line.acknowledged_by.name
            raise Refusal(Code.WRONG_STATE, current=(kept,), held_by=name, held_since=since)
        if data.signed_by.id == action.actor.id:
            raise Refusal(Code.FORBIDDEN, current=(kept,), held_by=data.signed_by.name)
        line.acknowledged_at, line.acknowledged_by = from_ms(now), person_of(action)
        return (keeper.put(KIND, handover, data, at=now, by=key),)

    return without_version(asked, TakeOver, effect)


def as_handover(site: str, kept: Kept) -> Handover:
    """What the desk keeps, as the record that the screens see."""
    data: KeptHandover = kept.data
    return Handover(
        site=site,
        source=DESK,
        id=kept.id,
        since=to_ms(data.since),
        signed_at=to_ms(data.signed_at),
        signed_by=Person(data.signed_by.id, clean_text(data.signed_by.name)),
        lines=tuple(map(_line, data.lines)),
        remarks=tuple(
            HandoverRemark(each.section, clean_text(each.text, _TEXT_LIMIT))
            for each in data.remarks
        ),
        left_out=data.left_out,
        version=kept.version,
    )


def _as_signed(line: KeptLine) -> KeptLine:
    """A line nobody can have acknowledged yet, whatever the request says."""
    return KeptLine(section=line.section, key=line.key, text=line.text, is_risk=line.is_risk)


def _line(line: KeptLine) -> HandoverLine:
    by = line.acknowledged_by
    return HandoverLine(
        section=line.section,
        key=line.key,
        text=clean_text(line.text, _TEXT_LIMIT),
        is_risk=line.is_risk,
        acknowledged_at=None if line.acknowledged_at is None else to_ms(line.acknowledged_at),
        acknowledged_by=None if by is None else Person(by.id, clean_text(by.name)),
    )


OPERATIONS: dict[str, Callable[[Asked, str], Command]] = {"": sign, "take-over": take_over}
"""What can be done to a handover, by the last part of the path."""
