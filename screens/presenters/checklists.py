"""Checklists as a table: each item with who has ticked it, and what is late."""

from __future__ import annotations

from collections.abc import Sequence

from data.figures.checklists import Item, Run, due_items, runs
from data.figures.doings import NO_DOINGS, Doings
from data.floor import FloorSnapshot
from data.model import Kind, Ms
from data.settings import ChecklistSettings
from screens.checklist_defaults import DEFAULT_CHECKLISTS
from screens.formats import format_clock, format_duration
from screens.key_names import key_name
from screens.look import Look
from screens.presenters.acts import pending_words
from screens.presenters.lines import Piece
from screens.presenters.rows import Column
from screens.presenters.sites import SiteColumn
from screens.presenters.table import (
    DEFAULT_VIEW,
    Entry,
    TableView,
    ViewState,
    arrange,
    make_row,
)
from screens.text import _, pgettext
from screens.tones import Tone

_SEPARATOR = "#"


def checklist_columns() -> tuple[Column, ...]:
    """The columns, in the language in use."""
    return (
        Column("list", pgettext("checklist column", "List"), 9, sort_letter="l"),
        Column("item", pgettext("checklist column", "Item"), 30, grows=True, sort_letter="t"),
        Column(
            "state",
            pgettext("checklist column", "State"),
            18,
            sort_letter="a",
            help=_("who has ticked it and when; else by when it should be"),
        ),
    )


def lists_of(look: Look) -> tuple[ChecklistSettings, ...]:
    """The floor's checklists, or those that come along."""
    return look.viewing.checklists or DEFAULT_CHECKLISTS


def present_checklists(
    settings: Sequence[ChecklistSettings],
    snapshot: FloorSnapshot,
    site: str | None,
    now: Ms,
    view: ViewState = DEFAULT_VIEW,
    doings: Doings = NO_DOINGS,
) -> TableView:
    """The table: what is late first, then what is to be done now, then the rest.

    Args:
        settings: The checklists.
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        now: The present on the server's clock.
        view: How the table is looked at.
        doings: What the person who looks did lately.
    """
    column = SiteColumn.of(snapshot.sites, site)
    columns = column.columns(checklist_columns(), rank=2)
    zones = {each.id: each.zone for each in snapshot.sites}
    entries = []
    for place, run in enumerate(runs(settings, snapshot, site, now)):
        rank = 0 if run.is_late(now) else 1 if run.is_on(now) else 2
        name = column.name(run.key.site)
        for at, item in enumerate(run.items):
            state, tone = _state(run, item, zones.get(run.key.site, "UTC"), now, doings)
            cells = (run.settings.name, _(item.text), state)
            shown = column.insert(cells, name)
            row = make_row(row_key(run, at), shown, (tone,) * len(shown), is_old=False)
            entries.append(Entry(row, (rank, place, at), shown))
    rows = tuple(each.row for each in arrange(entries, columns, view))
    return TableView(columns, rows, len(rows), len(entries), (_note(),))


def row_key(run: Run, at: int) -> str:
    """The key of the row of an item."""
    return _SEPARATOR.join(("/".join(run.key), str(at)))


def item_of(
    row: str,
    settings: Sequence[ChecklistSettings],
    snapshot: FloorSnapshot,
    site: str | None,
    now: Ms,
) -> tuple[Run, Item] | None:
    """What a row is about; None where its run is no longer the present one."""
    key, _separator, number = row.rpartition(_SEPARATOR)
    for run in runs(settings, snapshot, site, now):
        if "/".join(run.key) == key:
            return run, run.items[int(number)]
    return None


def reminder_piece(look: Look) -> Piece:
    """What is left of the lists that remind, for the frame; nothing where nothing is."""
    left, late = due_items(look.viewing.checklists, look.snapshot, look.site, look.moment.now)
    if late:
        return Piece(_("checks {count} late !").format(count=late), Tone.LOOK)
    return Piece(_("checks {count}").format(count=left) if left else "")


def _state(run: Run, item: Item, zone: str, now: Ms, doings: Doings) -> tuple[str, Tone]:
    for row in reversed(doings.rows):
        is_its = (row.kind, row.site, row.source, row.entity) == (Kind.CHECKLIST, *run.key)
        if is_its and row.state.is_open and row.fields.get("item") == item.text:
            return pending_words(row), Tone.NORMAL
    if item.tick is not None:
        text = _("{clock} {name}")
        clock = format_clock(item.tick.at, zone)
        return text.format(name=item.tick.by.name, clock=clock), Tone.QUIET
    if now < run.starts_at:
        return _("from {clock}").format(clock=format_clock(run.starts_at, zone)), Tone.QUIET
    if run.is_late(now):
        late = format_duration((now - run.due_at) / 1000)
        return _("! {late} late").format(late=late), Tone.LOOK
    return _("by {clock}").format(clock=format_clock(run.due_at, zone)), Tone.NORMAL


def _note() -> str:
    text = _(
        "{tick} ticks, {untick} takes a tick back; everybody on the floor sees who did, and when"
    )
    return text.format(tick=key_name("checklists.tick"), untick=key_name("checklists.untick"))
