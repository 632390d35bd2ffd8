"""Between which numbers a count of chance events lies most of the time."""

from __future__ import annotations

import math

_WIDE = 12.0
"""So many standard deviations, and as many counts more, hold all that a float can tell of."""


def likely_range(mean: float, share: float = 0.8) -> tuple[int, int]:
    """The central range of a Poisson variable.

    The least count that at least (1 - share) / 2 of all are at or below, and the least that at
    least (1 + share) / 2 are at or below: what lies between comes at least `share` of the time.

    Args:
        mean: What is expected, 0 or more.
        share: How much of all counts the range is to hold, between 0 and 1.
    """
    if mean <= 0:
        return 0, 0
    mode = math.floor(mean)
    reach = math.ceil(_WIDE * math.sqrt(mean) + _WIDE)
    lowest = max(0, mode - reach)
    # Weights are relative to that of the mode, lest e^-mean become nothing.
    weights = {mode: 1.0}
    for count in range(mode + 1, mode + reach):
        weights[count] = weights[count - 1] * mean / count
    for count in range(mode, lowest, -1):
        weights[count - 1] = weights[count] * count / mean
    total = math.fsum(weights.values())
    low, high, sum_so_far = -1, -1, 0.0
    for count in sorted(weights):
        sum_so_far += weights[count] / total
        if low < 0 and sum_so_far >= (1 - share) / 2:
            low = count
        if sum_so_far >= (1 + share) / 2:
            high = count
            break
    return low, high
