"""The guarded order in which every action is carried out, in one transaction of its keeper.

Who is asking has been settled by the caller. Then: the idempotency key, `not_after`, the versions
that the person saw, the rule, and at last the effect together with the stored answer. Looking at
the versions before the key would make the retry of an action that succeeded look like a conflict.
"""

from __future__ import annotations

import msgspec

from data import contract
from data.desk.commands import Command, Expected
from data.desk.keeper import Keeper, Kept, StoredAnswer
from data.desk.problems import STATUS, as_changes, problem_body
from data.desk.rules import Refusal
from data.errors import Code
from data.model import Ms

KEY_LIFE_MS = round(contract.KEY_LIFE.total_seconds() * 1000)
_KEY_TIME = slice(0, 12)
_KEY_VERSION = 12


class Answer(msgspec.Struct, frozen=True):
    """What the person who acted is told: an ActionResult or problem details, encoded."""

    status: int
    body: bytes
    is_replay: bool = False

    @property
    def is_problem(self) -> bool:
        """Whether it is a refusal."""
        return self.status >= 400


def perform(keeper: Keeper, command: Command, *, now: Ms, is_other_epoch: bool = False) -> Answer:
    """Carry out an action, or say again what became of it the first time.

    Args:
        keeper: Inside its transaction: what is put and remembered here is kept together.
        command: The action.
        now: The server's time.
        is_other_epoch: The versions that the person saw are those of a history that was lost since:
            that they are equal means nothing.
    """
    stored = keeper.answer_for(command.key)
    if stored is not None:
        if stored.fingerprint != command.fingerprint:
            return refused(Refusal(Code.KEY_REUSED))
        return Answer(stored.status, stored.body, is_replay=True)
    answer = _first_answer(keeper, command, now, is_other_epoch=is_other_epoch)
    keeper.remember(
        command.key, StoredAnswer(command.fingerprint, answer.status, answer.body), at=now
    )
    return answer


def refused(refusal: Refusal) -> Answer:
    """A refusal as an answer."""
    return Answer(STATUS[refusal.code], problem_body(refusal))


def _first_answer(keeper: Keeper, command: Command, now: Ms, *, is_other_epoch: bool) -> Answer:
    found: tuple[Kept, ...] = ()
    try:
        _must_be_in_time(command, now)
        found = _as_expected(keeper, command.expected, is_other_epoch=is_other_epoch)
        done = command.effect(keeper, found, now)
    except Refusal as refusal:
        if not refusal.current:
            refusal.current = found
        return refused(refusal)
    by = command.key if done.status == 200 else ""
    result = contract.ActionResult(key=command.key, entities=as_changes(done.entities, by=by))
    return Answer(done.status, msgspec.json.encode(result))


def _must_be_in_time(command: Command, now: Ms) -> None:
    made_at = _made_at(command.key)
    if now > command.not_after or (made_at is not None and now - made_at > KEY_LIFE_MS):
        raise Refusal(Code.ACTION_EXPIRED)


def _made_at(key: str) -> Ms | None:
    """When a UUIDv7 was made; None for a key of another version, which does not tell.

    Source: RFC 9562, section 5.7: the first 48 bits are milliseconds since 1970.
    """
    digits = key.replace("-", "")
    return int(digits[_KEY_TIME], 16) if digits[_KEY_VERSION] == "7" else None


def _as_expected(
    keeper: Keeper, expected: tuple[Expected, ...], *, is_other_epoch: bool = False
) -> tuple[Kept, ...]:
    """The records, if each is in the version that the person saw."""
    found: list[Kept] = []
    differing: list[Kept] = []
    for one in expected:
        kept = keeper.get(one.kind, one.id)
        if kept is None:
            if one.tag is not None:
                raise Refusal(Code.NOT_FOUND)
            continue
        found.append(kept)
        if is_other_epoch or one.tag != str(kept.version):
            differing.append(kept)
    if differing:
        raise Refusal(Code.VERSION_MISMATCH, current=differing)
    return tuple(found)
