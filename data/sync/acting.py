"""What acts in the sync process: spool, outbox, desk and courier, opened and closed together."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping

import msgspec

from data.cache.writer import CacheWriter
from data.desk.imports import Batch, Imported, told
from data.desk.plans import PlanBatch, PlanImported, told_plan
from data.desk.registry import PackRegistry
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import Ms
from data.people import People, may_plan
from data.sync.audit_heads import HeadsFile
from data.sync.backfill import Tools
from data.sync.courier import Courier, Links
from data.sync.delivery import Delivery, Endpoint
from data.sync.desk_source import DeskSource
from data.sync.imports import take_in
from data.sync.outbox import Outbox
from data.sync.spool import SpoolReader
from data.sync.tasks import rest

ANEW_S = 1.0
LOOK_S = 0.5
"""How often it is looked for what is to be imported."""


class Around(msgspec.Struct, frozen=True):
    """What acting needs of the process that reads."""

    endpoint: Callable[[str, str], Endpoint]
    """The endpoint of a site's source; raises `FetchError` where there is none (just now)."""
    now: Callable[[str], Ms]
    """The server's time at a site; of any site for an empty id."""
    done: Callable[[str, str], None]
    """Told the site and source of each action that was carried out."""
    known_at: Callable[[str, str], int | None]
    """When a source was known to be as the cache has it, monotonic ms; None while it is not."""


class Acting:
    """Everything that acts on a floor.

    Args:
        files: The floor.
        people: Who may.
        desks: What names and times complaints at the desk of each site, by its id.
        cache: Where the screens see how actions stand.
        around: The process.
        tools: Time, chance and the journal.

    Raises:
        StoreError: The outbox, the desk or the spool cannot be used.
    """

    def __init__(
        self,
        files: FloorFiles,
        people: People,
        desks: Mapping[str, PackRegistry],
        cache: CacheWriter,
        around: Around,
        tools: Tools,
    ) -> None:
        self._sites = tuple(desks)
        self._now = around.now
        self._journal = tools.journal
        self._files = files
        self._people = people
        self._heads = HeadsFile(files)
        spool = SpoolReader(files)
        spool.make()
        with contextlib.ExitStack() as opened:
            self._outbox = Outbox.open(files, tools.timing.clock)
            opened.callback(self._outbox.close)
            self._desk = DeskSource(files, desks, cache, tools.timing.clock)
            opened.callback(self._desk.close)
            for site in self._sites:
                self._desk.publish(site, around.now(site))
            self._courier = Courier(
                self._outbox,
                spool,
                Delivery(self._desk, around.endpoint, cache.standing),
                people,
                Links(cache.set_actions, around.now, around.done, around.known_at),
                timing=tools.timing,
                journal=tools.journal,
            )
            self._opened = opened.pop_all()
        self._tell_damage()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits that could still be done in time."""
        return self._courier.is_idle

    @property
    def desk(self) -> DeskSource:
        """The floor's own desk."""
        return self._desk

    async def run(self, stop: asyncio.Event) -> None:
        """Act until told to stop; a fault of ours is logged and begun anew after."""
        imports = asyncio.create_task(self._take_imports(stop))
        try:
            await self._act(stop)
        finally:
            imports.cancel()
            await asyncio.gather(imports, return_exceptions=True)

    async def _act(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._courier.run(stop)
            except Exception as error:  # noqa: BLE001 - the floor is shown though it cannot be acted on
                self._journal.crash(error, part="acting")
                await rest(stop, ANEW_S)

    async def _take_imports(self, stop: asyncio.Event) -> None:
        """Import complaints and plans of another system, as soon as they are handed over."""
        while not stop.is_set():
            try:
                take_in(self._files, Batch, self._import)
                take_in(self._files, PlanBatch, self._import_plan)
            except Exception as error:  # noqa: BLE001 - what cannot be imported keeps nobody from acting
                self._journal.crash(error, part="imports")
            await rest(stop, LOOK_S)

    def _import(self, batch: Batch, uid: int) -> Imported:
        now = self._now(batch.site)
        done = self._desk.take_in(batch, now)
        self._outbox.note("imported", uid, now, told(batch, done))
        return done

    def _import_plan(self, batch: PlanBatch, uid: int) -> PlanImported:
        now = self._now(batch.site)
        if not may_plan(self._people, uid):
            return PlanImported(problem=Code.FORBIDDEN.value)
        planned = self._desk.take_in_plan(batch, now)
        if planned.changes and not batch.is_trial:
            self._outbox.note("imported", uid, now, told_plan(batch, planned))
        return planned

    def keep_house(self) -> None:
        """What is due from time to time: show what could not be shown, keep room in reserve."""
        with contextlib.suppress(StoreError):
            for site in self._sites:
                self._desk.follow(site, self._now(site))
        self._outbox.renew_ballast()
        self._note_head()

    def close(self) -> None:
        """Leave the files as they are to be found."""
        self._note_head(is_due=True)
        with contextlib.suppress(StoreError):
            self._opened.close()

    def _note_head(self, *, is_due: bool = False) -> None:
        with contextlib.suppress(StoreError):
            self._heads.note(self._outbox.log_head(), self._now(""), is_due=is_due)

    def _tell_damage(self) -> None:
        if self._outbox.salvage is not None:
            name = self._outbox.salvage.moved_to.name
            self._journal.write("outbox_salvaged", moved_to=name)
            with contextlib.suppress(StoreError):
                self._outbox.note("salvaged", os.geteuid(), self._now(""), name)
        if self._desk.was_salvaged:
            self._journal.write("desk_salvaged")
        if self._outbox.unreadable:
            self._journal.write("outbox_unreadable", rows=self._outbox.unreadable)
