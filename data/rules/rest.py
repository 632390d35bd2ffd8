"""Rest between two shifts, in real hours: a change of the clocks shortens it, or lengthens it."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from data.model import Ms

HOUR_MS = 3_600_000
LEAST_REST_H = 11
"""Of daily rest: Directive 2003/88/EC, article 3. A site's own rules may ask for more."""


class Rest(msgspec.Struct, frozen=True):
    """The rest between two shifts."""

    rest_hours: float
    """Real hours; below 0 where the next shift begins before the previous one has ended."""
    violation: bool
    """Whether it is shorter than asked for; exactly as long is no violation."""


def rest_between(
    previous_end: Ms, next_start: Ms, least_hours: int | Fraction = LEAST_REST_H
) -> Rest:
    """Judge the rest between the end of a shift and the start of the next one."""
    rest = next_start - previous_end
    return Rest(rest_hours=rest / HOUR_MS, violation=rest < least_hours * HOUR_MS)
