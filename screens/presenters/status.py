"""The sources: which endpoint feeds what, how it does, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from data.figures.freshness import Moment, SourceAge
from data.figures.queues import source_ages
from data.floor import FloorSnapshot
from data.status import SiteInfo, SourceHealth
from screens import words
from screens.formats import format_age, format_count, format_duration, format_moment
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
from screens.presenters.trunks import trunk_notes
from screens.sentences import sentence
from screens.text import _, pgettext
from screens.tones import Tone

WRONG_CLOCK_S = 60.0
"""From here on a clock is called wrong; the figures are right even so, by the endpoint's."""


def status_columns() -> tuple[Column, ...]:
    """The columns of the sources, in the language in use."""
    return (
        Column("site", pgettext("status column", "Site"), 8),
        Column("source", pgettext("status column", "Source"), 8),
        Column("kind", pgettext("status column", "Kind"), 11, rank=4),
        Column("state", pgettext("status column", "State"), 10),
        Column("age", pgettext("status column", "Age"), 5, is_right=True),
        Column("good", pgettext("status column", "Good at"), 8, rank=3, is_right=True),
        Column(
            "skipped",
            pgettext("status column", "Skip"),
            4,
            is_right=True,
            rank=2,
            help=_("rows that could not be understood since the sync process started"),
        ),
        Column("problem", pgettext("status column", "Problem"), 20, rank=1, grows=True),
    )


def present_status(
    snapshot: FloorSnapshot, site: str | None, moment: Moment, view: ViewState = DEFAULT_VIEW
) -> TableView:
    """The sources as a table, in the configuration's order.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present.
        view: Sorting and filter.
    """
    columns = status_columns()
    sites = {info.id: info for info in snapshot.sites}
    ages = source_ages(snapshot, moment)
    entries = [
        _entry(place, age, sites)
        for place, age in enumerate(ages.values())
        if site in {None, age.health.site}
    ]
    rows = tuple(entry.row for entry in arrange(entries, columns, view))
    notes = tuple(trunk_notes(snapshot, site))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries), notes)


def problem_words(age: SourceAge) -> str:
    """What is the matter with a source, in a sentence; empty where nothing is."""
    if age.silent_switch:
        return _("The API answers, but {switch} behind it does not: tell whoever runs it.").format(
            switch=age.silent_switch
        )
    if age.health.problem:
        return sentence(age.health.problem, age.health.problem_detail)
    return _clock_words(age.health)


def _clock_words(health: SourceHealth) -> str:
    """That this host's clock is wrong, where it is; the clock of a simulation is not compared."""
    offset = health.clock_offset_s
    if abs(offset) < WRONG_CLOCK_S or (health.anchor is not None and health.anchor.rate != 1.0):
        return ""
    template = (
        _("This host's clock is {duration} behind the endpoint's, which is the one shown.")
        if offset > 0
        else _("This host's clock is {duration} ahead of the endpoint's, which is the one shown.")
    )
    return template.format(duration=format_duration(abs(offset)))


def _entry(place: int, age: SourceAge, sites: Mapping[str, SiteInfo]) -> Entry:
    health = age.health
    site = sites.get(health.site)
    cells = (
        site.name or site.id if site is not None else health.site,
        health.source,
        health.kind,
        words.freshness(age.state),
        format_age(age.age_s),
        format_moment(age.good_at, site.zone if site is not None else "UTC", age.now),
        format_count(health.skipped_rows),
        problem_words(age),
    )
    keys: tuple[SortKey, ...] = (
        cells[0],
        cells[1],
        cells[2],
        cells[3],
        age.age_s,
        age.good_at,
        health.skipped_rows,
        cells[7],
    )
    row = make_row(
        f"{health.site}/{health.source}", cells, [Tone.NORMAL] * len(cells), is_old=age.is_old
    )
    return Entry(row, (place,), keys)
