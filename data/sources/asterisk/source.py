"""The source for Asterisk's queues, by its own manager over HTTP (docs/asterisk.md).

Events tell what happens, as it happens; a full look at the queues every now and then is the truth
that they are held against, and what begins anew after a gap. What is counted is counted here, on
the board, from both; this module only asks, in the right order.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Iterable

from data.clock import ServerClock, monotonic_ms
from data.errors import Code, CursorGone, FetchError, FloorError
from data.model import AnyRecord, Change, Kind, Ms
from data.settings import SiteSettings, SourceSettings
from data.sources.asterisk.acting import Acts
from data.sources.asterisk.board import Board
from data.sources.asterisk.channels import ChannelRow
from data.sources.asterisk.ear import PAUSE_S, Ear
from data.sources.asterisk.lines import read_lines
from data.sources.asterisk.log_keeper import LogKeeper
from data.sources.asterisk.looking import Looker
from data.sources.asterisk.manager import Manager
from data.sources.base import Batch, Opened
from data.sources.native_ids import native_id
from data.status import ClockAnchor, Line
from data.sync.backoff import Timing
from data.sync.requests import Request

HURRY_MS = 1_000
"""The least time between two looks at the queues, whatever asks for one."""
ASIDE_MS = 60_000
"""How often lines to the outside, and what can be put on or off, are looked at."""
RIGHTS_MS = 300_000
"""How often it is asked what the account may do: a session keeps the rights it began with."""

_KINDS = {"agents": Kind.AGENT, "queues": Kind.QUEUE, "contacts": Kind.CONTACT}
"""What a request is about, by the first part of its path."""


class AsteriskSource:
    """The queues of one Asterisk.

    Args:
        settings: The endpoint.
        site: The site as the floor knows it.
        key: The floor's own key for callers' numbers.
        timing: Time and chance.

    Raises:
        FetchError: The endpoint's address may not be asked.
        StoreError: The secret or a certificate file cannot be used.
    """

    def __init__(
        self,
        settings: SourceSettings,
        site: SiteSettings,
        *,
        key: bytes,
        timing: Timing | None = None,
    ) -> None:
        self._settings = settings
        self._timing = timing or Timing()
        self._manager = Manager(settings, timing=self._timing)
        self._board = Board(site, settings, key=key)
        self._acts = Acts(self._manager, self._board, settings, self._timing, now=self._now)
        self._looker = Looker(self._manager)
        self._log = LogKeeper(settings.queue_log, self._board)
        self._poke = asyncio.Event()
        pause_s = min(PAUSE_S, settings.min_interval)
        self._ear = Ear(self._manager, self._poke.set, self._timing, pause_s=pause_s)
        self._looking = asyncio.Lock()
        self._epoch = ""
        self._anchor: ClockAnchor | None = None
        self._looked_ms: int | None = None
        self._aside_ms: int | None = None
        self._rights_ms: int | None = None
        """When rights were learnt; None where that is to be done."""
        self._may_ask_afresh = True
        self._lines: tuple[Line, ...] = ()
        self._startup = ""
        self._is_wanted = True
        self._turn: int | None = None
        self._given: tuple[Change, ...] = ()

    def resume(self, epoch: str, kept: Iterable[tuple[int, AnyRecord]]) -> None:
        """Count on from what an earlier process had counted."""
        if epoch:
            self._epoch = epoch
            self._board.resume(kept)

    async def open(self) -> Opened:
        """Sign in, and begin to listen.

        Raises:
            FetchError: Among others SIGN_IN, UNAVAILABLE while the server starts.
        """
        opening = await self._manager.open()
        await self._acts.learn_rights()
        self._rights_ms, self._may_ask_afresh = monotonic_ms(), True
        self._anchor = opening.anchor
        self._epoch = self._epoch or secrets.token_hex(8)
        self._is_wanted = True
        self._ear.begin()
        return Opened(
            epoch=self._epoch,
            anchor=opening.anchor,
            push=True,
            folds=False,
            operations=self._acts.operations,
        )

    async def snapshot(self) -> Batch:
        """All records, after a look at everything."""
        async with self._looking:
            await self._look()
            self._board.take_changes()
        self._turn, self._given = 0, ()
        return self._batch(tuple(self._board.records()))

    async def changes(self, cursor: str, *, digest: bool = False) -> Batch:
        """What changed after `cursor`, each step of a call on its own.

        What was given last is given again where the cursor does not say that it was kept.
        """
        del digest  # there is nobody else whose count ours could be held against
        self._settle(cursor)
        async with self._looking:
            self._hear()
            if self._is_look_due():
                await self._look()
            self._board.tick(self._now())
            news = self._board.take_changes()
        if news:
            self._given += news
            self._turn = (self._turn or 0) + 1
        return self._batch(self._given)

    async def history(self, cursor: str) -> Batch:
        """Nothing: what happened while nobody listened, the server does not tell."""
        return self._batch((), cursor)

    async def wait_for_change(self, seconds: float) -> bool:
        """Wait until something is heard, or something is due by itself, or for so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, self._due_in_s(seconds))):
                await self._poke.wait()
        was_poked = self._poke.is_set()
        self._poke.clear()
        return was_poked

    def heard_at_ms(self) -> int | None:
        """Monotonic instant at which the server last answered anything."""
        return self._manager.heard_at

    def native_id(self, stored: str) -> str:
        """What Asterisk calls it."""
        return native_id(stored)

    async def act(self, request: Request) -> tuple[Change, ...]:
        """Have an action carried out, and look at what came of it.

        Raises:
            ActionRefused: It was refused: nothing happened.
            FetchError: Whether it happened is not known.
        """
        try:
            await self._acts.act(request)
        except FetchError as problem:
            if problem.code is Code.FORBIDDEN:
                self._rights_ms, self._is_wanted = None, True
                self._poke.set()
            raise
        if request.parts[0] == "queues":
            self._aside_ms = None  # what was put on or off has to show at once
        async with self._looking:
            with contextlib.suppress(FetchError):
                await self._look()
        self._poke.set()
        stands = self._board.standing(_KINDS[request.parts[0]], request.parts[1])
        return () if stands is None else (stands,)

    async def close(self) -> None:
        """Stop listening and let go of the connections."""
        await self._ear.end()
        await self._manager.close()

    def _settle(self, cursor: str) -> None:
        """Forget what was given and kept; have given what a cursor of before says was not."""
        epoch, _dot, turn = cursor.rpartition(".")
        if epoch != self._epoch or not turn.isdigit():
            raise CursorGone(Code.CURSOR_GONE, cursor)
        if self._turn is None:  # of an earlier process, whose rows we have resumed
            self._turn = int(turn)
        if int(turn) == self._turn:
            self._given = ()
        elif int(turn) > self._turn:
            raise CursorGone(Code.CURSOR_GONE, cursor)

    def _hear(self) -> None:
        now = self._now()
        for event in self._ear.take():
            self._board.take_event(event, now)
            self._acts.take_event(event)

    def _is_look_due(self) -> bool:
        if self._looked_ms is None:
            return True
        spent_ms = monotonic_ms() - self._looked_ms
        if spent_ms >= self._settings.poll * 1000:
            return True
        is_wanted = self._is_wanted or self._board.needs_look
        return spent_ms >= HURRY_MS and (is_wanted or self._ear.has_gap or self._ear.is_deaf)

    async def _look(self) -> None:
        """Look at everything; what was heard before it goes before it.

        What is heard while the answer is on its way comes after it: it may be newer, and what is
        not is known by then.
        """
        self._hear()
        after_gap, self._ear.has_gap = self._ear.has_gap, False
        try:
            look = await self._looker.look(
                wants_channels=after_gap or self._board.needs_look or self._is_aside_due()
            )
            await self._learn_again()
            await self._look_aside(look.channels)
        except FloorError:
            self._ear.has_gap |= after_gap
            raise
        self._anchor = look.anchor
        now = self._now()
        self._acts.note_members(look.queues.members.values())
        self._board.take_snapshot(
            look.queues, look.channels, now, startup=look.startup, after_gap=after_gap
        )
        if after_gap:
            self._log.need()
        await self._log.keep(now)
        self._startup = look.startup or self._startup
        self._looked_ms = monotonic_ms()
        self._is_wanted = False

    async def _look_aside(self, channels: tuple[ChannelRow, ...] | None) -> None:
        """Look at what changes rarely; what cannot be told of it keeps no figure away."""
        if not self._is_aside_due():
            return
        with contextlib.suppress(FetchError):
            for queue, switches in (await self._acts.read_toggles()).items():
                self._board.set_switches(queue, switches)
        with contextlib.suppress(FetchError):
            self._lines = await read_lines(self._manager, self._settings, channels)
        self._aside_ms = monotonic_ms()

    async def _learn_again(self) -> None:
        """Learn which rights were given or taken; the session is begun anew to have them, too."""
        asked_ms, now_ms = self._rights_ms, monotonic_ms()
        is_due = asked_ms is None or now_ms - asked_ms >= RIGHTS_MS
        if not (is_due and self._may_ask_afresh):
            return
        self._rights_ms = now_ms
        try:
            if self._acts.take_rights(await self._manager.ask_afresh("ListCommands")):
                await self._manager.renew()
        except FetchError as problem:
            # Refused beside a session that is well: one is all that the account may have.
            self._may_ask_afresh = problem.code is not Code.SIGN_IN

    def _is_aside_due(self) -> bool:
        return self._aside_ms is None or monotonic_ms() - self._aside_ms >= ASIDE_MS

    def _due_in_s(self, most_s: float) -> float:
        """Seconds until the board changes by itself, as after-contact work does that runs out."""
        due = self._board.next_due
        return most_s if due is None else max((due - self._now()) / 1000, 0.0)

    def _now(self) -> Ms:
        return self._timing.clock.now() if self._anchor is None else ServerClock(self._anchor).now()

    def _batch(self, changes: tuple[Change, ...], cursor: str = "") -> Batch:
        if self._anchor is None:
            raise FetchError(Code.UNAVAILABLE, self._manager.place)
        return Batch(
            changes=changes,
            cursor=cursor or f"{self._epoch}.{self._turn or 0}",
            has_more=False,
            anchor=self._anchor,
            switches=self._log.state,
            lines=self._lines,
            startup=self._startup,
            operations=self._acts.operations,
            skipped=self._skipped(),
        )

    def _skipped(self) -> int:
        """Rows and events that could not be understood since this was last asked."""
        skipped, self._ear.skipped = self._ear.skipped, 0
        return skipped
