"""The columns of the agents: what each shows, how, and what it is sorted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from data.figures.agents import AgentFigures
from data.floor import Key
from data.model import Agent, AgentState, Contact
from data.rules.limits import Scope, evaluate
from data.settings import Figure, RuleSettings
from data.status import ActionRow, ActionState
from screens import words
from screens.cells import cell_width, pad
from screens.formats import UNDEFINED, format_count, format_duration, format_percent
from screens.presenters.acts import verb_words
from screens.presenters.rows import Column
from screens.presenters.table import SortKey, tone_of
from screens.text import C_, N_, Word, _, pgettext
from screens.tones import Tone

QUEUE_WIDTH = 9
_CUT = "…"
_ESTIMATED = "~"
STATE_LIMITS = {
    AgentState.NOT_READY: Figure.NOT_READY,
    AgentState.WORKING_AFTER_CONTACT: Figure.AFTER_CONTACT,
    AgentState.UNREACHABLE: Figure.UNREACHABLE,
}
"""By which limit the time in a state is judged."""
_AFTERWARDS: Mapping[AgentState | None, Word] = {
    AgentState.NOT_READY: C_("agent state to come", "pause"),
    AgentState.LOGGED_OFF: C_("agent state to come", "off"),
}
"""What follows the contact in hand, in a word."""


class AgentContext(msgspec.Struct, frozen=True):
    """What the figures of all agents of a table are read with."""

    queue_names: Mapping[Key, str]
    rules: Sequence[RuleSettings]
    pending: Mapping[Key, ActionRow] = {}
    """What the person who looks has under way, by agent."""


class AgentField(msgspec.Struct, frozen=True):
    """A column: its texts, and what it is sorted by."""

    id: str
    title: Word
    help: str
    width: int
    rank: int
    letter: str
    text: Callable[[AgentFigures, AgentContext], str]
    key: Callable[[AgentFigures, AgentContext], SortKey]
    is_right: bool = False
    grows: bool = False
    grows_to: int = 0
    is_searched: bool = True
    """Whether a filter looks in it: numbers that tick are not what people type."""
    tone: Callable[[AgentFigures, AgentContext], Tone] | None = None
    """How much the cell matters; None: never more than the rest of the row."""
    ticks: bool = False
    """Whether it changes with time alone."""

    def tone_of(self, figures: AgentFigures, context: AgentContext) -> Tone:
        """How much the cell of an agent matters."""
        return Tone.NORMAL if self.tone is None else self.tone(figures, context)


def state_words(figures: AgentFigures) -> str:
    """What an agent does, in words: `not ready/break`, `out call`."""
    return agent_state_words(figures.agent, figures.contact)


def state_cell(figures: AgentFigures, context: AgentContext) -> str:
    """What an agent does, who hears it or what follows; over that, what is under way."""
    pending = context.pending.get(figures.key)
    if pending is not None:
        return pending_words(pending)
    state = state_words(figures)
    if figures.listeners:
        return _("{state}/{reason}").format(state=state, reason=pgettext("agent state", "heard"))
    after = _AFTERWARDS.get(figures.agent.pending_state)
    if after is not None:
        return _("{state}>{after}").format(state=state, after=after)
    if figures.agent.paused_in and figures.state is not AgentState.NOT_READY:
        return _("{state}/{reason}").format(state=state, reason=pgettext("agent state", "part"))
    return state


def pending_words(row: ActionRow) -> str:
    """What stands over an agent's state while an action on them is under way: `not ready…`."""
    verb = verb_words(row.verb, row.fields)
    if row.state is ActionState.HELD:
        return pgettext("pending", "{verb}?").format(verb=verb)
    return pgettext("pending", "{verb}…").format(verb=verb)


def agent_state_words(agent: Agent, contact: Contact | None) -> str:
    """What an agent with this contact in hand does, in words."""
    state = agent.state
    if state is AgentState.BUSY and contact is not None and contact.direction == "outbound":
        return words.outbound_call()
    return words.agent_state_because(state, agent.reason)


def queue_words(figures: AgentFigures, context: AgentContext) -> str:
    """The queue of the contact in hand, or what the agent could take: `Claims+2`."""
    if figures.queue is not None:
        return figures.queue.name
    agent = figures.agent
    could_take = figures.state in {AgentState.READY, AgentState.UNREACHABLE}
    if not could_take or not agent.queues:
        return UNDEFINED
    first = context.queue_names.get(Key(agent.site, agent.source, agent.queues[0]), agent.queues[0])
    if len(agent.queues) == 1:
        return first
    more = _("+{count}").format(count=len(agent.queues) - 1)
    # Cut here, or the column would cut off how many more there are.
    room = QUEUE_WIDTH - cell_width(more)
    return (first if cell_width(first) <= room else pad(first, room, sign=_CUT)) + more


def hand_words(figures: AgentFigures) -> str:
    """Who answers the raised hand of an agent; empty where no hand is raised."""
    if figures.assist_s is None:
        return ""
    by = figures.agent.assist_by
    return by.name if by is not None else pgettext("who answers a raised hand", "nobody")


def skill_words(figures: AgentFigures) -> str:
    """The skills of an agent, with their levels where there are any."""
    return ", ".join(
        skill.name
        if skill.level is None
        else _("{skill} {level}").format(skill=skill.name, level=skill.level)
        for skill in figures.agent.skills
    )


def _listeners(figures: AgentFigures) -> str:
    return ", ".join(figures.contact.listeners) if figures.contact is not None else ""


def _for_tone(figures: AgentFigures, context: AgentContext) -> Tone:
    limit = STATE_LIMITS.get(figures.state)
    if limit is None:
        return Tone.LOOK if figures.is_long else Tone.NORMAL
    agent = figures.agent
    scope = Scope(
        site=agent.site, queues=agent.queues, team=agent.team, client=agent.client, channel=None
    )
    return tone_of(evaluate(context.rules, limit, figures.state_s, scope))


