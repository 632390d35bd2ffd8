"""Counts agents' days anew from history, a few at a time."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from data.cache.history_model import Segment
from data.errors import StoreError
from data.model import Agent, Change, Kind, Ms
from data.sync.agent_days import AgentDays
from data.sync.ports import HistoryPort

AGENTS_AT_ONCE = 50
_EVER = 2**62


class DayCounter:
    """What is still to be counted of one source, and how.

    Args:
        site: The site's id.
        source: The source's id.
        days: Knows which agents are due.
        row: An agent's row as it was last written.
        history: Where the states of the day are.
    """

    def __init__(
        self,
        site: str,
        source: str,
        days: AgentDays,
        row: Callable[[Kind, str], Change | None],
        history: HistoryPort,
    ) -> None:
        self._who = site, source
        self._days = days
        self._row = row
        self._history = history

    def some(self, now: Ms) -> list[Change]:
        """Rows of the next agents that are due, with their days counted; empty: none is due."""
        while due := self._days.take_due(AGENTS_AT_ONCE):
            rows = [row for agent in due if (row := self._row(Kind.AGENT, agent)) is not None]
            if rows:
                return [self._counted(row, now) for row in rows]
        return []

    def _counted(self, row: Change, now: Ms) -> Change:
        if not isinstance(row.record, Agent):
            return row
        agent = self._days.count_anew(row.record, self._segments(row.id, now), now)
        return msgspec.structs.replace(row, record=agent)

    def _segments(self, agent: str, now: Ms) -> list[Segment]:
        try:
            return self._history.segments(*self._who, agent, self._days.day_start(now), _EVER)
        except StoreError:
            return []  # counted from now on, as on a day whose past nobody keeps
