"""What a real day looked like: when callers call, how long they wait, how long they talk.

The figures are in `profile.json`, which names their source; `derive_profile` made it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Literal, TypeAlias

import msgspec

from data.model import Ms

TICK_MS = 125
"""The floor's clock ticks in eighths of a second: sums of such seconds are exact in binary,
whatever their order, so that a recount can be compared for equality."""

DayClass: TypeAlias = Literal["workday", "weekend"]
_NEXT_TO_NOTHING = 1e-9  # arrivals in a half hour
_LEAST_SHARE = 0.1  # of the day's mean: even the quietest half hour has some callers


class Sample(msgspec.Struct, frozen=True):
    """A distribution in seconds as evenly spaced quantiles from the 0 % one upwards."""

    step: float
    quantiles: tuple[float, ...]
    mean: float

    def draw(self, rng: random.Random) -> float:
        """One value in seconds; beyond the last quantile the tail is exponential."""
        place = rng.random() / self.step
        low = int(place)
        if low + 1 < len(self.quantiles):
            here, there = self.quantiles[low], self.quantiles[low + 1]
            return here + (there - here) * (place - low)
        return self.quantiles[-1] + rng.expovariate(1 / self.mean)


class Profile(msgspec.Struct, frozen=True):
    """A real day's figures."""

    source: str
    arrivals_per_half_hour: dict[DayClass, tuple[float, ...]]
    patience_s: Sample
    handling_s: Sample

    def shape(self, day_class: DayClass, halves: Sequence[int]) -> list[float]:
        """How the contacts of some half hours (0 is midnight) share the day; adds up to 1."""
        counts = self.arrivals_per_half_hour[day_class]
        chosen = [counts[half % len(counts)] for half in halves]
        least = _LEAST_SHARE * sum(chosen) / len(chosen)
        raised = [max(count, least) for count in chosen]
        return [count / sum(raised) for count in raised]


@lru_cache(maxsize=1)
def load_profile() -> Profile:
    """The profile that comes with the project."""
    raw = files("data.sandbox").joinpath("profile.json").read_bytes()
    return msgspec.json.decode(raw, type=Profile)


def ticks(seconds: float, least_s: float = 0.0) -> Ms:
    """Seconds as whole ticks, in milliseconds, and at least `least_s`."""
    return max(round(max(seconds, least_s) * 1000 / TICK_MS), 0) * TICK_MS


class Arrivals:
    """Arrivals of a Poisson process whose rate changes each half hour, by thinning.

    Candidates come at the highest rate of the day and each is kept with the share that the rate of
    its own half hour has of it (Lewis and Shedler, 1979).

    Args:
        rates: Expected arrivals in each half hour from `start` on.
        start: When the first half hour begins.
        rng: Where chance comes from.
        end: From then on nothing arrives; None: when the last half hour is over.
    """

    HALF_HOUR_MS = 1_800_000

    def __init__(
        self, rates: Sequence[float], start: Ms, rng: random.Random, end: Ms | None = None
    ) -> None:
        self._rates = rates
        self._start = start
        self._rng = rng
        last = start + len(rates) * self.HALF_HOUR_MS
        self._length = (last if end is None else min(end, last)) - start
        self._peak = max(rates, default=0.0)

    def after(self, at: Ms) -> Ms | None:
        """The next arrival after an instant, on a tick; None when the last half hour is over."""
        if self._peak < _NEXT_TO_NOTHING:
            return None
        offset = float(at - self._start)
        while True:
            offset += self._rng.expovariate(self._peak / self.HALF_HOUR_MS)
            if offset > self._length - TICK_MS:
                return None
            if self._rng.random() * self._peak <= self._rates[int(offset) // self.HALF_HOUR_MS]:
                return self._start + math.ceil(offset / TICK_MS) * TICK_MS
