"""The feed: a thread that sees the cache change and hands the newest view to the screen."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import thread_time

import msgspec

from data.cache.reader import CacheReader
from data.errors import Code, StoreError
from data.floor import Floor, FloorSnapshot
from supervisor_tui.commit_wait import CommitWait
from supervisor_tui.look_rest import LookRest

ASK_EVERY = 40
"""So many looks at most go by files' times alone."""
SWITCH_S = 0.001
"""How long reading may keep a key waiting; each key passes through three threads."""
REOPEN_S = 0.25
RESTING_S = 0.1
"""How soon a look that rests is taken when somebody is in a hurry."""
AWAITED_S, AWAITED_LOOKS = 0.02, 50
"""How soon, and how often so soon, to look for a cache that is being made at this moment."""
FIRST_S = 0.25
"""How long the first paint waits for figures: so that it need not be done twice."""


class Begun(msgspec.Struct, frozen=True):
    """What has been read of a cache before there was a feed."""

    reader: CacheReader
    floor: Floor
    snapshot: FloorSnapshot
    """All of the floor as of what was read."""


class Feed:
    """Reads what is newer whenever a commit is seen, and posts one immutable snapshot.

    Args:
        path: The cache.
        on_snapshot: Called from the feed's thread with each new view.
        on_problem: Called from the feed's thread when the cache cannot be read, and with None
            when it can again.
        begun: What has been read already; nobody else may go on reading from it.
    """

    def __init__(
        self,
        path: Path,
        on_snapshot: Callable[[FloorSnapshot], None],
        on_problem: Callable[[Code | None], None],
        begun: Begun | None = None,
    ) -> None:
        self._path = path
        self._begun = begun
        self._on_snapshot = on_snapshot
        self._on_problem = on_problem
        self._stop = threading.Event()
        self._problem: Code | None = None
        self._newest: FloorSnapshot | None = None
        self._has_spoken = threading.Event()
        self._rest = LookRest()
        if begun is not None:
            self._newest = begun.snapshot
            self._has_spoken.set()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        sys.setswitchinterval(SWITCH_S)
        self._thread.start()

    def first(self) -> FloorSnapshot | None:
        """The first view, where there is one soon; what cannot be read is not waited for."""
        self._has_spoken.wait(FIRST_S)
        return self._newest

    def shown(self, seconds: float) -> None:
        """Told of the processor time that showing a view took: the more, the fewer views come."""
        self._rest.add(seconds)

    def hurry(self) -> None:
        """What comes in the next seconds is shown at once: somebody waits for an answer."""
        self._rest.hurry()

    def stop(self) -> None:
        """Read no more; returns at once, the thread ends within a poll."""
        self._stop.set()

    def _run(self) -> None:
        awaited = AWAITED_LOOKS
        while not self._stop.is_set():
            try:
                reader, floor = self._begin()
            except StoreError as error:
                self._say(error.code)
                self._stop.wait(AWAITED_S if awaited > 0 else REOPEN_S)
                awaited -= 1
                continue
            try:
                self._follow(reader, floor)
            except StoreError as error:
                self._say(error.code)
                self._stop.wait(REOPEN_S)
            finally:
                reader.close()

    def _begin(self) -> tuple[CacheReader, Floor]:
        """What to go on reading from; the first view of all is not held on to."""
        begun, self._begun = self._begun, None
        if begun is None:
            return CacheReader.open(self._path), Floor()
        return begun.reader, begun.floor

    def _follow(self, reader: CacheReader, floor: Floor) -> None:
        waiting = CommitWait(self._path)
        seen, quiet = -1, 0
        try:
            while not self._stop.is_set():
                # Now and then SQLite itself is asked, in case the host's clock has been set back.
                quiet = quiet + 1 if reader.is_quiet() and quiet < ASK_EVERY else 0
                version = seen if quiet else reader.data_version()
                if version != seen:
                    if self._let_rest():
                        version = reader.data_version()
                    self._read(reader, floor)
                waiting.wait(has_found=version != seen, is_awaited=not floor.rev)
                seen = version
        finally:
            waiting.close()

    def _read(self, reader: CacheReader, floor: Floor) -> None:
        self._rest.begin()
        began = thread_time()
        delta = reader.read(floor.rev, floor.rows_of)
        self._say(None)
        self._newest = floor.apply(delta)
        self._rest.add(thread_time() - began)
        self._has_spoken.set()
        self._on_snapshot(self._newest)

    def _let_rest(self) -> bool:
        """Wait until the next look is due; whether there was anything to wait for."""
        has_waited = False
        while (left_s := self._rest.left_s) and not self._stop.wait(min(left_s, RESTING_S)):
            has_waited = True
        return has_waited

    def _say(self, problem: Code | None) -> None:
        if problem is not self._problem:
            self._problem = problem
            self._has_spoken.set()
            self._on_problem(problem)
