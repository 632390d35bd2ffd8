"""What is to be expected of a queue, half hour by half hour, from what came on days like this one.

Days like this one are the same weekday of the last weeks at the same local time, the newest
counting most. Public holidays are taken out, and one to come is expected to be like a Sunday. A day
of which nothing was recorded, and a time that the clocks skipped, say nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from data.model import Ms
from data.rules.forecast import moving_average, reforecast, smoothed
from data.rules.wall_time import local_time, same_time_after

HALF_HOUR_MS = 30 * 60_000
SUNDAY = 6
_FEW_WEEKS = 3
"""From so few weeks a half hour's own count is mostly chance."""
_LEAST_ANSWERED = 10
"""From so few answered contacts no handling time of a half hour is made."""


class Came(msgspec.Struct, frozen=True):
    """What came in a span of time, as sums."""

    offered: float = 0.0
    answered: float = 0.0
    handling_s: float = 0.0

    def __add__(self, other: Came) -> Came:
        """Both spans together."""
        return Came(
            self.offered + other.offered,
            self.answered + other.answered,
            self.handling_s + other.handling_s,
        )


NOTHING = Came()


class Expected(msgspec.Struct, frozen=True):
    """What is expected in a half hour."""

    offered: float
    aht_s: float | None
    """Mean handling time of those answered; None where nothing was ever handled."""


class Slot(msgspec.Struct, frozen=True):
    """A half hour to come, and the half hours that it is likely to be like."""

    starts_at: Ms
    like: tuple[Ms | None, ...]
    """Oldest first; None where there was no such time, or it was a holiday."""


def slots(
    start: Ms, end: Ms, weeks: int, place: ZoneInfo, holidays: Collection[date] = frozenset()
) -> list[Slot]:
    """The half hours of a span of time with those that each is like.

    Args:
        start: The first half hour's beginning.
        end: Where the last one ends.
        weeks: How many weeks back.
        place: Whose weekdays and times of day count.
        holidays: Days that are like no other of their weekday.
    """
    return [Slot(at, _like(at, weeks, place, holidays)) for at in range(start, end, HALF_HOUR_MS)]


def _like(at: Ms, weeks: int, place: ZoneInfo, holidays: Collection[date]) -> tuple[Ms | None, ...]:
    here = local_time(at, place)
    first = here.date() - timedelta(days=7)
    if here.date() in holidays:
        first = here.date() - timedelta(days=(here.weekday() - SUNDAY) % 7 or 7)
    found: list[Ms | None] = []
    for back in reversed(range(weeks)):
        day = first - timedelta(days=7 * back)
        earlier = same_time_after(at, (day - here.date()).days, place)
        is_there = local_time(earlier, place).time() == here.time() and day not in holidays
        found.append(earlier if is_there else None)
    return tuple(found)


Recorded: TypeAlias = Mapping[date, tuple[Ms, Ms]]
"""By local day the first and the last half hour in which anything came to any queue."""


def expect(
    wanted: Sequence[Slot], past: Mapping[Ms, Came], recorded: Recorded, place: ZoneInfo
) -> list[Expected | None]:
    """What is expected of one queue in each half hour; None where no day says anything.

    A half hour in which nothing came to the queue had no contacts if some came to others before and
    after it; else nobody may have been recording, and the half hour says nothing. Where fewer than
    three weeks are known, each half hour takes a part from its neighbours.

    Args:
        wanted: From `slots`, in order and without gap.
        past: What came to the queue, by the beginning of each half hour.
        recorded: The days of which anything is known of the queue.
        place: Whose days these are.
    """
    if not wanted:
        return []
    weeks = len(wanted[0].like)
    rows = [
        [_offered(slot.like[week], past, recorded, place) for slot in wanted]
        for week in range(weeks)
    ]
    means = moving_average(rows, weights=range(1, weeks + 1))
    known = sum(any(value is not None for value in row) for row in rows)
    if known < _FEW_WEEKS:
        means = smoothed(means)
    whole = _sum(past.values())
    return [
        None if mean is None else Expected(mean, _aht(slot, past, whole))
        for slot, mean in zip(wanted, means, strict=True)
    ]


def correct(
    expected: Sequence[float], came: Sequence[float], damping: float, minimum: float
) -> tuple[float, float]:
    """By what factor the rest of a day is to be taken, and how many calls that rests on.

    Args:
        expected: Of the finished half hours.
        came: In the same ones.
        damping: See `forecast.reforecast`.
        minimum: Calls that must have come.
    """
    ratio = reforecast(expected, came, damping, minimum).ratio
    return 1 + damping * (ratio - 1), sum(came)


def _offered(
    at: Ms | None, past: Mapping[Ms, Came], recorded: Recorded, place: ZoneInfo
) -> float | None:
    if at is None:
        return None
    came = past.get(at, NOTHING)
    if came.offered:
        return came.offered
    first, last = recorded.get(local_time(at, place).date(), (at + 1, at))
    return 0.0 if first <= at <= last else None


def _aht(slot: Slot, past: Mapping[Ms, Came], whole: Came) -> float | None:
    """Of the half hours that it is like, or of all where these are too few."""
    own = _sum(past.get(at, NOTHING) for at in slot.like if at is not None)
    used = own if own.answered >= _LEAST_ANSWERED else whole
    return used.handling_s / used.answered if used.answered else None


def _sum(parts: Iterable[Came]) -> Came:
    total = NOTHING
    for part in parts:
        total += part
    return total
