"""Whether so few contacts come that it cannot be chance: a fault in the lines, not a quiet hour.

Two tests, each of one queue or of a site. How long nothing has come: of a Poisson stream with mean
`m` in a quarter hour the chance that any pause in it lasts at least as long as `x` contacts are
expected in is at most `m e^-x`. And how few came in the quarter hour that is over: the chance of at
most so many. Both are multiples of one bound, so that together they are wrong at most once in as
many quarter hours as the limit says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from data.model import Ms

HALF_HOUR_MS = 30 * 60_000
QUARTER_MS = 15 * 60_000
_OF_PAUSE = 0.9
_OF_QUARTER = 0.1
"""How the one bound is shared between the two tests."""


class Silence(msgspec.Struct, frozen=True):
    """How quiet it is, and by what that was judged."""

    percent: float
    """The chance, 0 to 100, that it is at least as quiet with nothing wrong."""
    since: Ms
    """From when on contacts were counted."""
    until: Ms
    expected: float
    """Contacts that were expected in that span."""
    came: int


def expected_between(by_half_hour: Mapping[Ms, float], start: Ms, end: Ms) -> float | None:
    """Contacts expected in a span of time; None where part of it is not known.

    Args:
        by_half_hour: Contacts expected, by the beginning of each half hour.
        start: Where the span begins.
        end: Where it ends.
    """
    total = 0.0
    at = start - start % HALF_HOUR_MS
    while at < end:
        share = min(end, at + HALF_HOUR_MS) - max(start, at)
        if at not in by_half_hour:
            return None
        total += by_half_hour[at] * share / HALF_HOUR_MS
        at += HALF_HOUR_MS
    return total


def pause(by_half_hour: Mapping[Ms, float], last_at: Ms, now: Ms) -> Silence | None:
    """How likely it is that nothing has come since the last contact; None where none is known."""
    # What was expected beyond a few hours ago says nothing more about the present.
    start = max(last_at, now - 4 * HALF_HOUR_MS)
    expected = expected_between(by_half_hour, start, now)
    if expected is None:
        return None
    a_quarter = by_half_hour.get(now - now % HALF_HOUR_MS, 0.0) / 2
    chance = max(1.0, a_quarter) * math.exp(-expected) / _OF_PAUSE
    return Silence(100 * min(1.0, chance), start, now, expected, 0)


def quarter(by_half_hour: Mapping[Ms, float], came: int, starts_at: Ms) -> Silence | None:
    """How likely it is that so few came in a quarter hour that is over."""
    end = starts_at + QUARTER_MS
    expected = expected_between(by_half_hour, starts_at, end)
    if expected is None:
        return None
    chance = at_most(came, expected) / _OF_QUARTER
    return Silence(100 * min(1.0, chance), starts_at, end, expected, came)


def at_most(count: int, mean: float) -> float:
    """The chance that a Poisson variable is at most `count`."""
    if mean <= 0:
        return 1.0
    log_term, terms = -mean, [-mean]
    for each in range(1, count + 1):
        log_term += math.log(mean / each)
        terms.append(log_term)
    return min(1.0, math.fsum(math.exp(term) for term in terms))
