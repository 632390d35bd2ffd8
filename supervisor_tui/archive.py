"""What the screen asks of history: calls to be found, and the life of one of them.

Opened for each question and closed after it: a question comes now and then, and a reader that
stays open would keep the writer from tidying up.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import msgspec

from data.cache.history_model import ContactLife, FindQuery, FoundContact
from data.cache.history_reader import HistoryReader
from data.figures.freshness import Moment
from data.figures.lost import LostCaller, as_known
from data.floor import FloorSnapshot
from data.questions import WhoWasLost


class Archive(msgspec.Struct, frozen=True):
    """The history of one floor. Its methods may take a while: they belong in a thread."""

    path: Path

    def find(self, query: FindQuery) -> list[FoundContact]:
        """The contacts that a query seeks, the newest first.

        Raises:
            StoreError: History cannot be read.
        """
        with closing(HistoryReader.open(self.path)) as reader:
            return reader.find(query)

    def life(self, site: str, source: str, contact: str) -> ContactLife | None:
        """Everything that is known of one contact; None where nothing is.

        Raises:
            StoreError: History cannot be read.
        """
        with closing(HistoryReader.open(self.path)) as reader:
            return reader.life(site, source, contact)

    def lost(
        self, snapshot: FloorSnapshot, site: str | None, moment: Moment, *, is_past: bool = False
    ) -> tuple[LostCaller, ...]:
        """Who was lost today, with what the desk and the complaints of the floor say of them.

        Raises:
            StoreError: History cannot be read.
        """
        with closing(HistoryReader.open(self.path)) as reader:
            found = WhoWasLost.of(snapshot, site, moment, is_past=is_past).ask(reader)
        return as_known(found, snapshot, moment.now)
