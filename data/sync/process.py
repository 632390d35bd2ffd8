"""The sync process of a floor: one lock, one loop, one task for each source, one writer a file.

It ends when it is told to, or when the last screen has been gone for a while; what goes wrong with
one source stays with that source. Until the first figures are kept nothing is loaded but what
reads them: acting, alerts and what they bring come when somebody can see what they are about.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from threading import Thread
from typing import TYPE_CHECKING

from data.cache.history_writer import HistoryWriter
from data.cache.retention import Limits
from data.cache.writer import CacheWriter
from data.callers import load_key
from data.clock import ServerClock
from data.desk.messages import DESK
from data.errors import Code, FetchError, FloorError, StoreError
from data.files import FloorFiles
from data.model import AnyRecord, Kind, Ms
from data.people import People
from data.settings import (
    ComplaintSettings,
    FloorSettings,
    PersonSettings,
    Reckoning,
    SiteSettings,
    SourceSettings,
    Sync,
)
from data.sources.making import ActingSource, make_source
from data.status import SiteInfo
from data.sync.backfill import Tools, Unread
from data.sync.backoff import Backoff, Timing
from data.sync.demand import Demand
from data.sync.engine import Engine
from data.sync.health import Health
from data.sync.house import House
from data.sync.journal import Journal
from data.sync.linger import Linger
from data.sync.lock import SyncLock
from data.sync.outcome import SyncOutcome, SyncProblem
from data.sync.patient_acting import PatientActing
from data.sync.shared_files import SharedFiles
from data.sync.tasks import rest
from data.sync.unusable import CacheUnusable
from data.sync.upsets import FloorKeeper
from data.sync.wanted import Wanted
from data.sync.web import load_transport

if TYPE_CHECKING:
    from data.sync.acting import Acting

LOOK_S = 0.25
"""How often screens and their wishes are looked for."""
FIGURES_FIRST_S = 1.0
"""How long all else waits at the start, so that what is seen first is not behind it."""
KEEP_HOUSE_S = 60.0
CLOSING_S = 1.0
_OWN_TROUBLES = frozenset({Code.DISK_FULL, Code.FILE_DENIED, Code.FILE_BUSY})
"""What keeps the cache from being written, and so from telling of it."""


async def run_sync(
    settings: FloorSettings,
    sites: Sequence[SiteSettings],
    files: FloorFiles,
    *,
    once: bool,
    stop: asyncio.Event | None = None,
    people: Mapping[str, PersonSettings] | None = None,
    complaints: ComplaintSettings = ComplaintSettings(),  # noqa: B008 - it cannot be changed
    reckoning: Reckoning = Reckoning(),  # noqa: B008 - it cannot be changed
) -> SyncOutcome:
    """Be the sync process of a floor.

    Args:
        settings: The floor.
        sites: Its sites with their sources.
        files: Where its files are.
        once: Read every source once and end, instead of keeping in step.
        stop: Set from outside to end in order.
        people: Who may act, by Unix account.
        complaints: How complaints are timed that the desk keeps.
        reckoning: How it is reckoned what will come, and what raises alerts.

    Returns:
        Whether all went well, and what did not.

    Raises:
        LockHeld: Another process is the floor's sync process.
        StoreError: The folder or the lock file cannot be used.
    """
    with SyncLock(files.make()) as lock:
        Thread(target=load_transport, daemon=True).start()
        journal = Journal(files.sync_log)
        try:
            process = _Process(settings, sites, files, journal, lock)
            process.plan(People(people), complaints, reckoning)
        except FloorError as problem:
            lock.tell(problem)
            journal.write("not_started", code=problem.code.value, detail=problem.detail)
            return SyncOutcome(
                ok=False, problems=(SyncProblem("", "", problem.code, str(problem)),)
            )
        journal.write("started", sources=len(process.sources))
        try:
            problems = await (process.once() if once else process.run(stop or asyncio.Event()))
        finally:
            process.close()
            journal.write("ended")
        return SyncOutcome(ok=not problems, problems=tuple(problems))


class _Process:
    """The files that are open and the engines that write them."""

    def __init__(
        self,
        settings: FloorSettings,
        sites: Sequence[SiteSettings],
        files: FloorFiles,
        journal: Journal,
        lock: SyncLock,
    ) -> None:
        self._settings = settings
        self._sites = sites
        self._lock = lock
        self._files = files
        self._journal = journal
        keeper = FloorKeeper(lambda: self._history, self._records, journal)
        self._tools = Tools(Timing(), journal, Unread(files.root / "unread.json"), keeper)
        self._key = load_key(files.caller_key)
        self._engines: dict[tuple[str, str], Engine] = {}
        self._endpoints: dict[tuple[str, str], ActingSource] = {}
        self.sources = [(site, source) for site in sites for source in site.source]
        self._shared = SharedFiles(files, journal)
        self._cache = CacheWriter.open(files)
        try:
            self._history = HistoryWriter.open(files, Limits.of(settings))
            try:
                self._begin(sites)
                self._acting = PatientActing(self._make_acting, journal)
                self._house = House(files, self._cache, self._history, journal)
                self._tell()
            except BaseException:
                self._history.close()
                raise
        except BaseException:
            self._cache.close()
            raise

    def _begin(self, sites: Sequence[SiteSettings]) -> None:
        if self._cache.rebuilt is not None:
            self._journal.write("cache_rebuilt", moved_to=self._cache.rebuilt.name)
        if self._history.salvage is not None:
            self._journal.write("history_salvaged")
        self._cache.set_sites(
            [
                SiteInfo(id=one.id, name=one.name or one.id, zone=one.zone, day_start=one.day_start)
                for one in sites
            ],
            {(site.id, source.id) for site, source in self.sources}
            | {(site.id, DESK) for site in sites},
        )
        self._before = self._cache.health()

    def plan(self, people: People, complaints: ComplaintSettings, reckoning: Reckoning) -> None:
        """Say who may act and how it is to be reckoned, before anything else is asked."""
        self._people, self._complaints, self._reckoning = people, complaints, reckoning
        self._demand = Demand(
            *(self._files, self._sites, reckoning.planning, self._cache, self._history),
            now=self._now,
            unread=self._tools.unread.count,
            journal=self._journal,
        )

    def _make_acting(self) -> Acting:
        from data.sync.acting import Acting, Around
        from data.sync.desk_source import desk_registries

        around = Around(self._endpoint, self._now, self._nudge, self._known_at)
        desks = desk_registries(self._sites, self._complaints)
        return Acting(self._files, self._people, desks, self._cache, around, self._tools)

    async def _alert(self, stop: asyncio.Event) -> None:
        from data.sync.alerting import Alerting, Beside, Judged

        judged = Judged(self._sites, self._reckoning.rules, self._settings.formula)
        past = self._history, self._journal, self._demand.newest
        beside = Beside(self._cache, lambda: self._acting.desk, *past)
        await Alerting(self._files, judged, beside).run(stop)

    async def _take_in_calls(self, stop: asyncio.Event) -> None:
        from data.sync.call_imports import CallImports

        await CallImports(self._files, self._history, self._journal).run(stop)

    async def once(self) -> list[SyncProblem]:
        """Read every source once; the problems of those that could not be read."""
        self._acting.begin()
        found = await asyncio.gather(*(self._once(*each) for each in self.sources))
        await self._demand.step()
        self._keep_house()
        return [problem for problem in found if problem is not None]

    async def _once(self, site: SiteSettings, source: SourceSettings) -> SyncProblem | None:
        try:
            async with self._engine(site, source) as engine:
                await engine.once()
        except FloorError as problem:
            return SyncProblem(site.id, source.id, problem.code, problem.detail)
        except CacheUnusable as problem:
            return SyncProblem(site.id, source.id, Code.FILE_CORRUPT, str(problem))
        except Exception as error:  # noqa: BLE001 - one source's fault is not the others'
            self._journal.crash(error, site=site.id, source=source.id)
            return SyncProblem(site.id, source.id, Code.INTERNAL)
        return None

    async def run(self, stop: asyncio.Event) -> list[SyncProblem]:
        """Keep every source in step until told to stop or no longer needed."""
        tasks = [
            asyncio.create_task(self._keep_running(*each, stop), name=each[1].id)
            for each in self.sources
        ]
        tasks.append(asyncio.create_task(self._look_after(stop)))
        others = (self._acting.run, self._take_in_calls, self._demand.run, self._alert)
        tasks += [asyncio.create_task(self._after_figures(each, stop)) for each in others]
        problems: list[SyncProblem] = []
        try:
            await asyncio.gather(*tasks)
        except CacheUnusable as problem:
            problems.append(SyncProblem("", "", Code.FILE_CORRUPT, str(problem)))
        finally:
            stop.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return problems

    async def _after_figures(
        self, run: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event
    ) -> None:
        """Do something else, from when there are figures, or they keep us waiting."""
        await asyncio.sleep(0)  # the engines are made by tasks that were begun before this one
        reads = [engine.first_read.wait() for engine in self._engines.values()]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*reads), FIGURES_FIRST_S)
        await run(stop)

    def close(self) -> None:
        """Leave all files as readers need them."""
        self._acting.close()
        for file in (self._history, self._cache):
            with contextlib.suppress(StoreError):
                file.close()

    async def _keep_running(
        self, site: SiteSettings, source: SourceSettings, stop: asyncio.Event
    ) -> None:
        """One source, begun anew whenever a fault of ours ends it."""
        backoff = Backoff(self._tools.timing.random)
        while not stop.is_set():
            try:
                async with self._engine(site, source) as engine:
                    await engine.run(stop)
            except CacheUnusable:
                raise
            except FloorError as error:
                problem = error
            except Exception as error:  # noqa: BLE001 - one source's fault is not the others'
                self._journal.crash(error, site=site.id, source=source.id)
                problem = FloorError(Code.INTERNAL, type(error).__name__)
            else:
                return
            self._tell_problem(site, source, problem)
            wait = backoff.failed(problem)
            await rest(stop, max(wait, LOOK_S))

    @contextlib.asynccontextmanager
    async def _engine(self, site: SiteSettings, settings: SourceSettings) -> AsyncIterator[Engine]:
        scope = site.id, settings.id
        source = make_source(settings, site, key=self._key, timing=self._tools.timing)
        try:
            self._engines[scope] = Engine(
                site,
                settings,
                source,
                self._cache,
                self._history,
                tools=self._tools,
                before=self._before.get(scope),
            )
            self._endpoints[scope] = source
            yield self._engines[scope]
        finally:
            self._endpoints.pop(scope, None)
            engine = self._engines.pop(scope, None)
            if engine is not None:
                self._before[scope] = engine.health.row
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_S):
                    await source.close()

    def _tell_problem(
        self, site: SiteSettings, source: SourceSettings, problem: FloorError
    ) -> None:
        before = self._before.get((site.id, source.id))
        clock = self._tools.timing.clock
        health = Health(site.id, source, self._cache, clock, before)
        health.failed(problem)
        self._before[site.id, source.id] = health.row
        self._journal.write(
            "failed", site=site.id, source=source.id, code=problem.code.value, detail=problem.detail
        )

    async def _look_after(self, stop: asyncio.Event) -> None:
        """What is due from time to time, until nobody needs the process any more."""
        clock = self._tools.timing.clock
        wanted = Wanted(self._files)
        is_lingering = self._settings.sync is Sync.AUTO
        linger = Linger(self._files, self._settings.linger, clock)
        kept_house_ms = clock.monotonic_ms()
        while not stop.is_set():
            await rest(stop, LOOK_S)
            self._shared.make()
            self._tell()
            if wanted.was_asked():
                for engine in self._engines.values():
                    engine.nudge()
                self._house.want_check()
            self._watch_cache()
            if clock.monotonic_ms() - kept_house_ms >= KEEP_HOUSE_S * 1000:
                kept_house_ms = clock.monotonic_ms()
                self._keep_house()
                self._acting.keep_house()
            if not self._shared.shows_screens:
                linger = Linger(self._files, self._settings.linger, clock)
            if is_lingering and linger.is_over() and self._acting.is_idle:
                self._journal.write("no_screens")
                stop.set()

    def _watch_cache(self) -> None:
        try:
            self._house.watch(self._tools.timing.clock.monotonic_ms())
        except StoreError as problem:
            raise CacheUnusable(problem.detail) from problem

    def _keep_house(self) -> None:
        self._house.keep(self._now(), self._records)

    def _records(self) -> list[tuple[Kind, AnyRecord]]:
        return [row for engine in self._engines.values() for row in engine.records()]

    def _tell(self) -> None:
        """Say in the lock's note what the cache may have no room for, or nobody to tell of."""
        for engine in self._engines.values():
            if engine.health.row.problem in _OWN_TROUBLES:
                self._lock.tell(
                    FloorError(Code(engine.health.row.problem), engine.health.row.problem_detail)
                )
                return
        acting = self._acting.problem
        self._lock.tell(acting or self._shared.problem, is_acting_only=acting is not None)

    def _now(self, site: str = "") -> Ms:
        """The present at a site by the first of its sources whose clock is known, or the host's."""
        known = {scope: engine.health.row for scope, engine in self._engines.items()}
        for scope in {**self._before, **known}:
            row = known.get(scope) or self._before[scope]
            if row.anchor is not None and site in {"", row.site}:
                return ServerClock(row.anchor).now()
        return self._tools.timing.clock.now()

    def _endpoint(self, site: str, source: str) -> ActingSource:
        """Who keeps the records of a source, for an action on one."""
        endpoint = self._endpoints.get((site, source))
        if endpoint is None:
            scopes = [(each.id, its.id) for each, its in self.sources]
            code = Code.UNAVAILABLE if (site, source) in scopes else Code.NO_SUCH_SITE
            raise FetchError(code, f"{site}/{source}")
        return endpoint

    def _nudge(self, site: str, source: str) -> None:
        """Read as soon as may be what an action has changed."""
        engine = self._engines.get((site, source))
        if engine is not None:
            engine.nudge()

    def _known_at(self, site: str, source: str) -> int | None:
        """When a source was known to be as the cache has it, monotonic ms."""
        engine = self._engines.get((site, source))
        return None if engine is None else engine.health.known_at
