"""What has to be asked before something is done to complaints.

Nothing that settles a complaint is chosen beforehand: two keys pressed by habit settle none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from data.actions.verbs import Verb
from data.floor import Key
from data.model import Escalation, Person
from screens import complaint_words, words
from screens.acting.complaints import HIGHEST_TIER, given_back
from screens.acting.offer import COMMENT, Ask, Offer, Settled, Wanted
from screens.acting.raising import raise_fields, raised
from screens.text import _, pgettext
from screens.widgets.form import Answers, Field

SEVERITIES = ("low", "medium", "high", "critical")
_OUTCOMES = ("upheld", "partly_upheld", "rejected", "withdrawn")
_REMEDIES = ("refunded", "apologised", "callback_booked", "passed_on", "unfounded", "other")
_TEXT_LIMIT = 4000
_COMMENT_LIMIT = 2000


def _able(wanted: Wanted) -> list[tuple[Offer, Escalation]]:
    """The complaints that it can be done to, as they are known."""
    known = wanted.look.snapshot.escalations
    return [
        (offer, known[offer.target.key])
        for offer in wanted.offers
        if not offer.why_not and offer.target.key in known
    ]


def _comment(label: str) -> Field:
    return Field(COMMENT, label, limit=_COMMENT_LIMIT)


def _unchosen() -> tuple[str, str]:
    return "", pgettext("form", "choose")


# Assign


def _owners(wanted: Wanted) -> Iterator[Person]:
    """Who may be given it: the person who asks, those listed, and whoever owns one."""
    listed = (Person(each.id, each.name) for each in wanted.look.viewing.owners)
    owned = (each.owner for each in wanted.look.snapshot.escalations.values())
    found = sorted({Person(o.id, o.name) for o in owned if o is not None}, key=_by_name)
    seen: set[str] = set()
    for person in (*listed, *found):
        if person.id not in seen:
            seen.add(person.id)
            yield person


def _by_name(person: Person) -> tuple[str, str]:
    return person.name.casefold(), person.id


def _assign_fields(wanted: Wanted) -> tuple[Field, ...]:
    me = wanted.look.viewing.person
    held = {each.owner.id if each.owner is not None else "" for _offer, each in _able(wanted)}
    options = tuple(
        (each.id, _("me: {name}").format(name=each.name) if each.id == me else each.name)
        for each in _owners(wanted)
        if held != {each.id}
    )
    return (
        Field("to", _("To"), options=options or (_unchosen(),), is_needed=True),
        _comment(_("Why")),
    )


def _assigned(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    """From whom it is taken back depends on whom it was given to."""
    to = _to_whom(wanted, fields.get("to"))
    if to is None:
        return Settled(wanted, fields)  # it is going back to whoever had it
    known = dict(_by_key(wanted))

    def given(offer: Offer) -> Offer:
        complaint = known.get(offer.target.key)
        if complaint is None:
            return offer
        if complaint.owner is not None and complaint.owner.id == to.id:
            text = _("{name} has {reference}.")
            why_not = text.format(name=to.name, reference=complaint.reference)
            return replace(offer, why_not=why_not)
        undo = given_back(complaint, to.id, wanted.look.viewing.person)
        return replace(offer, target=replace(offer.target, undo=undo))

    settled = replace(wanted, offers=[given(offer) for offer in wanted.offers])
    return Settled(settled, {**fields, "to": {"id": to.id, "name": to.name}})


def _to_whom(wanted: Wanted, said: object) -> Person | None:
    """The person who was chosen now, or when it was to be done the last time."""
    if isinstance(said, Mapping):
        return Person(str(said["id"]), str(said["name"]))
    return next((each for each in _owners(wanted) if each.id == said), None)


def _by_key(wanted: Wanted) -> Iterator[tuple[Key, Escalation]]:
    return ((offer.target.key, each) for offer, each in _able(wanted))


# Severity and tier


def _severity_fields(wanted: Wanted) -> tuple[Field, ...]:
    now = {each.severity for _offer, each in _able(wanted)}
    options = tuple((code, words.complaint_severity(code)) for code in SEVERITIES if now != {code})
    worse = _next_of(SEVERITIES, now)
    return (
        Field("severity", _("Severity"), worse, options=options),
        _comment(_("Why")),
    )


def _next_of(codes: Sequence[str], now: Iterable[str]) -> str:
    """What comes after the worst of some, or the last there is."""
    at = max((codes.index(code) for code in now if code in codes), default=0)
    return codes[min(at + 1, len(codes) - 1)]


def _severed(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    same = _("{reference} has that severity already.")
    offers = _unless(wanted, same, lambda seen: seen.get("severity", "") == fields.get("severity"))
    return Settled(replace(wanted, offers=offers), fields)


def _unless(wanted: Wanted, text: str, is_so: Callable[[Mapping[str, str]], bool]) -> list[Offer]:
    """The offers, without those whose complaint is as it is wanted to be already.

    By what the person saw: what somebody changed while they were typing is a conflict, which is
    told as that, and keeps what they typed.
    """
    return [
        replace(offer, why_not=text.format(reference=offer.target.subject))
        if not offer.why_not and is_so(offer.target.seen)
        else offer
        for offer in wanted.offers
    ]


def _escalate_fields(wanted: Wanted) -> tuple[Field, ...]:
    lowest = min((each.tier for _offer, each in _able(wanted)), default=0)
    options = tuple(
        (f"{tier}", complaint_words.tier(tier)) for tier in range(lowest + 1, HIGHEST_TIER + 1)
    )
    return Field("tier", _("To tier"), options=options), _comment(_("Why"))


def _tier(answers: Answers) -> Mapping[str, Any]:
    number = answers["tier"].strip()
    return {"tier": int(number) if number.isdecimal() else number}


def _tiered(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    same = _("{reference} is at that tier already.")
    tier = int(fields.get("tier", HIGHEST_TIER + 1))
    offers = _unless(wanted, same, lambda seen: int(seen.get("tier", 0)) >= tier)
    return Settled(replace(wanted, offers=offers), fields)


# Notes, and what settles it


def _note_fields(_wanted: Wanted) -> tuple[Field, ...]:
    return (Field("text", _("Note"), limit=_TEXT_LIMIT, is_needed=True),)


def _resolve_fields(wanted: Wanted) -> tuple[Field, ...]:
    remedies = [(code, complaint_words.resolution(code)) for code in _REMEDIES]
    remedy = Field("resolution", _("Remedy"), options=(_unchosen(), *remedies), is_needed=True)
    if all(each.kind == "enquiry" for _offer, each in _able(wanted)):
        return remedy, _comment(_("What was said"))
    outcomes = [(code, complaint_words.outcome(code)) for code in _OUTCOMES]
    outcome = Field("outcome", _("Outcome"), options=(_unchosen(), *outcomes), is_needed=True)
    return outcome, remedy, _comment(_("What was done"))


def _refer_fields(_wanted: Wanted) -> tuple[Field, ...]:
    return Field("to", _("To whom"), limit=255, is_needed=True), _comment(_("Why"))


ASKS: Mapping[Verb, Ask] = {
    Verb.RAISE: Ask(raise_fields, words=("summary",), settle=raised),
    Verb.ASSIGN: Ask(_assign_fields, words=("to", COMMENT), settle=_assigned),
    Verb.ADD_NOTE: Ask(_note_fields, words=("text",)),
    Verb.SEVERITY: Ask(_severity_fields, words=("severity", COMMENT), settle=_severed),
    Verb.ESCALATE: Ask(_escalate_fields, _tier, ("tier", COMMENT), settle=_tiered),
    Verb.RESOLVE: Ask(_resolve_fields, words=("outcome", "resolution", COMMENT)),
    Verb.REFER: Ask(_refer_fields, words=("to",)),
}
