"""Service levels and the other ratios of a queue, from raw counts.

T is the queue's threshold and 'within' means a wait of at most T. Where the denominator is zero
there is no value (None), never 0 % or 100 %. Percentages run from 0 to 100. The variants and what
the trade calls them: docs/figures.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from data.model import Counts


class Formula(StrEnum):
    """The ways in which the trade computes a service level, by the names used everywhere here."""

    OFFERED = "offered"
    """answered within T / offered"""
    WITHOUT_SHORT = "without_short"
    """answered within T / (offered - short abandons)"""
    ABANDONS_IGNORED = "abandons_ignored"
    """answered within T / (offered - abandoned within T)"""
    ABANDONS_GOOD = "abandons_good"
    """(answered within T + abandoned within T) / offered"""
    ANSWERED_ONLY = "answered_only"
    """answered within T / answered"""
    ANSWER_RATE = "answer_rate"
    """answered / offered"""


def percent(part: float, whole: float) -> float | None:
    """`part` of `whole` in percent, or None where there is no whole."""
    return 100.0 * part / whole if whole > 0 else None


def service_level(counts: Counts, formula: Formula = Formula.OFFERED) -> float | None:
    """The service level of some counts in percent (0-100), or None where nothing counts."""
    return percent(*parts(counts, formula))


def parts(counts: Counts, formula: Formula) -> tuple[int, int]:
    """Numerator and denominator of a formula, so that a screen can show what was divided."""
    within = counts.answered_within
    match formula:
        case Formula.OFFERED:
            return within, counts.offered
        case Formula.WITHOUT_SHORT:
            return within, counts.offered - counts.abandoned_short
        case Formula.ABANDONS_IGNORED:
            return within, counts.offered - counts.abandoned_within
        case Formula.ABANDONS_GOOD:
            return within + counts.abandoned_within, counts.offered
        case Formula.ANSWERED_ONLY:
            return within, counts.answered
        case Formula.ANSWER_RATE:
            return counts.answered, counts.offered


def abandon_rate(counts: Counts) -> float | None:
    """Abandoned contacts of those offered, in percent, or None where nothing was offered."""
    return percent(counts.abandoned, counts.offered)


def asa_s(counts: Counts) -> float | None:
    """Average speed of answer: mean wait of the answered contacts in seconds, or None."""
    return counts.wait_answered_s / counts.answered if counts.answered else None


def aht_s(counts: Counts) -> float | None:
    """Average handling time (talk + hold + after-contact work) in seconds, or None."""
    return counts.handling_s / counts.answered if counts.answered else None


def total(many: Iterable[Counts]) -> Counts:
    """Sums over sums: the only way in which figures of several queues may be joined."""
    result = Counts()
    for counts in many:
        result = result + counts
    return result
