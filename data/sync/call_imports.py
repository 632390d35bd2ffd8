"""Takes calls and forecasts of others into history, a batch at a time, while the floor goes on."""

from __future__ import annotations

import asyncio

from data.cache.forecast_batch import ForecastBatch
from data.cache.history_calls import CallBatch
from data.cache.history_writer import HistoryWriter
from data.desk.imports import Imported
from data.files import FloorFiles
from data.sync.imports import take_in
from data.sync.journal import Journal
from data.sync.tasks import rest

LOOK_S = 1.0
BETWEEN_S = 0.02
"""After each batch everything else has its turn."""
QUICK_LOOKS = 50
"""So often it is looked again soon after a batch: the next one is being made just now."""


class CallImports:
    """What takes in the batches that `history import` and `history forecast` hand over.

    Args:
        files: The floor.
        history: Where they are kept.
        journal: For what goes wrong.
    """

    def __init__(self, files: FloorFiles, history: HistoryWriter, journal: Journal) -> None:
        self._files = files
        self._history = history
        self._journal = journal

    async def run(self, stop: asyncio.Event) -> None:
        """Take in what is there until told to stop."""
        quick = 0
        while not stop.is_set():
            is_busy = False
            try:
                is_busy = take_in(self._files, CallBatch, self._import)
                is_busy |= take_in(self._files, ForecastBatch, self._forecast)
            except Exception as error:  # noqa: BLE001 - what cannot be imported keeps nothing else waiting
                self._journal.crash(error, part="imports")
            quick = QUICK_LOOKS if is_busy else max(0, quick - 1)
            if quick:
                await asyncio.sleep(BETWEEN_S)
            else:
                await rest(stop, LOOK_S)

    def _import(self, batch: CallBatch, _uid: int) -> Imported:
        added, known = self._history.import_calls(batch)
        return Imported(added=added, known=known)

    def _forecast(self, batch: ForecastBatch, _uid: int) -> Imported:
        return Imported(added=self._history.import_forecast(batch))
