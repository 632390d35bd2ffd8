"""A sink that keeps what a simulation commits, and a recount from its ledger."""

from __future__ import annotations

import copy
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from data import contract
from data.desk.keeper import Kept
from data.sandbox.board import INTERVAL_MS
from data.sandbox.ledger import LedgerCall
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Put

DAY = date(2026, 11, 18)  # a Wednesday

COUNTED = tuple(contract.Counts.__struct_fields__)


def options(**changes: Any) -> SandboxOptions:
    return SandboxOptions(**{"day": DAY, **changes})


class MemorySink:
    """Keeps the present, a hash over everything, and, if asked, every commit."""

    def __init__(self, *, keep: bool = False) -> None:
        self.rows: dict[tuple[str, str], Any] = {}
        self.commits: list[tuple[int, list[tuple[str, str, Any]]]] = []
        self.last = 0
        self.sizes: list[int] = []
        self._keep = keep
        self._hash = hashlib.sha256()

    def commit(self, at: int, changes: Sequence[Put]) -> None:
        assert at >= self.last, "commits go forward in time"
        self.last = at
        size = 0
        for put in changes:
            raw = msgspec.json.encode(put.data)
            size += len(raw)
            self._hash.update(msgspec.json.encode((at, put.kind, put.id)) + raw)
            if put.data is None:
                self.rows.pop((put.kind, put.id), None)
            else:
                msgspec.json.decode(raw, type=contract.ENTITY_TYPES[put.kind])
                self.rows[put.kind, put.id] = put.data
        self.sizes.append(size)
        if self._keep:
            self.commits.append(
                (at, [(put.kind, put.id, copy.deepcopy(put.data)) for put in changes])
            )

    def get(self, kind: str, entity: str) -> Kept | None:
        data = self.rows.get((kind, entity))
        return None if data is None else Kept(kind, entity, 1, self.last, copy.deepcopy(data))

    def of(self, kind: str) -> dict[str, Any]:
        return {entity: data for (of, entity), data in self.rows.items() if of == kind}

    def digest(self) -> str:
        return self._hash.hexdigest()


def recount(calls: Iterable[LedgerCall], thresholds: dict[str, tuple[int, int]]) -> Recount:
    """Counts by queue, and by queue and interval, from the truth alone."""
    result = Recount()
    for call in calls:
        threshold, short = thresholds[call.queue]
        start = call.queued_at - call.queued_at % INTERVAL_MS
        for counts in (result.days[call.queue], result.intervals[call.queue, start]):
            _add(counts, call, threshold, short)
    return result


class Recount:
    def __init__(self) -> None:
        self.days: dict[str, dict[str, float]] = defaultdict(_nothing)
        self.intervals: dict[tuple[str, int], dict[str, float]] = defaultdict(_nothing)


def _nothing() -> dict[str, float]:
    return dict.fromkeys(COUNTED, 0)


def _add(counts: dict[str, float], call: LedgerCall, threshold: int, short: int) -> None:
    counts["offered"] += 1
    if call.outcome == "waiting":
        assert call.ended_at is None
        return
    counts["longest_wait_s"] = max(counts["longest_wait_s"], call.wait_s)
    if call.outcome == "moved":
        counts["transferred"] += 1
        return
    if call.outcome == "abandoned":
        counts["abandoned"] += 1
        counts["abandoned_within"] += call.wait_s <= threshold
        counts["abandoned_short"] += call.wait_s < short
        counts["wait_abandoned_s"] += call.wait_s
        return
    assert call.answered_at is not None
    counts["answered"] += 1
    counts["answered_within"] += call.wait_s <= threshold
    counts["wait_answered_s"] += call.wait_s
    counts["transferred"] += call.outcome == "transferred"
    if call.ended_at is not None:
        counts["talk_s"] += call.talk_s
        counts["hold_s"] += call.hold_s
    counts["acw_s"] += call.acw_s


def assert_counts_match(sink: MemorySink, calls: Iterable[LedgerCall]) -> None:
    """All counters of all queues and intervals are what the ledger says, to the last bit."""
    queues = sink.of("queue")
    truth = recount(
        calls, {name: (queue.threshold_s, queue.short_abandon_s) for name, queue in queues.items()}
    )
    assert set(truth.days) <= set(queues)
    for name, queue in queues.items():
        assert msgspec.structs.asdict(queue.day) == truth.days[name], name
    seen = set()
    for interval in sink.of("interval").values():
        key = (interval.queue, contract.to_ms(interval.starts_at))
        seen.add(key)
        assert msgspec.structs.asdict(interval.counts) == truth.intervals[key], key
    missing = {key for key, counts in truth.intervals.items() if counts["offered"]} - seen
    assert not missing
