"""Callers who were lost today, netted: who is still lost, and who got through later.

A caller is lost who left a queue of an immediate channel before anybody answered, or was put out of
it by a time limit. All losses of one caller at a site are one line; a caller without a key is known
by the one contact. Whoever left sooner than the queue's limit for short abandons has hardly tried:
such contacts are counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from data.cache.history_callers import (
    AnsweredContact,
    CallersOfDay,
    LostContact,
    caller_token,
)
from data.figures.agents import open_complaints
from data.floor import FloorSnapshot
from data.model import LostCase, Ms
from data.rules.lost_callers import standing

CallerId: TypeAlias = tuple[str, str]
"""Site, and the caller's key as `LostCaller.key` has it."""
ShortAfter: TypeAlias = Callable[[LostContact], float]
"""The seconds in the contact's queue under which leaving it is a short abandon."""


class LostState(StrEnum):
    """How it stands with a caller, the most urgent first."""

    LOST = "lost"
    CLAIMED = "claimed"
    """Somebody has taken it upon them to call back."""
    CALLED_BACK = "called_back"
    GOT_THROUGH = "got_through"


class LostCaller(msgspec.Struct, frozen=True, kw_only=True):
    """One caller who was lost at least once today."""

    site: str
    key: str
    """Names the caller within the site: a hash; after `@` it is of the one contact."""
    has_key: bool
    """Whether later contacts of the same caller can be recognised."""
    caller_masked: str
    client: str
    queue: str
    """Native id of the queue of the last try."""
    queue_name: str
    source: str
    """The source of the last try."""
    first_at: Ms
    """When the caller was first lost: the instant of leaving."""
    last_at: Ms
    tries: int
    """Losses that were no short abandons."""
    short_tries: int
    longest_wait_s: float
    got_through_at: Ms | None
    """When a contact of the caller was answered after the last try; None where none was."""
    contacts: tuple[LostContact, ...]
    """All losses, short ones too, in order."""
    answered: tuple[AnsweredContact, ...]
    """What else of this caller was answered today, before or after, in order."""
    claimed_by: str = ""
    """Who has taken it, by name."""
    claimed_by_id: str = ""
    claimed_at: Ms | None = None
    called_back_at: Ms | None = None
    complaint: str = ""
    """Reference of the caller's open complaint; empty where there is none."""

    @property
    def id(self) -> CallerId:
        """What names the caller on the floor."""
        return self.site, self.key

    @property
    def is_short_only(self) -> bool:
        """The caller never waited long enough to count: not listed unless asked for."""
        return self.tries == 0

    @property
    def state(self) -> LostState:
        """How it stands with the caller."""
        if self.got_through_at is not None:
            return LostState.GOT_THROUGH
        if self.called_back_at is not None:
            return LostState.CALLED_BACK
        return LostState.CLAIMED if self.claimed_by_id else LostState.LOST


def net(day: CallersOfDay, short_after: ShortAfter) -> tuple[LostCaller, ...]:
    """One line for each caller who was lost, in the order of their keys.

    Args:
        day: Lost and answered contacts of one or of several sites.
        short_after: Tells a short abandon.
    """
    losses: dict[CallerId, list[LostContact]] = {}
    for lost in day.lost:
        losses.setdefault(_caller(lost), []).append(lost)
    answers: dict[CallerId, list[AnsweredContact]] = {}
    for answered in day.answered:
        answers.setdefault((answered.site, answered.caller), []).append(answered)
    return tuple(
        _one(caller, losses[caller], answers.get(caller, ()), short_after)
        for caller in sorted(losses)
    )


def with_desk(
    callers: Iterable[LostCaller],
    cases: Mapping[CallerId, LostCase],
    complaints: Mapping[CallerId, str],
    now: Ms,
) -> tuple[LostCaller, ...]:
    """The callers with what people did about them, and with their open complaints.

    Args:
        callers: As `net` gives them.
        cases: What the desk keeps, by site and caller.
        complaints: References of open complaints, by site and caller.
        now: The present: a claim that was forgotten has an end.
    """
    return tuple(_with_desk(caller, cases, complaints, now) for caller in callers)


def as_known(
    callers: Iterable[LostCaller], snapshot: FloorSnapshot, now: Ms
) -> tuple[LostCaller, ...]:
    """The callers with what the floor's desk and its complaints say of them."""
    cases = {(case.site, case.id): case for case in snapshot.lost_cases.values()}
    complaints = {
        (site, caller_token(key)): reference
        for (site, key), reference in open_complaints(snapshot).items()
    }
    return with_desk(callers, cases, complaints, now)


def _caller(lost: LostContact) -> CallerId:
    # Nothing else begins with the sign, so a contact is never taken for a caller.
    alone = caller_token(f"{lost.source}/{lost.contact}/{lost.leg}")
    return lost.site, lost.caller or f"@{alone}"


def _one(
    caller: CallerId,
    losses: Iterable[LostContact],
    answers: Iterable[AnsweredContact],
    short_after: ShortAfter,
) -> LostCaller:
    losses = sorted(losses, key=lambda lost: (lost.left_at, lost.entered_at, lost[1:4]))
    answers = sorted(answers, key=lambda one: (one.answered_at, one.source, one.contact))
    counted = [lost for lost in losses if lost.wait_s >= short_after(lost)]
    told = counted or losses
    last = told[-1]
    later = (one.answered_at for one in answers if one.answered_at > last.left_at)
    return LostCaller(
        site=caller[0],
        key=caller[1],
        has_key=bool(last.caller),
        caller_masked=last.caller_masked,
        client=last.client,
        queue=last.queue,
        queue_name=last.queue_name,
        source=last.source,
        first_at=told[0].left_at,
        last_at=last.left_at,
        tries=len(counted),
        short_tries=len(losses) - len(counted),
        longest_wait_s=max(lost.wait_s for lost in told),
        got_through_at=next(later, None),
        contacts=tuple(losses),
        answered=tuple(answers),
    )


def _with_desk(
    caller: LostCaller,
    cases: Mapping[CallerId, LostCase],
    complaints: Mapping[CallerId, str],
    now: Ms,
) -> LostCaller:
    case, complaint = cases.get(caller.id), complaints.get(caller.id, "")
    if case is None and not complaint:
        return caller
    stands = standing(case, caller.last_at, now)
    owner = stands.owner
    return replace(
        caller,
        claimed_by=owner.name if owner is not None else "",
        claimed_by_id=owner.id if owner is not None else "",
        claimed_at=owner.since if owner is not None else None,
        called_back_at=stands.called_back_at,
        complaint=complaint,
    )
