"""What the sync process does now and then so that its files stay usable and of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from data.cache.damage import drop_old
from data.cache.database import WAL_LIMIT_BYTES, WritableFile
from data.cache.formats import CACHE
from data.cache.history_writer import HistoryWriter
from data.cache.writer import CacheWriter
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import AnyRecord, Kind, Ms
from data.sync.journal import Journal

CHECK_EVERY_MS = 5_000
"""How often at most the whole cache is read to see whether it is sound."""


class House:
    """Keeps the files of a floor in order.

    Args:
        files: The floor.
        cache: The present.
        history: The past.
        journal: Where it is said what could not be done.
    """

    def __init__(
        self, files: FloorFiles, cache: CacheWriter, history: HistoryWriter, journal: Journal
    ) -> None:
        self._cache = cache
        self._history = history
        self._journal = journal
        self._is_log_held = {"cache": False, "history": False}
        self._is_check_wanted = False
        self._next_check_ms = 0
        # Precious files are left alone: what is moved aside of them is for a person to look at.
        for path in (files.cache, files.history):
            drop_old(path)

    def keep(self, now: Ms, records: Callable[[], Sequence[tuple[Kind, AnyRecord]]]) -> None:
        """What is due each minute: old rows go, logs are emptied, the present is kept hourly.

        Args:
            now: The server's time.
            records: All rows of the floor as they were last written.
        """
        try:
            self._history.prune_step(now)
            if self._history.keyframe_due(now):
                rows = records()
                if rows:
                    self._history.keyframe(now, rows)
        except StoreError as problem:
            self._journal.write("history", code=problem.code.value)
        self._empty_log("cache", self._cache.file)
        self._empty_log("history", self._history.file)

    def want_check(self) -> None:
        """Somebody found the cache damaged, or wants to be sure: look at the next turn."""
        self._is_check_wanted = True

    def watch(self, monotonic_ms: int) -> None:
        """What has to be noticed soon: a cache that is gone, damaged, or whose log grows.

        Args:
            monotonic_ms: The present on a clock that never goes back.

        Raises:
            StoreError: FILE_CORRUPT: the cache is to be given up and made anew.
        """
        file = self._cache.file
        is_due = self._is_check_wanted and monotonic_ms >= self._next_check_ms
        if is_due:
            self._is_check_wanted = False
            self._next_check_ms = monotonic_ms + CHECK_EVERY_MS
        try:
            is_usable = file.is_in_place and not (is_due and not file.is_sound(CACHE))
            # A reader that stands still would let the log grow without end.
            if is_usable and file.log_bytes > WAL_LIMIT_BYTES and not file.checkpoint():
                self._cache.renew()
                self._journal.write("cache_renewed")
        except StoreError as problem:
            is_usable = problem.code is not Code.FILE_CORRUPT
            self._journal.write("cache", code=problem.code.value)
        if not is_usable:
            raise StoreError(Code.FILE_CORRUPT, str(file.path))

    def _empty_log(self, name: str, file: WritableFile) -> None:
        try:
            is_held = not file.checkpoint()
        except StoreError as problem:
            self._journal.write(name, code=problem.code.value)
            return
        if is_held and not self._is_log_held[name]:
            self._journal.write("log_held", file=name)
        self._is_log_held[name] = is_held