def _for_words(figures: AgentFigures, _context: AgentContext) -> str:
    text = format_duration(figures.state_s)
    if figures.is_long:
        return f"{text}!"
    # As elsewhere, what is estimated has the mark of what is old: it may have ended since.
    return f"{text}{_ESTIMATED}" if figures.agent.is_inferred else text


def _hand_tone(figures: AgentFigures, _context: AgentContext) -> Tone:
    return Tone.HELP if figures.assist_s is not None else Tone.NORMAL


def _complaint_tone(figures: AgentFigures, _context: AgentContext) -> Tone:
    return Tone.LOOK if figures.complaint else Tone.NORMAL


def _some(text: str) -> str | None:
    return text if text not in {"", UNDEFINED} else None


AGENT_FIELDS = (
    AgentField(
        "ext",
        C_("agent column", "Ext"),
        N_("the agent's number, as one dials it"),
        4,
        6,
        "e",
        lambda f, _c: f.agent.number,
        lambda f, _c: f.agent.number,
    ),
    AgentField(
        "name",
        C_("agent column", "Agent"),
        "",
        12,
        0,
        "a",
        lambda f, _c: f.agent.name,
        lambda f, _c: f.agent.name,
        grows=True,
        grows_to=15,
        tone=_hand_tone,
    ),
    AgentField(
        "team",
        C_("agent column", "Team"),
        "",
        6,
        5,
        "t",
        lambda f, _c: f.agent.team or UNDEFINED,
        lambda f, _c: _some(f.agent.team),
    ),
    AgentField(
        "state",
        C_("agent column", "State"),
        N_("what they do; /part: not ready in some of their queues only"),
        13,
        0,
        "s",
        state_cell,
        lambda f, _c: state_words(f),
        grows_to=18,
    ),
    AgentField(
        "for",
        C_("agent column", "For"),
        N_(
            "how long in this state; !: a contact of over three times the queue's AHT;"
            " ~: the state is inferred, not told"
        ),
        5,
        0,
        "f",
        _for_words,
        lambda f, _c: -f.agent.since if f.agent.since else None,
        is_right=True,
        is_searched=False,
        tone=_for_tone,
        ticks=True,
    ),
    AgentField(
        "queue",
        C_("agent column", "Queue"),
        N_("the queue of the contact in hand, or what a ready agent can take"),
        QUEUE_WIDTH,
        1,
        "q",
        queue_words,
        lambda f, c: _some(queue_words(f, c)),
    ),
    AgentField(
        "handled",
        C_("agent column", "Hdl"),
        N_("contacts handled today"),
        3,
        3,
        "h",
        lambda f, _c: format_count(f.handled),
        lambda f, _c: f.handled,
        is_right=True,
        is_searched=False,
    ),
    AgentField(
        "aht",
        C_("agent column", "AHT"),
        N_("average handling time today: talk, hold and after-contact work"),
        4,
        4,
        "w",
        lambda f, _c: format_duration(f.aht_s),
        lambda f, _c: f.aht_s,
        is_right=True,
        is_searched=False,
    ),
    AgentField(
        "occupancy",
        C_("agent column", "Occ%"),
        N_("handling of handling and ready time today"),
        4,
        7,
        "o",
        lambda f, _c: format_percent(f.occupancy, 0),
        lambda f, _c: f.occupancy,
        is_right=True,
        is_searched=False,
    ),
    AgentField(
        "adherence",
        C_("agent column", "Adh%"),
        N_("scheduled time spent as scheduled"),
        4,
        8,
        "d",
        lambda f, _c: format_percent(f.adherence, 0),
        lambda f, _c: f.adherence,
        is_right=True,
        is_searched=False,
        ticks=True,
    ),
    AgentField(
        "complaint",
        C_("agent column", "Compl."),
        N_("the open complaint of the caller in hand"),
        6,
        9,
        "c",
        lambda f, _c: f.complaint,
        lambda f, _c: _some(f.complaint),
        tone=_complaint_tone,
    ),
    AgentField(
        "unanswered",
        C_("agent column", "RNA"),
        N_("how often it rang today and nobody answered"),
        3,
        10,
        "r",
        lambda f, _c: format_count(f.agent.unanswered_rings),
        lambda f, _c: f.agent.unanswered_rings,
        is_right=True,
        is_searched=False,
    ),
    AgentField(
        "hand",
        C_("agent column", "Help by"),
        N_("who answers the raised hand"),
        10,
        11,
        "b",
        lambda f, _c: hand_words(f),
        lambda f, _c: _some(hand_words(f)),
    ),
    AgentField(
        "listeners",
        C_("agent column", "Heard by"),
        N_("who listens to the contact in hand"),
        10,
        12,
        "l",
        lambda f, _c: _listeners(f),
        lambda f, _c: _some(_listeners(f)),
    ),
    AgentField(
        "skills",
        C_("agent column", "Skills"),
        "",
        16,
        13,
        "k",
        lambda f, _c: skill_words(f),
        lambda f, _c: _some(skill_words(f)),
    ),
)
"""In the order of the screen. The rank says which give way first: the highest."""

NAME_AT = next(at for at, field in enumerate(AGENT_FIELDS) if field.id == "name")


def agent_columns() -> tuple[Column, ...]:
    """The columns of the agents, in the language in use."""
    return tuple(
        Column(
            field.id,
            str(field.title),
            field.width,
            is_right=field.is_right,
            rank=field.rank,
            grows=field.grows,
            grows_to=field.grows_to,
            sort_letter=field.letter,
            help=_(field.help) if field.help else "",
        )
        for field in AGENT_FIELDS
    )
