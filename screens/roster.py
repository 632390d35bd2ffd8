"""The pane of the roster."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.widget import Widget

from data.cache.history_half_hours import HalfHour
from data.cache.history_model import Segment
from data.figures.heads import Heads, agents_elsewhere, planned_heads
from data.figures.intraday import intraday
from data.figures.planned import planned_agent
from data.figures.roster import HALF_HOUR_MS
from data.floor import Key
from data.model import Ms, Shift
from data.rules.adherence import WORKING
from data.zones import site_day_start
from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.roster import DAY_MS, LEAST_BAR, RosterLook, RosterTable, roster_columns
from screens.presenters.roster_heads import LINES, half_hours, heads_lines
from screens.presenters.table import TableView
from screens.text import N_, _
from screens.tones import Tone
from screens.widgets.table_layout import GAP, PREFIX, SIGNS
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader
    from screens.acting.offer import Offer
    from screens.detail import Presenter

_HEADS_FROM = 16
"""On fewer lines the table of half hours gives way to the people."""
WHAT_IF = "what-if"
"""What stands for a row where the page is of no shift but of what would be if; a row's key has two
strokes in it."""
_ROOMY = 110
"""From so many cells on there is room for team, beginning and end beside the bar."""


_PlannedBy: TypeAlias = tuple[Mapping[Key, Shift], frozenset[Key], str | None, int]
"""What planned heads depend on: shifts, who serves other queues, site and day."""


class _Past(msgspec.Struct, frozen=True):
    """What was read of the past; replaced as a whole."""

    segments: Mapping[Key, Sequence[Segment]] = msgspec.field(default_factory=dict)
    heads: Mapping[Ms, float | None] = msgspec.field(default_factory=dict)
    """Mean heads of half hours that are over."""
    demand: Sequence[HalfHour] = ()
    """What is expected and needed, from the day's beginning on."""
    site: str | None = None
    """The site that heads and demand are of."""


