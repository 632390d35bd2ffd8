"""The floor's day by half hours: how many are needed, planned and there, and what came.

What is needed and expected is estimated, what is planned is a plan, what came and who was there was
measured: none of them takes the place of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import msgspec

from data.cache.history_half_hours import HalfHour
from data.figures.roster import HALF_HOUR_MS
from data.model import Ms
from data.rules.forecast import bias, wape


class HeadsHalf(msgspec.Struct, frozen=True):
    """A half hour of the desk."""

    starts_at: Ms
    is_over: bool
    need: int | None = None
    """Heads that the queues need, by what is expected; None where nothing is."""
    planned: float = 0.0
    """Mean heads planned for the queues."""
    present: float | None = None
    """Mean heads that were there, at present those who are; None where that is not known."""
    forecast: float | None = None
    """Calls, as they were forecast beforehand."""
    expected: float | None = None
    """Calls, corrected by what had come by then."""
    came: int | None = None
    """Calls offered; None in the future and where none are known."""

    @property
    def spare(self) -> int | None:
        """Heads too many, or below zero too few, between whole heads as they are shown.

        Of those there against those needed, or planned where nobody knows the need; in the future
        of those planned against those needed.
        """
        if self.present is not None:
            wanted = round(self.planned) if self.need is None else self.need
            return round(self.present) - wanted
        if self.need is None or self.is_over:
            return None
        return round(self.planned) - self.need


class Errors(msgspec.Struct, frozen=True):
    """How far the forecast of today has been off, over the half hours that are over."""

    came: int
    forecast: float
    wape: float | None
    """Sum of the absolute errors / sum of what came; None where nothing came."""
    bias: float | None
    """(Forecast - came) / came."""


class Intraday(msgspec.Struct, frozen=True, dict=True):
    """The half hours of a day in order, the running one among them."""

    halves: tuple[HeadsHalf, ...] = ()
    now: Ms = 0

    @property
    def ahead(self) -> tuple[HeadsHalf, ...]:
        """The half hours that have not begun yet, and for which the need is known."""
        return tuple(
            one for one in self.halves if one.starts_at > self.now and one.need is not None
        )

    @cached_property
    def errors(self) -> Errors | None:
        """How far the forecast was off; None where nothing was forecast for what is over."""
        over = [one for one in self.halves if one.is_over and one.forecast is not None]
        if not over:
            return None
        told = [one.forecast or 0.0 for one in over]
        came = [one.came or 0 for one in over]
        return Errors(sum(came), sum(told), wape(told, came), bias(told, came))

    @property
    def calls_ahead(self) -> float | None:
        """Calls that are still expected; None where nothing is known of them.

        The running half hour counts by what has not come of it yet.
        """
        known = [one for one in self.halves if not one.is_over and one.expected is not None]
        if not known:
            return None
        return sum(max(0.0, (one.expected or 0.0) - (one.came or 0)) for one in known)

    @property
    def under_hours(self) -> float:
        """Hours of work that the rest of the day lacks; what others have to spare does not help."""
        return sum(max(0, -(one.spare or 0)) for one in self.ahead) / 2

    @property
    def over_hours(self) -> float:
        """Hours of work that the rest of the day has to spare."""
        return sum(max(0, one.spare or 0) for one in self.ahead) / 2

    @property
    def shortest(self) -> HeadsHalf | None:
        """The half hour to come that lacks most heads; None where none lacks any."""
        lacking = [one for one in self.ahead if (one.spare or 0) < 0]
        return min(lacking, key=lambda one: one.spare or 0, default=None)

    @property
    def slackest(self) -> HeadsHalf | None:
        """The half hour to come with most heads to spare, for coaching or training; None: none."""
        free = [one for one in self.ahead if (one.spare or 0) > 0]
        return max(free, key=lambda one: one.spare or 0, default=None)


def intraday(
    shown: Iterable[Ms],
    demand: Sequence[HalfHour],
    planned: Mapping[Ms, float],
    present: Mapping[Ms, float | None],
    heads_now: int,
    now: Ms,
) -> Intraday:
    """The half hours of a day.

    Args:
        shown: Which, by their beginning.
        demand: What is known of what came, is expected and needed.
        planned: Mean heads planned for the queues.
        present: Mean heads that were there, of half hours that are over.
        heads_now: How many are there at present.
        now: The present.
    """
    known = {one.starts_at: one for one in demand}
    halves = []
    for at in sorted({*shown, now - now % HALF_HOUR_MS}):
        is_over = at + HALF_HOUR_MS <= now
        one = known.get(at)
        halves.append(
            HeadsHalf(
                starts_at=at,
                is_over=is_over,
                need=None if one is None else one.need,
                planned=planned.get(at, 0.0),
                present=present.get(at) if is_over else (float(heads_now) if at <= now else None),
                forecast=None if one is None else one.forecast,
                expected=None if one is None else one.expected,
                came=None if one is None or at > now else one.came,
            )
        )
    return Intraday(tuple(halves), now)
