"""Keeps the cache in step with one source.

All figures come by one way: pages of changes after a cursor, each kept together with the cursor
after it in one transaction. What an endpoint announces only says that a page is worth asking for,
and a poll asks anyway, so a lost, doubled or disordered announcement can spoil nothing. Where there
is no cursor (a first start, a cursor that is no longer served, a server that lost its history) the
whole state is read into a new generation, which is shown when it has caught up with the changes
made meanwhile, and not before.

The endpoint is asked at most once per `min_interval`; the pages of one answer count as one, and
come back to back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from data.cache.history_writer import Step
from data.clock import ServerClock
from data.errors import Code, CursorGone, FetchError, FloorError, StoreError
from data.model import AnyRecord, Change, Kind
from data.settings import SiteSettings, SourceSettings
from data.sources.base import Batch, Opened, Source
from data.status import SourceHealth
from data.sync.agent_days import AgentDays
from data.sync.backfill import Backfill, Tools
from data.sync.backoff import RESYNC_SPREAD_S, Backoff
from data.sync.day_counter import DayCounter
from data.sync.derive import Deriver, Entity, corrections
from data.sync.digest import DigestWatch
from data.sync.health import Health
from data.sync.ports import CachePort, HistoryPort
from data.sync.tasks import end_tasks
from data.sync.unusable import writing_cache
from data.sync.upsets import UpsetWatch

PAGES_AT_ONCE = 200
CATCH_UP_PAGES = 2000
HEARTBEAT_S = 2.0


class Engine:
    """One source of one site.

    Args:
        site: The site.
        settings: The source.
        source: How to ask it.
        cache: Where the present is kept.
        history: Where the past is kept.
        tools: Time and chance, the journal, and what of the past is still to be read.
        before: What an earlier process left of the source's health.
    """

    def __init__(
        self,
        site: SiteSettings,
        settings: SourceSettings,
        source: Source,
        cache: CachePort,
        history: HistoryPort,
        *,
        tools: Tools,
        before: SourceHealth | None = None,
    ) -> None:
        self._who = site.id, settings.id
        self._settings = settings
        self._source = source
        self._cache = cache
        self._history = history
        self._tools = tools
        self._unread = tools.unread
        self._timing = tools.timing
        self.health = Health(site.id, settings, cache, tools.timing.clock, before)
        self._backoff = Backoff(tools.timing.random)
        days = AgentDays(site)
        self._deriver = Deriver(days)
        self._upsets = UpsetWatch(
            self._who, self._deriver, self.health, tools.keeper, tools.journal
        )
        self._counter = DayCounter(*self._who, days, self._deriver.row, history)
        self._digests = DigestWatch(tools.timing.clock)
        self._refused: dict[Entity, int] = {}
        self._skipped = self.health.row.skipped_rows  # which are missing still
        self._opened: Opened | None = None
        self._cursor: str | None = None
        self._epoch = ""
        self._is_behind = False
        self._last_read_ms: int | None = None
        self._nudged = asyncio.Event()
        self.first_read = asyncio.Event()
        """Set when the source has been read, since the process began or the engine was made."""
        self._filling: asyncio.Task[None] | None = None
        self._load()

    async def run(self, stop: asyncio.Event) -> None:
        """Keep in step until told to stop.

        Raises:
            CacheUnusable: The cache is damaged.
        """
        work = [asyncio.create_task(self._keep_up()), asyncio.create_task(self._beat())]
        halt = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*work, halt], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end_tasks([*work, halt, *([self._filling] if self._filling else [])])

    async def once(self) -> None:
        """Read until there is no more, and the unread past too.

        An endpoint that asks for a moment's patience gets it, up to the deadline of a request.

        Raises:
            FloorError: Why it could not be read.
            CacheUnusable: The cache is damaged.
        """
        patience = self._settings.deadline
        while True:
            try:
                await self._step()
                if not self._is_behind:
                    break
            except CursorGone:
                self._forget_cursor()
            except FloorError as problem:
                wait = self._backoff.failed(problem)
                asked = isinstance(problem, FetchError) and problem.retry_after_s is not None
                self._note(problem)
                if not asked or wait > patience:
                    raise
                patience -= wait
                await self._timing.sleep(wait)
        await self._make_backfill().run(is_patient=False)
        await self._count_days()

    def nudge(self) -> None:
        """Read as soon as may be: a person asks for it."""
        self._nudged.set()

    def records(self) -> list[tuple[Kind, AnyRecord]]:
        """All rows of the source as they were last written."""
        return self._deriver.records()

    async def _keep_up(self) -> None:
        while True:
            try:
                await self._step()
                self._start_backfill()
                await self._wait()
            except CursorGone:
                self._tell("cursor_gone")
                self._forget_cursor()
                # Who has nothing to show does not wait; the others come back spread out.
                if self._deriver.records():
                    await self._timing.sleep(self._timing.random() * RESYNC_SPREAD_S)
            except FloorError as problem:
                wait = self._backoff.failed(problem)
                self._note(problem)
                await self._timing.sleep(wait)

    async def _step(self) -> None:
        """One logical read: whatever is needed to be in step, or to come nearer to it."""
        await self._pace()
        if self._opened is None:
            opened = await self._source.open()
            if self._cursor is not None and opened.epoch != self._epoch:
                self._tell("epoch_changed")
                self._forget_cursor()
            self._opened, self._epoch = opened, opened.epoch
            self.health.opened(opened.operations, folds=opened.folds)
        if self._cursor is None:
            await self._resync(self._opened)
        else:
            await self._read(self._cursor)
        self._backoff.succeeded()
        self.first_read.set()
        await self._count_days()

    async def _read(self, cursor: str) -> None:
        """Pages of changes, each kept as it comes."""
        wants_digest = self._digests.is_due()
        for _ in range(PAGES_AT_ONCE):
            page = await self._source.changes(cursor, digest=wants_digest)
            self._take_page(page)
            cursor = page.cursor
            if not page.has_more:
                break
        self._is_behind = page.has_more
        if page.digest is not None and not page.has_more and page.digest.cursor == page.cursor:
            self._compare(page)
        self.health.succeeded(page, self._skipped, self._epoch)

    def _take_page(self, page: Batch) -> None:
        self._count_skipped(page)
        if not page.changes and page.cursor == self._cursor:
            return
        plan = self._deriver.plan(page.changes)
        now = ServerClock(page.anchor).now()
        self._upsets.look(page, plan, now, self._epoch)
        self._remember(plan.steps)
        with writing_cache():
            applied = self._cache.apply(
                *self._who, plan.changes, cursor=page.cursor, epoch=self._epoch, observed_at=now
            )
            same: Sequence[Change] = plan.same
            if len(applied.written) < len(plan.changes):
                written = self._deriver.plan(applied.written)
                same, plan = corrections(plan, written), written
            if same:
                self._cache.upsert_same(*self._who, same, now)
        self._deriver.settle(plan)
        self._cursor = page.cursor
        for change in page.changes:
            self._refused.pop((change.kind, change.id), None)

    async def _resync(self, opened: Opened) -> None:
        """A new generation: the whole state and what changed while it was read."""
        self.health.rebuilding()
        self._refused.clear()
        self._skipped = 0
        page = await self._source.snapshot()
        rows: dict[Entity, Change] = {}
        self._merge(page, rows)
        for _ in range(CATCH_UP_PAGES):
            try:
                page = await self._source.changes(page.cursor)
            except CursorGone:
                raise FetchError(Code.UNAVAILABLE, "snapshot") from None
            self._merge(page, rows)
            if not page.has_more:
                break
        now = ServerClock(page.anchor).now()
        plan = self._deriver.plan_generation(tuple(rows.values()), now)
        self._upsets.look(page, plan, now, self._epoch, is_whole=True)
        if opened.history_cursor is not None:
            await self._stop_backfill()
            self._unread.put(*self._who, opened.history_cursor)
        self._remember(plan.steps)
        with writing_cache():
            self._cache.replace(
                *self._who, plan.changes, cursor=page.cursor, epoch=self._epoch, observed_at=now
            )
        self._deriver.settle_generation(plan)
        self._cursor = page.cursor
        self._is_behind = page.has_more
        self._tell("generation", rows=len(rows))
        self.health.succeeded(page, self._skipped, self._epoch)

    def _merge(self, page: Batch, rows: dict[Entity, Change]) -> None:
        """Take a page into a generation: a row's version never goes back, nor does a deletion."""
        self._count_skipped(page)
        for change in page.changes:
            known = rows.get((change.kind, change.id))
            if known is None or change.version > known.version:
                rows[change.kind, change.id] = change

    def _compare(self, page: Batch) -> None:
        """Hold the server's digest against what we have: the proof that nothing was lost."""
        if page.digest is None or self._digests.agrees(
            page.digest,
            {kind: self._cache.versions(*self._who, kind) for kind in Kind},
            self._refused,
            self._source.native_id,
        ):
            return
        self._cursor = None
        raise FetchError(Code.DIGEST_DIFFERS)

    def _count_skipped(self, page: Batch) -> None:
        self._skipped += page.skipped
        for kind, entity, version in page.refused:
            self._refused[kind, entity] = version

    def _remember(self, steps: Sequence[Step]) -> None:
        """Tell the history, before the cache: what is told twice does no harm there.

        While a past is unread the backfill tells it, in order. Its log may not reach back to the
        beginning of the day; intervals do, and need no order, for each is told whole.
        """
        if self._unread.get(*self._who) is not None:
            steps = [one for one in steps if one.kind is Kind.INTERVAL]
        if not steps:
            return
        try:
            self._history.add(*self._who, steps)
        except StoreError as problem:
            # The present can be shown without a past, unless the disk is full for both.
            if problem.code is Code.DISK_FULL:
                raise
            self._tell("history", code=problem.code.value)

    async def _count_days(self) -> None:
        """Count agents' days anew where that is due; while a past is unread it stays due."""
        while self._unread.get(*self._who) is None:
            anchor = self.health.row.anchor
            now = self._timing.clock.now() if anchor is None else ServerClock(anchor).now()
            if not (counted := self._counter.some(now)):
                return
            with writing_cache():
                self._cache.upsert_same(*self._who, counted, now)
            self._deriver.hold(counted)
            await asyncio.sleep(0)

    def _load(self) -> None:
        kept_before = self._cache.remembered(*self._who)
        self._cursor, self._epoch = kept_before.cursor, kept_before.epoch
        versions: list[tuple[int, AnyRecord]] = []
        for kind in Kind:
            versions += (kept := list(self._cache.records(*self._who, kind)))
            self._deriver.load(kind, kept)
        self._source.resume(self._epoch, versions)
        if versions and self._unread.get(*self._who) is None:
            with contextlib.suppress(StoreError):
                self._history.resume(*self._who, [record for _, record in versions])

    def _forget_cursor(self) -> None:
        self._cursor = None
        self._opened = None
        self.health.rebuilding()

    def _note(self, problem: FloorError) -> None:
        """Let it be known what went wrong; the session is begun anew unless only time is asked."""
        if problem.code not in {Code.SLOW_DOWN, Code.UNAVAILABLE, Code.DISK_FULL}:
            self._opened = None
        self.health.failed(problem)
        if self._backoff.failures in {1, 2, 10} or self._backoff.failures % 100 == 0:
            told = {"code": problem.code.value, "detail": problem.detail}
            self._tell("failed", **told, failures=self._backoff.failures)

    def _tell(self, event: str, **fields: str | float) -> None:
        site, source = self._who
        self._tools.journal.write(event, site=site, source=source, **fields)

    async def _pace(self) -> None:
        if self._last_read_ms is not None:
            spent_s = (self._timing.clock.monotonic_ms() - self._last_read_ms) / 1000
            if (left := self._settings.min_interval - spent_s) > 0:
                await self._timing.sleep(left)
        self._last_read_ms = self._timing.clock.monotonic_ms()

    async def _wait(self) -> None:
        """Until a change is announced, a person asks, or the poll is due."""
        if self._is_behind:
            return
        waits: list[asyncio.Task[bool]] = [
            asyncio.create_task(self._source.wait_for_change(self._settings.poll)),
            asyncio.create_task(self._nudged.wait()),
        ]
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end_tasks(waits)
        self._nudged.clear()

    async def _beat(self) -> None:
        """Keep it known that the endpoint is alive while there is nothing to read."""
        while True:
            await self._timing.sleep(HEARTBEAT_S)
            if (heard := self._source.heard_at_ms()) is not None:
                self.health.heard(heard)

    def _make_backfill(self) -> Backfill:
        return Backfill(
            *self._who,
            self._source,
            self._history,
            present=lambda: self._cursor,
            tools=self._tools,
            pause_s=self._settings.min_interval,
        )

    def _start_backfill(self) -> None:
        is_running = self._filling is not None and not self._filling.done()
        if not is_running and self._unread.get(*self._who) is not None:
            self.health.reading_past(is_under_way=True)
            self._filling = asyncio.create_task(self._fill())

    async def _fill(self) -> None:
        try:
            await self._make_backfill().run()
            await self._count_days()
            self.health.reading_past(is_under_way=False)
        except Exception as error:  # noqa: BLE001 - a past that breaks us must not be met again
            self._tools.journal.crash(error, site=self._who[0], source=self._who[1])
            self._unread.put(*self._who, None)
            self.health.reading_past(is_under_way=False)

    async def _stop_backfill(self) -> None:
        if self._filling is not None:
            await end_tasks([self._filling])
            self._filling = None
