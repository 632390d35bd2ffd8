"""Who watches the night at this screen, and who is called where they do not answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from data.clock import monotonic_ms
from data.figures.night import SiteNight, is_within, site_nights
from data.figures.queues import QueueBook
from data.masking import masked
from data.sync.night_marks import Call, NightFile, NightMarks
from screens.formats import format_duration, format_sure_clock
from screens.look import Look
from screens.night import NightDuty, NightPane, NightScreen, clock_place
from screens.presenters.night import NEEDS_SOMEBODY, site_story, site_tone
from screens.text import _
from screens.tones import Tone
from supervisor_tui.calling import (
    Called,
    Person,
    Watch,
    alert_document,
    as_person,
    call,
    called_words,
)
from supervisor_tui.config_model import NightSettings

if TYPE_CHECKING:
    from supervisor_tui.watchful import WatchfulApp

SAY_MS = 10_000
"""So often a screen that shows the night says so."""


class NightWatch:
    """The night at one screen: people are called only from where it is shown, or was when locked.

    A floor has many screens. A key on any of them counts, those that stand forgotten in an empty
    room call nobody, and of several that show the night one calls.

    Args:
        hours: The night as `22:00-06:00`; empty where the configuration names none.
        people: Who is called.
        file: What the screens of the floor know together.
    """

    def __init__(self, hours: str, people: Sequence[NightSettings], file: NightFile) -> None:
        self._hours = hours
        self._file = file
        self._watch = Watch(people)
        self._whole = QueueBook()
        self._is_calling = False
        self._was_shown = False
        """The night stood on the screen when it was locked."""

    def open(self, app: WatchfulApp) -> None:
        """Show the night, one line a site; where it is there already, come back to it."""
        if any(isinstance(each, NightScreen) for each in app.screen_stack):
            while not isinstance(app.screen, NightScreen):
                app.pop_screen()
            return
        duty = NightDuty(
            self._hours,
            lambda: monotonic_ms() - self._last_key_ms(app, self._file.read()),
            lambda look: self._calling_words(app, look),
        )
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
            self._watch.leave()
            return
        if self._is_calling:
            return
        look = self._of_all_sites(app.unmasked())
        viewing, now_ms = look.viewing, monotonic_ms()
        nights = site_nights(look.snapshot, look.figures, look.moment, {})
        red = [
            night
            for night in nights
            if site_tone(night, viewing.rules, viewing.formula) in NEEDS_SOMEBODY
        ]
        marks = self._file.read()
        if now_ms - marks.watched_ms >= SAY_MS:
            self._file.watch(now_ms)
        last_key_ms = self._last_key_ms(app, marks)
        person = self._watch.due(
            is_red=bool(red),
            is_sure=look.problem is None and all(night.is_known for night in nights),
            last_key_ms=last_key_ms,
            now_ms=now_ms,
            called=_called(marks),
        )
        if person is not None:
            self._call(app, person, look, red, last_key_ms)
        elif marks.calls and self._watch.has_calmed(now_ms):
            self._file.calm()

    def _of_all_sites(self, look: Look) -> Look:
        """A look at every site: one that somebody does not look at may need them all the same."""
        return look if look.site is None else replace(look, site=None, queues=self._whole)

    def _call(
        self,
        app: WatchfulApp,
        person: NightSettings,
        look: Look,
        nights: Sequence[SiteNight],
        last_key_ms: int,
    ) -> None:
        viewing, now_ms = look.viewing, monotonic_ms()
        # What leaves the program names nobody, whatever an alert may say of its causes.
        hidden = site_nights(masked(look.snapshot), look.figures, look.moment, {})
        wanted = {night.site.id for night in nights}
        nights = [night for night in hidden if night.site.id in wanted]
        stories = [
            [text for text, _tone in site_story(night, viewing.rules, viewing.formula)]
            for night in nights
        ]
        idle_ms = now_ms - last_key_ms
        document = alert_document(viewing.floor_name, nights, stories, idle_ms, look.moment.now)
        self._is_calling = True

        def run() -> None:
            try:
                called = self._claim_and_call(person, document, now_ms, last_key_ms)
            finally:
                self._is_calling = False  # whatever went wrong with one, the next is to be called
            if called is not None and app.is_running:
                app.call_from_thread(app.announce, called_words(called), Tone.ACT)

        app.run_worker(run, group="night", thread=True, exit_on_error=False)

    def _claim_and_call(
        self, person: NightSettings, document: bytes, now_ms: int, last_key_ms: int
    ) -> Called | None:
        """What came of the call; None where another screen was first."""
        its = Call(*as_person(person), now_ms)
        if not self._file.claim(its, last_key_ms):
            self._watch.take_back(person)
            return None
        called = call(person, document)
        self._file.settle(replace(its, is_done=called.is_done))
        if not called.is_done:
            self._watch.fail()
        return called

    def _calling_words(self, app: WatchfulApp, look: Look) -> Sequence[str]:
        """Who was called since the last key, and who is called next, and when."""
        marks, now_ms = self._file.read(), monotonic_ms()
        zone, _place = clock_place(look)
        said = [
            _call_words(each, format_sure_clock(look.moment.now - (now_ms - each.at_ms), zone))
            for each in marks.calls
        ]
        found = self._watch.next(
            last_key_ms=self._last_key_ms(app, marks), now_ms=now_ms, called=_called(marks)
        )
        if found is not None:
            person, left_ms = found
            text = _("! {name} is called in {time} unless a key is pressed")
            time = format_duration(-(-left_ms // 1000))
            said.append(text.format(name=person.name, time=time))
        return said

    @staticmethod
    def _last_key_ms(app: WatchfulApp, marks: NightMarks) -> int:
        """When a key was pressed last, on whichever screen of the floor."""
        return max(app.key_ms, marks.key_ms)

    @staticmethod
    def _is_shown(app: WatchfulApp) -> bool:
        return any(isinstance(each, NightScreen) for each in app.screen_stack)


def _called(marks: NightMarks) -> set[Person]:
    return {each.who for each in marks.calls}


def _call_words(call: Call, clock: str) -> str:
    """What became of a call; nothing is said to be done before the command has said so."""
    text = _("{name} is being called since {clock}")
    if call.is_done:
        text = _("{name} was called at {clock}; no key has been pressed since")
    elif call.is_done is not None:
        text = _("! {name} could not be called at {clock}: the command failed")
    return text.format(name=call.name, clock=clock)
