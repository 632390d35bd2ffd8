"""What the screen asks of history: calls to be found, and the life of one of them.

Opened for each question and closed after it: a question comes now and then, and a reader that
stays open would keep the writer from tidying up.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import msgspec

from data.cache.history_model import ContactLife, FindQuery, FoundContact
from data.cache.history_reader import HistoryReader
from data.errors import StoreError
from data.figures.freshness import Moment
from data.figures.lost import LostCaller, as_known
from data.figures.spans import HALF_HOUR_MS
from data.floor import FloorSnapshot
from data.model import Ms
from data.questions import WhoWasLost

Expected: TypeAlias = Mapping[tuple[str, str, str], Mapping[Ms, float]]
"""Contacts that were forecast, by queue and half hour."""
_DAY_MS = 86_400_000


class Forecasts:
    """What was forecast of the day, for queues whose source forecasts nothing.

    Args:
        path: The floor's history.
        site: A site's id; None for all sites.
    """

    def __init__(self, path: Path, site: str | None) -> None:
        self._path = path
        self._site = site
        self._half: int | None = None
        self._known: Expected = {}

    def __call__(self, moment: Moment) -> Expected:
        """As of a moment; read once each half hour. Nothing where history cannot be read."""
        half = moment.now // HALF_HOUR_MS
        if half != self._half:
            self._half, self._known = half, self._read(moment.now)
        return self._known

    def _read(self, now: Ms) -> Expected:
        try:
            with closing(HistoryReader.open(self._path)) as reader:
                return reader.forecasts(self._site, now - _DAY_MS, now + 1)
        except StoreError:
            return {}


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
