"""What can be done about callers who were lost."""

from __future__ import annotations

from data.actions.verbs import Verb
from data.desk.messages import DESK
from data.figures.doings import Doings, Target
from data.figures.lost import LostCaller, LostState
from data.floor import Key
from data.model import Kind
from screens.acting.offer import Offer
from screens.formats import format_caller
from screens.text import _


def lost_offers(caller: LostCaller, version: int, person: str, doings: Doings) -> tuple[Offer, ...]:
    """Taking a caller who was lost, and saying that they were called back.

    Args:
        caller: Who was lost.
        version: Of what the desk keeps of them; 0 where it keeps nothing.
        person: The id of who would act.
        doings: What that person did lately.
    """
    key = Key(caller.site, DESK, caller.key)
    fields = {"lost_at": caller.last_at}
    target = Target(key, version, format_caller(caller.caller_masked), fields)
    taken = _why_not_lost(caller, person)
    is_pending = doings.pending(Kind.LOST_CALLER, key, version) is not None
    own = _("You have this caller already.") if caller.claimed_by_id == person else ""
    claim = taken or (own if caller.state is LostState.CLAIMED else "")
    if is_pending and not claim:
        claim = _("Your last action on this caller is still on its way.")
    return (
        Offer(Verb.CLAIM_LOST, target, caller.queue_name, claim),
        Offer(Verb.CALLED_BACK, target, caller.queue_name, taken),
    )


def _why_not_lost(caller: LostCaller, person: str) -> str:
    if caller.state is LostState.GOT_THROUGH:
        return _("This caller got through later.")
    if caller.state is LostState.CALLED_BACK:
        if caller.claimed_by_id == person:
            return _("You have called this caller back.")
        return _("{name} has called this caller back.").format(name=caller.claimed_by)
    if caller.state is LostState.CLAIMED and caller.claimed_by_id != person:
        return _("{name} has this caller.").format(name=caller.claimed_by)
    return ""
