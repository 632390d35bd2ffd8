"""Promises to customers in words: in the list of the shift, on their page, in a handover."""

from __future__ import annotations

from collections.abc import Sequence

from data.figures.doings import Doings
from data.floor import Key
from data.model import Kind, Ms, Promise, PromiseEvent
from screens.formats import format_caller, format_minutes, format_moment
from screens.presenters.acts import pending_words
from screens.presenters.table import SortKey
from screens.text import C_, Word, _, pgettext
from screens.tones import Tone

_OUTCOMES: dict[str, Word] = {
    "kept": C_("promise", "kept"),
    "broken": C_("promise", "not kept"),
    "withdrawn": C_("promise", "mistake"),
}
_TOLD: dict[str, Word] = {
    "made": C_("line of a promise", "promised"),
    "moved": C_("line of a promise", "given to {owner}, by {due}"),
    "kept": C_("line of a promise", "kept"),
    "broken": C_("line of a promise", "cannot be kept"),
    "withdrawn": C_("line of a promise", "put on record by mistake"),
    "reopened": C_("line of a promise", "open again"),
}


def customer_words(promise: Promise) -> str:
    """To whom: the complaint's reference, or else the masked number."""
    return promise.reference or (format_caller(promise.customer) if promise.customer else "")


def promise_words(promise: Promise) -> str:
    """What was promised, and to whom where that is known."""
    customer = customer_words(promise)
    if not customer:
        return promise.text
    return _("{customer}: {text}").format(customer=customer, text=promise.text)


def due_words(promise: Promise, now: Ms) -> str:
    """When it is to be kept: `in 12m`, or `! 5m ago` where it should have been; or what became."""
    if not promise.is_open:
        word = _OUTCOMES.get(promise.outcome)
        return promise.outcome if word is None else str(word)
    left_s = (promise.due_at - now) / 1000
    if left_s <= 0:
        return _("! {age} ago").format(age=format_minutes(-left_s))
    return _("in {left}").format(left=format_minutes(left_s))


def promise_cells(
    key: Key, promise: Promise, now: Ms, age: str, age_s: float, doings: Doings
) -> tuple[Sequence[str], Sequence[Tone], tuple[SortKey, ...]]:
    """The cells of its row among notes and incidents, their tones, and what it is sorted by."""
    kind = pgettext("shift log", "promise")
    waits = doings.pending(Kind.PROMISE, key, promise.version)
    check = pending_words(waits) if waits is not None else due_words(promise, now)
    said, by = promise_words(promise), promise.owner.name
    cells = (kind, said, check, age, promise.reference, "", by)
    tones = [Tone.NORMAL if promise.is_open else Tone.QUIET] * len(cells)
    if promise.is_missed(now):
        tones[2] = Tone.LOOK
    due = float(promise.due_at) if promise.is_open else None
    return cells, tones, (kind, said, due, age_s, promise.reference, None, by)


def promise_sentences(promise: Promise, zone: str, now: Ms) -> tuple[str, ...]:
    """How a promise stands, in sentences."""
    parts = {
        "due": format_moment(promise.due_at, zone, now),
        "name": promise.owner.name,
        "customer": customer_words(promise),
        "at": format_moment(promise.settled_at, zone, now),
        "outcome": due_words(promise, now),
    }
    if not promise.is_open:
        text = _("Settled at {at}: {outcome}. It was {name}'s to keep by {due}.")
    elif promise.is_missed(now):
        text = _("! It was to be kept by {due}; it is {name}'s.")
    else:
        text = _("To be kept by {due}; it is {name}'s.")
    said = [text.format(**parts)]
    if parts["customer"]:
        said.append(_("To: {customer}.").format(**parts))
    return tuple(said)


def promise_event_words(event: PromiseEvent, zone: str, now: Ms) -> str:
    """One line of a promise's history."""
    word = _TOLD.get(event.what)
    what = (event.what if word is None else str(word)).format(
        owner=event.owner.name if event.owner is not None else "",
        due=format_moment(event.due_at, zone, now),
    )
    text = _("{clock}  {name}, {what}: {text}") if event.text else _("{clock}  {name}, {what}")
    return text.format(
        clock=format_moment(event.at, zone, now), name=event.by.name, what=what, text=event.text
    )
