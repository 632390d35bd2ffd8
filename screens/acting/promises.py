"""What a customer was promised: put on record from where it was said, moved, and settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from data.actions.verbs import Undo, Verb
from data.figures.doings import Doings, Target
from data.floor import Key
from data.model import DESK, Agent, Contact, Escalation, Kind, Promise
from screens.acting.offer import Offer
from screens.formats import format_caller
from screens.key_names import key_name
from screens.text import _

if TYPE_CHECKING:
    from data.cache.history_model import FoundContact
    from data.figures.lost import LostCaller
    from screens.look import Look

SUBJECT = 80
"""Characters by which a promise is named."""


def promise_of_complaint(key: Key, complaint: Escalation) -> Offer:
    """A promise to whoever has complained."""
    fields = {
        "reference": complaint.reference,
        "customer": complaint.caller_masked,
        **_about(Kind.ESCALATION, key),
    }
    return _offer(key.site, complaint.reference, fields, complaint.summary)


def promise_of_contact(contact: Contact) -> Offer:
    """A promise to somebody who is on the floor, or was a moment ago."""
    key = Key(contact.site, contact.source, contact.id)
    return _to_caller(key, contact.caller_masked)


def promise_of_agent(agent: Agent, look: Look) -> Offer:
    """A promise to whom an agent speaks with."""
    contact = look.snapshot.contacts.get(Key(agent.site, agent.source, agent.contact or ""))
    if contact is not None:
        return promise_of_contact(contact)
    nobody = _("{name} has no customer in hand; {key} among the notes needs none.")
    return replace(
        promise_of_nobody(agent.site),
        why_not=nobody.format(name=agent.name, key=key_name("notes.promise")),
    )


def promise_of_lost(caller: LostCaller) -> Offer:
    """A promise to a caller who was lost."""
    contact = caller.contacts[-1].contact if caller.contacts else ""
    return _to_caller(Key(caller.site, caller.source, contact), caller.caller_masked)


def promise_of_found(found: FoundContact) -> Offer:
    """A promise in a contact that was looked up."""
    return _to_caller(Key(found.site, found.source, found.id), found.caller_masked)


def promise_of_nobody(site: str) -> Offer:
    """A promise to a customer of whom nothing on the screen tells."""
    return _offer(site, _("a customer"), {})


def promise_offers(key: Key, promise: Promise, doings: Doings) -> tuple[Offer, ...]:
    """Giving a promise another time or person, settling it, and taking that back."""
    subject = promise.text[:SUBJECT]
    reopens = _("This promise is settled already; {key} opens it again.")
    settled = "" if promise.is_open else reopens.format(key=key_name("notes.reopen-incident"))
    is_sent = doings.pending(Kind.PROMISE, key, promise.version) is not None
    pending = _("Your last action on this promise is still on its way.") if is_sent else ""
    owner = {"id": promise.owner.id, "name": promise.owner.name}
    before = Undo(Verb.MOVE_PROMISE, {"due_at": promise.due_at, "to": owner})
    again = Target(key, promise.version, subject, undo=Undo(Verb.REOPEN_PROMISE))
    was = Undo(Verb.SETTLE_PROMISE, {"outcome": promise.outcome})
    back = Target(key, promise.version, subject, undo=was)
    moved = Target(key, promise.version, subject, undo=before)
    stands = _("This promise is open.") if promise.is_open else ""
    return (
        Offer(Verb.SETTLE_PROMISE, again, why_not=settled or pending),
        Offer(Verb.MOVE_PROMISE, moved, why_not=settled or pending),
        Offer(Verb.REOPEN_PROMISE, back, why_not=stands or pending),
    )


def _to_caller(key: Key, caller_masked: str) -> Offer:
    customer = format_caller(caller_masked)
    subject = customer if any(map(str.isdigit, customer)) else key.id
    fields = {"customer": caller_masked, **(_about(Kind.CONTACT, key) if key.id else {})}
    return _offer(key.site, subject, fields)


def _about(kind: Kind, key: Key) -> dict[str, str]:
    return {"telephony": key.source, "about_kind": kind.value, "about_id": key.id}


def _offer(site: str, subject: str, fields: Mapping[str, str], about: str = "") -> Offer:
    given = {name: value for name, value in fields.items() if value}
    nowhere = "" if site else _("The floor has no site yet.")
    target = Target(Key(site, DESK, ""), subject=subject, fields=given)
    return Offer(Verb.PROMISE, target, about=about, why_not=nowhere)
