"""What the screen asks of history: calls to be found, and the life of one of them.

Opened for each question and closed after it: a question comes now and then, and a reader that
stays open would keep the writer from tidying up.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from data.cache.history_model import ContactLife, FindQuery, FoundContact
from data.cache.history_reader import HistoryReader


@dataclass(frozen=True, slots=True)
class Archive:
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
