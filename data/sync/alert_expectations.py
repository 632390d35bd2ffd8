"""Reads from history what is expected of each site around the present, for the rules."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from data.alerts.expectation import Expectation
from data.cache.history_reader import HistoryReader
from data.errors import StoreError
from data.files import FloorFiles
from data.floor import Key
from data.model import Ms
from data.sync.journal import Journal

EVERY_MS = 60_000
HALF_HOUR_MS = 30 * 60_000
AROUND_MS = 4 * HALF_HOUR_MS


class Expecting:
    """What is expected, read again once a minute in a thread.

    Args:
        files: The floor.
        sites: The ids of its sites.
        journal: For what goes wrong.
    """

    def __init__(self, files: FloorFiles, sites: Sequence[str], journal: Journal) -> None:
        self._files = files
        self._journal = journal
        self._read_at: dict[str, Ms] = dict.fromkeys(sites, 0)

    async def newer(self, site: str, now: Ms) -> Expectation | None:
        """What is expected of a site, if it is time to look again and anything is known."""
        if self._read_at[site] <= now < self._read_at[site] + EVERY_MS:
            return None
        self._read_at[site] = now
        try:
            return await asyncio.to_thread(self._read, site, now)
        except StoreError as problem:
            told = {"code": problem.code.value, "detail": problem.detail}
            self._journal.write("expectations", site=site, **told)
            return None

    def _read(self, site: str, now: Ms) -> Expectation | None:
        start = now - now % HALF_HOUR_MS - AROUND_MS
        end = start + 2 * AROUND_MS + HALF_HOUR_MS
        reader = HistoryReader.open(self._files.history)
        try:
            calls: dict[Key, dict[Ms, float]] = {}
            for at in range(start, end, HALF_HOUR_MS):
                for names, expected in reader.expected_calls(site, at).items():
                    calls.setdefault(Key(*names), {})[at] = expected
            halves = reader.half_hours(site, start, end)
        finally:
            reader.close()
        need = {one.starts_at: one.need for one in halves if one.need is not None}
        return Expectation(site, calls, need) if calls or need else None
