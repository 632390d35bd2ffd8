"""How a source is doing, kept in the cache for every screen to see."""

from __future__ import annotations

import contextlib

import msgspec

from data.clock import Clock, ServerClock, boot_id
from data.errors import Code, FloorError, StoreError
from data.model import Freshness
from data.settings import SourceSettings
from data.sources.base import Batch
from data.status import ClockAnchor, SourceHealth, Upset
from data.sync.ports import CachePort

WRITE_EVERY_MS = 2_000
"""How often at most a row is written that says nothing new but that the source was heard."""
_PATIENT = frozenset(
    {
        Code.CONNECTION_LOST,
        Code.HTTP_STATUS,
        Code.NO_MANAGER,
        Code.REFUSED_CONNECTION,
        Code.SLOW_DOWN,
        Code.TIMED_OUT,
        Code.UNAVAILABLE,
    }
)
"""What may be over at the next try: only the second time in a row is the source called offline."""
_OFFLINE = _PATIENT | {Code.NO_SUCH_HOST, Code.CURSOR_GONE}


class Health:
    """The health of one source, and when to write it.

    Whether what was last heard is late or stale is for the reader to say, by its age.

    Args:
        site: The site's id.
        settings: The source.
        cache: Where it is written; a disk that is full keeps no screen from knowing the age.
        clock: The host's clock.
        before: What an earlier process left, so that it stays known how old the figures are.
    """

    def __init__(
        self,
        site: str,
        settings: SourceSettings,
        cache: CachePort,
        clock: Clock,
        before: SourceHealth | None = None,
    ) -> None:
        self._cache = cache
        self._clock = clock
        self._written: SourceHealth | None = None
        self._written_at = 0
        self._was_live = False
        fresh = SourceHealth(
            site=site, source=settings.id, kind=settings.kind, state=Freshness.REBUILDING
        )
        self.row = msgspec.structs.replace(
            before or fresh,
            kind=settings.kind.value,
            poll_s=settings.poll,
            failures=0,
            # Of the rows that stand in the cache, whatever is known of the process before: an
            # action that is based on one of them has to say whose version it saw.
            epoch=cache.remembered(site, settings.id).epoch,
        )

    def succeeded(self, page: Batch, skipped_rows: int, epoch: str) -> None:
        """Figures of an epoch were read and kept."""
        anchor = page.anchor
        self._was_live = True
        self._write(
            state=Freshness.LIVE,
            problem="",
            problem_detail="",
            failures=0,
            anchor=anchor,
            switches=page.switches,
            lines=page.lines,
            operations=self.row.operations if page.operations is None else page.operations,
            skipped_rows=skipped_rows,
            epoch=epoch,
            startup=page.startup or self.row.startup,
            clock_offset_s=round((anchor.server_ms - anchor.wall_ms) / 1000, 1),
            **self._heard(anchor, self._clock.monotonic_ms()),
        )

    @property
    def known_at(self) -> int | None:
        """Monotonic instant at which the source was known to be as the cache has it.

        None where it has not been read since the process began, or cannot be read just now.
        """
        is_well = self._was_live and self.row.state is Freshness.LIVE and not self.row.failures
        return self.row.last_ok_mono_ms if is_well else None

    def opened(self, operations: tuple[str, ...], *, folds: bool) -> None:
        """A session was opened: the operations that it offers, and whether it folds changes."""
        if (self.row.operations, self.row.folds) != (operations, folds):
            self._write(operations=operations, folds=folds)

    def rebuilding(self) -> None:
        """All is being read anew; what stands in the cache stays shown."""
        if self.row.state is not Freshness.FAULT:
            self._write(state=Freshness.REBUILDING)

    def failed(self, problem: FloorError) -> None:
        """Nothing could be read."""
        failures = self.row.failures + 1
        state = _state_of(problem)
        is_first = self._was_live and self.row.state is Freshness.LIVE and failures == 1
        if is_first and problem.code in _PATIENT:
            state = Freshness.LIVE
        self._write(
            state=state,
            problem=problem.code.value,
            problem_detail=problem.detail,
            failures=failures,
        )

    def reading_past(self, *, is_under_way: bool) -> None:
        """The day's past is being read into history, or is all there now."""
        if self.row.is_reading_past is not is_under_way:
            self._write(is_reading_past=is_under_way)

    def upset(self, upset: Upset | None) -> None:
        """The source has lost what it had been told, or has it back."""
        if self.row.upset != upset:
            self._write(upset=upset)

    def heard(self, monotonic_ms: int) -> None:
        """The endpoint gave a sign of life while there was nothing to read."""
        anchor = self.row.anchor
        is_live = self.row.state is Freshness.LIVE and not self.row.failures
        if is_live and anchor is not None and monotonic_ms > (self.row.last_ok_mono_ms or 0):
            self._write(**self._heard(anchor, monotonic_ms))

    def _heard(self, anchor: ClockAnchor, monotonic_ms: int) -> dict[str, object]:
        ago = self._clock.monotonic_ms() - monotonic_ms
        return {
            "last_ok_mono_ms": monotonic_ms,
            "last_ok_at": ServerClock(anchor).now() - int(ago * anchor.rate),
            "boot_id": boot_id(),
        }

    def _write(self, **news: object) -> None:
        self.row = msgspec.structs.replace(self.row, **news)
        now = self._clock.monotonic_ms()
        is_old = now - self._written_at >= WRITE_EVERY_MS
        if not is_old and self._written is not None and _gist(self._written) == _gist(self.row):
            return
        with contextlib.suppress(StoreError):
            self._cache.set_health(self.row)
            self._written, self._written_at = self.row, now


def _gist(row: SourceHealth) -> tuple[object, ...]:
    """What a screen must know at once; the rest may be two seconds old."""
    switches = tuple((each.name, each.state) for each in row.switches)
    return (
        *(row.state, row.problem, row.problem_detail, row.failures, row.skipped_rows),
        *(switches, row.boot_id, row.poll_s, row.anchor is None, row.is_reading_past),
        row.operations,
        row.epoch,
        row.upset,
        row.lines,
    )


def _state_of(problem: FloorError) -> Freshness:
    if problem.code is Code.SIGN_IN:
        return Freshness.SIGN_IN
    return Freshness.OFFLINE if problem.code in _OFFLINE else Freshness.FAULT
