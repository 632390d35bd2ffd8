"""From an alert to where its cause can be seen: the row of the queue, the agent, the complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from data.figures.alerts import AlertFigures, alert_figures
from data.model import Kind, Ms
from data.settings import Figure
from screens.actions import Scope
from screens.alert_words import figure_of
from screens.look import Look

if TYPE_CHECKING:
    from textual.app import App

    from screens.pane import TablePane

ANEW_MS = 60_000
"""After so long the next press goes to the worst one again."""
_SCOPES = {
    Kind.QUEUE.value: Scope.QUEUES,
    Kind.AGENT.value: Scope.AGENTS,
    Kind.ESCALATION.value: Scope.ESCALATIONS,
}
_OF_SITES = {Figure.TOO_QUIET: Scope.QUEUES, Figure.UNDERSTAFFED: Scope.ROSTER}


class _Floor(Protocol):
    @property
    def floor(self) -> _Panes:
        """The screen with the panes."""
        ...

    async def action_pane(self, scope: str) -> None:
        """Go to a pane."""
        ...


class _Panes(Protocol):
    def pane(self, scope: Scope) -> TablePane:
        """The pane of a scope."""
        ...


class WorstAlerts:
    """Goes round the alerts that need somebody, the worst first."""

    def __init__(self) -> None:
        self._last = ""
        self._at: Ms = 0

    def next(self, look: Look, here: AlertFigures | None = None) -> AlertFigures | None:
        """The worst alert; again, the next worst; None where none is open.

        Args:
            look: What is on the screen.
            here: The alert under the cursor, in the list of all: it comes first where its cause
                can be seen elsewhere, and is passed over where it cannot, for it is seen already.
        """
        now = look.moment.mono_ms
        if here is not None and cause_of(here)[0] is not Scope.ALERTS:
            self._last, self._at = here.alert.id, now
            return here
        found = [
            one
            for one in alert_figures(look.snapshot, look.site, look.moment)
            if one.is_open and one.severity is not None and one.mute is None
        ]
        if not found:
            return None
        ids = [one.alert.id for one in found]
        is_again = self._last in ids and now - self._at < ANEW_MS
        place = (ids.index(self._last) + 1) % len(ids) if is_again else 0
        if here is not None and ids[place] == here.alert.id:
            place = (place + 1) % len(ids)
        self._last, self._at = ids[place], now
        return found[place]


async def go_to_cause(app: App[object], one: AlertFigures) -> None:
    """Go to the row in which the cause of an alert can be seen; else to the alert's own."""
    host = cast("_Floor", app)
    scope, row = cause_of(one)
    await host.action_pane(scope.value)
    pane = host.floor.pane(scope)
    if row and not pane.table.go_to(row):
        pane.set_filter("")
        pane.table.go_to(row)


def cause_of(one: AlertFigures) -> tuple[Scope, str]:
    """The pane in which the cause of an alert can be seen, and the key of its row there."""
    alert, about = one.alert, one.alert.about
    if about is not None and about.kind in _SCOPES:
        source = alert.telephony or alert.source
        return _SCOPES[about.kind], "/".join((alert.site, source, about.id))
    figure = figure_of(alert)
    if figure in _OF_SITES:
        return _OF_SITES[figure], ""
    return Scope.ALERTS, "/".join(one.key)
