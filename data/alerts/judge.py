"""When a figure has been beyond its limit for long enough, and when it has come back: pure rules.

A limit is broken at once and raised after its dwell; it is calm only on the far side of its margin,
and over after a dwell again. So a figure that flaps around a limit raises it once, and one that
swings across both raises it at most once for each dwell that it stays beyond.

Figures that grow or fall with time alone are described by a slope, so that the instant at which
they pass a limit is known beforehand and nobody has to look every second.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from data.model import Ms
from data.rules.wall_time import local_time
from data.settings import Figure, RuleSettings

DWELL_S: Mapping[Figure, tuple[float, float]] = {
    Figure.WAITING: (30, 60),
    Figure.LONGEST_WAIT: (0, 60),
    Figure.SERVICE_LEVEL_DAY: (60, 300),
    Figure.SERVICE_LEVEL_RECENT: (120, 300),
    Figure.ABANDON_RATE: (60, 300),
    Figure.NOT_READY: (0, 0),
    Figure.AFTER_CONTACT: (0, 0),
    Figure.UNREACHABLE: (60, 60),
    Figure.CLOCK_LEFT: (0, 0),
    Figure.ASSIST: (0, 0),
    Figure.WAITS_THOUGH_READY: (0, 60),
    Figure.TOO_QUIET: (0, 60),
    Figure.LATE: (0, 60),
    Figure.UNDERSTAFFED: (300, 300),
    Figure.FORECAST_MISS: (120, 180),
    Figure.SOURCE_STALE: (0, 30),
    Figure.PHONES_LOST: (0, 60),
    Figure.RESTARTED: (0, 60),
}
"""Seconds beyond the limit until an alert is raised, and of calm until it is over."""
PERCENTAGES = frozenset(
    {
        Figure.SERVICE_LEVEL_DAY,
        Figure.SERVICE_LEVEL_RECENT,
        Figure.ABANDON_RATE,
        Figure.TOO_QUIET,
        Figure.FORECAST_MISS,
    }
)
_MARGIN = 0.1
_MARGIN_POINTS = 2.0


class Reading(msgspec.Struct, frozen=True):
    """A figure at an instant, and how it goes on from there."""

    value: float
    at: Ms = 0
    slope: int = 0
    """What a second adds: 1 for how long something has lasted, -1 for what is left, else 0."""

    def value_at(self, now: Ms) -> float:
        """The figure at an instant."""
        return self.value + self.slope * (now - self.at) / 1000

    def passes(self, level: float) -> Ms | None:
        """When the figure is at a level; None where time does not move it."""
        return self.at + round((level - self.value) * 1000 / self.slope) if self.slope else None


class Limit(msgspec.Struct, frozen=True):
    """A rule as it is judged."""

    rule: RuleSettings
    edge: float
    """Beyond it the rule is broken."""
    clear: float
    """There, or on the far side of it, it is calm again."""
    is_below: bool
    raise_ms: Ms
    end_ms: Ms

    @classmethod
    def of(cls, rule: RuleSettings) -> Limit:
        """A rule with its defaults filled in; it has exactly one of `above` and `below`."""
        is_below = rule.above is None
        edge = (rule.below if is_below else rule.above) or 0.0
        margin = _MARGIN_POINTS if rule.figure in PERCENTAGES else abs(edge) * _MARGIN
        clear = edge + margin if is_below else edge - margin
        raise_s, end_s = DWELL_S[rule.figure] if rule.held_s is None else (rule.held_s, rule.held_s)
        return cls(
            rule=rule,
            edge=edge,
            clear=clear if rule.clear is None else rule.clear,
            is_below=is_below,
            raise_ms=round(raise_s * 1000),
            end_ms=round(end_s * 1000),
        )

    def is_broken(self, value: float) -> bool:
        """Whether a value is beyond the limit."""
        return value < self.edge if self.is_below else value > self.edge

    def is_calm(self, value: float) -> bool:
        """Whether a value is back by the margin; what is broken is never calm."""
        is_back = value >= self.clear if self.is_below else value <= self.clear
        return is_back and not self.is_broken(value)

    def worse(self, one: float, other: float) -> float:
        """Of two values the one further beyond the limit."""
        return min(one, other) if self.is_below else max(one, other)


class Standing(msgspec.Struct, frozen=True):
    """How a figure stands against a limit."""

    is_raised: bool = False
    turning_since: Ms | None = None
    """Since when the figure has said the opposite; None while it does not."""
    broken_since: Ms = 0
    """When the figure that was raised had passed the limit."""


CALM = Standing()


def step(
    standing: Standing,
    limit: Limit,
    reading: Reading | None,
    now: Ms,
    *,
    not_before: Ms = 0,
    may_raise: bool = True,
) -> Standing:
    """How a figure stands at an instant.

    Args:
        standing: How it stood when it was judged last.
        limit: The limit.
        reading: The figure; None where there is nothing to measure any more, which is calm.
        now: The instant; earlier than before does no harm.
        not_before: A dwell does not begin before this instant, whatever the figure was then.
        may_raise: Whether the rule is in force.
    """
    value = None if reading is None else reading.value_at(now)
    if standing.is_raised:
        if value is not None and not limit.is_calm(value):
            return msgspec.structs.replace(standing, turning_since=None)
        since = now if standing.turning_since is None else min(standing.turning_since, now)
        if now - since >= limit.end_ms:
            return CALM
        return msgspec.structs.replace(standing, turning_since=since)
    if value is None or reading is None or not limit.is_broken(value):
        return CALM
    passed = reading.passes(limit.edge)
    if standing.turning_since is None:
        since = now if passed is None else min(passed, now)
    else:
        since = min(standing.turning_since, now)
    since = max(since, min(not_before, now))
    if may_raise and now - since >= limit.raise_ms:
        return Standing(is_raised=True, broken_since=since)
    return Standing(turning_since=since)


def due(standing: Standing, limit: Limit, reading: Reading | None) -> Ms | None:
    """When a figure has to be judged again though nothing is told of it; None: never."""
    if standing.turning_since is not None:
        return standing.turning_since + (limit.end_ms if standing.is_raised else limit.raise_ms)
    if reading is None or not reading.slope:
        return None
    grows_worse = (reading.slope < 0) is limit.is_below
    if grows_worse is standing.is_raised:
        return None
    passes = reading.passes(limit.clear if standing.is_raised else limit.edge)
    # At the limit itself nothing is broken yet.
    return None if passes is None else passes + 1


def is_in_force(rule: RuleSettings, now: Ms, place: ZoneInfo) -> bool:
    """Whether a rule may raise anything at an instant: valid already, and not in its quiet hours.

    Args:
        rule: The rule.
        now: The instant.
        place: The zone of the site, by whose wall clock it goes.
    """
    if not rule.valid_from and not rule.quiet:
        return True
    here = local_time(now, place)
    if rule.valid_from and here.date() < date.fromisoformat(rule.valid_from):
        return False
    if not rule.quiet:
        return True
    begins, _dash, ends = rule.quiet.partition("-")
    shown = f"{here:%H:%M}"
    is_quiet = begins <= shown < ends if begins <= ends else shown >= begins or shown < ends
    return not is_quiet
