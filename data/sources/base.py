"""What a source is: it opens, it reads, it says how it is, it acts.

A source speaks to one endpoint and yields model records. It keeps no files and no state that a
restart would miss beyond its own session; where to read on from is the engine's to remember.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from data.model import AnyRecord, Change, Kind
from data.status import ClockAnchor, Line, SwitchState


class Opened(msgspec.Struct, frozen=True):
    """What opening a session told."""

    epoch: str
    anchor: ClockAnchor
    push: bool
    """Whether `wait_for_change` can be told of changes rather than only wait."""
    folds: bool
    history_cursor: str | None = None
    operations: tuple[str, ...] = ()
    """The contract's operations that the endpoint carries out."""


class Batch(msgspec.Struct, frozen=True):
    """A run of changes in order, and where to read on from."""

    changes: tuple[Change, ...]
    cursor: str
    has_more: bool
    anchor: ClockAnchor
    switches: tuple[SwitchState, ...] = ()
    lines: tuple[Line, ...] = ()
    startup: str = ""
    """What names the run that the telephone system is in; empty where only the epoch tells."""
    skipped: int = 0
    """Rows that could not be decoded: counted, skipped, never guessed at."""
    digest: DigestAt | None = None
    operations: tuple[str, ...] | None = None
    """What can be asked for by now, where that can change within a session."""
    refused: tuple[tuple[Kind, str, int], ...] = ()
    """Kind, id and version of skipped rows: a digest counts them, though we do not have them."""


class DigestAt(msgspec.Struct, frozen=True):
    """Per kind, how many entities there are and a hash over `id:version`, as of a cursor."""

    cursor: str
    types: dict[str, tuple[int, str]] = msgspec.field(default_factory=dict)
    """Over native ids, by the contract's word for the kind."""


class Source(Protocol):
    """An endpoint, as the engine sees it. Every method may raise `data.errors.FetchError`."""

    def resume(self, epoch: str, kept: Iterable[tuple[int, AnyRecord]]) -> None:
        """Learn, before anything else, what an earlier process kept: versions and records.

        For sources that count themselves and would begin at nothing; others forget it.
        """
        ...

    async def open(self) -> Opened:
        """Begin or renew the session."""
        ...

    async def snapshot(self) -> Batch:
        """The full state, all pages; `cursor` was taken before the first row was read."""
        ...

    async def changes(self, cursor: str, *, digest: bool = False) -> Batch:
        """One page of what changed after `cursor`.

        Raises:
            CursorGone: The cursor is no longer served.
        """
        ...

    async def history(self, cursor: str) -> Batch:
        """One page of every version after `cursor`, none folded: what happened, for the history.

        Does not touch where the present is read from.

        Raises:
            CursorGone: The cursor is no longer served.
        """
        ...

    async def wait_for_change(self, seconds: float) -> bool:
        """Wait until the endpoint says that something changed, or until `seconds` have passed.

        Returns:
            Whether something was announced. Never raises for a broken stream: the poll is the
            truth, and a stream that cannot be had only makes it slower.
        """
        ...

    def heard_at_ms(self) -> int | None:
        """Monotonic instant at which the endpoint was last heard, heartbeats included."""
        ...

    def native_id(self, stored: str) -> str:
        """The id by which the endpoint knows an entity; what a digest is computed over."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...
