"""What can be done to escalated complaints and enquiries."""

from __future__ import annotations

from data.actions.verbs import Verb
from data.figures.doings import Doings, Target
from data.floor import Key
from data.model import Escalation, Kind
from screens.acting.offer import Offer
from screens.text import _


def claim_offer(key: Key, complaint: Escalation, person: str, doings: Doings) -> Offer:
    """Taking a complaint in hand.

    Args:
        key: Of the complaint.
        complaint: The complaint.
        person: The id of who would take it.
        doings: What that person did lately.
    """
    target = Target(key, complaint.version, complaint.reference)
    return Offer(
        Verb.CLAIM, target, complaint.summary, _why_not_claim(key, complaint, person, doings)
    )


def _why_not_claim(key: Key, complaint: Escalation, person: str, doings: Doings) -> str:
    if not complaint.is_open:
        return _("{reference} is closed.").format(reference=complaint.reference)
    if complaint.owner is not None:
        if complaint.owner.id == person:
            return _("{reference} is yours already.").format(reference=complaint.reference)
        return _("{name} has {reference}.").format(
            name=complaint.owner.name, reference=complaint.reference
        )
    if doings.pending(Kind.ESCALATION, key, complaint.version) is not None:
        return _("Your claim of {reference} is still on its way.").format(
            reference=complaint.reference
        )
    return ""
