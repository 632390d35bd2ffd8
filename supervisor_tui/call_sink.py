"""Where imports into history go: to the sync process that runs, or there by this process."""

from __future__ import annotations

import time
from typing import Self

from data.cache.forecast_batch import ForecastBatch
from data.cache.history_calls import CallBatch
from data.cache.history_writer import HistoryWriter
from data.cache.retention import Limits
from data.desk.imports import Imported
from data.errors import Code, LockHeld, StoreError
from data.files import FloorFiles
from data.sync.imports import answer_to, hand_over, withdraw
from data.sync.lock import SyncLock, is_held

ANSWER_S = 30.0
LOOK_S = 0.01


class CallSink:
    """Keeps batches of calls or forecasts, whoever has the floor now; to be used with `with`.

    Args:
        files: The floor.
        limits: What its history may hold.

    Raises:
        StoreError: On entering or keeping: the floor's files cannot be used.
    """

    def __init__(self, files: FloorFiles, limits: Limits) -> None:
        self._files = files
        self._limits = limits
        self._lock = SyncLock(files)
        self._history: HistoryWriter | None = None

    def __enter__(self) -> Self:
        self._take_over()
        return self

    def __exit__(self, *_details: object) -> None:
        if self._history is not None:
            self._history.close()
        self._lock.release()

    def keep(self, batch: CallBatch | ForecastBatch) -> Imported:
        """Keep a batch, whole or not at all.

        Raises:
            StoreError: It was not kept, or nobody said that it was.
        """
        while self._history is None:
            name = hand_over(self._files, batch)
            answer = self._answer(name, type(batch))
            if answer is not None:
                return answer
            # Whoever had the floor has gone; what they did take in is known to the next.
            withdraw(self._files, name, type(batch))
            self._take_over()
        if isinstance(batch, ForecastBatch):
            return Imported(added=self._history.import_forecast(batch))
        added, known = self._history.import_calls(batch)
        return Imported(added=added, known=known)

    def _take_over(self) -> None:
        """Have history for ourselves, unless a sync process has."""
        try:
            self._lock.acquire()
        except LockHeld:
            return
        try:
            self._history = HistoryWriter.open(self._files, self._limits)
        except BaseException:
            self._lock.release()
            raise

    def _answer(self, name: str, kind: type[CallBatch | ForecastBatch]) -> Imported | None:
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            is_there = is_held(self._files)
            answer = answer_to(self._files, name, Imported)
            if answer is not None:
                return answer
            if not is_there:
                return None
            time.sleep(LOOK_S)
        withdraw(self._files, name, kind)
        raise StoreError(Code.FILE_BUSY, str(self._files.imports))
