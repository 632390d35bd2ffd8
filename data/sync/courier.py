"""Carries actions from the spool to whoever keeps their records, and the news of them back.

Of each record one action is under way at a time, in the order in which keys were pressed, and at
most four records' at once. A failure delays its own record only.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import msgspec

from data.actions.files import ActionInvalid, decode_action
from data.errors import Code, FloorError, StoreError
from data.identifiers import KeyMaker
from data.model import Ms
from data.people import People
from data.status import ActionRow, ActionState
from data.sync.asks import Asker, carry_out, decode_ask
from data.sync.backoff import Backoff, Timing
from data.sync.delivery import Delivery, fate_before, fate_of, was_not_sent, was_overtaken
from data.sync.journal import Journal
from data.sync.kept import Entity, Fate, Kept
from data.sync.outbox import Outbox, TakenIn
from data.sync.reach import reaches
from data.sync.spool import FILES_A_PERSON, BadFile, Found, SpoolReader
from data.sync.tasks import end_tasks, rest

AT_ONCE = 4
LOOK_BUSY_S = 0.1
LOOK_IDLE_S = 0.25
MIRROR_EVERY_MS = 60_000
OVERTAKEN_MS = 250
"""What was overtaken waits so long for the newer version of its record."""


class _NotYet(Exception):
    """A file has to wait for what comes of a request that is under way."""


class Links(msgspec.Struct, frozen=True):
    """What the courier needs of the process around it."""

    mirror: Callable[[Sequence[ActionRow]], None]
    """Shows the screens how actions stand; may raise `StoreError`."""
    now: Callable[[str], Ms]
    """The server's time at a site; of any site for an empty id."""
    done: Callable[[str, str], None]
    """Told the site and source of each action that was carried out: there is news to read."""
    known_at: Callable[[str, str], int | None]
    """When a source was known to be as the cache has it, monotonic ms; None while it is not."""


