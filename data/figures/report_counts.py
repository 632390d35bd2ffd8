"""The counts that a report sums up: those of history, and of a past day those that were known then.

History has intervals as they were counted in the end. A contact that came at 10:14 and was answered
at 10:16 is answered there in the interval of 10:00, which a report as of 10:15 may not say yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from data.cache import report_queries as queries
from data.cache.report_queries import Ask, QueueSums
from data.floor import FloorSnapshot, Key
from data.model import Counts, Interval, Ms
from data.rules.demand import HALF_HOUR_MS
from data.rules.service_level import total
from data.status import SiteInfo
from data.zones import site_day_start


class IntervalCounts(msgspec.Struct, frozen=True):
    """Counts of queues over spans of time."""

    ask: Ask
    floor: FloorSnapshot
    """Of a past moment the floor as it was: with the intervals of its day as they stood then."""
    now: Ms
    is_past: bool

    def by_queue(self, site: SiteInfo, start: Ms, end: Ms) -> list[QueueSums]:
        """The counts of each queue of a site, by name."""
        sums = queries.queue_sums(self.ask, site.id, start, end)
        since = self._since(site, start, end)
        if since >= end:
            return sums
        settled = queries.queue_sums(self.ask, site.id, start, since)
        before = {one.number: one.counts for one in settled}
        then: dict[Key, list[Counts]] = {}
        for key, interval in self._then(site, since):
            then.setdefault(key, []).append(interval.counts)
        return [
            replace(one, counts=before.get(one.number, Counts()) + total(then.get(one.key, ())))
            for one in sums
        ]

    def by_interval(
        self, site: SiteInfo, numbers: Mapping[Key, int], start: Ms, end: Ms
    ) -> Iterator[tuple[Ms, Counts]]:
        """The counts of some queues of a site together in each interval, in order.

        Args:
            site: Whose queues.
            numbers: Which, with the numbers that stand for them in history.
            start: The first interval's beginning.
            end: Intervals that begin then or later do not matter.
        """
        since = self._since(site, start, end)
        yield from queries.interval_sums(self.ask, numbers.values(), start, since)
        if since >= end:
            return
        then: dict[Ms, Counts] = {}
        for key, interval in self._then(site, since):
            if key in numbers:
                at = interval.starts_at
                then[at] = then.get(at, Counts()) + interval.counts
        yield from sorted(then.items(), key=lambda one: one[0])

    def offered(
        self, site: SiteInfo, numbers: Mapping[Key, int], start: Ms, end: Ms
    ) -> Iterator[tuple[int, Ms, int]]:
        """What was offered to queues of a site, by number and the half hour's beginning.

        Args:
            site: Whose queues.
            numbers: All of them, with the numbers that stand for them in history.
            start: The first interval's beginning.
            end: Intervals that begin then or later do not matter.
        """
        since = self._since(site, start, end)
        yield from queries.offered_by_half_hour(self.ask, site.id, start, since)
        if since >= end:
            return
        then: dict[tuple[int, Ms], int] = {}
        for key, interval in self._then(site, since):
            half = numbers[key], interval.starts_at - interval.starts_at % HALF_HOUR_MS
            then[half] = then.get(half, 0) + interval.counts.offered
        yield from ((number, at, count) for (number, at), count in then.items())

    def _since(self, site: SiteInfo, start: Ms, end: Ms) -> Ms:
        """From when on the floor of then is asked; the end where history says all of it."""
        if not self.is_past:
            return end
        return max(start, min(end, site_day_start(site, self.now)))

    def _then(self, site: SiteInfo, since: Ms) -> Iterable[tuple[Key, Interval]]:
        """The intervals of a site as they stood, each with its queue."""
        return (
            (Key(site.id, one.source, one.queue), one)
            for one in self.floor.intervals.values()
            if one.site == site.id and one.starts_at >= since
        )
