"""What is expected and needed, in history.db: what of it is kept, and what it is made from.

A half hour's forecast is what it was when the half hour began: it is never changed afterwards, so
that it can be held against what came. What somebody imported stands above what is reckoned.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from data.cache.forecast_batch import ForecastBatch
from data.cache.history_model import Sort
from data.cache.names import Names
from data.figures.demand import Given, Origin, QueuePast, SiteDemand
from data.floor import Key
from data.model import Ms
from data.rules.demand import HALF_HOUR_MS, Came
from data.rules.wall_time import local_time

Ask: TypeAlias = Callable[[str, Mapping[str, object]], list[tuple[Any, ...]]]
"""Runs a statement with named parameters and gives all rows."""

DEMAND_TABLES = ("forecast", "need")
_PAST = """
SELECT queue.source, queue.id, interval.starts_at - interval.starts_at % :half AS half,
    sum(offered), sum(answered), sum(talk_ms + hold_ms + acw_ms) / 1000.0,
    sum(wait_answered_ms + wait_abandoned_ms) / 1000.0, sum(abandoned)
FROM interval JOIN name AS queue ON queue.n = interval.queue
WHERE interval.starts_at >= :start AND interval.starts_at < :end AND queue.site = :site
GROUP BY interval.queue, half
"""
_GIVEN_BY_SOURCE = """
SELECT queue.source, queue.id, interval.starts_at - interval.starts_at % :half AS half,
    sum(forecast_offered), sum(forecast_offered * forecast_aht_s) / sum(forecast_offered)
FROM interval JOIN name AS queue ON queue.n = interval.queue
WHERE interval.starts_at >= :start AND interval.starts_at < :end AND queue.site = :site
    AND forecast_offered IS NOT NULL
GROUP BY interval.queue, half
"""
_GIVEN_BY_PEOPLE = """
SELECT queue.source, queue.id, starts_at, offered, aht_s
FROM forecast JOIN name AS queue ON queue.n = forecast.queue
WHERE starts_at >= :start AND starts_at < :end AND queue.site = :site AND origin = :imported
"""
# Of a half hour that has begun the forecast stays; of one that is over everything does.
_KEEP = """
INSERT INTO forecast VALUES (:queue, :starts, :origin, :offered, :aht, :expected, :required)
ON CONFLICT (starts_at, queue) DO UPDATE SET
    origin = CASE WHEN starts_at <= :now THEN origin ELSE excluded.origin END,
    offered = CASE WHEN starts_at <= :now THEN offered ELSE excluded.offered END,
    aht_s = excluded.aht_s, expected = excluded.expected, required = excluded.required
WHERE starts_at + :half > :now
"""
_KEEP_NEED = """
INSERT INTO need VALUES (:site, :starts, :heads)
ON CONFLICT (starts_at, site) DO UPDATE SET heads = excluded.heads WHERE starts_at + :half > :now
"""
_IMPORT = """
INSERT INTO forecast VALUES (:queue, :starts, :imported, :offered, :aht, :offered, NULL)
ON CONFLICT (starts_at, queue) DO UPDATE SET origin = :imported, offered = excluded.offered,
    aht_s = excluded.aht_s, expected = excluded.expected, required = NULL
"""


class DemandKeeper:
    """Writes forecasts, in the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names

    def keep(self, demand: SiteDemand, now: Ms) -> None:
        """Keep what was reckoned of a site as of `now`."""
        half = {"half": HALF_HOUR_MS, "now": now}
        self._connection.executemany(
            _KEEP,
            [
                {
                    "queue": self._names.of(row.key.site, row.key.source, Sort.QUEUE, row.key.id),
                    "starts": row.starts_at,
                    "origin": int(row.origin),
                    "offered": row.offered,
                    "aht": row.aht_s,
                    "expected": row.expected,
                    "required": row.required,
                    **half,
                }
                for row in demand.queues
            ],
        )
        self._connection.executemany(
            _KEEP_NEED,
            [
                {"site": demand.site, "starts": at, "heads": heads, **half}
                for at, heads in demand.need
            ],
        )

    def take_in(self, batch: ForecastBatch) -> int:
        """Keep forecasts of somebody else's over whatever is forecast; how many half hours."""
        wanted = [
            {
                "queue": self._names.of(batch.site, batch.source, Sort.QUEUE, row.queue),
                "starts": row.starts_at,
                "imported": int(Origin.IMPORTED),
                "offered": row.offered,
                "aht": row.aht_s,
            }
            for row in batch.rows
        ]
        self._connection.executemany(_IMPORT, wanted)
        return len(wanted)


def past_of(ask: Ask, site: str, start: Ms, end: Ms, place: ZoneInfo) -> dict[Key, QueuePast]:
    """What came to the queues of a site in a span of time.

    A queue's days are recorded from the first on which anything came to it.
    """
    halves: dict[Key, dict[Ms, Came]] = {}
    waited: dict[Key, tuple[float, int]] = {}
    for source, queue, half, offered, answered, handling, queue_s, abandoned in ask(
        _PAST, {"site": site, "start": start, "end": end, "half": HALF_HOUR_MS}
    ):
        key = Key(site, source, queue)
        halves.setdefault(key, {})[half] = Came(offered, answered, handling)
        before = waited.get(key, (0.0, 0))
        waited[key] = before[0] + queue_s, before[1] + abandoned
    spans: dict[str, dict[date, tuple[Ms, Ms]]] = {}
    first_days: dict[Key, date] = {}
    for key, of in halves.items():
        days = spans.setdefault(key.source, {})
        for at, came in of.items():
            if came.offered:
                day = local_time(at, place).date()
                first, last = days.get(day, (at, at))
                days[day] = min(first, at), max(last, at)
                first_days[key] = min(first_days.get(key, day), day)
    return {
        key: QueuePast(
            halves[key],
            {day: span for day, span in spans[key.source].items() if day >= began},
            *waited[key],
        )
        for key, began in first_days.items()
    }


def given_of(ask: Ask, site: str, start: Ms, end: Ms) -> dict[tuple[Key, Ms], Given]:
    """What sources and people have forecast of a site; people stand above sources."""
    wanted = {"site": site, "start": start, "end": end, "half": HALF_HOUR_MS}
    found = {
        (Key(site, source, queue), at): Given(offered, aht_s, Origin.SOURCE)
        for source, queue, at, offered, aht_s in ask(_GIVEN_BY_SOURCE, wanted)
    }
    wanted |= {"imported": int(Origin.IMPORTED)}
    for source, queue, at, offered, aht_s in ask(_GIVEN_BY_PEOPLE, wanted):
        found[Key(site, source, queue), at] = Given(offered, aht_s, Origin.IMPORTED)
    return found