class Courier:
    """The one task that acts.

    Args:
        outbox: Every action and its fate.
        spool: Where screens leave them.
        delivery: Who carries them out.
        people: Who may.
        links: The process around it.
        timing: Time and chance.
        journal: For what has to be mended.
    """

    def __init__(
        self,
        outbox: Outbox,
        spool: SpoolReader,
        delivery: Delivery,
        people: People,
        links: Links,
        *,
        timing: Timing,
        journal: Journal,
    ) -> None:
        self._outbox = outbox
        self._spool = spool
        self._delivery = delivery
        self._people = people
        self._links = links
        self._now = links.now
        self._timing = timing
        self._journal = journal
        self._flying: dict[Entity, asyncio.Task[None]] = {}
        self._not_before: dict[str, int] = {}
        self._failed_ms: dict[str, int] = {}
        """When each action that waits last failed, monotonic ms."""
        self._backoffs: dict[str, Backoff] = {}
        self._is_news = True
        self._mirrored_ms = 0
        self._problem: Code | None = None
        self._wake = asyncio.Event()
        self._keys = KeyMaker()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits that could still be done in time."""
        return all(
            self._now(kept.action.site) > kept.action.not_after for kept in self._outbox.waiting()
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Look, send and tell until told to stop; what is under way is taken up another time."""
        halt = asyncio.create_task(stop.wait())
        halt.add_done_callback(lambda _: self._wake.set())
        try:
            while not stop.is_set():
                self.step()
                await self._rest()
        finally:
            await end_tasks([halt, *self._flying.values()])
            with contextlib.suppress(StoreError):
                self._show()

    def step(self) -> None:
        """One look at what there is to do; what it begins goes on by itself."""
        try:
            self._import()
            self._start()
            self._show()
            self._problem = None
        except StoreError as problem:
            if problem.code is not self._problem:
                self._journal.write("actions", code=problem.code.value, detail=problem.detail)
            self._problem = problem.code

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._flying:
            await asyncio.gather(*self._flying.values(), return_exceptions=True)

    async def _rest(self) -> None:
        wait = LOOK_IDLE_S if self._outbox.is_empty else LOOK_BUSY_S
        await rest(self._wake, wait)
        self._wake.clear()

    def _import(self) -> None:
        """Take in what lies in the spool; a file goes when what is in it is kept."""
        for found in self._spool.look(self._outbox.open_of(FILES_A_PERSON)):
            problem = found.problem
            try:
                if problem is None:
                    problem = self._answer(found) if found.is_ask else self._take_in(found)
            except _NotYet:
                continue
            if problem is None:
                self._spool.remove(found)
            else:
                self._put_away(found, problem)

    def _answer(self, found: Found) -> BadFile | None:
        """Do what a person asks about an action that they saved."""
        try:
            ask = decode_ask(found.body)
        except ActionInvalid:
            return BadFile.NOT_AN_ACTION
        kept = self._outbox.find(ask.target)
        if kept is not None and kept.fate.state.is_open and kept.entity in self._flying:
            raise _NotYet
        now = self._now(kept.action.site if kept is not None else "")
        person = self._people.of(found.uid, ask.actor)
        carry_out(self._outbox, ask, found.body, Asker(found.uid, person), now)
        self._not_before.pop(ask.target, None)
        self._backoffs.pop(ask.target, None)
        self._is_news = True
        return None

    def _take_in(self, found: Found) -> BadFile | None:
        try:
            action = decode_action(found.body)
        except ActionInvalid as error:
            self._journal.write("not_an_action", code=error.code.value, detail=error.detail)
            return BadFile.NOT_AN_ACTION
        if not found.name.startswith(action.key):
            return BadFile.NOT_AN_ACTION
        person = self._people.of(found.uid, action.actor)
        now = self._now(action.site)
        is_theirs = person is None or reaches(person, action, self._delivery.standing)
        taken = self._outbox.take_in(
            action, found.body, found.uid, person, now, is_theirs=is_theirs
        )
        self._is_news |= taken is TakenIn.NEW
        return BadFile.NOT_AN_ACTION if taken is TakenIn.REUSED else None

    def _put_away(self, found: Found, problem: BadFile) -> None:
        self._spool.put_away(found)
        where = f"{found.folder}/{found.name}"
        self._journal.write("bad_file", code=problem.value, detail=where, uid=found.uid)
        self._outbox.note("bad_file", found.uid, self._now(""), f"{problem} {where}")

    def _start(self) -> None:
        """Begin what is due, and end what came too late."""
        mono = self._timing.clock.monotonic_ms()
        seen: set[Entity] = set()
        for kept in self._outbox.waiting():
            is_first = kept.entity not in seen
            seen.add(kept.entity)
            if is_first and kept.entity in self._flying:
                continue
            now = self._now(kept.action.site)
            fate = fate_before(kept, now)
            if fate is not None:
                self._settle(kept, fate, now)
            elif kept.fate.state is ActionState.HELD or self._is_unread(kept, now):
                continue
            elif self._delivery.must_be_asked(kept, now):
                self._outbox.hold(kept, now)
                self._is_news = True
            elif (
                is_first
                and len(self._flying) < AT_ONCE
                and mono >= self._not_before.get(kept.key, 0)
            ):
                self._flying[kept.entity] = asyncio.create_task(self._send(kept))

    def _is_unread(self, kept: Kept, now: Ms) -> bool:
        """Whether a late action has to wait until it is known how things are by now.

        What stands in the cache is of before the outage until the source has been read again.
        """
        if not self._delivery.is_compared(kept, now):
            return False
        known_at = self._links.known_at(kept.action.site, kept.action.source)
        return known_at is None or known_at <= self._failed_ms.get(kept.key, -1)

    async def _send(self, kept: Kept) -> None:
        try:
            await self._attempt(kept)
        except FloorError as problem:
            # It could not be kept what became of it: as it stands it is asked again.
            self._wait_longer(kept, problem)
            self._journal.write("actions", code=problem.code.value, detail=problem.detail)
        except Exception as error:  # noqa: BLE001 - one action's fault is not the others'
            self._wait_longer(kept, None)
            self._journal.crash(error, site=kept.action.site, verb=kept.action.verb.value)
        finally:
            self._flying.pop(kept.entity, None)
            self._wake.set()

    async def _attempt(self, kept: Kept) -> None:
        site = kept.action.site
        begun = self._outbox.begin(kept, self._now(site), self._delivery.basis(kept))
        self._is_news = True
        try:
            version = await self._delivery.deliver(
                begun, self._now(site), is_again=kept.may_have_arrived
            )
        except FloorError as problem:
            self._failed(kept, begun, problem)
            return
        self._settle(begun, Fate(ActionState.DONE, version=version), self._now(site))
        self._links.done(site, kept.action.source)

    def _failed(self, before: Kept, begun: Kept, problem: FloorError) -> None:
        now = self._now(begun.action.site)
        if was_overtaken(problem, begun) and now <= begun.action.not_after:
            self._go_again(begun, now)
            return
        fate = fate_of(problem, begun, now, may_have=before.may_have_arrived)
        if fate is not None:
            self._settle(begun, fate, now)
            if fate.state is ActionState.CONFLICT:
                self._links.done(begun.action.site, begun.action.source)  # there is news to read
            return
        may_have = before.may_have_arrived or not was_not_sent(problem)
        self._outbox.put_off(begun, problem.code, now, may_have_arrived=may_have)
        self._failed_ms[begun.key] = self._timing.clock.monotonic_ms()
        self._is_news = True
        self._wait_longer(begun, problem)

    def _go_again(self, kept: Kept, now: Ms) -> None:
        """Base an action about the present on the newer version, once that has been read."""
        self._outbox.overtaken(kept, self._keys.make(now), now)
        self._not_before[kept.key] = self._timing.clock.monotonic_ms() + OVERTAKEN_MS
        self._links.done(kept.action.site, kept.action.source)

    def _wait_longer(self, kept: Kept, problem: FloorError | None) -> None:
        backoff = self._backoffs.setdefault(kept.key, Backoff(self._timing.random))
        wait_ms = round(backoff.failed(problem) * 1000)
        self._not_before[kept.key] = self._timing.clock.monotonic_ms() + wait_ms

    def _settle(self, kept: Kept, fate: Fate, now: Ms) -> None:
        self._outbox.settle(kept, fate, now)
        for known in (self._not_before, self._backoffs, self._failed_ms):
            known.pop(kept.key, None)
        self._is_news = True

    def _show(self) -> None:
        mono = self._timing.clock.monotonic_ms()
        if self._is_news or mono - self._mirrored_ms >= MIRROR_EVERY_MS:
            self._links.mirror(self._outbox.rows(self._now("")))
            self._is_news, self._mirrored_ms = False, mono
