"""The agents: who can take a call, who is stuck, who needs me."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from data.figures.agent_book import AgentBook
from data.figures.agents import AgentFigures, AgentsNow
from data.figures.doings import NO_DOINGS, Doings
from data.figures.freshness import Moment
from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, Kind, Ms, Queue
from data.settings import Figure, RuleSettings
from data.status import ActionRow, SiteInfo
from screens.formats import format_duration
from screens.presenters.agent_fields import (
    AGENT_FIELDS,
    STATE_LIMITS,
    AgentContext,
    agent_columns,
    state_words,
)
from screens.presenters.agent_rows import AgentRows, agent_row
from screens.presenters.lazy import NEVER, LazyTable, Place
from screens.presenters.rows import Column, RowView
from screens.presenters.sites import SiteColumn
from screens.presenters.table import (
    DEFAULT_VIEW,
    Entry,
    SortKey,
    TableView,
    ViewState,
    arrange,
    fit_numbers,
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
_LIMITED = tuple(STATE_LIMITS)
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
    for figures in sorted(raised, key=lambda one: (-(one.assist_s or 0.0), one.key)):
        by = figures.agent.assist_by
        template = (
            _("{mark} {ext} {name} asks for help {span}: nobody answers")
            if by is None
            else _("{mark} {ext} {name} asks for help {span}: {by} answers")
        )
        notes.append(
            template.format(
                mark=MARKS[Tone.HELP],
                ext=figures.agent.number,
                name=figures.agent.name,
                span=format_duration(figures.assist_s),
                by=by.name if by is not None else "",
            )
        )
    return tuple(notes)


class AgentTable(LazyTable):
    """The agents from look to look: only those on the screen become strings."""

    def __init__(self) -> None:
        super().__init__()
        self._book = AgentBook()
        self._now: AgentsNow
        self._context = AgentContext({}, ())
        self._sites = SiteColumn({}, _SITE_AT, is_shown=False)
        self._columns: tuple[Column, ...] = ()
        self._queues: Mapping[Key, Queue] = {}
        self._bounds_ms: dict[AgentState, Ms] = {}
        self._heads: tuple[tuple[SiteInfo, ...], str | None] | None = None
        self._figures: dict[Key, AgentFigures] = {}
        """Of the last look at which an agent's stamp differed, for sorting and finding."""
        self._raised: set[Key] = set()
        """Whose hands are raised."""
        self._calm: dict[Key, str] = {}
        """The names of those who stand among the others by nothing else."""
        self._rows = AgentRows()
        self._snapshot = FloorSnapshot()
        self._site: str | None = None

    def present(
        self,
        snapshot: FloorSnapshot,
        site: str | None,
        moment: Moment,
        rules: Sequence[RuleSettings],
        view: ViewState = DEFAULT_VIEW,
        doings: Doings = NO_DOINGS,
    ) -> TableView:
        """The table for a look; arguments as in `present_agents`.

        What the person has under way (`doings`) stands over the states of those it is done to.
        """
        if rules is not self._context.rules:
            self._bounds_ms = {
                state: _bound_ms(rules, limit) for state, limit in STATE_LIMITS.items()
            }
        pending = pending_on_agents(doings)
        if (
            snapshot.queues is not self._queues
            or rules is not self._context.rules
            or pending != self._context.pending
        ):
            self._queues = snapshot.queues
            context = replace(_context(snapshot, rules), pending=pending)
            if context != self._context or rules is not self._context.rules:  # rows are kept for it
                self._context = context
        if (snapshot.sites, site) != self._heads:
            self._heads = snapshot.sites, site
            self._sites = SiteColumn.of(snapshot.sites, site, at=_SITE_AT)
            self._columns = self._sites.columns(agent_columns(), rank=2)
        self._now, suspects = self._book.look(snapshot, site, moment)
        self._snapshot, self._site = snapshot, site
        if self._book.is_all_new:
            self._calm = {}
        if not (view.sort or view.filter):
            self._figures = {}
        elif self._figures:
            for key in self._book.touched():
                self._figures.pop(key, None)
        table = self.follow(
            self._notable(suspects, moment.now),
            self._book.touched,
            self._columns,
            view,
            moment.now,
        )
        self._book.settle()
        notes = hand_notes(map(self._figures_now, self._raised))
        return TableView(table.columns, table.rows, table.shown, table.total, notes)

    def _notable(self, suspects: Mapping[Key, Agent | None], now: Ms) -> Iterator[Key]:
        """Those who may stand elsewhere than before: not whoever was calm, and still is."""
        calm, bounds_ms, stands_out = self._calm, self._bounds_ms, self._book.stands_out
        for key, agent in suspects.items():
            if (
                agent is None
                or calm.get(key) != agent.name
                or not _is_among_others(agent)
                or (agent.contact is not None and stands_out(agent))
            ):
                yield key
            elif agent.state in _LIMITED:
                left_ms = bounds_ms[agent.state] + agent.since - self._now.as_of(key)
                if left_ms < 0:
                    yield key
                else:
                    self.hold(key, now + left_ms + 1)

    def place_of(self, key: Key, now: Ms) -> Place | None:
        """By what is asked for, then by the limits on the time in a state, then by name."""
        self._raised.discard(key)
        self._calm.pop(key, None)
        agent = self._snapshot.agents.get(key)
        if agent is None or (self._site is not None and key.site != self._site):
            return None
        if agent.assist_since is not None:
            self._raised.add(key)
        figures = self._now.figures(key, agent)
        tone = agent_tone(figures, self._context)
        if _is_among_others(agent) and tone in {Tone.NORMAL, Tone.STALE}:
            self._calm[key] = agent.name
        order, until = _order(figures, tone), now + self._holds_ms(figures)
        return Place("/".join(key), tone, order, until)

    def row_of(self, key: Key) -> RowView:
        """The row with the seconds as they are now."""
        return self._rows.row(self._figures_now(key), self._context, self._sites)

    def words_of(self, key: Key) -> Iterator[str]:
        """Everything that can be read but the figures that tick."""
        figures = self._figures_kept(key)
        yield self._sites.name(key.site)
        for field in AGENT_FIELDS:
            if field.is_searched:
                yield field.text(figures, self._context)

    def sort_key_of(self, key: Key, column: str) -> SortKey:
        """By the value behind a cell."""
        field = _FIELDS.get(column)
        if field is None:
            return self._sites.name(key.site)
        return field.key(self._figures_kept(key), self._context)

    def _figures_now(self, key: Key) -> AgentFigures:
        return self._now.figures(key, self._snapshot.agents[key])

    def _figures_kept(self, key: Key) -> AgentFigures:
        """Good enough for finding and sorting: of the last look at which something differed."""
        if key not in self._figures:
            self._figures[key] = self._figures_now(key)
        return self._figures[key]

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


