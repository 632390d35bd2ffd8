"""The agents: who can take a call, who is stuck, who needs me."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from data.figures.agents import AgentFigures, AgentsNow, AgentStamp, shifts_by_agent
from data.figures.freshness import Moment
from data.floor import FloorSnapshot, Key
from data.model import AgentState, Ms, Shift
from data.settings import RuleSettings
from screens.formats import format_duration
from screens.presenters.agent_fields import (
    AGENT_FIELDS,
    STATE_LIMITS,
    AgentContext,
    agent_columns,
    state_words,
)
from screens.presenters.lazy import NEVER, LazyTable, Place
from screens.presenters.rows import RowView
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
from screens.text import _
from screens.tones import MARKS, Tone, urgency, worst

__all__ = ["AgentTable", "agent_columns", "present_agents", "state_words"]

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
_SITE_AT = 2
"""Before which column the one of sites stands."""
_FIELDS = {field.id: field for field in AGENT_FIELDS}
_TONED = tuple(field for field in AGENT_FIELDS if field.tone is not None)


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
    sites = SiteColumn.of(snapshot.sites, site, at=_SITE_AT)
    columns = sites.columns(agent_columns(), rank=2)
    context = _context(snapshot, rules)
    agents = tuple(agents)
    entries = [
        Entry(
            agent_row(one, context, sites),
            _ready_order(one) if is_ready_first else _order(one, agent_tone(one, context)),
            sites.insert(
                (field.key(one, context) for field in AGENT_FIELDS), sites.name(one.key.site)
            ),
        )
        for one in agents
    ]
    rows = tuple(entry.row for entry in arrange(entries, columns, view))
    notes = hand_notes(one for one in agents if one.assist_s is not None)
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries), notes)


def agent_row(figures: AgentFigures, context: AgentContext, sites: SiteColumn) -> RowView:
    """One agent as a row."""
    return make_row(
        "/".join(figures.key),
        sites.insert(
            (field.text(figures, context) for field in AGENT_FIELDS), sites.name(figures.key.site)
        ),
        sites.insert(
            (
                Tone.NORMAL if field.tone is None else field.tone(figures, context)
                for field in AGENT_FIELDS
            ),
            Tone.NORMAL,
        ),
        is_old=figures.is_old,
    )


def agent_tone(figures: AgentFigures, context: AgentContext) -> Tone:
    """How much an agent's row matters, as `agent_row` has it."""
    if figures.is_old:
        return Tone.STALE
    return worst(
        Tone.NORMAL, *(field.tone(figures, context) for field in _TONED if field.tone is not None)
    )


def hand_notes(raised: Iterable[AgentFigures]) -> tuple[str, ...]:
    """For each raised hand, the longest first, who answers it."""
    notes = []
    for figures in sorted(raised, key=lambda one: -(one.assist_s or 0.0)):
        by = figures.agent.assist_by
        template = (
            _("{mark} {ext} {name} asks for help {span}: nobody answers")
            if by is None
            else _("{mark} {ext} {name} asks for help {span}: {by} answers")
        )
        notes.append(
            template.format(
                mark=MARKS[Tone.HELP],
                ext=figures.agent.id,
                name=figures.agent.name,
                span=format_duration(figures.assist_s),
                by=by.name if by is not None else "",
            )
        )
    return tuple(notes)


class AgentTable(LazyTable[AgentStamp]):
    """The agents from look to look: only those on the screen become strings."""

    def __init__(self) -> None:
        super().__init__()
        self._now: AgentsNow
        self._context = AgentContext({}, ())
        self._sites = SiteColumn({}, _SITE_AT, is_shown=False)
        self._figures: dict[Key, AgentFigures] = {}
        self._shifts: tuple[Mapping[Key, Shift], Mapping[Key, tuple[Shift, ...]]] = ({}, {})

    def present(
        self,
        snapshot: FloorSnapshot,
        site: str | None,
        moment: Moment,
        rules: Sequence[RuleSettings],
        view: ViewState = DEFAULT_VIEW,
    ) -> TableView:
        """The table for a look; arguments as in `present_agents`."""
        if snapshot.shifts is not self._shifts[0]:
            self._shifts = snapshot.shifts, shifts_by_agent(snapshot)
        self._now = now = AgentsNow(snapshot, moment, self._shifts[1])
        self._context = _context(snapshot, rules)
        self._sites = SiteColumn.of(snapshot.sites, site, at=_SITE_AT)
        columns = self._sites.columns(agent_columns(), rank=2)
        table = self.arrange(now.stamps(site), columns, view, moment.now)
        if len(self._figures) > len(snapshot.agents):
            self._figures = {
                key: one for key, one in self._figures.items() if key in snapshot.agents
            }
        raised = (a for a in snapshot.agents.values() if a.assist_since is not None)
        hands = (now.figures(Key(a.site, a.source, a.id), a) for a in raised)
        notes = hand_notes(one for one in hands if site in {None, one.key.site})
        return TableView(table.columns, table.rows, table.shown, table.total, notes)

    def judge(self, item: AgentStamp, now: Ms) -> Place:
        """By what is asked for, then by the limits on the time in a state, then by name."""
        figures = self._figures[item.key] = self._now.figures(item.key, item.agent)
        tone = agent_tone(figures, self._context)
        until = now + self._holds_ms(figures)
        return Place("/".join(item.key), tone, _order(figures, tone), until)

    def row(self, item: AgentStamp) -> RowView:
        """The row with the seconds as they are now."""
        return agent_row(self._now.figures(item.key, item.agent), self._context, self._sites)

    def words(self, item: AgentStamp) -> Iterator[str]:
        """Everything that can be read but the figures that tick."""
        figures = self._figures[item.key]
        yield self._sites.name(item.key.site)
        for field in AGENT_FIELDS:
            if field.is_searched:
                yield field.text(figures, self._context)

    def sort_key(self, item: AgentStamp, column: str) -> SortKey:
        """By the value behind a cell."""
        field = _FIELDS.get(column)
        if field is None:
            return self._sites.name(item.key.site)
        return field.key(self._figures[item.key], self._context)

    def _holds_ms(self, figures: AgentFigures) -> Ms:
        """For how long at least no limit is passed by time alone."""
        limit = STATE_LIMITS.get(figures.state)
        if limit is None or figures.state_s is None or figures.is_old:
            return NEVER
        ahead = [
            rule.above - figures.state_s
            for rule in self._context.rules
            if rule.figure is limit and rule.above is not None and rule.above >= figures.state_s
        ]
        return round(min(ahead) * 1000) + 1 if ahead else NEVER


def _context(snapshot: FloorSnapshot, rules: Sequence[RuleSettings]) -> AgentContext:
    return AgentContext({key: queue.name for key, queue in snapshot.queues.items()}, rules)


def _order(figures: AgentFigures, tone: Tone) -> tuple[float | str, ...]:
    """What matters most first, of raised hands those that nobody answers; the signed off last."""
    urgent = urgency(Tone.NORMAL) if figures.is_old else urgency(tone)
    is_answered = figures.agent.assist_by is not None
    is_away = figures.state is AgentState.LOGGED_OFF
    return (-urgent, is_answered, is_away, figures.agent.name, figures.agent.id)


def _ready_order(figures: AgentFigures) -> tuple[float | str, ...]:
    return (READY_FIRST.index(figures.state), -(figures.state_s or 0.0), figures.agent.name)