class RosterPane(TablePane):
    """Who is late or missing, and where am I short in the next hours."""

    SCOPE = Scope.ROSTER
    EMPTY = N_("No shifts are known.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ROSTER)]

    def __init__(self, *, is_ascii: bool, columns: Iterable[str] | None = None) -> None:
        super().__init__(is_ascii=is_ascii, columns=columns)
        self._rows = RosterTable()
        self._heads = TextLines(LINES, is_ascii=is_ascii, classes="heads")
        self._past = _Past()
        self._planned: tuple[_PlannedBy, dict[Ms, float]] | None = None
        self._counted = Heads()

    def compose(self) -> ComposeResult:
        """The table, the half hours below it, the legend."""
        yield self.table
        yield self._heads
        yield self.legend

    def rest(self) -> None:
        """Begin anew when it is shown again: what is kept from look to look holds on to a floor."""
        super().rest()
        self._rows, self._counted = RosterTable(), Heads()

    def on_resize(self) -> None:
        """Bars and half hours for another width."""
        if self._look is not None:
            self.show(self._look)

    def show(self, look: Look) -> None:
        """Show a newer look at the floor."""
        super().show(look)
        self._heads.display = self._room.height >= _HEADS_FROM
        if self._heads.display:
            self._heads.set_lines(self._heads_lines(look))

    def present(self, look: Look) -> TableView:
        """The shifts of today, who deviates from the plan first."""
        return self._rows.present(
            RosterLook(
                snapshot=look.snapshot,
                site=look.site,
                moment=look.moment,
                view=self.view_state,
                bar=self._bar_cells(),
                past=self._past.segments,
            )
        )

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """Everything about one shift, or what would be if."""
        if key == WHAT_IF:
            from screens.what_if_page import WhatIfPage

            return _("What if"), WhatIfPage()
        from screens.shift_page import ShiftPage

        place = Key(*key.split("/", 2))
        shift = look.snapshot.shifts.get(place)
        if shift is None:
            return None
        agent = planned_agent(look.snapshot, shift)
        return (agent.name if agent is not None else shift.agent), ShiftPage(place)

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """A shift that the desk keeps can be changed."""
        from screens.acting.shifts import shift_offers

        if key == WHAT_IF:
            return ()
        place = Key(*key.split("/", 2))
        shift = look.snapshot.shifts.get(place)
        return () if shift is None else shift_offers(place, shift, look)

    def action_what_if(self) -> None:
        """Show what would become of the queues with other agents or other calls."""
        self.post_message(self.Chosen(self, WHAT_IF))

    def action_lend_as_estimated(self) -> None:
        """Type what the page of estimates names first, and what it asks is asked; or open it."""
        from screens.detail import DetailScreen
        from screens.table_screen import TableScreen
        from screens.what_if_page import WhatIfPage

        screen = self.app.screen
        pages = screen.shown if isinstance(screen, DetailScreen) else ()
        page = next((one for one in pages if isinstance(one, WhatIfPage)), None)
        if page is None or not isinstance(screen, DetailScreen):
            self.action_what_if()
        elif page.proposal:
            screen.post_message(TableScreen.CommandGiven(page.proposal))
        else:
            screen.say(_("Nobody is named whom one could move."), Tone.LOOK)

    @property
    def wanted_past(self) -> Hashable:
        """What those on the screen did today, and the heads of the half hours shown."""
        if self._look is None:
            return None
        now = self._look.moment.now
        seen = frozenset(self._rows.shown_agents(self.table.seen))
        shown = now - now % HALF_HOUR_MS, self._room.width, self._look.site
        return seen, shown, self._look.until

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Read both. Even what is over is read again: history may still be filling."""
        now = look.moment.now
        days = {info.id: site_day_start(info, now) for info in look.snapshot.sites}
        segments = dict(self._past.segments)
        for who in self._rows.shown_agents(self.table.seen):
            start = days.get(who.site, now - 86_400_000)
            segments[who] = tuple(history.segments(who.site, who.source, who.id, start, now))
        elsewhere = agents_elsewhere(look.snapshot)
        heads = {
            at: history.heads(look.site, WORKING, at, at + HALF_HOUR_MS, elsewhere)
            for at in half_hours(self._room.width, now)
            if at + HALF_HOUR_MS <= now
        }
        begun = min(
            (start for site, start in days.items() if look.site in {None, site}), default=now
        )
        demand = history.half_hours(look.site, begun - begun % HALF_HOUR_MS, begun + DAY_MS)
        self._past = _Past(segments, heads, demand, look.site)

    @property
    def _room(self) -> Size:
        """Its size, or before it has one that of what it will fill."""
        parent = self.parent
        return self.size or (parent.size if isinstance(parent, Widget) else self.size)

    def _notes(self, view: TableView) -> list[str]:
        legend = _("= on queue  b break  m meal  t training  o other  x absent  . unknown  + helps")
        return [*super()._notes(view), legend]

    def _bar_cells(self) -> int:
        """Cells for the bars: what the columns leave that say who and what."""
        columns = {column.id: column.width + GAP for column in roster_columns()}
        beside = ["name", "plan", "now"]
        if self._room.width >= _ROOMY:
            beside += ["team", "starts", "ends", "for"]
        if self._look is not None and self._look.site is None:
            beside += [] if len(self._look.snapshot.sites) < 2 else ["for", "for"]
        free = self._room.width - PREFIX - SIGNS - GAP - sum(columns[name] for name in beside)
        return max(LEAST_BAR, free)

    def _heads_lines(self, look: Look) -> tuple[Line, ...]:
        snapshot, now, width = look.snapshot, look.moment.now, self._room.width
        sites = [info for info in snapshot.sites if look.site in {None, info.id}]
        self._counted.look(snapshot)
        past = self._past if self._past.site == look.site else _Past()
        shown = half_hours(width, now)
        day = intraday(
            {*shown, *(one.starts_at for one in past.demand)},
            past.demand,
            self._planned_heads(look, self._counted.elsewhere),
            past.heads,
            self._counted.present(look.site),
            now,
        )
        return heads_lines(day, shown, sites[0].zone if sites else "UTC", width)

    def _planned_heads(self, look: Look, elsewhere: frozenset[Key]) -> dict[Ms, float]:
        """Counted again only where a shift has changed, of a day or two: there may be thousands."""
        day = look.moment.now // DAY_MS
        by = look.snapshot.shifts, elsewhere, look.site, day
        if self._planned is None or self._planned[0] != by:
            # Half hours up to a day away on both sides are shown, on however wide a terminal.
            around = (day - 2) * DAY_MS, (day + 3) * DAY_MS
            self._planned = by, planned_heads(look.snapshot, look.site, elsewhere, *around)
        return self._planned[1]
