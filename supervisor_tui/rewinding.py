"""Looking at the past: which instant is wanted, reading it in a thread, and the way back to now.

The present goes on behind it: bells ring, and what was sent is heard of.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace
from textual.app import App

from data.clock import monotonic_ms
from data.errors import StoreError
from data.figures.freshness import Moment
from data.figures.queues import QueueBook
from data.floor import FloorSnapshot
from data.model import Ms
from screens.key_names import key_name
from screens.look import Look, Past
from screens.sentences import sentence
from screens.text import _
from screens.tones import Tone

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp


class Rewinder:
    """Where in time a person looks. One reading at a time; of those typed ahead the last counts.

    Args:
        history: The floor's history.
    """

    def __init__(self, history: Path) -> None:
        self._history = history
        self._wanted: Ms | None = None
        self._shown: tuple[Ms, FloorSnapshot] | None = None
        self._queues = QueueBook()
        self._is_reading = False
        self._is_partial = False

    @property
    def is_past(self) -> bool:
        """Whether the past is wanted: from then on nothing can be sent."""
        return self._wanted is not None

    def look(self, present: Look) -> Look:
        """What is to be drawn: the present, or the past that was read last.

        Args:
            present: The present as it would be drawn.
        """
        if self._shown is None:
            return present
        at, snapshot = self._shown
        past = Past(present.moment.now, open_alerts(present.snapshot))
        moment = Moment(at, monotonic_ms())
        return replace(
            present, snapshot=snapshot, moment=moment, past=past, queues=self._queues, problem=None
        )

    def step(self, app: SupervisorApp, seconds: int) -> None:
        """Go so far forward, or back where it is below zero; forward from now there is nothing."""
        if self._wanted is None and seconds > 0:
            text = _("This is the present; {key} goes back in time.")
            app.say(text.format(key=key_name("app.minute-back")))
            return
        self.go(app, (self._now(app) if self._wanted is None else self._wanted) + seconds * 1000)

    def go(self, app: SupervisorApp, at: Ms) -> None:
        """Show an instant; from the present on it is followed."""
        if at >= self._now(app):
            self.follow(app)
            return
        if not self.is_past:
            app.say("")  # what was said of the present
        self._wanted = at
        self._read(app)

    def follow(self, app: SupervisorApp) -> None:
        """Follow the present again."""
        if self.is_past:
            self._wanted = self._shown = None
            self._is_partial = False
            app.say("")
        app.draw()

    def keep_up(self, app: SupervisorApp) -> None:
        """Read again what was read while history was still being filled."""
        if self._is_partial:
            self._read(app)

    def refuses(self, app: SupervisorApp) -> bool:
        """Say that nothing can be done in the past, where one is there; whether one is."""
        if self.is_past:
            text = _("This is the past: nothing can be sent from here. {key} goes back to now.")
            app.say(text.format(key=key_name("app.now")))
        return self.is_past

    @staticmethod
    def _now(app: SupervisorApp) -> Ms:
        return app.moment.now

    def _read(self, app: SupervisorApp) -> None:
        at = self._wanted
        if self._is_reading or at is None:
            return
        self._is_reading = True
        present = app.snapshot

        def read() -> None:
            from data.cache.history_reader import HistoryReader
            from data.cache.rewind import Rewind

            found: FloorSnapshot | StoreError | None = None
            try:
                with closing(HistoryReader.open(self._history)) as history:
                    found = Rewind(history, present).at(at)
            except StoreError as error:
                found = error
            finally:  # whatever else went wrong: a reading that never ended would end all others
                if app.is_running:
                    app.call_from_thread(self._came, app, at, found)

        app.run_worker(read, group="rewind", thread=True, exit_on_error=False)

    def _came(self, app: SupervisorApp, at: Ms, found: FloorSnapshot | StoreError | None) -> None:
        """Show what was read, unless the person is back by now; go on where they went further.

        Where it could not be read, for a reason that nobody foresaw, the next tick tries again.
        """
        self._is_reading = False
        if self._wanted is None:
            return
        if found is None:
            self._is_partial = True
            return
        if isinstance(found, StoreError):
            self.follow(app)
            app.say(sentence(found.code, found.detail), Tone.LOOK)
            return
        self._shown = at, found
        self._is_partial = any(health.is_reading_past for health in found.sources)
        app.draw()
        if self._wanted != at:
            self._read(app)


class TimeApp(App[None], inherit_bindings=False):
    """An app that can show the past."""

    def action_rewind(self, seconds: int) -> None:
        """Go forward in time, or back where it is below zero."""
        app = cast("SupervisorApp", self)
        app.time.step(app, seconds)

    async def action_type_time(self) -> None:
        """Let the person type a time."""
        await cast("SupervisorApp", self).type_command("at ")

    def action_follow(self) -> None:
        """Follow the present again."""
        app = cast("SupervisorApp", self)
        app.time.follow(app)


def open_alerts(snapshot: FloorSnapshot) -> int:
    """How many alerts stand, those left out that are held under another one."""
    return sum(one.ended_at is None and not one.under for one in snapshot.alerts.values())
