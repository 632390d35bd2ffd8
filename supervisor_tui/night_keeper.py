"""The night where no screen shows it: the sync process calls the next person in their place.

A line that dies takes the screen with it that watched the night, and perhaps the last one of the
floor. So within the hours of the night the process that goes on looks for red alerts, too, and goes
by the same marks: keys on any screen, who was called, and when a screen watched last.
"""

from __future__ import annotations

import threading
from contextlib import closing

from data.cache.reader import CacheReader
from data.clock import monotonic_ms
from data.errors import StoreError
from data.figures.freshness import Moment
from data.figures.night import SiteNight, is_within, site_nights
from data.figures.queues import queue_figures
from data.files import FloorFiles
from data.floor import Floor, FloorSnapshot
from data.masking import masked
from data.sync.journal import Journal
from data.sync.night_marks import Call, NightFile, NightMarks
from data.zones import local
from screens.presenters.night import site_story
from supervisor_tui.calling import Watch, alert_document, as_person, call
from supervisor_tui.config import Configuration, rules_of_today
from supervisor_tui.config_model import NightSettings

LOOK_S = 5.0
UNWATCHED_MS = 30_000
"""A screen that watches the night says so more often than this."""


class NightKeeper:
    """Looks after the night from a thread, for as long as the sync process lives.

    Args:
        configuration: The floor's.
        files: The floor's files.
    """

    def __init__(self, configuration: Configuration, files: FloorFiles) -> None:
        self._configuration = configuration
        self._cache = files.cache
        self._file = NightFile(files)
        self._journal = Journal(files.sync_log)
        self._watch = Watch(configuration.night)
        self._began_ms = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="night", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns at once."""
        self._stop.set()

    def join(self, seconds: float) -> None:
        """Wait until it has ended."""
        self._thread.join(seconds)

    @property
    def is_alive(self) -> bool:
        """Whether it still looks."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_S):
            try:
                with closing(CacheReader.open(self._cache)) as reader:
                    self._follow(reader)
            except StoreError:
                self._watch.leave()  # nothing is known: the minutes count from when it is again
            except Exception as error:  # noqa: BLE001 - a fault of ours does not end the watch
                self._journal.crash(error, part="night")

    def _follow(self, reader: CacheReader) -> None:
        """Look again and again; by day only at the clock."""
        floor = Floor()
        snapshot = floor.apply(reader.read(0))
        while not self._stop.wait(LOOK_S):
            if self._is_night(snapshot, Moment.of(snapshot.clock())):
                snapshot = floor.apply(reader.read(floor.rev, floor.rows_of))
            self.look(snapshot, Moment.of(snapshot.clock()), monotonic_ms())

    def look(self, snapshot: FloorSnapshot, moment: Moment, now_ms: int) -> None:
        """Call whoever is to be called now, where no screen watches.

        Args:
            snapshot: The floor as of one commit.
            moment: The present there.
            now_ms: The same on the host's monotonic clock.
        """
        self._began_ms = self._began_ms or now_ms
        marks = self._file.read()
        is_watched = bool(marks.watched_ms) and 0 <= now_ms - marks.watched_ms < UNWATCHED_MS
        if is_watched or not self._is_night(snapshot, moment):
            self._watch.leave()
            return
        nights = self._nights(snapshot, snapshot, moment)
        red = [night for night in nights if night.alerts]
        person = self._watch.due(
            is_red=bool(red),
            is_sure=all(night.is_known for night in nights),
            last_key_ms=marks.key_ms,
            now_ms=now_ms,
            called={each.who for each in marks.calls},
        )
        if person is not None:
            hidden = self._nights(snapshot, masked(snapshot), moment)
            wanted = {night.site.id for night in red}
            found = [night for night in hidden if night.site.id in wanted]
            self._call(person, found, marks, moment, now_ms)
        elif marks.calls and self._watch.has_calmed(now_ms):
            self._file.calm()

    def _is_night(self, snapshot: FloorSnapshot, moment: Moment) -> bool:
        place = snapshot.sites[0].zone if snapshot.sites else "UTC"
        shown = f"{local(moment.now, place):%H:%M}"
        return is_within(self._configuration.screen.night, shown)

    def _nights(
        self, snapshot: FloorSnapshot, shown: FloorSnapshot, moment: Moment
    ) -> tuple[SiteNight, ...]:
        figures = queue_figures(snapshot, None, moment, self._configuration.floor.formula)
        return site_nights(shown, figures, moment, {})

    def _call(
        self,
        person: NightSettings,
        nights: list[SiteNight],
        marks: NightMarks,
        moment: Moment,
        now_ms: int,
    ) -> None:
        configuration, its = self._configuration, Call(*as_person(person), now_ms)
        if not self._file.claim(its, marks.key_ms):
            self._watch.take_back(person)
            return
        rules, formula = rules_of_today(configuration), configuration.floor.formula
        stories = [[text for text, _tone in site_story(each, rules, formula)] for each in nights]
        # Where nobody has pressed a key since the host started it is counted from the first look.
        idle_ms = now_ms - (marks.key_ms or self._began_ms)
        name = configuration.floor.name
        called = call(person, alert_document(name, nights, stories, idle_ms, moment.now))
        self._file.settle(Call(its.name, its.after, its.at_ms, called.is_done))
        if not called.is_done:
            self._watch.fail()
