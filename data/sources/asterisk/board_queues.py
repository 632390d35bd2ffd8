"""Queues and their quarter hours: what was counted, who waits, and what the server itself says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from data.model import Counts, Interval, Kind, Ms, Queue, Switch, SystemCounts
from data.rules.call_counts import Limits, Tally
from data.sources.asterisk.board_changes import Changes
from data.sources.asterisk.board_terms import Terms
from data.sources.asterisk.counting import Epoch, OwnCounts
from data.sources.asterisk.rows import QueueRow
from data.sources.asterisk.snapshot import QueuesNow
from data.sources.native_ids import native_id, stored_id

INTERVAL_S = 900
_INTERVAL_MS = INTERVAL_S * 1000
KEPT_MS = 3_600_000
"""How long quarter hours of the day before are still counted in and shown."""
_NO_TALLY = Tally()
_OTHERWISE = ("timed_out", "withdrawn", "left_empty", "left_by_key")


class Queues:
    """The queues of one source.

    Args:
        changes: Where their records go.
        terms: What holds for them.
        own: The counts.
        waiting: Tells who waits in a queue, and since when.
    """

    def __init__(
        self,
        changes: Changes,
        terms: Terms,
        own: OwnCounts,
        waiting: Callable[[str], Mapping[str, Ms]],
    ) -> None:
        self._changes = changes
        self._terms = terms
        self._own = own
        self._waiting = waiting
        self._rows: dict[str, QueueRow] = {}
        self._switches: dict[str, tuple[Switch, ...]] = {}
        self._dirty: dict[str, None] = {}
        self._quarter: Ms = -1

    def __contains__(self, queue: str) -> bool:
        return queue in self._rows

    def resume(self) -> Ms | None:
        """Take over what was counted up to now; when the day began in which that was."""
        own, day = self._own, None
        for record in self._changes.of(Kind.QUEUE):
            if not isinstance(record, Queue):
                continue
            queue = native_id(record.id)
            own.counter.queues[queue] = _tally(record.day)
            self._switches[queue] = record.switches
            day = max(day or 0, record.day_started_at)
            system = record.system
            if system is not None:
                own.since = system.counted_since
                for how in _OTHERWISE:
                    setattr(own.counter.queues[queue], how, getattr(system, how))
                own.untold[queue], own.missed[queue] = system.untold, system.missed
                own.epochs[queue] = Epoch(system.since, _row(queue, system), system.resets)
        for record in self._changes.of(Kind.INTERVAL):
            if isinstance(record, Interval):
                rows = own.counter.intervals.setdefault(native_id(record.queue), {})
                rows[record.starts_at] = _tally(record.counts)
        return day

    def take_snapshot(self, now: QueuesNow, at: Ms) -> None:
        """Take in which queues there are, and what they say of themselves."""
        for queue, row in now.queues.items():
            if self._rows.get(queue) != row:
                self._terms.learn(row)
                self.touch(queue)
        if self._rows.keys() != now.queues.keys():
            self._rows = dict(now.queues)
            self._drop_others(at)
        self._rows = dict(now.queues)

    def begin_quarter(self, at: Ms) -> None:
        """See to it that each queue has its running quarter hour, and let go of old ones."""
        quarter = at - at % _INTERVAL_MS
        counter = self._own.counter
        for queue in self._rows:
            if self._terms.shows(queue) and quarter not in counter.intervals.setdefault(queue, {}):
                counter.intervals[queue][quarter] = Tally()
                counter.touched.add((queue, quarter))
        if quarter == self._quarter:
            return
        self._quarter = quarter
        day = self._terms.day_start(at)
        for record in self._changes.of(Kind.INTERVAL):
            if isinstance(record, Interval) and record.starts_at < min(day, at - KEPT_MS):
                self._changes.drop(Kind.INTERVAL, record.id, at)

    def set_switches(self, queue: str, switches: tuple[Switch, ...]) -> None:
        """What can be put on or off at a queue, and is."""
        if self._switches.get(queue, ()) != switches:
            self._switches[queue] = switches
            self.touch(queue)

    def touch(self, queue: str) -> None:
        """Something of a queue may have changed."""
        self._dirty[queue] = None

    def touch_all(self) -> None:
        """Something of all may have changed, and of all quarter hours."""
        self._dirty.update(dict.fromkeys(self._rows))
        counter = self._own.counter
        for queue, rows in counter.intervals.items():
            counter.touched.update((queue, starts) for starts in rows)

    def flush(self, at: Ms) -> None:
        """Bring every record up to what is known."""
        counter = self._own.counter
        touched, counter.touched = counter.touched, set()
        for queue, _starts in touched:
            self._dirty[queue] = None
        dirty, self._dirty = self._dirty, {}
        for queue in dirty:
            if self._is_seen(queue):
                self._changes.put(self._queue(queue, at), at)
        for queue, starts in sorted(touched):
            tally = counter.intervals.get(queue, {}).get(starts)
            if tally is not None and self._is_seen(queue):
                self._changes.put(self._interval(queue, starts, tally), at)

    def _is_seen(self, queue: str) -> bool:
        return queue in self._rows and self._terms.shows(queue)

    def _drop_others(self, at: Ms) -> None:
        """Let go of the records of queues that are no more, or are no longer shown."""
        for record in [*self._changes.of(Kind.QUEUE), *self._changes.of(Kind.INTERVAL)]:
            if isinstance(record, Queue) and not self._is_seen(native_id(record.id)):
                self._changes.drop(Kind.QUEUE, record.id, at)
            elif isinstance(record, Interval) and not self._is_seen(native_id(record.queue)):
                self._changes.drop(Kind.INTERVAL, record.id, at)

    def _queue(self, queue: str, at: Ms) -> Queue:
        terms, waiting = self._terms, self._waiting(queue)
        limits = terms.limits.get(queue, Limits())
        return Queue(
            **terms.who,
            id=stored_id(queue),
            client=terms.client(queue),
            name=terms.title(queue),
            contacts_waiting=len(waiting),
            longest_wait_since=min(waiting.values()) if waiting else None,
            threshold_s=int(limits.threshold_s),
            short_abandon_s=int(limits.short_abandon_s),
            target_percent=terms.target_percent(queue),
            day=self._own.counter.queues.get(queue, _NO_TALLY).counts(),
            day_started_at=terms.day_start(at),
            switches=self._switches.get(queue, ()),
            system=self._system(queue),
        )

    def _system(self, queue: str) -> SystemCounts | None:
        own = self._own
        epoch = own.epochs.get(queue)
        if epoch is None:
            return None
        row, tally = epoch.row, own.counter.queues.get(queue, _NO_TALLY)
        return SystemCounts(
            since=epoch.since,
            completed=row.completed,
            abandoned=row.abandoned,
            level=row.level,
            level_abandons_good=row.level_abandons_good,
            resets=epoch.resets,
            counted_since=own.since or 0,
            untold=own.untold.get(queue, 0),
            missed=own.missed.get(queue, 0),
            timed_out=tally.timed_out,
            withdrawn=tally.withdrawn,
            left_empty=tally.left_empty,
            left_by_key=tally.left_by_key,
        )

    def _interval(self, queue: str, starts: Ms, tally: Tally) -> Interval:
        return Interval(
            **self._terms.who,
            id=stored_id(f"{queue}.{datetime.fromtimestamp(starts / 1000, UTC):%Y%m%dT%H%MZ}"),
            client=self._terms.client(queue),
            queue=stored_id(queue),
            starts_at=starts,
            minutes=INTERVAL_S // 60,
            counts=tally.counts(),
        )


def _tally(counts: Counts) -> Tally:
    return Tally(
        offered=counts.offered,
        answered=counts.answered,
        answered_within=counts.answered_within,
        abandoned=counts.abandoned,
        abandoned_within=counts.abandoned_within,
        abandoned_short=counts.abandoned_short,
        wait_s=round(counts.wait_answered_s),
        wait_abandoned_s=round(counts.wait_abandoned_s),
        talk_s=round(counts.talk_s),
        longest_wait_s=round(counts.longest_wait_s),
    )


def _row(queue: str, system: SystemCounts) -> QueueRow:
    """What is remembered of a queue's own counters, as far as a fall of them has to be seen."""
    return QueueRow(
        queue=queue,
        strategy="",
        waiting=0,
        most_waiting=0,
        hold_time_s=0,
        talk_time_s=0,
        completed=system.completed,
        abandoned=system.abandoned,
        threshold_s=0,
        level=system.level,
        level_abandons_good=system.level_abandons_good,
        weight=0,
    )
