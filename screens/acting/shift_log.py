"""What can be written down of a shift: notes, and what becomes of incidents."""

from __future__ import annotations

from data.actions.verbs import Undo, Verb
from data.figures.doings import Doings, Target
from data.floor import Key
from data.model import DESK, Incident, Kind
from screens.acting.offer import Offer
from screens.look import Look
from screens.text import _


def new_offers(look: Look, site: str = "") -> tuple[Offer, ...]:
    """Writing a note, and putting an incident on record: at one site, wherever the cursor is.

    Args:
        look: The floor.
        site: The site that is meant first; empty: the one looked at, or the first.
    """
    sites = [each.id for each in look.snapshot.sites]
    place = site or look.site or next(iter(sites), "")
    key = Key(place, DESK, "")
    nowhere = "" if place else _("The floor has no site yet.")
    note = Target(key, subject=_("this shift and the next"))
    incident = Target(key, subject=_("an incident"))
    return (
        Offer(Verb.SHIFT_NOTE, note, why_not=nowhere),
        Offer(Verb.OPEN_INCIDENT, incident, why_not=nowhere),
    )


def incident_offers(key: Key, incident: Incident, doings: Doings) -> tuple[Offer, ...]:
    """Saying what is new about an incident, that it is over, and that it is not."""
    subject = incident.summary[:_SUBJECT]
    is_pending = doings.pending(Kind.INCIDENT, key, incident.version) is not None
    pending = _("Your last action on this incident is still on its way.") if is_pending else ""
    over = "" if incident.is_open else _("This incident is over; O opens it again.")
    lasts = _("This incident still lasts.") if incident.is_open else ""
    told = Target(key, incident.version, subject)
    check = incident.next_check_at
    again = Undo(Verb.REOPEN_INCIDENT, {} if check is None else {"next_check_at": check})
    closed = Target(key, incident.version, subject, undo=again)
    opened = Target(key, incident.version, subject, undo=Undo(Verb.CLOSE_INCIDENT))
    return (
        Offer(Verb.UPDATE_INCIDENT, told, why_not=over),
        Offer(Verb.CLOSE_INCIDENT, closed, why_not=over or pending),
        Offer(Verb.REOPEN_INCIDENT, opened, why_not=lasts or pending),
    )


_SUBJECT = 80
"""Characters of an incident's summary by which it is named."""
