"""Which interval rows make the running interval, the last half hour and the forecast so far.

The last 30 minutes are the running interval and every finished one of which at least half lies
within the 30 minutes before now. With quarter hours that is the running one and the one or two
before it, between 22.5 and 37.5 minutes: an interval row cannot be cut, and a finished contact
belongs to the interval in which it entered the queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from data.model import Counts, Interval, Ms
from data.rules.service_level import percent, total

RECENT_MS = 30 * 60_000
QUARTER_MS = 15 * 60_000
HALF_HOUR_MS = 30 * 60_000


class Forecast(msgspec.Struct, frozen=True):
    """What was expected so far today and what came, over the intervals that have a forecast."""

    offered: int = 0
    expected: float = 0.0
    """Contacts; the running interval counts by the share of it that has passed."""

    def __add__(self, other: Forecast) -> Forecast:
        """Sum two queues."""
        return Forecast(self.offered + other.offered, self.expected + other.expected)

    @property
    def deviation(self) -> float | None:
        """Offered against expected in percent (+10: a tenth more); None below one contact."""
        if self.expected < 1:
            return None
        return percent(self.offered - self.expected, self.expected)


class Spans(msgspec.Struct, frozen=True):
    """The interval rows of one queue, joined."""

    recent: Counts
    running: Counts
    running_starts_at: Ms
    forecast: Forecast


def spans(intervals: Iterable[Interval], day_start: Ms, now: Ms) -> Spans:
    """Join the interval rows of one queue as of `now`.

    Args:
        intervals: Rows of that queue, in any order, of any length that divides the hour.
        day_start: When the counting day began; earlier intervals have no part in the forecast.
        now: The instant to compute for.
    """
    recent: list[Counts] = []
    running, running_starts_at = Counts(), now - now % QUARTER_MS
    forecast = Forecast()
    for interval in intervals:
        starts, length = interval.starts_at, interval.minutes * 60_000
        passed = now - starts
        if passed < 0:
            continue
        if passed < length:
            running, running_starts_at = interval.counts, starts
            recent.append(interval.counts)
        elif 2 * (starts + length - (now - RECENT_MS)) >= length:
            recent.append(interval.counts)
        if interval.forecast_offered is not None and starts >= day_start:
            share = min(1.0, passed / length)
            forecast += Forecast(interval.counts.offered, interval.forecast_offered * share)
    return Spans(total(recent), running, running_starts_at, forecast)


def against(
    expected: Mapping[Ms, float], intervals: Iterable[Interval], day_start: Ms, now: Ms
) -> Forecast:
    """What came against a forecast of half hours that is not the source's own.

    Half hours before the first interval of the day say nothing: nobody may have been recording.

    Args:
        expected: Contacts, by the beginning of the half hour.
        intervals: Rows of the queue, in any order.
        day_start: When the counting day began.
        now: The instant to compute for.
    """
    today = [one for one in intervals if day_start <= one.starts_at <= now]
    begun = min((_half(one.starts_at) for one in today), default=now)
    due = {at: calls for at, calls in expected.items() if begun <= at <= now}
    return Forecast(
        sum(one.counts.offered for one in today if _half(one.starts_at) in due),
        sum(calls * min(1.0, (now - at) / HALF_HOUR_MS) for at, calls in due.items()),
    )


def _half(at: Ms) -> Ms:
    return at - at % HALF_HOUR_MS
