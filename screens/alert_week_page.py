"""What was raised within the last seven days and nobody acknowledged, as a page: `:alert week`."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from data.cache.alert_queries import WEEK_MS, raised_alerts
from data.model import Alert
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.presenters.alert_week import present_rules, present_week, week_head
from screens.text import _
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

EVERY_MS = 60_000


class AlertWeekPage:
    """Draws the list for whatever look at the floor it is given."""

    def __init__(self) -> None:
        self._wanted: tuple[str | None, int] | None = None
        self._alerts: Sequence[Alert] | None = None

    @property
    def wanted_past(self) -> Hashable:
        """The alerts of a site, or of all, up to a minute."""
        return self._wanted or "first"

    @property
    def past_every_ms(self) -> int:
        """How soon it may ask again where history has changed."""
        return EVERY_MS

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Ask history; called in a thread."""
        now = look.moment.now
        self._alerts = raised_alerts(history.ask, look.site, now - WEEK_MS, now + 1)

    def __call__(self, look: Look, width: int) -> Sequence[Line]:
        """The lines of the page."""
        self._wanted = look.site, look.moment.now // EVERY_MS
        if self._alerts is None:
            return parts([*sentences([_("Reading from history ...")], width)])
        alerts, is_ascii = self._alerts, look.viewing.is_ascii
        week = present_week(alerts, look.snapshot, look.moment.now)
        head = [*sentences([week_head(alerts)], width)]
        if not week.rows:
            return parts(head)
        hint = _("A limit that cries wolf: `:alert test RULE` shows what a rule raises on a day.")
        rules = table(present_rules(alerts), width, empty="", is_ascii=is_ascii)
        return parts(
            head,
            [
                heading(_("What nobody acknowledged, the most frequent first")),
                *table(week, width, empty="", is_ascii=is_ascii),
            ],
            [heading(_("By rule: how many were raised, and left alone")), *rules],
            [*sentences([hint], width)],
        )
