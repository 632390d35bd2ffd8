"""One complaint in full: every clock, its history, and what its customer has called for since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from data.desk.messages import DESK
from data.figures.complaints import clock_view
from data.figures.doings import NO_DOINGS, Doings
from data.floor import FloorSnapshot, Key
from data.model import ComplaintClock, Contact, ContactState, Escalation, Kind, Ms
from data.status import ActionRow
from data.zones import local
from screens import complaint_words, words
from screens.formats import (
    UNDEFINED,
    format_caller,
    format_clock,
    format_duration,
    format_moment,
)
from screens.presenters.acts import act_line, outcome_tone
from screens.presenters.escalation_pending import Shown, shown_as
from screens.presenters.promises import due_words
from screens.presenters.rows import Column
from screens.presenters.table import TableView, fit_numbers, make_row
from screens.text import _, pgettext
from screens.tones import Tone

_R = TypeVar("_R")
_OVER = frozenset({ContactState.WRAPPING, ContactState.ENDED})


class Happened(msgspec.Struct, frozen=True):
    """One line of a complaint's history."""

    at: str
    """Day and time, by the site's clock."""
    who: str
    what: str
    """With what it came to be, such as the new severity."""
    note: str


class EscalationDetail(msgspec.Struct, frozen=True):
    """One complaint in full, ready to be shown."""

    calling: str
    """A sentence where the customer is on the line just now; empty otherwise."""
    under_way: tuple[tuple[str, Tone], ...]
    """What is being done to it, by whomever, and what of one's own came to nothing."""
    facts: tuple[tuple[str, str], ...]
    """How it stands: names and values."""
    clocks: TableView
    more: tuple[tuple[str, str], ...]
    """What it is about: names and values."""
    history: tuple[Happened, ...]
    """Everything that happened, the newest last."""


def present_escalation(
    snapshot: FloorSnapshot,
    key: Key,
    now: Ms,
    zone: str,
    *,
    person: str = "",
    doings: Doings = NO_DOINGS,
) -> EscalationDetail | None:
    """Everything about one complaint, or None where it is no longer there.

    Args:
        snapshot: The floor as of one commit.
        key: The complaint.
        now: The present of its site.
        zone: The site's zone.
        person: The id of who looks.
        doings: What that person did: what is under way stands over what is known.
    """
    complaint = snapshot.escalations.get(key)
    if complaint is None:
        return None
    pending = doings.pending(Kind.ESCALATION, key, complaint.version)
    shown = shown_as(complaint, person, pending)
    return EscalationDetail(
        calling=_calling(snapshot, complaint),
        under_way=tuple(_under_way(snapshot, key, zone, person, doings)),
        facts=tuple(_facts(complaint, shown, zone, now)),
        clocks=_clocks(complaint, zone, now),
        more=tuple(_more(snapshot, complaint, zone, now)),
        history=tuple(_history(complaint, zone)),
    )


def _under_way(
    snapshot: FloorSnapshot, key: Key, zone: str, person: str, doings: Doings
) -> Iterator[tuple[str, Tone]]:
    """Of one's own what is open or failed last; of others, what is open."""
    mine = [row for row in doings.rows if _is_about(row, key)]
    for row in mine:
        if row.state.is_open or (row is mine[-1] and row.state.is_failure):
            yield act_line(row, zone), outcome_tone(row, doings)
    for row in snapshot.actions:
        if _is_about(row, key) and row.actor != person and row.state.is_open:
            text = _("{name}: {line}")
            yield text.format(name=row.actor_name, line=act_line(row, zone)), Tone.NORMAL


def _is_about(row: ActionRow, key: Key) -> bool:
    return (row.kind, row.site, row.source, row.entity) == (Kind.ESCALATION, *key)


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
        state=words.contact_state(contact.state), ext=agent.number, agent=agent.name
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


def _facts(complaint: Escalation, shown: Shown, zone: str, now: Ms) -> Iterator[tuple[str, str]]:
    yield _("Subject"), complaint.summary or UNDEFINED
    if complaint.vulnerable:
        yield _("Customer"), _("V: a vulnerable customer")
    yield _("Status"), shown.status
    yield _("Severity"), shown.severity
    yield _("Owner"), _owner(complaint, shown, zone, now)
    yield _("Tier"), complaint_words.tier(complaint.tier)
    yield _("Remedy sought"), complaint_words.remedy(complaint.remedy_sought) or UNDEFINED
    if complaint.outcome:
        yield _("Outcome"), complaint_words.outcome(complaint.outcome)
    if complaint.resolution:
        yield _("Resolution"), complaint_words.resolution(complaint.resolution)
    if complaint.referred_to:
        yield _("Referred to"), complaint.referred_to


def _owner(complaint: Escalation, shown: Shown, zone: str, now: Ms) -> str:
    if shown.owner == UNDEFINED:
        return _("nobody")
    if complaint.owner is None:
        return shown.owner
    since = format_moment(complaint.owner.since, zone, now)
    return _("{name}, since {moment}").format(name=shown.owner, moment=since)


def _more(
    snapshot: FloorSnapshot, complaint: Escalation, zone: str, now: Ms
) -> Iterator[tuple[str, str]]:
    queue = _find(snapshot.queues, complaint, complaint.queue)
    agent = _find(snapshot.agents, complaint, complaint.agent)
    yield _("Kind"), complaint_words.kind(complaint.kind)
    yield _("Received"), format_moment(complaint.received_at, zone, now)
    yield _("Channel"), words.channel(complaint.channel)
    yield _("Queue"), queue.name if queue is not None else complaint.queue or UNDEFINED
    yield _("Agent"), agent.name if agent is not None else complaint.agent or UNDEFINED
    yield _("Caller"), format_caller(complaint.caller_masked)
    yield _("Contact"), complaint.contact or UNDEFINED
    yield _("Recording"), complaint.recording or _("none is known")
    for promise in snapshot.promises.values():
        if promise.is_about(Kind.ESCALATION, Key(complaint.site, complaint.source, complaint.id)):
            text = _("{promise}, by {due}, {name}: {state}")
            yield (
                _("Promised"),
                text.format(
                    promise=promise.text,
                    due=format_moment(promise.due_at, zone, now),
                    name=promise.owner.name,
                    state=due_words(promise, now),
                ),
            )


def _find(rows: Mapping[Key, _R], complaint: Escalation, number: str) -> _R | None:
    """What a complaint names; one that the desk keeps names what the site's sources have."""
    if complaint.source != DESK:
        return rows.get(Key(complaint.site, complaint.source, number))
    its = ((key, row) for key, row in rows.items() if key.site == complaint.site and number)
    return next((row for key, row in its if key.id == number), None)


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


def _history(complaint: Escalation, zone: str) -> Iterator[Happened]:
    for event in sorted(complaint.events, key=lambda event: event.at):
        what = complaint_words.event_words(event.what, event.value)
        yield Happened(_day_and_time(event.at, zone), event.who, what, event.note)


def _day_and_time(at: Ms, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d} {format_clock(at, zone)}"
