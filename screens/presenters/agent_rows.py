"""Agents as rows: what time alone does not change is made once, and kept while it is looked at."""

from __future__ import annotations

import msgspec

from data.figures.agents import AgentFigures
from data.floor import Key
from screens.presenters.agent_fields import AGENT_FIELDS, AgentContext
from screens.presenters.rows import RowView
from screens.presenters.sites import SiteColumn
from screens.presenters.table import make_row
from screens.tones import Tone

_TICKING = tuple((at, field) for at, field in enumerate(AGENT_FIELDS) if field.ticks)
_KEPT = 256
"""More rows than any terminal has."""


def agent_row(figures: AgentFigures, context: AgentContext, sites: SiteColumn) -> RowView:
    """One agent as a row."""
    return AgentRows().row(figures, context, sites)


class _Made(msgspec.Struct):
    """A row, and what it was made of."""

    parts: tuple[object, ...]
    texts: list[str]
    tones: list[Tone]
    row: RowView


class AgentRows:
    """The rows of agents as they were made last."""

    def __init__(self) -> None:
        self._made: dict[Key, _Made] = {}

    def row(self, figures: AgentFigures, context: AgentContext, sites: SiteColumn) -> RowView:
        """The row of an agent now: the same object again where it says the same."""
        queue = figures.queue.name if figures.queue is not None else None
        parts = (
            *(figures.agent, figures.contact, queue, figures.complaint),
            *(figures.day_start, figures.is_old, context, sites),
        )
        made = self._made.get(figures.key)
        if made is not None and made.parts == parts:
            texts, tones = made.texts.copy(), made.tones.copy()
            for at, field in _TICKING:
                texts[at] = field.text(figures, context)
                tones[at] = field.tone_of(figures, context)
            if texts == made.texts and tones == made.tones:
                return made.row
        else:
            texts = [field.text(figures, context) for field in AGENT_FIELDS]
            tones = [field.tone_of(figures, context) for field in AGENT_FIELDS]
        row = make_row(
            "/".join(figures.key),
            sites.insert(texts, sites.name(figures.key.site)),
            sites.insert(tones, Tone.NORMAL),
            is_old=figures.is_old,
        )
        if len(self._made) >= _KEPT:
            self._made.clear()
        self._made[figures.key] = _Made(parts, texts, tones, row)
        return row
