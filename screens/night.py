"""The night over the floor: one line a site, and the page of one of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType

from data.figures.night import (
    USUAL_HOURS,
    HowTheNightWent,
    NightPast,
    SiteNight,
    night_questions,
    site_nights,
)
from data.model import Alert, Ms
from screens.actions import Scope
from screens.alert_words import alert_sentence, place_words
from screens.formats import format_sure_clock
from screens.key_names import Keymap
from screens.keys import bindings
from screens.look import Look
from screens.page import facts, heading, parts, sentences, table
from screens.pane import TablePane
from screens.presenters.lines import fit_pieces
from screens.presenters.night import (
    NEEDS_SOMEBODY,
    WHAT,
    night_head,
    present_night,
    seen_words,
    site_story,
    site_tone,
)
from screens.presenters.rows import RowView
from screens.presenters.status import present_status
from screens.presenters.table import TableView
from screens.prompting import Completer
from screens.table_screen import TableScreen
from screens.text import N_, _
from screens.widgets.fitting import wrap_cells
from screens.widgets.frame_text import toned_line
from screens.widgets.table_layout import fit_columns
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line

_INDENT = 4
"""Cells before what stands in full below the table, as in the table."""
_BESIDE = 2
"""Lines of the pane beside its rows: the titles, and one that stays empty."""

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader
    from screens.detail import Presenter


class NightDuty(msgspec.Struct, frozen=True):
    """What the night view is told by the program."""

    hours: str
    """The night as `22:00-06:00`."""
    idle_ms: Callable[[], int]
    """Milliseconds since the last key."""
    calling: Callable[[Look], Sequence[str]]
    """What is said of the person who is called next; nothing where nobody is."""


class NightReading:
    """What history knew of the night when it was read last.

    Args:
        hours: The night as `22:00-06:00`.
    """

    def __init__(self, hours: str) -> None:
        self._hours = hours or USUAL_HOURS
        self._wanted: tuple[tuple[str, Ms], ...] | None = None
        self.past: Mapping[str, NightPast] = {}

    @property
    def wanted_past(self) -> Hashable:
        """The sites and their nights; None before the first look."""
        return self._wanted

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Ask for each site. Called in a thread."""
        self.past = {each.site: each.ask(history) for each in self.questions(look)}

    def want(self, look: Look) -> None:
        """Say what the look wants to know; what was read for another night is forgotten."""
        self._wanted = tuple((each.site, each.since) for each in self.questions(look))
        since = dict(self._wanted)
        self.past = {
            site: past for site, past in self.past.items() if since.get(site) == past.since
        }

    def questions(self, look: Look) -> Iterable[HowTheNightWent]:
        """What is asked for a look, site by site."""
        return night_questions(look.figures, look.snapshot.sites, look.moment, self._hours)


