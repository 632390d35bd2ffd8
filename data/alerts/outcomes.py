"""Whether what was foretold came true: forecasts held against what was measured afterwards.

A forecast that a half hour misses its target has come true if it did. Where it did not, and heads
were added after the forecast was made, nobody can tell what would have been: it was prevented, and
counts neither way. Of a half hour of which nothing was counted nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from data.floor import Key
from data.model import Alert, Cause, Counts, Interval, Ms
from data.rules.service_level import Formula, service_level

HALF_HOUR_MS = 30 * 60_000
COUNTED_MS = 120_000
"""So long after a half hour is over its counts are taken to be whole."""
GIVEN_UP_MS = 6 * 3_600_000
"""What was not counted by then will not be."""
CAME_TRUE, DID_NOT = "came_true", "did_not_come_true"
PREVENTED, NOT_KNOWN = "prevented", "not_known"
JUDGED = (CAME_TRUE, DID_NOT)
"""The outcomes that count for how often forecasts come true."""
LATELY = 10
"""Of so many judged forecasts it is told how often they came true."""
LATELY_MS = 28 * 24 * 3_600_000


class TrackRecord(msgspec.Struct, frozen=True):
    """How often the forecasts of a site came true lately."""

    came_true: int = 0
    judged: int = 0


class Promise(msgspec.Struct, frozen=True):
    """What an alert foretold when it was raised."""

    alert: str
    half: Ms
    """The half hour that was to miss its target."""
    keys: tuple[Key, ...]
    target_percent: float
    got_heads: bool
    """Heads were added before it began."""


def promise_of(alert: Alert, keys: tuple[Key, ...]) -> Promise | None:
    """What an alert foretold; None where it foretold nothing, or has been judged.

    Args:
        alert: The alert.
        keys: The queues that are staffed as one with the queue that it is about.
    """
    causes = {cause.code: cause.values for cause in alert.causes}
    if alert.outcome is not None or not {"promised", "forecast"} <= causes.keys():
        return None
    promised, said = causes["promised"], causes["forecast"]
    half, target = _number(promised, "half"), _number(said, "target")
    got_heads = _number(promised, "later") > _number(promised, "heads")
    return Promise(alert.id, round(half), keys, target, got_heads)


def is_due(promise: Promise, now: Ms) -> bool:
    """Whether what became of a promise may be known by now."""
    return promise.half + HALF_HOUR_MS + COUNTED_MS <= now


def outcome(
    promise: Promise, intervals: Iterable[Interval], formula: Formula, now: Ms
) -> Cause | None:
    """What came of a promise; None while that may still become known.

    Args:
        promise: What was foretold, of a half hour that is over.
        intervals: What was counted in that half hour, of these queues and others.
        formula: The formula of service levels.
        now: The present.
    """
    counts = Counts()
    end = promise.half + HALF_HOUR_MS
    for row in intervals:
        is_of_half = promise.half <= row.starts_at < end
        if is_of_half and Key(row.site, row.source, row.queue) in promise.keys:
            counts += row.counts
    level = service_level(counts, formula)
    if level is None:
        return Cause(NOT_KNOWN, {"at": end}) if now >= end + GIVEN_UP_MS else None
    if level < promise.target_percent:
        code = CAME_TRUE
    else:
        code = PREVENTED if promise.got_heads else DID_NOT
    return Cause(code, {"at": end, "level": round(level, 1), "half": promise.half})


def _number(values: dict[str, str | int | float | None], name: str) -> float:
    value = values.get(name)
    return float(value) if isinstance(value, int | float) else 0.0
