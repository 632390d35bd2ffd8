"""Cache and history in memory, as the engine sees them, keeping what was done to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from data.cache.history_model import Segment
from data.cache.history_writer import Step
from data.errors import StoreError
from data.model import AnyRecord, Change, Kind
from data.status import SourceHealth


@dataclass(frozen=True)
class FakeRemembered:
    epoch: str = ""
    cursor: str | None = None


@dataclass(frozen=True)
class FakeApplied:
    written: tuple[Change, ...]


@dataclass
class FakeCache:
    """The version gate, tombstones and generations, with nothing on disk.

    `broken` names rules that are left out, to see that tests notice.
    """

    rows: dict[tuple[Kind, str], Change] = field(default_factory=dict)
    where: FakeRemembered = FakeRemembered()
    health: list[SourceHealth] = field(default_factory=list)
    generations: int = 0
    transactions: list[tuple[str, tuple[Change, ...], str | None]] = field(default_factory=list)
    failing: list[StoreError] = field(default_factory=list)

    def remembered(self, site: str, source: str) -> FakeRemembered:
        return self.where

    def records(self, site: str, source: str, kind: Kind) -> list[tuple[int, AnyRecord]]:
        return [
            (row.version, row.record)
            for (each, _), row in self.rows.items()
            if each is kind and row.record is not None
        ]

    def versions(self, site: str, source: str, kind: Kind) -> dict[str, int]:
        return {
            entity: row.version
            for (each, entity), row in self.rows.items()
            if each is kind and row.record is not None
        }

    def apply(self, site, source, changes, *, cursor, epoch, observed_at) -> FakeApplied:
        self._fail()
        written = []
        for change in changes:
            held = self.rows.get((change.kind, change.id))
            if held is None or change.version > held.version:
                self.rows[change.kind, change.id] = change
                written.append(change)
        self.where = FakeRemembered(epoch, cursor)
        self.transactions.append(("apply", tuple(written), cursor))
        return FakeApplied(tuple(written))

    def replace(self, site, source, changes, *, cursor, epoch, observed_at) -> FakeApplied:
        self._fail()
        self.rows = {(change.kind, change.id): change for change in changes}
        self.where = FakeRemembered(epoch, cursor)
        self.generations += 1
        self.transactions.append(("replace", tuple(changes), cursor))
        return FakeApplied(tuple(changes))

    def upsert_same(self, site, source, changes, observed_at) -> FakeApplied:
        for change in changes:
            held = self.rows[change.kind, change.id]
            assert held.version == change.version
            self.rows[change.kind, change.id] = change
        self.transactions.append(("same", tuple(changes), self.where.cursor))
        return FakeApplied(tuple(changes))

    def set_health(self, health: SourceHealth) -> None:
        self.health.append(health)

    def _fail(self) -> None:
        if self.failing:
            raise self.failing.pop(0)


@dataclass
class FakeHistory:
    steps: list[Step] = field(default_factory=list)
    resumed: list[AnyRecord] = field(default_factory=list)
    failing: list[StoreError] = field(default_factory=list)
    kept: dict[str, list[Segment]] = field(default_factory=dict)

    def add(self, site: str, source: str, steps: Sequence[Step]) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.steps += steps

    def segments(self, site: str, source: str, agent: str, start: int, end: int) -> list[Segment]:
        return self.kept.get(agent, [])

    def resume(self, site: str, source: str, records: Iterable[AnyRecord]) -> None:
        self.resumed += records
