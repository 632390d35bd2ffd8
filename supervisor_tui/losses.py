"""What rings because a source has lost what it had been told, and the command that gives it back.

What was lost before somebody began to look stands in the frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.model import Ms
from screens.text import _
from screens.tones import Tone

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp


class Losses:
    """Says that a source has lost something, once for each loss that this screen lives to see."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str, Ms]] | None = None

    def tell(self, app: SupervisorApp) -> None:
        """Name what has newly been lost, and the command that lists it; and ring."""
        now = {
            (health.site, health.source, health.upset.at): health.upset
            for health in app.snapshot.sources
            if health.upset is not None and health.upset.missing
        }
        fresh = [key for key in now if self._told is not None and key not in self._told]
        # What is missing no more may go missing again: it is remembered as told all the same.
        self._told = (self._told or set()) | set(now)
        if not fresh:
            return
        from screens.presenters.restoring import upset_words

        site, source, _at = fresh[0]
        zone = next((each.zone for each in app.snapshot.sites if each.id == site), "UTC")
        said = upset_words(source, now[fresh[0]], zone)
        app.announce(_("{loss}; :restore lists it").format(loss=said), Tone.ACT)
