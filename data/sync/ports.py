"""What the engine needs of the files it writes: narrower than what the files can do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from data.cache.history_model import Segment
from data.cache.history_writer import Step
from data.model import AnyRecord, Change, Kind, Ms
from data.status import SourceHealth


class Remembered(Protocol):
    """Where reading a source had got to."""

    @property
    def epoch(self) -> str:
        """The history that the cursor belongs to."""
        ...

    @property
    def cursor(self) -> str | None:
        """Where to read on from; None where nothing was read yet."""
        ...


class Applied(Protocol):
    """What a batch did."""

    @property
    def written(self) -> tuple[Change, ...]:
        """The changes that were newer than what was known, in order."""
        ...


class CachePort(Protocol):
    """The present; every method that writes is one transaction and may raise StoreError."""

    def remembered(self, site: str, source: str) -> Remembered:
        """Where reading that source had got to."""
        ...

    def records(self, site: str, source: str, kind: Kind) -> Sequence[tuple[int, AnyRecord]]:
        """Versions and records that exist, as last written."""
        ...

    def versions(self, site: str, source: str, kind: Kind) -> dict[str, int]:
        """Versions by id of what exists."""
        ...

    def apply(
        self,
        site: str,
        source: str,
        changes: Sequence[Change],
        *,
        cursor: str | None,
        epoch: str,
        observed_at: Ms,
    ) -> Applied:
        """Keep a page and the cursor after it."""
        ...

    def replace(
        self,
        site: str,
        source: str,
        changes: Sequence[Change],
        *,
        cursor: str | None,
        epoch: str,
        observed_at: Ms,
    ) -> Applied:
        """Put a new generation in the place of the old."""
        ...

    def upsert_same(
        self, site: str, source: str, changes: Sequence[Change], observed_at: Ms
    ) -> Applied:
        """Write other contents of versions that are held."""
        ...

    def set_health(self, health: SourceHealth) -> None:
        """Say how a source is doing."""
        ...


class HistoryPort(Protocol):
    """What happened; adding the same steps again changes nothing."""

    def add(self, site: str, source: str, steps: Sequence[Step]) -> None:
        """Keep some steps, in order."""
        ...

    def segments(self, site: str, source: str, agent: str, start: Ms, end: Ms) -> list[Segment]:
        """What an agent did between two instants, whole stretches, in order."""
        ...

    def resume(self, site: str, source: str, records: Iterable[AnyRecord]) -> None:
        """Say how things stand at the start."""
        ...
