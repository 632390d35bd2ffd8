"""The page of one agent: what they do and who changed it, the day, the contacts, the plan."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from data.cache.history_reader import HistoryReader
from data.figures.agent_day import AgentPast, off_plan, read_agent_past
from data.figures.agents import AgentFigures, AgentsNow
from data.floor import Key
from data.rules.shift_plan import plan_of
from screens.cells import cell_width, pad
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.presenters.agent_detail import AgentDetail, Said, present_agent_detail, zone_of
from screens.presenters.day_bar import DayBars, day_bars
from screens.presenters.table import TableView
from screens.text import _
from screens.tones import Tone
from screens.widgets.tone_styles import Line

_MARGIN = 4


class AgentPage:
    """Draws the page of one agent for whatever look at the floor it is given.

    The day comes from history, which is read in a thread when the page opens, whenever the agent
    begins something else, and now and then.

    Args:
        key: The agent.
    """

    def __init__(self, key: Key) -> None:
        self._key = key
        self._past: AgentPast | None = None
        self._wanted: Hashable = None

    @property
    def wanted_past(self) -> Hashable:
        """The agent's day, as it was when the present state began; None before the first look."""
        return self._wanted

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Read the agent's day.

        Raises:
            StoreError: History cannot be read.
        """
        figures = self._figures(look)
        if figures is not None:
            self._past = read_agent_past(history, self._key, figures.day_start, look.until)

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The lines of the page; None where the agent is no longer there."""
        figures = self._figures(look)
        if figures is None:
            return None
        self._wanted = figures.day_start, figures.agent.since, figures.state, look.until
        past = self._past
        if past is not None and past.start != figures.day_start:
            past = None  # what was read is yesterday's
        bars = _bars(figures, past, zone_of(look.snapshot, self._key.site), width)
        detail = present_agent_detail(figures, past, look.snapshot)
        return page(detail, bars, width, is_ascii=look.viewing.is_ascii)

    def _figures(self, look: Look) -> AgentFigures | None:
        agent = look.snapshot.agents.get(self._key)
        if agent is None:
            return None
        return AgentsNow(look.snapshot, look.moment).figures(self._key, agent)


def page(detail: AgentDetail, bars: DayBars | None, width: int, *, is_ascii: bool) -> list[Line]:
    """The page of an agent as lines."""

    def rows(title: str, view: TableView | None, empty: str) -> list[Line]:
        if view is None:
            return []
        return [heading(title), *table(view, width, empty=empty, is_ascii=is_ascii)]

    return parts(
        list(_said(detail.now, width)),
        list(_facts(detail.facts, width)),
        rows(_("What was done to them"), detail.acts, "") if detail.acts.rows else [],
        [heading(_("Today")), *_day_lines(detail, bars, width)],
        rows(_("Not as planned"), detail.off, _("Nothing for a minute or longer.")),
        rows(_("Planned"), detail.plan, _("No shift is known.")),
        rows(_("Time by state"), detail.states, _("Nothing is known of today.")),
        rows(_("Contacts of today"), detail.contacts, _("None was answered today.")),
    )


def _said(said: Sequence[Said], width: int) -> Iterator[Line]:
    for one in said:
        yield from sentences([one.text], width, one.tone)


def _facts(facts: Sequence[tuple[str, str]], width: int) -> Iterator[Line]:
    room = max((cell_width(label) for label, _value in facts), default=0)
    for label, value in facts:
        yield from sentences([f"{pad(label, room)}  {value}"], width)


def _day_lines(detail: AgentDetail, bars: DayBars | None, width: int) -> Iterator[Line]:
    yield from _said(detail.day, width)
    if detail.states is None:
        yield from sentences([_("The day is being read from history ...")], width, Tone.QUIET)
    elif bars is not None:
        yield ()
        yield from ([(f"  {line}", Tone.NORMAL)] for line in bars.lines)
        yield from sentences([bars.legend], width, Tone.QUIET)


def _bars(figures: AgentFigures, past: AgentPast | None, zone: str, width: int) -> DayBars | None:
    if past is None:
        return None
    plan, now = plan_of(figures.shifts), figures.as_of
    return day_bars(plan, past, off_plan(plan, past, now), now, zone, width - _MARGIN)
