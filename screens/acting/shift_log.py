"""What can be written down of a shift: notes, and what becomes of incidents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from data.actions.verbs import Undo, Verb
from data.figures.doings import Doings, Target
from data.figures.messages import is_to
from data.floor import Key
from data.model import DESK, Incident, Kind, Note
from data.people import Person as Reader
from screens.acting.offer import Offer
from screens.acting.promises import promise_of_nobody
from screens.key_names import key_name
from screens.look import Look
from screens.text import _


def new_offers(look: Look, site: str = "") -> tuple[Offer, ...]:
    """Writing a note, an incident, a promise or a briefing: at one site, wherever the cursor is.

    Args:
        look: The floor.
        site: The site that is meant first; empty: the one looked at, or the first.
    """
    sites = [each.id for each in look.snapshot.sites]
    place = site or look.site or next(iter(sites), "")
    key = Key(place, DESK, "")
    nowhere = "" if place else _("The floor has no site yet.")
    note = Target(key, subject=_("this shift and the next"))
    names = {each.id: each.name or each.id for each in look.snapshot.sites}
    incident = Target(key, subject=names.get(place, place))
    return (
        Offer(Verb.SHIFT_NOTE, note, why_not=nowhere),
        Offer(Verb.OPEN_INCIDENT, incident, why_not=nowhere),
        promise_of_nobody(place),
        Offer(Verb.BRIEF, Target(key, subject=_("a briefing")), why_not=nowhere),
    )


def note_offers(
    key: Key, note: Note, doings: Doings, who: Reader | None = None
) -> tuple[Offer, ...]:
    """Saying that one has read a note, correcting it, withdrawing it, and putting it back.

    Args:
        key: Of the note.
        note: The note.
        doings: What the person who looks did lately.
        who: That person.
    """
    subject = note.text[:_SUBJECT]
    why_not = ""
    if key.source != DESK:
        text = _("This note is kept by {source}, which does not take notes back.")
        why_not = text.format(source=key.source)
    elif doings.pending(Kind.NOTE, key, note.version) is not None:
        why_not = _("Your last action on this note is still on its way.")
    gone = _("This note is withdrawn already.") if note.is_withdrawn else ""
    stands = "" if note.is_withdrawn else _("This note is not withdrawn.")

    def target(back: Undo) -> Target:
        return Target(key, note.version, subject, undo=back)

    before = Undo(Verb.CORRECT_NOTE, {"text": note.text})
    read = Target(key, note.version, subject)
    return (
        Offer(Verb.READ_NOTE, read, why_not=_why_not_read(key, note, who) or why_not),
        Offer(Verb.WITHDRAW_NOTE, target(Undo(Verb.RESTORE_NOTE)), why_not=why_not or gone),
        Offer(Verb.CORRECT_NOTE, target(before), why_not=why_not or gone),
        Offer(Verb.RESTORE_NOTE, target(Undo(Verb.WITHDRAW_NOTE)), why_not=why_not or stands),
    )


def _why_not_read(key: Key, note: Note, who: Reader | None) -> str:
    if who is None or not is_to(note, who):
        return _("This is no briefing to you.")
    if key.source != DESK:
        text = _("{source} asks its readers itself whether they have read it.")
        return text.format(source=key.source)
    return _("You have read this already.") if who.id in note.read_by else ""


def incident_offers(key: Key, incident: Incident, doings: Doings) -> tuple[Offer, ...]:
    """Saying what is new about an incident, that it is over or a mistake, and that it is not."""
    subject = incident.summary[:_SUBJECT]
    is_pending = doings.pending(Kind.INCIDENT, key, incident.version) is not None
    pending = _("Your last action on this incident is still on its way.") if is_pending else ""
    opens = _("This incident is over; {key} opens it again.")
    over = "" if incident.is_open else opens.format(key=key_name("notes.reopen-incident"))
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


def others_offers(key: Key, kind: Kind) -> Iterator[Offer]:
    """What is done to entries of another kind than a row's, and that it is not one of them."""
    words = {
        Kind.NOTE: _("This is no note."),
        Kind.INCIDENT: _("This is no incident."),
        Kind.PROMISE: _("This is no promise."),
    }
    for its, verbs in _VERBS.items():
        if its is not kind:
            yield from (Offer(verb, Target(key), why_not=words[its]) for verb in verbs)


_VERBS: Mapping[Kind, Sequence[Verb]] = {
    Kind.NOTE: (Verb.READ_NOTE, Verb.WITHDRAW_NOTE, Verb.CORRECT_NOTE, Verb.RESTORE_NOTE),
    Kind.INCIDENT: (Verb.UPDATE_INCIDENT, Verb.CLOSE_INCIDENT, Verb.REOPEN_INCIDENT),
    Kind.PROMISE: (Verb.SETTLE_PROMISE, Verb.MOVE_PROMISE, Verb.REOPEN_PROMISE),
}
"""What can be done to entries, by their kind."""
_SUBJECT = 80
"""Characters of an incident's summary by which it is named."""
