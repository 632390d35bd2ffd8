"""The roster as a list: who should be here, doing what, and what they do."""

from __future__ import annotations

from collections.abc import Mapping

from data.figures.agents import AgentFigures, agent_figures
from data.figures.freshness import Moment, own_now
from data.figures.queues import source_ages
from data.figures.shifts import planned_activity
from data.floor import FloorSnapshot, Key
from data.model import Ms, Shift
from data.status import SiteInfo
from screens import words
from screens.formats import UNDEFINED, format_clock, format_duration
from screens.presenters.agents import state_words
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
from screens.text import _, pgettext
from screens.tones import Tone


def roster_columns() -> tuple[Column, ...]:
    """The columns of the roster, in the language in use."""
    return (
        Column("name", pgettext("roster column", "Agent"), 14, grows=True, sort_letter="a"),
        Column("team", pgettext("roster column", "Team"), 6, rank=3, sort_letter="t"),
        Column(
            "starts",
            pgettext("roster column", "From"),
            5,
            is_right=True,
            sort_letter="f",
            help=_("when the shift begins, by the site's clock"),
        ),
        Column(
            "ends",
            pgettext("roster column", "To"),
            5,
            is_right=True,
            sort_letter="e",
            help=_("when the shift ends, by the site's clock"),
        ),
        Column("plan", pgettext("roster column", "Plan"), 10, sort_letter="p"),
        Column("now", pgettext("roster column", "Now"), 14, sort_letter="n"),
        Column(
            "for",
            pgettext("roster column", "For"),
            5,
            is_right=True,
            rank=2,
            help=_("how long in this state"),
        ),
    )


def present_roster(
    snapshot: FloorSnapshot, site: str | None, moment: Moment, view: ViewState = DEFAULT_VIEW
) -> TableView:
    """The shifts as a table, by their beginning.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present.
        view: Sorting and filter.
    """
    column = SiteColumn.of(snapshot.sites, site)
    columns = column.columns(roster_columns(), rank=1)
    ages = source_ages(snapshot, moment)
    agents = {one.key: one for one in agent_figures(snapshot, site, moment)}
    by_person = _by_site_and_id(agents)
    sites = {info.id: info for info in snapshot.sites}
    entries = []
    for key, shift in snapshot.shifts.items():
        if site not in {None, key.site}:
            continue
        figures = agents.get(Key(key.site, key.source, shift.agent))
        figures = figures or by_person.get((key.site, shift.agent))
        now = own_now(ages, key, moment)
        entries.append(_entry(key, shift, figures, sites.get(key.site), column, now))
    rows = tuple(entry.row for entry in arrange(entries, columns, view))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries))


def _by_site_and_id(agents: Mapping[Key, AgentFigures]) -> dict[tuple[str, str], AgentFigures]:
    """Agents of any source of a site, for rosters that come from elsewhere."""
    return {(key.site, key.id): figures for key, figures in agents.items()}


def _entry(
    key: Key,
    shift: Shift,
    figures: AgentFigures | None,
    site: SiteInfo | None,
    column: SiteColumn,
    now: Ms,
) -> Entry:
    zone = site.zone if site is not None else "UTC"
    activity = planned_activity(shift, now)
    name = figures.agent.name if figures is not None else shift.agent
    team = figures.agent.team if figures is not None else ""
    plan = words.activity(activity) if activity else UNDEFINED
    state = state_words(figures) if figures is not None else UNDEFINED
    state_s = figures.state_s if figures is not None else None
    cells = (
        name,
        team or UNDEFINED,
        format_clock(shift.starts_at, zone),
        format_clock(shift.ends_at, zone),
        plan,
        state,
        format_duration(state_s),
    )
    keys: tuple[SortKey, ...] = (
        name,
        team or None,
        -shift.starts_at,
        -shift.ends_at,
        plan if activity else None,
        state if figures is not None else None,
        state_s,
    )
    is_old = figures.is_old if figures is not None else False
    own = column.name(key.site)
    shown = column.insert(cells, own)
    row = make_row("/".join(key), shown, [Tone.NORMAL] * len(shown), is_old=is_old)
    return Entry(row, (shift.starts_at, name), column.insert(keys, own))
