"""Giving back what the floor had and has no more: what is sent for it, and why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data.actions.seen import seen_of
from data.actions.verbs import Undo, Verb
from data.figures.doings import Target
from data.figures.restoring import Proposal
from data.rules.restoring import Lack, penalty_in
from screens.acting.can import can
from screens.acting.loans import Step
from screens.look import Look
from screens.presenters.agent_detail import agent_title
from screens.text import _

VERBS: Mapping[Lack, Verb] = {
    Lack.MEMBERSHIP: Verb.JOIN,
    Lack.LENT_AWAY: Verb.LEAVE,
    Lack.PENALTY: Verb.PENALTY,
    Lack.NOT_READY: Verb.PAUSE,
}
"""What gives back what; in this order, since who is in no queue cannot be made not ready."""
_ORDER = tuple(VERBS)


def why_not_given(each: Proposal, look: Look) -> str:
    """Why this person or this telephone system cannot give it back; empty where they can."""
    who = look.viewing.who
    team = each.now.team if each.now is not None else ""
    if who is not None and not who.leads(team):
        if each.now is None:
            return _("known to no team now")
        return _("not of your team")
    verb = VERBS.get(each.lost.what)
    if verb is not None and not can(look, each.key.site, each.key.source, verb):
        return _("not possible there")
    return ""


def restore_steps(chosen: Sequence[Proposal]) -> list[Step]:
    """Everything that giving back sends, memberships first.

    Who is in no queue now and gets none back is not made not ready: there is nobody to do it to.
    """
    gets_queue = {each.key for each in chosen if each.lost.what is Lack.MEMBERSHIP}
    able = [
        each
        for each in chosen
        if each.lost.what is not Lack.NOT_READY
        or each.key in gets_queue
        or (each.now is not None and each.now.queues)
    ]
    able.sort(key=lambda each: _ORDER.index(each.lost.what))
    return [(VERBS[each.lost.what], _target(each)) for each in able]


def _target(each: Proposal) -> Target:
    return Target(
        each.key,
        subject=agent_title(each.now or each.before),
        fields=dict(_fields(each)),
        seen=seen_of(VERBS[each.lost.what], each.now),
        undo=_undo(each),
    )


def _fields(each: Proposal) -> Iterator[tuple[str, Any]]:
    lost = each.lost
    if lost.queue:
        yield "queue", lost.queue
    if lost.what is Lack.PENALTY or (lost.what is Lack.MEMBERSHIP and lost.penalty):
        yield "penalty", lost.penalty
    if lost.reason:
        yield "reason_code", lost.reason


def _undo(each: Proposal) -> Undo:
    """What takes it back again: things are as they were found."""
    queue = each.lost.queue
    match each.lost.what:
        case Lack.MEMBERSHIP:
            return Undo(Verb.LEAVE, {"queue": queue})
        case Lack.NOT_READY:
            return Undo(Verb.READY)
        case _:
            penalty = penalty_in(each.now, queue) if each.now is not None else 0
            verb = Verb.PENALTY if each.lost.what is Lack.PENALTY else Verb.JOIN
            return Undo(verb, {"queue": queue, "penalty": penalty})
