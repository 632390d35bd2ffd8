"""What can be done to escalated complaints and enquiries, and what takes it back.

The keeper of the record decides by the same rules (`data.desk.complaints`); here they are said
before a key is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from data.actions.seen import seen_of
from data.actions.verbs import Undo, Verb
from data.figures.doings import Target
from data.floor import Key
from data.model import Escalation, Kind
from screens.acting.can import can
from screens.acting.offer import Offer
from screens.key_names import key_name
from screens.look import Look
from screens.presenters.acts import verb_words
from screens.text import _

HIGHEST_TIER = 4
"""Outside the firm: nothing is passed on from there."""
_ACKNOWLEDGE = "acknowledge"
_CLOSED = "closed"


class Case(msgspec.Struct, frozen=True):
    """One complaint, and who looks at it."""

    key: Key
    complaint: Escalation
    look: Look

    @property
    def person(self) -> str:
        """The id of who would act."""
        return self.look.viewing.person

    @property
    def is_mine(self) -> bool:
        """Whether the person who looks owns it."""
        owner = self.complaint.owner
        return owner is not None and owner.id == self.person

    def said(self, text: str, **more: str) -> str:
        """A sentence about it, with its reference."""
        return text.format(reference=self.complaint.reference, **more)


def complaint_offers(key: Key, complaint: Escalation, look: Look) -> tuple[Offer, ...]:
    """Everything that could be done to a complaint, in the order of the keys.

    Args:
        key: Of the complaint.
        complaint: The complaint.
        look: The floor, and who looks at it.
    """
    return tuple(complaint_offer(verb, key, complaint, look) for verb in COMPLAINT_VERBS)


def complaint_offer(verb: Verb, key: Key, complaint: Escalation, look: Look) -> Offer:
    """One of these; `verb` is one of `COMPLAINT_VERBS`."""
    case = Case(key, complaint, look)
    effect = _EFFECTS.get(verb)
    target = Target(
        key=key,
        version=complaint.version,
        subject=complaint.reference,
        seen=seen_of(verb, complaint),
        undo=_undo(verb, complaint),
    )
    why_not = _on_its_way(verb, case) or _WHY_NOT[verb](case)
    return Offer(verb, target, complaint.summary, why_not, effect(case) if effect else "")


def given_back(complaint: Escalation, to: str, person: str) -> Undo | None:
    """What takes back that a complaint was given to somebody; None where nothing does.

    Args:
        complaint: As it was before.
        to: The id of who has it then.
        person: The id of who gave it to them.
    """
    if complaint.owner is not None:
        return Undo(Verb.ASSIGN, {"to": {"id": complaint.owner.id, "name": complaint.owner.name}})
    return Undo(Verb.HAND_BACK) if to == person else None


def _undo(verb: Verb, complaint: Escalation) -> Undo | None:
    match verb:
        case Verb.CLAIM:
            return Undo(Verb.HAND_BACK)
        case Verb.HAND_BACK:
            return Undo(Verb.CLAIM)
        case Verb.SEVERITY:
            return Undo(Verb.SEVERITY, {"severity": complaint.severity})
        case Verb.RESOLVE | Verb.CLOSE | Verb.REFER:
            return Undo(Verb.REOPEN)
        case Verb.REOPEN if complaint.referred_to:
            return Undo(Verb.REFER, {"to": complaint.referred_to})
        case Verb.REOPEN if complaint.resolution:
            outcome = {"outcome": complaint.outcome} if complaint.outcome else {}
            return Undo(Verb.RESOLVE, {"resolution": complaint.resolution, **outcome})
    return None


def _on_its_way(verb: Verb, case: Case) -> str:
    """Why nothing, or not this, can be asked of whoever keeps the record just now."""
    key, complaint = case.key, case.complaint
    if not can(case.look, key.site, key.source, verb):
        return case.said(_("The system that keeps {reference} cannot do that."))
    pending = case.look.doings.pending(Kind.ESCALATION, key, complaint.version)
    if pending is None:
        return ""
    text = _("{verb} {subject} is still on its way.")
    return text.format(verb=verb_words(pending.verb), subject=complaint.reference)


def _closed(case: Case) -> str:
    if case.complaint.is_open:
        return ""
    key = key_name("escalations.reopen")
    match case.complaint.status:
        case "resolved":
            return case.said(_("{reference} is resolved; {key} opens it again."), key=key)
        case "referred":
            return case.said(_("{reference} is referred outside; {key} opens it again."), key=key)
    return case.said(_("{reference} is closed; {key} opens it again."), key=key)


def _theirs(case: Case) -> str:
    """Nobody's is everybody's."""
    owner = case.complaint.owner
    if owner is None or case.is_mine:
        return ""
    return _("{name} has {reference}.").format(name=owner.name, reference=case.complaint.reference)


def _why_not_claim(case: Case) -> str:
    yours = case.said(_("{reference} is yours already.")) if case.is_mine else ""
    return _closed(case) or yours or _theirs(case)


def _why_not_acknowledge(case: Case) -> str:
    complaint = case.complaint
    runs = any(each.name == _ACKNOWLEDGE and each.met_at is None for each in complaint.clocks)
    if complaint.is_open and complaint.status != "new" and not runs:
        return case.said(_("{reference} is acknowledged already."))
    return _closed(case)


def _why_not_escalate(case: Case) -> str:
    if case.complaint.tier >= HIGHEST_TIER:
        return _closed(case) or case.said(_("{reference} is at the highest tier already."))
    return _closed(case) or _theirs(case)


def _why_not_hand_back(case: Case) -> str:
    if case.complaint.owner is None:
        return _closed(case) or case.said(_("Nobody has {reference}."))
    return _closed(case) or _theirs(case)


def _why_not_settle(case: Case) -> str:
    return _closed(case) or _theirs(case)


def _why_not_close(case: Case) -> str:
    if case.complaint.is_open:
        return case.said(_("{reference} is not settled yet: resolve or refer it first."))
    if case.complaint.status == _CLOSED:
        return case.said(_("{reference} is closed already."))
    return _theirs(case)


def _why_not_reopen(case: Case) -> str:
    if case.complaint.is_open:
        return case.said(_("{reference} is open."))
    return _theirs(case)


def _who_has_it(case: Case) -> str:
    owner = case.complaint.owner
    if owner is None:
        return _("nobody has it now")
    return _("{name} has it now").format(name=owner.name)


def _acknowledged(_case: Case) -> str:
    return _("the customer was told that it is looked at; this cannot be taken back")


def _escalated(_case: Case) -> str:
    return _("nobody has it until somebody there claims it; this cannot be taken back")


def _resolved(_case: Case) -> str:
    return _("all its clocks stop")


_WHY_NOT: Mapping[Verb, Callable[[Case], str]] = {
    Verb.CLAIM: _why_not_claim,
    Verb.ASSIGN: _closed,
    Verb.ACKNOWLEDGE: _why_not_acknowledge,
    Verb.ADD_NOTE: lambda _case: "",
    Verb.SEVERITY: _closed,
    Verb.ESCALATE: _why_not_escalate,
    Verb.HAND_BACK: _why_not_hand_back,
    Verb.RESOLVE: _why_not_settle,
    Verb.CLOSE: _why_not_close,
    Verb.REFER: _why_not_settle,
    Verb.REOPEN: _why_not_reopen,
}
"""Why each cannot be done to a complaint as it stands; empty where it can."""
_EFFECTS: Mapping[Verb, Callable[[Case], str]] = {
    Verb.ASSIGN: _who_has_it,
    Verb.ACKNOWLEDGE: _acknowledged,
    Verb.ESCALATE: _escalated,
    Verb.RESOLVE: _resolved,
}
COMPLAINT_VERBS = tuple(_WHY_NOT)