class NightPane(TablePane):
    """The sites, and what each needs.

    Args:
        duty: What the program tells of the night.
        is_ascii: Draw with ASCII signs only.
    """

    SCOPE = Scope.NIGHT
    EMPTY = N_("No site is known yet.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.NIGHT)]

    def __init__(self, duty: NightDuty, *, is_ascii: bool) -> None:
        super().__init__(is_ascii=is_ascii)
        self._duty = duty
        self._reading = NightReading(duty.hours)
        self._whole = TextLines(0, is_ascii=is_ascii, id="night-whole")
        self._whole.styles.height = 0

    def compose(self) -> ComposeResult:
        """The sites, what no line of them had room for, the legend."""
        yield self.table
        yield self._whole
        yield self.legend

    def on_resize(self) -> None:
        """What is cut in another width."""
        super().on_resize()
        if self._look is not None:
            self.show(self._look)

    def show(self, look: Look) -> None:
        """Show a newer look at the floor."""
        super().show(look)
        lines = self._cut()
        if len(lines) != len(self._whole.lines):
            self._whole.styles.height = len(lines)
        self._whole.set_lines(lines)

    def _cut(self) -> list[Line]:
        """In full what the table cuts, of those first who need somebody most, as far as it fits."""
        columns, order = self.columns, self.table.column_order
        indices = [at for name in order for at, one in enumerate(columns) if one.id == name]
        placed = fit_columns(columns, indices, self.size.width).placed
        cells = next((each.width for each in placed if each.column.id == WHAT), 0)
        rows = self.table.rows
        room = self.size.height - len(rows) - len(self.legend.lines) - _BESIDE
        lines: list[Line] = []
        for row in sorted(rows, key=lambda row: row.tone not in NEEDS_SOMEBODY):
            whole = _in_full(row, self.size.width)
            if cell_len(row.cells[1]) > cells and len(lines) + len(whole) <= room:
                lines += whole
        return lines

    @property
    def wanted_past(self) -> Hashable:
        """What it asks of history."""
        return self._reading.wanted_past

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Ask history; called in a thread."""
        self._reading.read_past(history, look)

    def nights(self, look: Look) -> tuple[SiteNight, ...]:
        """The sites as of a look."""
        return site_nights(look.snapshot, look.figures, look.moment, self._reading.past)

    def present(self, look: Look) -> TableView:
        """A line for each site."""
        self._reading.want(look)
        return present_night(
            self.nights(look),
            look.viewing.rules,
            look.viewing.formula,
            self.view_state,
            self._duty.calling(look),
        )

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """What there is to know of a site."""
        night = next((each for each in self.nights(look) if each.site.id == key), None)
        if night is None:
            return None
        return night.site.name or key, NightPage(key, self)


def _in_full(row: RowView, width: int) -> list[Line]:
    """A site and all that is to be said of it, under its mark."""
    text = _("{site}: {event}").format(site=row.cells[0], event=row.cells[1])
    parts_of = wrap_cells(text, max(1, width - _INDENT - 1))
    signs = [row.mark, *("" for _part in parts_of)]
    return [
        ((f" {sign:<{_INDENT - 1}}{part}", row.tone),)
        for sign, part in zip(signs, parts_of, strict=False)
    ]


class NightPage(msgspec.Struct, frozen=True):
    """Draws the page of one site: its story, what stands in its queues, its sources."""

    site: str
    pane: NightPane

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The page; None where the site is no longer there."""
        night = next((each for each in self.pane.nights(look) if each.site.id == self.site), None)
        if night is None:
            return None
        viewing = look.viewing
        story: list[Line] = []
        for text, tone in site_story(night, viewing.rules, viewing.formula):
            story += sentences([text], width, tone)
        zone = night.site.zone
        alerts: list[Line] = []
        for alert in night.alerts:
            at = format_sure_clock(alert.raised_at, zone)
            alerts += facts([(at, _alert_words(alert, look, zone))], width)
        seen: list[Line] = []
        for one in night.seen:
            at, by = format_sure_clock(one.alert.raised_at, zone), seen_words(one, zone)
            text = _("{alert}; {seen}").format(alert=_alert_words(one.alert, look, zone), seen=by)
            seen += facts([(at, text)], width)
        status = present_status(look.snapshot, self.site, look.moment)
        return parts(
            story,
            [heading(_("Alerts")), *alerts] if alerts else [],
            [heading(_("Seen to")), *seen] if seen else [],
            [
                heading(_("Sources")),
                *table(status, width, empty=_("None."), is_ascii=viewing.is_ascii),
            ],
        )


def _alert_words(alert: Alert, look: Look, zone: str) -> str:
    return _("{place}: {alert}").format(
        place=place_words(alert, look.snapshot), alert=alert_sentence(alert, zone)
    )


class NightScreen(TableScreen, inherit_bindings=False):
    """The night, over the floor.

    Args:
        pane: The sites.
        duty: What the program tells of the night.
        is_ascii: Draw with ASCII signs only.
        keymap: The person's own keys.
        completer: What completes a command.
    """

    HAS_TOP_LINE = False

    def __init__(
        self,
        pane: NightPane,
        duty: NightDuty,
        *,
        is_ascii: bool,
        keymap: Keymap,
        completer: Completer,
    ) -> None:
        super().__init__(pane, is_ascii=is_ascii, keymap=keymap, completer=completer)
        self._night = pane
        self._duty = duty
        self._head = TextLines(1, is_ascii=is_ascii, id="night-head")

    def compose(self) -> ComposeResult:
        """The first line, and the sites."""
        yield self._head
        yield self.current
        yield from self.compose_bottom()

    def show(self, look: Look) -> None:
        """Show a newer look at the floor."""
        super().show(look)
        self._head.set_lines((self._head_line(look),))

    def _head_line(self, look: Look) -> Line:
        width = (self.size or self.app.size).width
        if look.past is not None:
            from screens.past_frame import past_line

            return past_line(look, width, self._keymap, ())
        nights = self._night.nights(look)
        viewing = look.viewing
        tones = [site_tone(night, viewing.rules, viewing.formula) for night in nights]
        now = look.moment.now
        zone, place = clock_place(look)
        clock = _("{time} {place}").format(
            time=format_sure_clock(now, zone, with_seconds=True), place=place
        )
        last_key = format_sure_clock(now - self._duty.idle_ms(), zone)
        return toned_line(fit_pieces(night_head(nights, tones, clock, last_key), width))


def clock_place(look: Look) -> tuple[str, str]:
    """The zone whose time is shown, and its place: of the site looked at, or the floor's first."""
    sites = look.snapshot.sites
    info = next((site for site in sites if site.id == look.site), sites[0] if sites else None)
    return ("UTC", "UTC") if info is None else (info.zone, info.name or info.id)
