"""Contacts that were found, and the life of one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.cache.history_model import FoundContact, Outcome
from data.model import Ms
from data.status import SiteInfo
from screens.formats import UNDEFINED, format_caller, format_duration, format_moment
from screens.presenters.rows import Column
from screens.presenters.sites import SiteColumn
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
from screens.text import C_, _, pgettext
from screens.tones import Tone

_OUTCOMES = {
    Outcome.ANSWERED: C_("contact outcome", "answered"),
    Outcome.ABANDONED: C_("contact outcome", "abandoned"),
    Outcome.TRANSFERRED: C_("contact outcome", "transferred"),
    Outcome.OTHER: C_("contact outcome", "ended"),
}


def contact_columns() -> tuple[Column, ...]:
    """The columns of contacts, in the language in use."""
    return (
        Column(
            "at",
            pgettext("contact column", "Entered"),
            8,
            is_right=True,
            sort_letter="e",
            help=_("when it entered the queue, by the site's clock"),
        ),
        Column("queue", pgettext("contact column", "Queue"), 10, grows=True, sort_letter="q"),
        Column("caller", pgettext("contact column", "Caller"), 10, rank=2, sort_letter="c"),
        Column(
            "wait",
            pgettext("contact column", "Wait"),
            5,
            is_right=True,
            sort_letter="w",
            help=_("from the queue to the answer, or to the end"),
        ),
        Column("outcome", pgettext("contact column", "Outcome"), 11, sort_letter="o"),
        Column("agent", pgettext("contact column", "Agent"), 12, rank=1, sort_letter="a"),
        Column(
            "service",
            pgettext("contact column", "Talk"),
            5,
            is_right=True,
            rank=3,
            sort_letter="t",
            help=_("from the answer to the end, holds included"),
        ),
        Column("id", pgettext("contact column", "Contact"), 12, rank=4, sort_letter="d"),
    )


def present_found(
    contacts: Sequence[FoundContact],
    sites: Sequence[SiteInfo],
    now: Ms,
    view: ViewState = DEFAULT_VIEW,
) -> TableView:
    """Contacts as a table, the newest first.

    Args:
        contacts: What was found: one for each queue that a contact was in.
        sites: The floor's sites, for their names and zones.
        now: The present; waits that last are counted up to it.
        view: Sorting and filter.
    """
    column = SiteColumn.of(sites, None)
    columns = column.columns(contact_columns(), rank=1)
    zones = {site.id: site.zone for site in sites}
    entries = [_entry(contact, zones, column, now) for contact in contacts]
    rows = tuple(entry.row for entry in arrange(entries, columns, view))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries))


def found_row_key(contact: FoundContact) -> str:
    """The key of a found contact's row."""
    return "/".join((contact.site, contact.source, contact.id, str(contact.leg)))


def wait_s(contact: FoundContact, now: Ms) -> float | None:
    """How long a contact waited in this queue; None where it did not queue."""
    if contact.queued_at is None:
        return None
    until = next((at for at in (contact.answered_at, contact.ended_at) if at is not None), now)
    return max(0.0, (until - contact.queued_at) / 1000)


def service_s(contact: FoundContact, now: Ms) -> float | None:
    """How long somebody was with the contact; None where nobody was."""
    if contact.answered_at is None:
        return None
    until = contact.ended_at if contact.ended_at is not None else now
    return max(0.0, (until - contact.answered_at) / 1000)


def agent_words(agent: str, name: str) -> str:
    """An agent by name, or by id where no name is known."""
    return name or agent or UNDEFINED


def outcome_words(contact: FoundContact) -> str:
    """What became of a contact in a queue, or how it stands."""
    if contact.outcome is not None:
        return str(_OUTCOMES[contact.outcome])
    if contact.answered_at is not None:
        return pgettext("contact outcome", "in progress")
    return pgettext("contact outcome", "waiting")


def _entry(contact: FoundContact, zones: Mapping[str, str], column: SiteColumn, now: Ms) -> Entry:
    entered = contact.queued_at if contact.queued_at is not None else contact.created_at
    waited, served = wait_s(contact, now), service_s(contact, now)
    outcome, agent = outcome_words(contact), agent_words(contact.agent, contact.agent_name)
    cells = (
        format_moment(entered, zones.get(contact.site, "UTC"), now),
        contact.queue_name or contact.queue,
        format_caller(contact.caller_masked),
        format_duration(waited),
        outcome,
        agent,
        format_duration(served),
        contact.id,
    )
    keys: tuple[SortKey, ...] = (
        entered,
        cells[1],
        contact.caller_masked or None,
        waited,
        outcome,
        agent if agent != UNDEFINED else None,
        served,
        contact.id,
    )
    tones = [Tone.NORMAL] * len(cells)
    if contact.outcome is Outcome.ABANDONED:
        tones[4] = Tone.LOOK
    site = column.name(contact.site)
    row = make_row(
        found_row_key(contact),
        column.insert(cells, site),
        column.insert(tones, Tone.NORMAL),
        is_old=False,
    )
    return Entry(row, (-entered, contact.id, contact.leg), column.insert(keys, site))
