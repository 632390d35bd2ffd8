"""`:report week 2026-11-20 by team`: which report is meant, and the pane that shows it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from data.figures.report import By
from data.figures.report_times import today_at
from data.rules.periods import FIRST_YEAR, Length
from screens.actions import Scope
from screens.text import _
from supervisor_tui.command_line import CommandError

if TYPE_CHECKING:
    from screens.reports import ReportsPane
    from supervisor_tui.app import SupervisorApp

WORDS = (*(one.value for one in Length), "today", "yesterday", *(kind.value for kind in By))
"""What may be typed beside a date; `by` may stand before what the lines are of."""
_LENGTHS = {one.value: one for one in Length}
_KINDS = {one.value: one for one in By}


def show_report(app: SupervisorApp, typed: str) -> None:
    """Go to the reports and show the one that was typed.

    Args:
        app: Where it is shown.
        typed: Length, day and lines, in any order; what is missing is as it was, and the day today.

    Raises:
        CommandError: A word of it means nothing, or the day has not come yet.
    """
    look = app.look()
    sites = [site for site in look.snapshot.sites if look.site in {None, site.id}]
    if not sites:
        raise CommandError(_("Nothing is known of this floor yet."))
    today = today_at(sites, look.moment.now)
    length, day, by = None, None, None
    for word in typed.lower().split():
        if word in _LENGTHS:
            length = _LENGTHS[word]
        elif word in _KINDS:
            by = _KINDS[word]
        elif word != "by":
            day = _day(word, today)
    pane = cast("ReportsPane", app.floor.pane(Scope.REPORTS))
    pane.choose(length, None if day == today else day, by)
    app.call_later(app.action_pane, Scope.REPORTS.value)


def _day(word: str, today: date) -> date:
    if word == "today":
        return today
    if word == "yesterday":
        return today - timedelta(days=1)
    try:
        day = date.fromisoformat(word)
    except ValueError:
        text = _("“{word}” is no day, length or grouping. There are: {words}, or 2026-03-29.")
        raise CommandError(text.format(word=word, words=", ".join(WORDS))) from None
    if day > today:
        raise CommandError(_("{day} has not come yet.").format(day=day))
    if day.year <= FIRST_YEAR:
        raise CommandError(_("{day} is too long ago.").format(day=day))
    return day
