"""Reads history for what is on the screen: in a thread, when it is asked and every 15 seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.cache.history_reader import HistoryReader
from data.clock import monotonic_ms
from data.errors import StoreError
from screens.look import Look
from screens.past import ReadsPast

if TYPE_CHECKING:
    from textual.app import App

EVERY_MS = 15_000


@dataclass(frozen=True, slots=True)
class _Done:
    """What was read for something, and when."""

    wanted: Hashable
    at_ms: int


class PastReader:
    """Keeps what is on the screen supplied with history; one read at a time.

    Args:
        path: The floor's history.
        monotonic: Milliseconds that never go back.
    """

    def __init__(self, path: Path, monotonic: Callable[[], int] = monotonic_ms) -> None:
        self._path = path
        self._monotonic = monotonic
        self._done: dict[int, _Done] = {}
        self._is_busy = False

    def supply(
        self, app: App[Any], shown: Iterable[object], look: Look, redraw: Callable[[], None]
    ) -> None:
        """Read for whatever on the screen is due; those that read no history are passed over.

        Args:
            app: Runs the thread.
            shown: The panes or the page that are on the screen.
            look: The look that they were shown last.
            redraw: Called once something new has been read.
        """
        readers = [one for one in shown if isinstance(one, ReadsPast)]
        self._done = {id(one): self._done[id(one)] for one in readers if id(one) in self._done}
        now = self._monotonic()
        due = [(one, one.wanted_past) for one in readers]
        due = [(one, wanted) for one, wanted in due if self._is_due(one, wanted, now)]
        if not due or self._is_busy:
            return
        self._is_busy = True
        for one, wanted in due:
            self._done[id(one)] = _Done(wanted, now)

        def read() -> None:
            try:
                with closing(HistoryReader.open(self._path)) as history:
                    for one, _wanted in due:
                        one.read_past(history, look)
            except StoreError:
                return  # the next turn tries again; until then the screen says what it lacks
            finally:
                self._is_busy = False
            if app.is_running:
                app.call_from_thread(redraw)

        app.run_worker(read, group="past", thread=True, exit_on_error=False)

    def _is_due(self, one: ReadsPast, wanted: Hashable, now: int) -> bool:
        if wanted is None:
            return False
        done = self._done.get(id(one))
        return done is None or done.wanted != wanted or now - done.at_ms >= EVERY_MS
