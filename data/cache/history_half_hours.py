"""Reading what is expected and needed, half hour by half hour: this is what the screen loads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from data.model import Ms

HALF_HOUR_MS = 30 * 60_000
Ask: TypeAlias = Callable[[str, Mapping[str, object]], list[tuple[Any, ...]]]
"""Runs a statement with named parameters and gives all rows."""

_HALF_HOURS = """
SELECT starts_at, sum(forecast.offered), sum(expected), sum(came),
    (SELECT sum(heads) FROM need
     WHERE need.starts_at = forecast.starts_at AND (:site IS NULL OR need.site = :site))
FROM forecast JOIN name AS queue ON queue.n = forecast.queue
    LEFT JOIN (SELECT queue AS whose, starts_at - starts_at % :half AS half, sum(offered) AS came
        FROM interval WHERE starts_at >= :start AND starts_at < :end GROUP BY 1, 2
    ) ON whose = forecast.queue AND half = forecast.starts_at
WHERE starts_at >= :start AND starts_at < :end AND (:site IS NULL OR queue.site = :site)
GROUP BY starts_at ORDER BY starts_at
"""


_EXPECTED = """
SELECT queue.site, queue.source, queue.id, expected
FROM forecast JOIN name AS queue ON queue.n = forecast.queue
WHERE starts_at = :at AND (:site IS NULL OR queue.site = :site)
"""

_FORECASTS = """
SELECT queue.site, queue.source, queue.id, starts_at, forecast.offered
FROM forecast JOIN name AS queue ON queue.n = forecast.queue
WHERE starts_at >= :start AND starts_at < :end AND (:site IS NULL OR queue.site = :site)
"""


class HalfHour(msgspec.Struct, frozen=True):
    """A half hour of a site, or of several: all of it estimated but for what came."""

    starts_at: Ms
    forecast: float
    """Calls, as they were forecast beforehand."""
    expected: float
    """Calls, corrected by what had come by then."""
    came: int | None
    """Calls offered so far; None where none are known."""
    need: int | None
    """Agents that are needed on the queues for what is expected."""


def half_hours(ask: Ask, site: str | None, start: Ms, end: Ms) -> list[HalfHour]:
    """The half hours of a span of time for which there is a forecast, in order."""
    end += -end % HALF_HOUR_MS
    wanted = {"site": site, "start": start, "end": end, "half": HALF_HOUR_MS}
    return [
        HalfHour(at, forecast, expected, came, need)
        for at, forecast, expected, came, need in ask(_HALF_HOURS, wanted)
    ]


def expected_calls(ask: Ask, site: str | None, at: Ms) -> dict[tuple[str, str, str], float]:
    """Calls that are expected in the half hour that begins at `at`: by site, source and queue."""
    return {(*names,): calls for *names, calls in ask(_EXPECTED, {"site": site, "at": at})}


def forecasts(
    ask: Ask, site: str | None, start: Ms, end: Ms
) -> dict[tuple[str, str, str], dict[Ms, float]]:
    """Calls as they were forecast beforehand: by site, source and queue, by half hour."""
    found: dict[tuple[str, str, str], dict[Ms, float]] = {}
    for *names, at, calls in ask(_FORECASTS, {"site": site, "start": start, "end": end}):
        found.setdefault((*names,), {})[at] = calls
    return found
