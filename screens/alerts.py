"""The pane of alerts, and the page of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from data.figures.alerts import AlertFigures, alert_figures
from data.floor import Key
from screens.actions import Scope
from screens.alert_jump import go_to_cause
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.alerts import present_alerts
from screens.presenters.table import TableView
from screens.text import N_, _
from screens.tones import Tone

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from screens.detail import Presenter


_WEEK = "week"
"""What is chosen for the page of the week, which is no row."""


class AlertsPane(TablePane):
    """What needs somebody, since when, and who has seen it."""

    SCOPE = Scope.ALERTS
    EMPTY = N_("No alert is raised, and none was over within the last day.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ALERTS)]

    def present(self, look: Look) -> TableView:
        """The alerts, those that need somebody first."""
        return present_alerts(
            look.snapshot,
            look.site,
            look.moment,
            self.view_state,
            doings=look.doings,
            formula=look.viewing.formula,
        )

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """Everything about one alert, or what nobody acknowledged within a week."""
        if key == _WEEK:
            from screens.alert_week_page import AlertWeekPage

            return week_title(), AlertWeekPage()
        from screens.alert_page import AlertPage, alert_title

        one = alert_at(key, look)
        if one is None:
            return None
        return alert_title(one, look), AlertPage(key)

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """An alert can be acknowledged, and be muted or not."""
        from screens.acting.alerts import alert_offers

        one = alert_at(key, look)
        return () if one is None else alert_offers(one, look)

    def action_week(self) -> None:
        """Show what was raised within a week and nobody acknowledged."""
        self.post_message(self.Chosen(self, _WEEK))

    def action_jump(self) -> None:
        """Go to the row in which the cause of the alert can be seen."""
        if self.table.cursor_key is not None:
            self.go_to_cause_of(self.table.cursor_key)

    def on_table_pane_list_wanted(self, event: TablePane.ListWanted) -> None:
        """The same, from the alert's page."""
        event.stop()
        self.go_to_cause_of(event.key)

    def go_to_cause_of(self, key: str) -> None:
        """Go to the row in which the cause of the alert of a row can be seen."""
        one = alert_at(key, self._look) if self._look is not None else None
        if one is not None:
            self.app.run_worker(go_to_cause(self.app, one))

    def action_propose(self) -> None:
        """Type what the rule proposes; whatever it asks is asked as if a person had typed it."""
        from screens.acting.alerts import proposal_of
        from screens.detail import DetailScreen
        from screens.table_screen import TableScreen

        screen, look, key = self.app.screen, self._look, self.meant
        if not isinstance(screen, DetailScreen | TableScreen):
            return
        one = alert_at(key, look) if key is not None and look is not None else None
        typed = "" if one is None or look is None else proposal_of(one.alert, look.snapshot)
        if typed:
            screen.post_message(TableScreen.CommandGiven(typed))
        elif one is None:
            screen.say(_("There is no alert here."), Tone.LOOK)
        else:
            screen.say(_("The rule of this alert proposes nothing."), Tone.LOOK)


def week_title() -> str:
    """What the page is called that lists what nobody acknowledged."""
    return _("Alerts of the week that nobody acted on")


def alert_at(key: str, look: Look) -> AlertFigures | None:
    """The alert of a row; None where it is gone, and for the list of a week."""
    if key == _WEEK:
        return None
    its = Key(*key.split("/", 2))
    if its not in look.snapshot.alerts:
        return None
    found = alert_figures(look.snapshot, its.site, look.moment)
    return next((one for one in found if one.key == its), None)
