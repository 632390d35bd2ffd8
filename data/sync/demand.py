"""Reckons what is expected of each site and how many agents that needs, four times an hour.

The reckoning is a thread's affair: heartbeats and actions do not wait for it. It is given queues
and agents, reads history by a connection of its own, and what it finds is kept by the one writer in
a short transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import date

from data.cache.history_demand import given_of, past_of
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter
from data.cache.writer import CacheWriter
from data.errors import FloorError
from data.figures.demand import SiteDemand, SiteQuestion, site_demand
from data.figures.heads import is_staffed
from data.files import FloorFiles
from data.floor import Key
from data.model import Agent, Kind, Ms, Queue
from data.rules.demand import HALF_HOUR_MS
from data.rules.public_holidays import parse_holidays
from data.rules.rule_error import RuleError
from data.rules.wall_time import local_time
from data.settings import PlanningSettings, SiteSettings
from data.status import SiteInfo
from data.sync.journal import Journal
from data.sync.tasks import rest
from data.zones import site_day_start, zone

EVERY_MS = 15 * 60_000
"""As often as counts of an interval are finished."""
LOOK_S = 5.0
HOUR_MS = 3_600_000
AHEAD_MS = 48 * HOUR_MS
NEED_AHEAD_MS = 24 * HOUR_MS
_WEEK_MS = 7 * 24 * HOUR_MS


class Demand:
    """What reckons.

    Args:
        files: The floor.
        sites: Its sites.
        planning: How it is to be reckoned.
        cache: The present.
        history: Where it is kept.
        now: The server's time at a site.
        unread: Of how many sources of a site the past is still being read.
        journal: For what goes wrong.
    """

    def __init__(
        self,
        files: FloorFiles,
        sites: Sequence[SiteSettings],
        planning: PlanningSettings,
        cache: CacheWriter,
        history: HistoryWriter,
        *,
        now: Callable[[str], Ms],
        unread: Callable[[str], int],
        journal: Journal,
    ) -> None:
        self._files = files
        self._sites = sites
        self._planning = planning
        self._cache = cache
        self._history = history
        self._now = now
        self._unread = unread
        self._journal = journal
        self._imported = history.imported
        self._newest: dict[str, SiteDemand] = {}
        self._done: dict[str, tuple[int, int, int]] = {}
        """By site, the quarter hour, the pasts unread and the state of imports, as reckoned last.

        A source's own forecasts are in its past: what was reckoned without them is done again.
        """

    async def run(self, stop: asyncio.Event) -> None:
        """Reckon whenever it is due, until told to stop."""
        while not stop.is_set():
            await self.step()
            await rest(stop, LOOK_S)

    def newest(self, site: str) -> SiteDemand | None:
        """What was reckoned of a site last, by this process."""
        return self._newest.get(site)

    async def step(self) -> None:
        """Reckon what is due now; a fault of ours is logged, and what was reckoned stays."""
        try:
            before, self._imported = self._imported, self._history.imported
            for site in self._sites:
                now = self._now(site.id)
                due = (now // EVERY_MS, self._unread(site.id), self._imported)
                done = self._done.get(site.id)
                # While an import goes on it is not reckoned anew after each of its batches.
                is_going_on = before != self._imported
                if done == due or (done is not None and is_going_on and done[:2] == due[:2]):
                    continue
                if await self._reckon(site, now):
                    self._done[site.id] = due
        except FloorError as problem:
            self._journal.write("demand", code=problem.code.value, detail=problem.detail)
        except Exception as error:  # noqa: BLE001 - estimates are not to end what measures
            self._journal.crash(error, part="demand")

    async def _reckon(self, site: SiteSettings, now: Ms) -> bool:
        """Reckon one site; False while its queues are not known yet."""
        queues = tuple(
            one
            for one in self._cache.living(site.id, Kind.QUEUE)
            if isinstance(one, Queue) and is_staffed(one)
        )
        if not queues:
            return False
        agents = tuple(
            tuple(Key(one.site, one.source, queue) for queue in one.queues)
            for one in self._cache.living(site.id, Kind.AGENT)
            if isinstance(one, Agent)
        )
        demand = await asyncio.to_thread(self._think, site, now, queues, agents)
        self._history.keep_demand(demand, now)
        self._newest[site.id] = demand
        return True

    def _think(
        self,
        site: SiteSettings,
        now: Ms,
        queues: tuple[Queue, ...],
        agents: tuple[tuple[Key, ...], ...],
    ) -> SiteDemand:
        place = zone(site.zone)
        info = SiteInfo(id=site.id, name=site.name, zone=site.zone, day_start=site.day_start)
        start = site_day_start(info, now)
        asked = SiteQuestion(
            site=site.id,
            place=place,
            holidays=self._holidays(site, local_time(now, place).date()),
            now=now,
            start=start,
            end=start + AHEAD_MS,
            need_until=now + NEED_AHEAD_MS,
            queues=queues,
            agents=agents,
        )
        reader = HistoryReader.open(self._files.history)
        try:
            # A week more: a holiday to come is like the Sundays before it.
            earliest = start - (self._planning.weeks + 1) * _WEEK_MS
            past = past_of(reader.ask, site.id, earliest, now, place)
            given = given_of(reader.ask, site.id, start - start % HALF_HOUR_MS, asked.end)
        finally:
            reader.close()
        return site_demand(asked, past, given, self._planning)

    def _holidays(self, site: SiteSettings, today: date) -> Collection[date]:
        """Of last year, this one and the next, as far as they can be known."""
        try:
            days = parse_holidays(site.holidays)
        except RuleError as problem:
            self._journal.write("holidays", site=site.id, detail=str(problem))
            return frozenset()
        years = range(today.year - 1, today.year + 2)
        return frozenset[date]().union(*(days.of_year(year) for year in years))
