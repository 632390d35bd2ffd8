"""What a person may do to an escalated complaint or enquiry: pure decisions, no storage.

Each rule takes the record as it is, the action and the server's time, and gives the record as it
is afterwards, or raises `Refusal`; it changes nothing that it was given.

Who owns a complaint decides what becomes of it: only its owner settles it, refers it, closes it or
hands it on, or anybody while nobody owns it. What is put down about it (a note, how bad it is, that
the customer was told) anybody may put down. `assign` alone takes a complaint from its owner; who
may do that, roles say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from msgspec import UNSET
from msgspec.structs import replace

from data import contract
from data.desk.rules import Refusal
from data.errors import Code
from data.model import Ms

CLOSED = frozenset({"resolved", "closed", "referred"})
"""The states of a complaint in which nobody of the firm has to do anything more about it."""
ACKNOWLEDGE = "acknowledge"
"""The clock that stops when somebody takes the complaint in hand, or tells the customer so."""
FIRST_TIER = 2
"""Where a complaint begins: agents do not escalate to themselves."""

Rule: TypeAlias = Callable[[contract.Escalation, Any, Ms], contract.Escalation]


def must_have_come(action: contract.RaiseEscalation, now: Ms) -> None:
    """See that a complaint has been received before its clocks are counted.

    Raises:
        Refusal: It was received later than now.
    """
    if contract.to_ms(action.received_at) > now:
        raise Refusal(Code.INVALID_FIELD, fields=[("/received_at", "later-than-now")])


def raised(
    action: contract.RaiseEscalation,
    now: Ms,
    reference: str,
    clocks: Sequence[contract.ComplaintClock],
    rules: str = "",
) -> contract.Escalation:
    """A complaint as it is put on record; nobody owns it yet.

    Args:
        action: What was said of it.
        now: The server's time.
        reference: What it is called from now on.
        clocks: Its time limits.
        rules: By what they were counted.

    """
    return contract.Escalation(
        reference=reference,
        kind=action.kind,
        status="new",
        severity=action.severity,
        tier=FIRST_TIER,
        received_at=action.received_at,
        channel=action.channel,
        queue=action.queue or UNSET,
        contact=action.contact or UNSET,
        agent=action.agent or UNSET,
        summary=action.summary,
        remedy_sought=action.remedy_sought or UNSET,
        vulnerable=action.vulnerable,
        caller_masked=action.caller_masked or UNSET,
        caller_key=action.caller_key or UNSET,
        owner=None,
        clocks=list(clocks),
        events=[_event(action, now, "raised", rules)],
    )


def claim(
    complaint: contract.Escalation, action: contract.ActionBase, now: Ms
) -> contract.Escalation:
    """Take ownership: the first of two wins, the second is told who.

    Raises:
        Refusal: It is owned already, by whomever, or nothing is left to be done.
    """
    if complaint.owner is not None:
        raise _held(complaint.owner)
    _must_be_open(complaint)
    taken = replace(
        complaint,
        owner=_owner(action.actor, now),
        status="acknowledged" if complaint.status == "new" else complaint.status,
        clocks=_meet(complaint.clocks, now, {ACKNOWLEDGE}),
    )
    return _told(taken, action, now, "claimed")


def assign(
    complaint: contract.Escalation, action: contract.AssignEscalation, now: Ms
) -> contract.Escalation:
    """Give it to somebody, whoever has it now.

    Raises:
        Refusal: That person has it already, or nothing is left to be done.
    """
    _must_be_open(complaint)
    if complaint.owner is not None and complaint.owner.id == action.to.id:
        raise _held(complaint.owner)
    given = replace(complaint, owner=_owner(action.to, now))
    return _told(given, action, now, "assigned", action.to.name)


def release(
    complaint: contract.Escalation, action: contract.ActionBase, now: Ms
) -> contract.Escalation:
    """Give ownership back, for somebody else to take.

    Raises:
        Refusal: The person does not own it, or nothing is left to be done.
    """
    _must_be_open(complaint)
    if complaint.owner is None:
        raise Refusal(Code.WRONG_STATE)
    _must_be_mine(complaint, action)
    return _told(replace(complaint, owner=None), action, now, "released")


def acknowledge(
    complaint: contract.Escalation, action: contract.ActionBase, now: Ms
) -> contract.Escalation:
    """Say that the customer knows that it is being looked at.

    Raises:
        Refusal: That has been said, or nothing is left to be done.
    """
    _must_be_open(complaint)
    runs = any(clock.name == ACKNOWLEDGE and clock.met_at is None for clock in complaint.clocks)
    if complaint.status != "new" and not runs:
        raise Refusal(Code.WRONG_STATE)
    said = replace(
        complaint,
        status="acknowledged" if complaint.status == "new" else complaint.status,
        clocks=_meet(complaint.clocks, now, {ACKNOWLEDGE}),
    )
    return _told(said, action, now, "acknowledged")


def note(
    complaint: contract.Escalation, action: contract.NoteEscalation, now: Ms
) -> contract.Escalation:
    """Put something down about it, at any time."""
    return replace(
        complaint,
        events=[*complaint.events, replace(_event(action, now, "note"), note=action.text)],
    )


def set_severity(
    complaint: contract.Escalation, action: contract.SetEscalationSeverity, now: Ms
) -> contract.Escalation:
    """Say how bad it is.

    Raises:
        Refusal: It is that bad already, or nothing is left to be done.
    """
    _must_be_open(complaint)
    if complaint.severity == action.severity:
        raise Refusal(Code.WRONG_STATE)
    judged = replace(complaint, severity=action.severity)
    return _told(judged, action, now, "severity", action.severity)


def escalate(
    complaint: contract.Escalation, action: contract.EscalateEscalation, now: Ms
) -> contract.Escalation:
    """Pass it up to a higher tier, where nobody has it yet.

    Raises:
        Refusal: The tier is no higher, somebody else owns it, or nothing is left to be done.
    """
    _must_be_open(complaint)
    _must_be_mine(complaint, action)
    if action.tier <= complaint.tier:
        raise Refusal(Code.WRONG_STATE)
    passed = replace(complaint, tier=action.tier, owner=None)
    return _told(passed, action, now, "escalated", str(action.tier))


def resolve(
    complaint: contract.Escalation, action: contract.Resolve, now: Ms
) -> contract.Escalation:
    """Settle it; one that nobody owned is then owned by the person who settled it.

    Raises:
        Refusal: Somebody else owns it, or nothing is left to be done.
    """
    _must_be_open(complaint)
    _must_be_mine(complaint, action)
    settled = replace(
        complaint,
        owner=complaint.owner or _owner(action.actor, now),
        status="resolved",
        resolution=action.resolution,
        outcome=complaint.outcome if action.outcome is UNSET else action.outcome,
        clocks=_meet(complaint.clocks, now, {clock.name for clock in complaint.clocks}),
    )
    return _told(settled, action, now, "resolved", action.resolution)


def close(
    complaint: contract.Escalation, action: contract.ActionBase, now: Ms
) -> contract.Escalation:
    """Say that nothing more is to come of one that was settled or referred.

    Raises:
        Refusal: It has not been, it is closed already, or somebody else owns it.
    """
    if complaint.status not in CLOSED - {"closed"}:
        raise Refusal(Code.WRONG_STATE)
    _must_be_mine(complaint, action)
    return _told(replace(complaint, status="closed"), action, now, "closed")


def refer(
    complaint: contract.Escalation, action: contract.ReferEscalation, now: Ms
) -> contract.Escalation:
    """Hand it to somebody outside the firm.

    Raises:
        Refusal: Somebody else owns it, or nothing is left to be done.
    """
    _must_be_open(complaint)
    _must_be_mine(complaint, action)
    handed = replace(complaint, status="referred", referred_to=action.to)
    return _told(handed, action, now, "referred", action.to)


def reopen(
    complaint: contract.Escalation, action: contract.ActionBase, now: Ms
) -> contract.Escalation:
    """Take up again what was settled, referred or closed; the clocks that this stopped run on.

    Raises:
        Refusal: It is open, or somebody else owns it.
    """
    if complaint.status not in CLOSED:
        raise Refusal(Code.WRONG_STATE)
    _must_be_mine(complaint, action)
    again = replace(
        complaint,
        status="investigating",
        resolution=UNSET,
        outcome=UNSET,
        referred_to=UNSET,
        clocks=_run_on(complaint),
    )
    return _told(again, action, now, "reopened")


def _must_be_open(complaint: contract.Escalation) -> None:
    if complaint.status in CLOSED:
        raise Refusal(Code.WRONG_STATE)


def _must_be_mine(complaint: contract.Escalation, action: contract.ActionBase) -> None:
    """Nobody's is everybody's."""
    if complaint.owner is not None and complaint.owner.id != action.actor.id:
        raise _held(complaint.owner)


def _held(owner: contract.Owner) -> Refusal:
    return Refusal(Code.ALREADY_CLAIMED, held_by=owner.name, held_since=contract.to_ms(owner.since))


def _owner(person: contract.ActionActor, now: Ms) -> contract.Owner:
    return contract.Owner(id=person.id, name=person.name, since=contract.from_ms(now))


def _told(
    after: contract.Escalation, action: contract.ActionBase, now: Ms, what: str, value: str = ""
) -> contract.Escalation:
    """The record with a line more in its history."""
    return replace(after, events=[*after.events, _event(action, now, what, value)])


def _event(
    action: contract.ActionBase, now: Ms, what: str, value: str = ""
) -> contract.EscalationEvent:
    note = "" if action.comment is UNSET else action.comment
    return contract.EscalationEvent(
        at=contract.from_ms(now), who=action.actor.name, what=what, value=value, note=note
    )


def _meet(
    clocks: Sequence[contract.ComplaintClock], now: Ms, names: Collection[str]
) -> list[contract.ComplaintClock]:
    """The clocks with those named stopped now, unless they had stopped before."""
    return [
        replace(clock, met_at=contract.from_ms(now), paused=False)
        if clock.name in names and clock.met_at is None
        else clock
        for clock in clocks
    ]


def _run_on(complaint: contract.Escalation) -> list[contract.ComplaintClock]:
    """The clocks with those that stopped as it was settled running again."""
    settled = [event.at for event in complaint.events if event.what == "resolved"]
    if not settled:
        return complaint.clocks
    return [
        replace(clock, met_at=None) if clock.met_at == settled[-1] else clock
        for clock in complaint.clocks
    ]
