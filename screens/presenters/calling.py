"""Complainants who are on the line just now: whose open complaint, in which queue, with whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from data.figures.agents import complaint_of, open_complaints
from data.figures.freshness import Moment, own_now
from data.figures.queues import source_ages
from data.floor import FloorSnapshot, Key
from data.model import Contact, ContactState
from screens import words
from screens.formats import format_duration
from screens.presenters.rows import RowView
from screens.presenters.table import TableView
from screens.text import _
from screens.tones import MARKS, Tone, worst

SIGN = "E>"
"""Stands before the name of a queue in which a complainant is."""
_ON_THE_LINE = frozenset(
    {ContactState.WAITING, ContactState.RINGING, ContactState.CONNECTED, ContactState.HELD}
)


class Calling(msgspec.Struct, frozen=True):
    """One complainant on the line."""

    queue: Key
    note: str
    """A sentence."""


def calling_now(snapshot: FloorSnapshot, site: str | None, moment: Moment) -> tuple[Calling, ...]:
    """The complainants on the line, those who have been there longest first.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present.
    """
    complaints = open_complaints(snapshot)
    if not complaints:
        return ()
    found = [
        (contact.created_at, contact, reference)
        for contact in snapshot.contacts.values()
        if contact.caller_key
        and contact.state in _ON_THE_LINE
        and site in {None, contact.site}
        and (reference := complaint_of(contact, complaints))
    ]
    found.sort(key=lambda one: (one[0], one[2]))
    ages = source_ages(snapshot, moment)
    return tuple(
        Calling(
            key := Key(contact.site, contact.source, contact.queue),
            _note(snapshot, contact, reference, (own_now(ages, key, moment) - at) / 1000),
        )
        for at, contact, reference in found
    )


def mark_calling(view: TableView, calls: Sequence[Calling]) -> TableView:
    """The table of queues with a sign at those in which a complainant is, and who it is below."""
    if not calls:
        return view
    queues = {"/".join(one.queue) for one in calls}
    rows = tuple(_marked(row) if row.key in queues else row for row in view.rows)
    return replace(view, rows=rows, notes=(*_few(calls), *view.notes))


def _marked(row: RowView) -> RowView:
    tone = row.tone if row.tone is Tone.STALE else worst(row.tone, Tone.LOOK)
    tones = (worst(row.tones[0], Tone.LOOK), *row.tones[1:]) if row.tones else ()
    cells = (SIGN + row.cells[0], *row.cells[1:])
    return replace(row, cells=cells, tone=tone, mark=MARKS[tone], tones=tones)


def _few(calls: Sequence[Calling]) -> Iterator[str]:
    """The first in full; how many more there are."""
    yield (
        calls[0].note
        if len(calls) == 1
        else _("{first}  (+{more} more)").format(first=calls[0].note, more=len(calls) - 1)
    )


def _note(snapshot: FloorSnapshot, contact: Contact, reference: str, seconds: float) -> str:
    queue = snapshot.queues.get(Key(contact.site, contact.source, contact.queue))
    agent = snapshot.agents.get(Key(contact.site, contact.source, contact.agent))
    fields = {
        "reference": reference,
        "queue": queue.name if queue is not None else contact.queue,
        "state": words.contact_state(contact.state),
        "span": format_duration(max(0.0, seconds)),
    }
    if agent is None:
        return _("!  {reference} is on the line: E>{queue}, {state}, {span}").format(**fields)
    return _("!  {reference} is on the line: E>{queue}, with {ext} {agent}, {span}").format(
        **fields, ext=agent.number, agent=agent.name
    )