def pending_on_agents(doings: Doings) -> Mapping[Key, ActionRow]:
    """What a person has under way, by agent; of several the last."""
    return {
        Key(row.site, row.source, row.entity): row
        for row in doings.rows
        if row.kind is Kind.AGENT and row.state.is_open
    }


def _context(snapshot: FloorSnapshot, rules: Sequence[RuleSettings]) -> AgentContext:
    return AgentContext({key: queue.name for key, queue in snapshot.queues.items()}, rules)


def _is_among_others(agent: Agent) -> bool:
    """Whether an agent is neither apart from others nor asks for help."""
    is_away = agent.state is AgentState.LOGGED_OFF
    return not is_away and agent.assist_since is None and agent.assist_by is None


def _bound_ms(rules: Iterable[RuleSettings], limit: Figure) -> Ms:
    """For how long, ms, no rule can mark a state; less than nothing where that is not known."""
    its = [rule for rule in rules if rule.figure is limit]
    if any(rule.above is None or rule.below is not None for rule in its):
        return -1
    return min((int(rule.above * 1000) for rule in its if rule.above is not None), default=NEVER)


def _order(figures: AgentFigures, tone: Tone) -> tuple[float | str, ...]:
    """What matters most first, of raised hands those that nobody answers; the signed off last."""
    urgent = urgency(Tone.NORMAL) if figures.is_old else urgency(tone)
    is_answered = figures.agent.assist_by is not None
    is_away = figures.state is AgentState.LOGGED_OFF
    return (-urgent, is_answered, is_away, figures.agent.name, figures.agent.id)


def _ready_order(figures: AgentFigures) -> tuple[float | str, ...]:
    return (READY_FIRST.index(figures.state), -(figures.state_s or 0.0), figures.agent.name)
