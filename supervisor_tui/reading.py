"""Reads history for what is on the screen: in a thread, when it is asked and every 15 seconds.

What follows history is read sooner, but only once the file has been written since: its log tells by
its size and time, without being opened.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from data.clock import monotonic_ms
from data.errors import StoreError
from screens.look import Look
from screens.past import FollowsPast, ReadsPast

if TYPE_CHECKING:
    from textual.app import App

EVERY_MS = 15_000
REST = 20
"""So many times as long as the last read took nothing is read again: at most 5 % of a core."""
_Stamp: TypeAlias = tuple[tuple[int, int, int] | None, ...]


class _Done(msgspec.Struct, frozen=True):
    """What was read for something, and when."""

    wanted: Hashable
    at_ms: int
    stamp: _Stamp
    """How the file was before it was read."""


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
        self._took_ms = 0

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
        if look.is_past_partial:
            return
        readers = [one for one in shown if isinstance(one, ReadsPast)]
        self._done = {id(one): self._done[id(one)] for one in readers if id(one) in self._done}
        now = self._monotonic()
        due = [(one, one.wanted_past) for one in readers]
        due = [(one, wanted) for one, wanted in due if self._is_due(one, wanted, now)]
        if not due or self._is_busy:
            return
        self._is_busy = True
        stamp = self._stamp()
        for one, wanted in due:
            self._done[id(one)] = _Done(wanted, now, stamp)

        # Textual's worker and its task hold each other until Python looks for garbage, which is
        # seldom: what they do must not hold on to the look, which is a whole floor.
        job = [(due, look)]

        def read() -> None:
            from data.cache.history_reader import HistoryReader

            readers, seen = job.pop()
            try:
                with closing(HistoryReader.open(self._path)) as history:
                    for one, _wanted in readers:
                        one.read_past(history, seen)
            except StoreError:
                return  # the next turn tries again; until then the screen says what it lacks
            finally:
                self._took_ms = self._monotonic() - now
                self._is_busy = False
            if app.is_running:
                app.call_from_thread(redraw)

        app.run_worker(read, group="past", thread=True, exit_on_error=False)

    def _is_due(self, one: ReadsPast, wanted: Hashable, now: int) -> bool:
        if wanted is None:
            return False
        done = self._done.get(id(one))
        if done is None or done.wanted != wanted or now - done.at_ms >= EVERY_MS:
            return True
        if not isinstance(one, FollowsPast):
            return False
        rest_ms = max(one.past_every_ms, REST * self._took_ms)
        return now - done.at_ms >= rest_ms and done.stamp != self._stamp()

    def _stamp(self) -> _Stamp:
        """What differs once the file, or the log beside it, was written or replaced."""
        log = self._path.with_name(self._path.name + "-wal")
        return tuple(_written(path) for path in (self._path, log))


def _written(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
