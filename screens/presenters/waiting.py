"""The contacts that wait in a queue: for how long, with what priority, who is calling."""

from __future__ import annotations

from data.figures.agents import complaint_of, open_complaints
from data.figures.doings import NO_DOINGS, Doings
from data.figures.queues import QueueFigures
from data.floor import FloorSnapshot, Key
from data.model import Contact, ContactState, Kind, Ms
from data.status import ActionRow
from screens.formats import format_caller, format_count, format_duration
from screens.presenters.acts import verb_words
from screens.presenters.rows import Column
from screens.presenters.table import (
    DEFAULT_VIEW,
    Entry,
    SortKey,
    TableView,
    ViewState,
    arrange,
    fit_numbers,
    make_row,
)
from screens.text import _, pgettext
from screens.tones import Tone


def waiting_columns(*, has_pending: bool = False) -> tuple[Column, ...]:
    """The columns, in the language in use.

    Args:
        has_pending: With the one that says what the person has asked for.
    """
    pending = Column("pending", pgettext("waiting column", "Sent"), 14)
    return (
        Column("wait", pgettext("waiting column", "Wait"), 5, is_right=True, sort_letter="w"),
        Column("priority", pgettext("waiting column", "Prio"), 4, is_right=True, sort_letter="p"),
        Column("caller", pgettext("waiting column", "Caller"), 14, grows=True, sort_letter="a"),
        Column("complaint", pgettext("waiting column", "Complaint"), 9, rank=1, sort_letter="o"),
        *((pending,) if has_pending else ()),
        Column("contact", pgettext("waiting column", "Contact"), 12, rank=2, sort_letter="c"),
    )


def present_waiting(
    figures: QueueFigures,
    snapshot: FloorSnapshot,
    view: ViewState = DEFAULT_VIEW,
    doings: Doings = NO_DOINGS,
) -> TableView:
    """The contacts that wait in a queue, the one that is next at the top.

    Args:
        figures: Of the queue.
        snapshot: What they were computed from.
        view: How the table is looked at.
        doings: What the person asked for lately.
    """
    waiting = [
        (key, contact)
        for key, contact in snapshot.contacts.items()
        if contact.state is ContactState.WAITING
        and (contact.site, contact.source, contact.queue) == figures.key
    ]
    sent = {
        key: verb_words(row.verb, row.fields)
        for key, _contact in waiting
        if (row := under_way(key, doings)) is not None
    }
    columns = waiting_columns(has_pending=bool(sent))
    complaints = open_complaints(snapshot)
    entries = [
        _entry(key, contact, figures, complaint_of(contact, complaints), sent)
        for key, contact in waiting
    ]
    rows = tuple(each.row for each in arrange(entries, columns, view))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries))


def under_way(key: Key, doings: Doings) -> ActionRow | None:
    """What the person has asked for a contact and what is still on its way."""
    for row in reversed(doings.rows):
        if (row.kind, row.site, row.source, row.entity) == (Kind.CONTACT, *key):
            return row if row.state.is_open else None
    return None


def entered_at(contact: Contact) -> Ms:
    """When a contact entered its queue."""
    return contact.queued_at if contact.queued_at is not None else contact.created_at


def _entry(
    key: Key, contact: Contact, figures: QueueFigures, complaint: str, sent: dict[Key, str]
) -> Entry:
    wait_s = max(0.0, (figures.as_of - entered_at(contact)) / 1000)
    caller = format_caller(contact.caller_masked)
    cells = [format_duration(wait_s), format_count(contact.priority), caller, complaint]
    keys: list[SortKey] = [wait_s, contact.priority, caller, complaint or None]
    tones = [Tone.NORMAL, Tone.NORMAL, Tone.NORMAL, Tone.LOOK if complaint else Tone.NORMAL]
    if sent:
        under = sent.get(key, "")
        cells.append(_("{verb}…").format(verb=under) if under else "")
        keys.append(under or None)
        tones.append(Tone.NORMAL)
    row = make_row(
        "/".join(key),
        (*cells, contact.id),
        (*tones, Tone.NORMAL),
        is_old=figures.is_old,
    )
    order = (-contact.priority, entered_at(contact), contact.id)
    return Entry(row, order, (*keys, contact.id))
