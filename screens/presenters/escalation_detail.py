"""One complaint in full: every clock, its history, and what its customer has called for since."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from data.figures.complaints import clock_view
from data.floor import FloorSnapshot, Key
from data.model import ComplaintClock, Contact, ContactState, Escalation, Ms
from data.zones import local
from screens import complaint_words, words
from screens.formats import (
    UNDEFINED,
    format_caller,
    format_clock,
    format_count,
    format_duration,
    format_moment,
)
from screens.presenters.rows import Column
from screens.presenters.table import TableView, fit_numbers, make_row
from screens.text import _, pgettext
from screens.tones import Tone

_OVER = frozenset({ContactState.WRAPPING, ContactState.ENDED})


class EscalationDetail(msgspec.Struct, frozen=True):
    """One complaint in full, ready to be shown."""

    calling: str
    """A sentence where the customer is on the line just now; empty otherwise."""
    facts: tuple[tuple[str, str], ...]
    """Names and values."""
    clocks: TableView
    history: TableView


def present_escalation(
    snapshot: FloorSnapshot, key: Key, now: Ms, zone: str
) -> EscalationDetail | None:
    """Everything about one complaint, or None where it is no longer there.

    Args:
        snapshot: The floor as of one commit.
        key: The complaint.
        now: The present of its site.
        zone: The site's zone.
    """
    complaint = snapshot.escalations.get(key)
    if complaint is None:
        return None
    return EscalationDetail(
        calling=_calling(snapshot, complaint),
        facts=tuple(_facts(snapshot, complaint, zone, now)),
        clocks=_clocks(complaint, zone, now),
        history=_history(complaint, zone),
    )


def _calling(snapshot: FloorSnapshot, complaint: Escalation) -> str:
    contact = _at_hand(snapshot, complaint)
    if contact is None:
        return ""
    agent = snapshot.agents.get(Key(contact.site, contact.source, contact.agent))
    if agent is None:
        return _("This customer is on the line now: {state}, contact {contact}.").format(
            state=words.contact_state(contact.state), contact=contact.id
        )
    return _("This customer is on the line now: {state}, with {ext} {agent}.").format(
        state=words.contact_state(contact.state), ext=agent.id, agent=agent.name
    )


def _at_hand(snapshot: FloorSnapshot, complaint: Escalation) -> Contact | None:
    """The present contact of the customer, the oldest where there are several."""
    if not complaint.caller_key:
        return None
    now = (
        contact
        for contact in snapshot.contacts.values()
        if contact.caller_key == complaint.caller_key
        and contact.site == complaint.site
        and contact.state not in _OVER
    )
    return min(now, key=lambda contact: contact.created_at, default=None)


def _facts(
    snapshot: FloorSnapshot, complaint: Escalation, zone: str, now: Ms
) -> Iterator[tuple[str, str]]:
    queue = snapshot.queues.get(Key(complaint.site, complaint.source, complaint.queue))
    owner = complaint.owner
    yield _("Subject"), complaint.summary or UNDEFINED
    yield _("Status"), words.complaint_status(complaint.status)
    yield _("Severity"), words.complaint_severity(complaint.severity)
    if complaint.vulnerable:
        yield _("Customer"), _("V: a vulnerable customer")
    yield (
        _("Owner"),
        _("{name}, since {moment}").format(
            name=owner.name, moment=format_moment(owner.since, zone, now)
        )
        if owner is not None
        else _("nobody"),
    )
    yield _("Remedy sought"), complaint_words.remedy(complaint.remedy_sought) or UNDEFINED
    yield _("Received"), format_moment(complaint.received_at, zone, now)
    yield _("Tier"), format_count(complaint.tier)
    yield _("Channel"), words.channel(complaint.channel)
    yield _("Queue"), queue.name if queue is not None else complaint.queue or UNDEFINED
    yield _("Caller"), format_caller(complaint.caller_masked)
    yield _("Contact"), complaint.contact or UNDEFINED
    yield _("Recording"), complaint.recording or _("none is known")
    if complaint.outcome:
        yield _("Outcome"), complaint_words.outcome(complaint.outcome)
    if complaint.resolution:
        yield _("Resolution"), complaint_words.resolution(complaint.resolution)


def _clocks(complaint: Escalation, zone: str, now: Ms) -> TableView:
    columns = (
        Column("clock", pgettext("clock column", "Clock"), 14, grows=True),
        Column("due", pgettext("clock column", "Due"), 16, is_right=True),
        Column("met", pgettext("clock column", "Met"), 16, is_right=True, rank=1),
        Column("left", pgettext("clock column", "Left"), 6, is_right=True),
        Column("stands", pgettext("clock column", "Stands"), 10),
    )
    nearest = clock_view(complaint, now).clock
    rows = tuple(
        make_row(
            f"{at}",
            (
                words.complaint_clock(clock.name),
                _day_and_time(clock.due_at, zone),
                UNDEFINED if clock.met_at is None else _day_and_time(clock.met_at, zone),
                _left(complaint, clock, now),
                _stands(complaint, clock, now, is_next=clock is nearest),
            ),
            (Tone.NORMAL,) * 4 + (Tone.ACT if _is_overdue(complaint, clock, now) else Tone.NORMAL,),
            is_old=False,
        )
        for at, clock in enumerate(sorted(complaint.clocks, key=lambda clock: clock.due_at))
    )
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(rows))


def _is_overdue(complaint: Escalation, clock: ComplaintClock, now: Ms) -> bool:
    runs = complaint.is_open and clock.met_at is None and not clock.paused
    return runs and clock.due_at < now


def _left(complaint: Escalation, clock: ComplaintClock, now: Ms) -> str:
    if clock.met_at is not None or clock.paused or not complaint.is_open:
        return UNDEFINED
    return format_duration((clock.due_at - now) / 1000)


def _stands(complaint: Escalation, clock: ComplaintClock, now: Ms, *, is_next: bool) -> str:
    if clock.met_at is not None:
        kept = clock.met_at <= clock.due_at
        return pgettext("clock", "kept") if kept else pgettext("clock", "met late")
    if clock.paused:
        return pgettext("clock", "paused")
    if clock.due_at < now:
        return pgettext("clock", "missed")
    if not complaint.is_open:
        return pgettext("clock", "stopped")
    return pgettext("clock", "next") if is_next else pgettext("clock", "runs")


def _history(complaint: Escalation, zone: str) -> TableView:
    columns = (
        Column("at", pgettext("history column", "When"), 16),
        Column("who", pgettext("history column", "Who"), 14),
        Column("what", pgettext("history column", "What"), 20),
        Column("note", pgettext("history column", "Note"), 16, rank=1, grows=True),
    )
    events = sorted(complaint.events, key=lambda event: -event.at)
    rows = tuple(
        make_row(
            f"{at}",
            (
                _day_and_time(event.at, zone),
                event.who,
                complaint_words.event(event.what),
                event.note,
            ),
            (Tone.NORMAL,) * 4,
            is_old=False,
        )
        for at, event in enumerate(events)
    )
    return TableView(columns, rows, len(rows), len(rows))


def _day_and_time(at: Ms, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d} {format_clock(at, zone)}"
