"""The agents: who can take a call, who is stuck, who needs me."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from data.figures.agents import AgentFigures
from data.floor import FloorSnapshot, Key
from data.model import AgentState
from data.rules.limits import Scope, evaluate
from data.settings import Figure, RuleSettings
from screens import words
from screens.formats import UNDEFINED, format_count, format_duration, format_percent
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
    tone_of,
)
from screens.text import _, pgettext
from screens.tones import Tone, urgency, worst

READY_FIRST = (
    AgentState.READY,
    AgentState.RINGING,
    AgentState.BUSY,
    AgentState.ON_HOLD,
    AgentState.WORKING_AFTER_CONTACT,
    AgentState.NOT_READY,
    AgentState.UNREACHABLE,
    AgentState.UNKNOWN,
    AgentState.LOGGED_OFF,
)
"""How soon somebody in a state could take a contact."""

_LIMITS = {
    AgentState.NOT_READY: Figure.NOT_READY,
    AgentState.WORKING_AFTER_CONTACT: Figure.AFTER_CONTACT,
    AgentState.UNREACHABLE: Figure.UNREACHABLE,
}


def agent_columns() -> tuple[Column, ...]:
    """The columns of the agents, in the language in use."""
    return (
        Column("ext", pgettext("agent column", "Ext"), 4, rank=6, sort_letter="e"),
        Column("name", pgettext("agent column", "Agent"), 12, grows=True, sort_letter="a"),
        Column("team", pgettext("agent column", "Team"), 6, rank=5, sort_letter="t"),
        Column("state", pgettext("agent column", "State"), 14, sort_letter="s"),
        Column(
            "for",
            pgettext("agent column", "For"),
            5,
            is_right=True,
            sort_letter="f",
            help=_("how long in this state"),
        ),
        Column("queue", pgettext("agent column", "Queue"), 10, rank=1, sort_letter="q"),
        Column(
            "handled",
            pgettext("agent column", "Hdl"),
            3,
            is_right=True,
            rank=3,
            sort_letter="h",
            help=_("contacts handled today"),
        ),
        Column(
            "aht",
            pgettext("agent column", "AHT"),
            4,
            is_right=True,
            rank=4,
            sort_letter="w",
            help=_("average handling time today: talk, hold and after-contact work"),
        ),
        Column(
            "occupancy",
            pgettext("agent column", "Occ%"),
            4,
            is_right=True,
            rank=7,
            sort_letter="o",
            help=_("handling of handling and ready time today"),
        ),
        Column(
            "adherence",
            pgettext("agent column", "Adh%"),
            4,
            is_right=True,
            rank=8,
            sort_letter="d",
            help=_("scheduled time spent as scheduled"),
        ),
        _complaint_column(),
    )


def _complaint_column() -> Column:
    return Column(
        "complaint",
        pgettext("agent column", "Compl."),
        6,
        rank=9,
        sort_letter="c",
        help=_("the open complaint of the caller in hand"),
    )


def present_agents(
    agents: Iterable[AgentFigures],
    snapshot: FloorSnapshot,
    rules: Sequence[RuleSettings],
    view: ViewState = DEFAULT_VIEW,
    *,
    site: str | None = None,
    is_ready_first: bool = False,
) -> TableView:
    """Agents as a table: raised hands first, then who is over a limit, then by name.

    Args:
        agents: The figures of the agents to show.
        snapshot: Where the queues' names are.
        rules: The limits that mark cells.
        view: Sorting and filter.
        site: The site that they are of; None for all sites.
        is_ready_first: Order by how soon somebody could take a contact, the longest ready first.
    """
    sites = SiteColumn.of(snapshot.sites, site, at=2)
    columns = sites.columns(agent_columns(), rank=2)
    names = {key: queue.name for key, queue in snapshot.queues.items()}
    entries = [_entry(one, names, rules, sites, is_ready_first=is_ready_first) for one in agents]
    shown = arrange(entries, columns, view)
    rows = tuple(entry.row for entry in shown)
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries))


def state_words(figures: AgentFigures) -> str:
    """What an agent does, in words: `not ready/break`, `out call`."""
    state, agent, contact = figures.state, figures.agent, figures.contact
    if state is AgentState.NOT_READY and agent.reason:
        return _("{state}/{reason}").format(state=words.agent_state(state), reason=agent.reason)
    if state is AgentState.BUSY and contact is not None and contact.direction == "outbound":
        return words.outbound_call()
    return words.agent_state(state)


def _entry(
    figures: AgentFigures,
    names: Mapping[Key, str],
    rules: Sequence[RuleSettings],
    sites: SiteColumn,
    *,
    is_ready_first: bool,
) -> Entry:
    agent = figures.agent
    state, queue = state_words(figures), _queue_words(figures, names)
    cells = (
        agent.id,
        agent.name,
        agent.team or UNDEFINED,
        state,
        format_duration(figures.state_s),
        queue,
        format_count(figures.handled),
        format_duration(figures.aht_s),
        format_percent(figures.occupancy, 0),
        format_percent(figures.adherence, 0),
        figures.complaint,
    )
    keys: tuple[SortKey, ...] = (
        agent.id,
        agent.name,
        agent.team or None,
        state,
        figures.state_s,
        queue if queue != UNDEFINED else None,
        figures.handled,
        figures.aht_s,
        figures.occupancy,
        figures.adherence,
        figures.complaint or None,
    )
    tones = [Tone.NORMAL] * len(cells)
    tones[1] = Tone.HELP if figures.assist_s is not None else Tone.NORMAL
    tones[4] = _state_tone(figures, rules)
    name = sites.name(figures.key.site)
    row = make_row(
        "/".join(figures.key),
        sites.insert(cells, name),
        sites.insert(tones, Tone.NORMAL),
        is_old=figures.is_old,
    )
    if is_ready_first:
        order: tuple[float | str, ...] = (
            READY_FIRST.index(figures.state),
            -(figures.state_s or 0.0),
            agent.name,
        )
    else:
        urgent = 0 if figures.is_old else urgency(worst(tones[1], tones[4]))
        is_away = figures.state is AgentState.LOGGED_OFF
        order = (-urgent, is_away, agent.name, agent.id)
    return Entry(row, order, sites.insert(keys, name))


def _state_tone(figures: AgentFigures, rules: Sequence[RuleSettings]) -> Tone:
    limit = _LIMITS.get(figures.state)
    if limit is None:
        return Tone.LOOK if figures.is_long else Tone.NORMAL
    agent = figures.agent
    scope = Scope(
        site=agent.site, queues=agent.queues, team=agent.team, client=agent.client, channel=None
    )
    return tone_of(evaluate(rules, limit, figures.state_s, scope))


def _queue_words(figures: AgentFigures, names: Mapping[Key, str]) -> str:
    """The queue of the contact in hand, or what the agent could take: `Claims+2`."""
    if figures.queue is not None:
        return figures.queue.name
    agent = figures.agent
    could_take = figures.state in {AgentState.READY, AgentState.UNREACHABLE}
    if not could_take or not agent.queues:
        return UNDEFINED
    first = names.get(Key(agent.site, agent.source, agent.queues[0]), agent.queues[0])
    if len(agent.queues) == 1:
        return first
    return _("{queue}+{more}").format(queue=first, more=len(agent.queues) - 1)
