"""What a rule would have raised on today's history, as a page: `:alert test RULE`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from data.alerts.replay import Replay, ReplayQuestion
from data.settings import Figure
from screens.alert_words import alert_sentence, format_value, place_words
from screens.formats import format_duration
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.presenters.alerts import since_words
from screens.presenters.rows import Column
from screens.presenters.table import TableView, fit_numbers, make_row
from screens.text import C_, Word, _, ngettext, pgettext
from screens.tones import Tone
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader
    from data.settings import RuleSettings

EVERY_MS = 60_000
_UNTOLD: Mapping[Figure, Word] = {
    Figure.ASSIST: C_("test of a rule", "History does not keep who asked for help, and when."),
    Figure.RESTARTED: C_(
        "test of a rule", "History does not keep what a telephone system had lost by a restart."
    ),
}
_ROSTER = C_("test of a rule", "The roster is taken as it stands now.")
_EXPECTED = C_(
    "test of a rule",
    "Calls are those that were expected when each half hour began, the roster is that of now.",
)
_HOW: Mapping[Figure, Word] = {
    Figure.LATE: _ROSTER,
    Figure.UNDERSTAFFED: _EXPECTED,
    Figure.FORECAST_MISS: _EXPECTED,
    Figure.CLOCK_LEFT: C_(
        "test of a rule", "Of the complaints that are known here, with their clocks as of now."
    ),
    Figure.TOO_QUIET: C_(
        "test of a rule", "Judged minute by minute, as if every source had answered all day."
    ),
    Figure.WAITS_THOUGH_READY: C_(
        "test of a rule",
        "Agents count for the queues that they serve now; pauses in single queues are not known.",
    ),
    Figure.SOURCE_STALE: C_(
        "test of a rule", "Of the silences for which a rule in force raised an alert."
    ),
}
"""What is taken for granted where history alone does not tell."""


class AlertTestPage:
    """Draws what some rules would have raised today.

    Args:
        rules: The rules, of one name.
    """

    def __init__(self, rules: tuple[RuleSettings, ...]) -> None:
        self._rules = rules
        self._wanted: ReplayQuestion | None = None
        self._read: Replay | None = None

    @property
    def wanted_past(self) -> Hashable:
        """What it asks of history."""
        return self._wanted

    @property
    def past_every_ms(self) -> int:
        """How soon it may ask again where history has changed."""
        return EVERY_MS

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Ask history; called in a thread."""
        self._read = self._question(look).ask(history)

    def __call__(self, look: Look, width: int) -> Sequence[Line]:
        """The lines of the page."""
        self._wanted = self._question(look)
        figures = dict.fromkeys(rule.figure for rule in self._rules)
        untold = [str(_UNTOLD[figure]) for figure in figures if figure in _UNTOLD]
        if len(untold) == len(figures):
            return parts([*sentences([*untold, _("It is judged on the present only.")], width)])
        if self._read is None:
            return parts([*sentences([_("Reading from history ...")], width)])
        count = len(self._read.alerts)
        said = ngettext(
            "{count} alert since the day began", "{count} alerts since the day began", count
        )
        how = [str(_HOW[figure]) for figure in figures if figure in _HOW]
        shown = table(
            present_replay(self._read, look), width, empty="", is_ascii=look.viewing.is_ascii
        )
        return parts(
            [*sentences([said.format(count=count)], width)],
            [*sentences([*how, *untold], width, Tone.QUIET)],
            [heading(_("What it would have raised")), *shown] if count else [],
        )

    def _question(self, look: Look) -> ReplayQuestion:
        viewing = look.viewing
        return ReplayQuestion.of(
            self._rules,
            look.snapshot,
            look.site,
            look.moment,
            formula=viewing.formula,
            planning=viewing.planning,
        )


def present_replay(replay: Replay, look: Look) -> TableView:
    """The alerts as a table, in the order in which they would have been raised."""
    columns = (
        Column("at", pgettext("alert column", "Since"), 5, is_right=True),
        Column("for", pgettext("alert column", "For"), 5, is_right=True),
        Column("where", pgettext("alert column", "Where"), 16),
        Column("what", pgettext("alert column", "What"), 26, grows=True),
        Column("peak", pgettext("alert column", "Peak"), 5, is_right=True),
    )
    zones = {site.id: site.zone for site in look.snapshot.sites}
    rows = []
    for alert in replay.alerts:
        zone = zones.get(alert.site, "UTC")
        end = alert.ended_at or look.moment.now
        figure = next(rule.figure for rule in replay.rules if rule.figure.value == alert.name)
        cells = (
            since_words(alert.began_at, zone, look.moment.now),
            format_duration(max(0, end - alert.began_at) / 1000),
            place_words(alert, look.snapshot),
            alert_sentence(alert, zone),
            format_value(figure, alert.peak),
        )
        tones = (Tone.ACT if alert.severity == "act" else Tone.LOOK,) * len(cells)
        rows.append(make_row(alert.id, cells, tones, is_old=False))
    made = tuple(rows)
    return TableView(fit_numbers(columns, made), made, len(made), len(made))
