"""Rings for alerts: once when one is raised, and every five minutes until somebody presses a key.

Like the other bells it goes by what has happened since this screen began to look: what stood then
is in the frame. What rings again is what somebody has to act on, has not been seen, and not muted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from data.figures.alerts import AlertFigures, alert_figures, mutes_on
from data.settings import Figure, Severity
from screens.alert_words import alert_sentence, figure_of, place_words
from screens.formats import format_first
from screens.key_names import key_name
from screens.text import _
from screens.tones import Tone
from screens.widgets.fitting import ELLIPSIS, fit_text

if TYPE_CHECKING:
    from data.floor import FloorSnapshot
    from data.model import Alert
    from supervisor_tui.app import SupervisorApp

AGAIN_MS = 5 * 60_000
_RING_THEMSELVES = frozenset({Figure.ASSIST, Figure.RESTARTED})
"""What other bells tell at once, in words of their own; only what is left of it rings again."""


class AlertBell:
    """Tells of alerts that were newly raised, or became worse, each once.

    Args:
        was_calm: The screen has looked at a floor without alerts: those there are now are new.
    """

    def __init__(self, *, was_calm: bool) -> None:
        self._told: dict[str, Severity] | None = {} if was_calm else None
        self._failed: set[str] | None = set() if was_calm else None
        """The alerts whose command is known to have failed."""
        self._alerts: object = None
        self._mutes: object = ()
        self._rung_ms: int | None = None

    def tell(self, app: SupervisorApp) -> None:
        """Ring for what is new, and again for what nobody heard."""
        snapshot, moment = app.snapshot, app.moment
        now_ms = moment.mono_ms
        mutes = mutes_on(snapshot, app.site, moment.now)
        if snapshot.alerts is not self._alerts or mutes != self._mutes:
            self._alerts, self._mutes = snapshot.alerts, mutes
            self._tell_new(app, now_ms)
        self._ring_again(app, now_ms)

    def _tell_new(self, app: SupervisorApp, now_ms: int) -> None:
        # Not the look's: behind a lock alerts have no ids by which they could be known again.
        found = alert_figures(app.snapshot, app.site, app.moment)
        self._tell_failed(app, found)
        told, self._told = self._told, _standing(found, self._told)
        if told is None:
            return
        fresh = [
            one
            for one in found
            if one.needs_somebody
            and one.severity is Severity.ACT
            and told.get(one.alert.id) is not Severity.ACT
        ]
        if fresh:
            self._rung_ms = now_ms
        untold = [one for one in fresh if figure_of(one.alert) not in _RING_THEMSELVES]
        if untold:
            self._announce(app, untold)

    def _tell_failed(self, app: SupervisorApp, found: Sequence[AlertFigures]) -> None:
        """Whoever relies on a command to call somebody has to hear that it did not."""
        failed = {one.alert.id: one.alert for one in found if one.alert.command is not None}
        known, self._failed = self._failed, set(failed)
        fresh = [alert for name, alert in failed.items() if known is not None and name not in known]
        if fresh:
            text = _("{where}: the command of the rule {rule} failed")
            where = place_words(fresh[0], app.present().snapshot)
            app.announce(text.format(where=where, rule=fresh[0].rule), Tone.ACT)

    def _ring_again(self, app: SupervisorApp, now_ms: int) -> None:
        rung = self._rung_ms
        if rung is None:
            return
        if app.last_key_ms > rung:
            self._rung_ms = None
        elif now_ms - rung >= AGAIN_MS:
            found = alert_figures(app.snapshot, app.site, app.moment)
            left = [each for each in found if each.needs_somebody and each.severity is Severity.ACT]
            self._rung_ms = now_ms if left else None
            if left:
                self._announce(app, left)

    def _announce(self, app: SupervisorApp, alerts: Sequence[AlertFigures]) -> None:
        """Say which there are: those that still stand when it is said."""
        snapshot = app.present().snapshot
        said = {one.alert.id: alert_words(one.alert, snapshot) for one in alerts}

        def words(room: int) -> str:
            left = [text for known, text in said.items() if known in (self._told or {})]
            return alert_line(left, room) if left else ""

        app.announce(words, Tone.ACT)


def _standing(
    found: Sequence[AlertFigures], told: Mapping[str, Severity] | None
) -> dict[str, Severity]:
    """What does not ring when it is found next, by the severity in which it was told.

    What is muted is left out: where it still stands when the mute is over, it rings. What is held
    stays as it was told: after an outage it goes on, and is not new.
    """
    standing: dict[str, Severity] = {}
    for one in found:
        known = one.alert.id
        if one.severity is None or one.alert.is_over or one.mute is not None:
            continue
        if one.is_open or told is None:
            standing[known] = one.severity
        elif known in told:
            standing[known] = told[known]
    return standing


def alert_words(alert: Alert, snapshot: FloorSnapshot) -> str:
    """What an alert says, and of what."""
    zone = next((site.zone for site in snapshot.sites if site.id == alert.site), "UTC")
    return _("{where}: {what}").format(
        where=place_words(alert, snapshot), what=alert_sentence(alert, zone)
    )


def alert_line(alerts: Sequence[str], room: int) -> str:
    """Alerts in one line: the worst in full, how many more there are, and how to go there.

    Args:
        alerts: What those to tell say, the worst first; one at least.
        room: Cells; where not all fits the way there goes first, then the end of the sentence.
    """
    said, more = alerts[0], len(alerts) - 1
    spare = max(1, room - cell_len(format_first("", more)))
    if cell_len(said) > spare:
        said = fit_text(said, spare, sign=ELLIPSIS)
    said = format_first(said, more)
    with_key = _("{alert}  {key} goes there").format(alert=said, key=key_name("table.worst"))
    return with_key if cell_len(with_key) <= room else said
