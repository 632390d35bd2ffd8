"""Who watches the night at this screen, and who is called where they do not answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.clock import monotonic_ms
from data.figures.night import SiteNight, is_within, site_nights
from data.masking import masked
from screens.formats import format_duration
from screens.look import Look
from screens.night import NightDuty, NightPane, NightScreen, clock_place
from screens.presenters.night import NEEDS_SOMEBODY, site_story, site_tone
from screens.text import _
from screens.tones import Tone
from supervisor_tui.calling import Watch, alert_document, call, called_words
from supervisor_tui.config_model import NightSettings

if TYPE_CHECKING:
    from supervisor_tui.watchful import WatchfulApp


class NightWatch:
    """The night at one screen: people are called only from where it is shown, or was when locked.

    A floor has many screens, and those that stand forgotten in an empty room must not call anybody.

    Args:
        hours: The night as `22:00-06:00`; empty where the configuration names none.
        people: Who is called.
    """

    def __init__(self, hours: str, people: Sequence[NightSettings]) -> None:
        self._hours = hours
        self._watch = Watch(people)
        self._is_calling = False
        self._was_shown = False
        """The night stood on the screen when it was locked."""

    def open(self, app: WatchfulApp) -> None:
        """Show the night, one line a site; where it is there already, come back to it."""
        if any(isinstance(each, NightScreen) for each in app.screen_stack):
            while not isinstance(app.screen, NightScreen):
                app.pop_screen()
            return
        duty = NightDuty(self._hours, lambda: app.idle_ms, lambda _look: self._next_words(app))
        is_ascii, keymap = app.parts.viewing.is_ascii, app.parts.keymap
        pane = NightPane(duty, is_ascii=is_ascii)
        app.push_table(
            NightScreen(pane, duty, is_ascii=is_ascii, keymap=keymap, completer=app.commander)
        )

    def is_night(self, look: Look) -> bool:
        """Whether the clock that the screen shows is within the hours of the night."""
        from data.zones import local

        zone, _place = clock_place(look)
        return bool(self._hours) and is_within(self._hours, f"{local(look.moment.now, zone):%H:%M}")

    def key(self) -> None:
        """Somebody is there."""
        self._watch.key()

    def note_lock(self, app: WatchfulApp) -> None:
        """Remember whether the night was on the screen."""
        self._was_shown = self._is_shown(app)

    def note_unlock(self, app: WatchfulApp) -> None:
        """Show it again where it was."""
        if self._was_shown:
            self._was_shown = False
            self.open(app)

    def look(self, app: WatchfulApp) -> None:
        """Call whoever is to be called now."""
        if not (self._is_shown(app) or self._was_shown):
            self._watch.due(is_red=False, idle_ms=0, now_ms=0)
            return
        look = app.unmasked()
        viewing = look.viewing
        nights = [
            night
            for night in site_nights(look.snapshot, look.figures, look.moment, {})
            if site_tone(night, viewing.rules, viewing.formula) in NEEDS_SOMEBODY
        ]
        idle = app.idle_ms
        if self._is_calling:
            return
        person = self._watch.due(is_red=bool(nights), idle_ms=idle, now_ms=monotonic_ms())
        if person is not None:
            self._call(app, person, look, nights)

    def _call(
        self, app: WatchfulApp, person: NightSettings, look: Look, nights: Sequence[SiteNight]
    ) -> None:
        viewing = look.viewing
        # What leaves the program names nobody, whatever an alert may say of its causes.
        hidden = site_nights(masked(look.snapshot), look.figures, look.moment, {})
        wanted = {night.site.id for night in nights}
        nights = [night for night in hidden if night.site.id in wanted]
        stories = [
            [text for text, _tone in site_story(night, viewing.rules, viewing.formula)]
            for night in nights
        ]
        document = alert_document(viewing.floor_name, nights, stories, app.idle_ms, look.moment.now)
        self._is_calling = True

        def run() -> None:
            called = call(person, document)
            self._is_calling = False
            if app.is_running:
                app.call_from_thread(app.announce, called_words(called), Tone.ACT)

        app.run_worker(run, group="night", thread=True, exit_on_error=False)

    def _next_words(self, app: WatchfulApp) -> Sequence[str]:
        """Who is called next, and when."""
        found = self._watch.next(idle_ms=app.idle_ms, now_ms=monotonic_ms())
        if found is None:
            return ()
        person, left_ms = found
        text = _("! {name} is called in {time} unless a key is pressed")
        return (text.format(name=person.name, time=format_duration(-(-left_ms // 1000))),)

    @staticmethod
    def _is_shown(app: WatchfulApp) -> bool:
        return any(isinstance(each, NightScreen) for each in app.screen_stack)
