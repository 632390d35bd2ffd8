"""Reads from history what is expected of each site around the present, for the rules.

It is done in a thread once a minute: what is expected, what that means for the half hours to come
with the heads that there are, and what became of what was foretold.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from data.alerts.expectation import Expectation
from data.alerts.outcomes import LATELY_MS, Promise, TrackRecord, is_due, outcome
from data.cache.alert_queries import track_record
from data.cache.history_reader import HistoryReader
from data.errors import StoreError
from data.figures.demand import SiteDemand
from data.figures.foreseen import foresee
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import Cause, Ms
from data.rules.service_level import Formula
from data.sync.journal import Journal

EVERY_MS = 60_000
HALF_HOUR_MS = 30 * 60_000
AROUND_MS = 4 * HALF_HOUR_MS


class Asked(msgspec.Struct, frozen=True):
    """What is wanted for one site."""

    site: str
    now: Ms
    snapshot: FloorSnapshot
    demand: SiteDemand | None
    """What was reckoned last; None where it was not yet, or nothing is to be foretold."""
    promises: tuple[Promise, ...] = ()
    """What was foretold, and has not been judged."""


class Expecting:
    """What is expected, read again once a minute in a thread.

    Args:
        files: The floor.
        sites: The ids of its sites.
        formula: The formula of service levels.
        journal: For what goes wrong.
    """

    def __init__(
        self, files: FloorFiles, sites: Sequence[str], formula: Formula, journal: Journal
    ) -> None:
        self._files = files
        self._formula = formula
        self._journal = journal
        self._read_at: dict[str, Ms] = dict.fromkeys(sites, 0)

    async def newer(self, site: str, now: Ms, ask: Callable[[], Asked]) -> Expectation | None:
        """What is expected of a site, if it is time to look again and anything is known.

        Args:
            site: Its id.
            now: The present, by its clock.
            ask: Says what is wanted, where it is time.
        """
        if self._read_at[site] <= now < self._read_at[site] + EVERY_MS:
            return None
        self._read_at[site] = now
        try:
            return await asyncio.to_thread(self._read, ask())
        except StoreError as problem:
            told = {"code": problem.code.value, "detail": problem.detail}
            self._journal.write("expectations", site=site, **told)
            return None

    def _read(self, asked: Asked) -> Expectation | None:
        site, now, demand = asked.site, asked.now, asked.demand
        start = now - now % HALF_HOUR_MS - AROUND_MS
        end = start + 2 * AROUND_MS + HALF_HOUR_MS
        reader = HistoryReader.open(self._files.history)
        try:
            calls: dict[Key, dict[Ms, float]] = {}
            for at in range(start, end, HALF_HOUR_MS):
                for names, expected in reader.expected_calls(site, at).items():
                    calls.setdefault(Key(*names), {})[at] = expected
            halves = reader.half_hours(site, start, end)
            outcomes = self._outcomes(reader, asked)
            record = TrackRecord()
            if demand is not None:
                record = track_record(reader.ask, site, now - LATELY_MS)
        finally:
            reader.close()
        need = {one.starts_at: one.need for one in halves if one.need is not None}
        outlooks = None if demand is None else tuple(foresee(demand, asked.snapshot, now))
        if not (calls or need or outcomes) and outlooks is None:
            return None
        return Expectation(site, calls, need, outlooks, record, outcomes)

    def _outcomes(self, reader: HistoryReader, asked: Asked) -> dict[str, Cause]:
        """What became of the promises of which that may be known by now."""
        due = [each for each in asked.promises if is_due(each, asked.now)]
        if not due:
            return {}
        first, last = min(each.half for each in due), max(each.half for each in due)
        rows = reader.intervals(first, last + HALF_HOUR_MS, asked.site)
        found = ((each.alert, outcome(each, rows, self._formula, asked.now)) for each in due)
        return {alert: came for alert, came in found if came is not None}
