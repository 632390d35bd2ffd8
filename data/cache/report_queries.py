"""What reports ask of history.db: sums over a span of time, made by SQLite, never row by row.

Every span begins at or after `start` and ends before `end`. Counts are those of intervals, so a
contact belongs to the interval in which it entered its queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec

from data.cache.history_keyframes import newest_rows
from data.cache.history_model import CHANNELS, DIRECTIONS, Sort
from data.floor import Key
from data.model import Agent, AnyRecord, Channel, Counts, Kind, Ms, Queue, Record, Shift
from data.rules.demand import HALF_HOUR_MS

Ask: TypeAlias = Callable[[str, Mapping[str, object]], list[tuple[Any, ...]]]
"""Runs a statement with named parameters and gives all rows."""
_Record = TypeVar("_Record", bound=Record)

_SUMS = """sum(offered), sum(answered), sum(answered_within), sum(abandoned),
    sum(abandoned_within), sum(abandoned_short), sum(transferred),
    sum(wait_answered_ms) / 1000.0, sum(wait_abandoned_ms) / 1000.0,
    max(longest_wait_ms) / 1000.0, sum(talk_ms) / 1000.0, sum(hold_ms) / 1000.0,
    sum(acw_ms) / 1000.0"""
# Names are looked up for sums, not for each of the intervals.
_BY_QUEUE = f"""
SELECT name.n, name.source, name.id, name.label, name.client, sums.* FROM (
    SELECT queue AS whose, max(imported), {_SUMS} FROM interval
    WHERE starts_at >= :start AND starts_at < :end GROUP BY queue
) AS sums JOIN name ON name.n = sums.whose WHERE name.site = :site
ORDER BY name.label, name.id
"""  # noqa: S608 - only a list of columns is put in
_BY_INTERVAL = f"""
SELECT starts_at, {_SUMS} FROM interval
WHERE starts_at >= :start AND starts_at < :end
    AND queue IN (SELECT value FROM json_each(:queues))
GROUP BY starts_at ORDER BY starts_at
"""  # noqa: S608 - only a list of columns is put in
_FIRST_INTERVAL = """
SELECT starts_at FROM interval JOIN name ON name.n = interval.queue
WHERE name.site = :site ORDER BY starts_at LIMIT 1
"""
_BY_HALF_HOUR = """
SELECT queue, starts_at - starts_at % :half AS half, sum(offered)
FROM interval JOIN name ON name.n = interval.queue
WHERE starts_at >= :start AND starts_at < :end AND name.site = :site
GROUP BY queue, half
"""
# Only half hours that are over, and of what came only what came in them: a forecast that covers
# part of a period is never held against the whole of it.
_FORECAST = """
SELECT forecast.queue, min(origin), max(origin), sum(offered), total(offered * aht_s),
    total(offered) FILTER (WHERE aht_s IS NOT NULL)
FROM forecast JOIN name ON name.n = forecast.queue
WHERE starts_at >= :start AND starts_at <= :end - :half AND name.site = :site
GROUP BY forecast.queue
"""
_CAME = """
SELECT interval.queue, sum(interval.offered)
FROM interval CROSS JOIN forecast ON forecast.queue = interval.queue
    AND forecast.starts_at = interval.starts_at - interval.starts_at % :half
WHERE interval.starts_at >= :start AND forecast.starts_at <= :end - :half
    AND interval.starts_at < :end
GROUP BY interval.queue
"""
_FORECAST_BY_SOURCE = """
SELECT interval.queue, sum(forecast_offered), sum(offered),
    total(forecast_offered * forecast_aht_s),
    total(forecast_offered) FILTER (WHERE forecast_aht_s IS NOT NULL)
FROM interval JOIN name AS queue ON queue.n = interval.queue
WHERE starts_at >= :start AND starts_at + minutes * 60000 <= :end AND queue.site = :site
    AND forecast_offered IS NOT NULL
GROUP BY interval.queue
"""
_KEPT_QUEUES = """
SELECT DISTINCT queue FROM forecast WHERE starts_at >= :start AND starts_at <= :end - :half
"""
_FORECAST_BY_TIME = """
SELECT starts_at, total(offered) FROM forecast
WHERE starts_at >= :start AND starts_at <= :end - :half
    AND queue IN (SELECT value FROM json_each(:queues))
GROUP BY starts_at
"""
_CAME_BY_TIME = """
SELECT interval.starts_at, sum(interval.offered)
FROM interval CROSS JOIN forecast ON forecast.queue = interval.queue
    AND forecast.starts_at = interval.starts_at - interval.starts_at % :half
WHERE interval.starts_at >= :start AND forecast.starts_at <= :end - :half
    AND interval.starts_at < :end
    AND interval.queue IN (SELECT value FROM json_each(:queues))
GROUP BY interval.starts_at
"""
_TOLD_BY_TIME = """
SELECT starts_at, total(forecast_offered), sum(offered) FROM interval
WHERE starts_at >= :start AND starts_at + minutes * 60000 <= :end
    AND forecast_offered IS NOT NULL AND queue IN (SELECT value FROM json_each(:queues))
GROUP BY starts_at
"""
_AGENTS = """
SELECT agent.source, agent.id, agent.label, sum(handled), sum(talk_ms), sum(hold_ms), sum(acw_ms),
    sum(ready_ms)
FROM agent_day JOIN name AS agent ON agent.n = agent_day.agent
WHERE day_started_at >= :start AND day_started_at < :end AND agent.site = :site
GROUP BY agent_day.agent
"""
_AGENTS_OF_IMPORTED = """
SELECT agent.source, agent.id, agent.label, count(*), sum(contact.ended - contact.answered),
    0, 0, NULL
FROM contact JOIN name AS agent ON agent.n = contact.agent
WHERE contact.imported = 1 AND contact.at >= :start AND contact.at < :end
    AND contact.answered IS NOT NULL AND agent.site = :site
GROUP BY contact.agent
"""
_KIND_OF_QUEUE = """
SELECT channel, direction FROM contact WHERE at >= :start AND at < :end AND queue = :queue LIMIT 1
"""
_COMPLAINTS = """
SELECT subject.source, subject.id FROM name AS subject JOIN event ON event.subject = subject.n
WHERE subject.sort = :sort AND subject.site = :site
GROUP BY subject.n HAVING min(event.at) >= :start AND min(event.at) < :end
"""
_ALERTS = """
SELECT count(*) FROM name AS subject JOIN event ON event.subject = subject.n
    JOIN name AS what ON what.n = event.what
WHERE subject.sort = :sort AND subject.site = :site AND what.id = 'raised'
    AND event.at >= :start AND event.at < :end
"""


class QueueSums(msgspec.Struct, frozen=True):
    """What one queue came to in a span of time."""

    number: int
    """Which stands for it in this file."""
    key: Key
    name: str
    client: str
    has_imported: bool
    counts: Counts


class Expected(msgspec.Struct, frozen=True):
    """Contacts that were forecast, and those that came in the same half hours."""

    offered: float
    came: int
    origins: frozenset[int]
    """Codes of `data.figures.demand.Origin`."""
    handling_s: float = 0.0
    """What those of whom a handling time was forecast were to take together."""
    timed: float = 0.0
    """How many these are."""

    def __add__(self, other: Expected) -> Expected:
        """Two queues, or two spans, together."""
        return Expected(
            self.offered + other.offered,
            self.came + other.came,
            self.origins | other.origins,
            self.handling_s + other.handling_s,
            self.timed + other.timed,
        )

    @property
    def aht_s(self) -> float | None:
        """The handling time that was forecast, seconds; None where none was."""
        return self.handling_s / self.timed if self.timed else None


class Worked(msgspec.Struct, frozen=True):
    """What an agent's days came to; None where no source told."""

    key: Key
    name: str
    handled: int | None
    talk_ms: int | None
    hold_ms: int | None
    acw_ms: int | None
    ready_ms: int | None


def queue_sums(ask: Ask, site: str, start: Ms, end: Ms) -> list[QueueSums]:
    """The counts of each queue of a site over a span, by name."""
    return [
        QueueSums(
            number, Key(site, source, name), label or name, client, bool(imported), _sum(sums)
        )
        for number, source, name, label, client, _n, imported, *sums in ask(
            _BY_QUEUE, {"site": site, "start": start, "end": end}
        )
    ]


def first_interval(ask: Ask, site: str) -> Ms | None:
    """When the first interval began that history has of a site; None where it has none."""
    return next((starts for (starts,) in ask(_FIRST_INTERVAL, {"site": site})), None)


def interval_sums(
    ask: Ask, queues: Iterable[int], start: Ms, end: Ms
) -> Iterator[tuple[Ms, Counts]]:
    """The counts of some queues together in each interval of a span, in order.

    Args:
        ask: The file.
        queues: Their numbers.
        start: The first interval's beginning.
        end: Intervals that begin then or later do not matter.
    """
    wanted = {"queues": _numbers(queues), "start": start, "end": end}
    return ((starts, _sum(sums)) for starts, *sums in ask(_BY_INTERVAL, wanted))


def offered_by_half_hour(ask: Ask, site: str, start: Ms, end: Ms) -> list[tuple[int, Ms, int]]:
    """What was offered to each queue of a site, by its number and the half hour's beginning."""
    return ask(_BY_HALF_HOUR, {"site": site, "start": start, "end": end, "half": HALF_HOUR_MS})


def forecasts(ask: Ask, site: str, start: Ms, end: Ms, by_source: int) -> dict[int, Expected]:
    """What was forecast of each queue, by number: kept here, or else told by the source itself.

    Args:
        ask: The file.
        site: Whose queues.
        start: The first half hour's beginning.
        end: Half hours that end later do not matter.
        by_source: The code of the origin of what the source told.
    """
    wanted = {"site": site, "start": start, "end": end}
    told = ask(_FORECAST_BY_SOURCE, wanted)
    found = {
        queue: Expected(offered, came, frozenset({by_source}), *handling)
        for queue, offered, came, *handling in told
    }
    halves = {**wanted, "half": HALF_HOUR_MS}
    kept = ask(_FORECAST, halves)
    came: dict[int, int] = dict(ask(_CAME, halves)) if kept else {}
    found |= {
        queue: Expected(offered, came.get(queue, 0), frozenset({least, most}), *handling)
        for queue, least, most, offered, *handling in kept
    }
    return found


def forecasts_by_time(
    ask: Ask, queues: Iterable[int], start: Ms, end: Ms, *, has_kept: bool
) -> dict[Ms, Expected]:
    """What was forecast of some queues together, by the quarter hour; half of a half hour's each.

    Args:
        ask: The file.
        queues: Their numbers.
        start: The first quarter hour's beginning.
        end: Those of half hours that end later do not matter.
        has_kept: Whether the file is of a program that keeps forecasts.
    """
    halves: dict[str, object] = {"start": start, "end": end, "half": HALF_HOUR_MS}
    wanted = set(queues)
    kept = {queue for (queue,) in ask(_KEPT_QUEUES, halves)} & wanted if has_kept else set()
    found = {
        at: Expected(offered, came, frozenset())
        for at, offered, came in ask(_TOLD_BY_TIME, {**halves, "queues": _numbers(wanted - kept)})
    }
    if not kept:
        return found
    of_kept = {**halves, "queues": _numbers(kept)}
    came_then: dict[Ms, int] = dict(ask(_CAME_BY_TIME, of_kept))
    for half, offered in ask(_FORECAST_BY_TIME, of_kept):
        for at in (half, half + HALF_HOUR_MS // 2):
            one = Expected(offered / 2, came_then.get(at, 0), frozenset())
            found[at] = found[at] + one if at in found else one
    return found


def _numbers(queues: Iterable[int]) -> str:
    return msgspec.json.encode(sorted(queues)).decode()


def agent_sums(
    ask: Ask, site: str, start: Ms, end: Ms, *, has_imported: bool, told_until: Ms | None = None
) -> list[Worked]:
    """What the agents of a site did in days that began in a span.

    Args:
        ask: The file.
        site: Whose agents.
        start: The beginning of the first day.
        end: Days that began then or later do not matter.
        has_imported: Whether calls of other systems are in the span: nobody else summed them up.
        told_until: What sources summed up of days that began then or later does not matter.
    """
    wanted = {"site": site, "start": start, "end": end}
    rows = ask(_AGENTS, wanted if told_until is None else {**wanted, "end": told_until})
    if has_imported:
        rows += ask(_AGENTS_OF_IMPORTED, wanted)
    return [
        Worked(Key(site, source, name), label or name, *sums) for source, name, label, *sums in rows
    ]


def kind_of_queue(ask: Ask, queue: int, start: Ms, end: Ms) -> tuple[Channel, str] | None:
    """Channel and direction of a queue's first contact in a span; None where it has none."""
    for channel, direction in ask(_KIND_OF_QUEUE, {"queue": queue, "start": start, "end": end}):
        return CHANNELS.get(channel, Channel.OTHER), DIRECTIONS.get(direction, "other")
    return None


def complaints_raised(ask: Ask, site: str, start: Ms, end: Ms) -> list[Key]:
    """The complaints of a site of which the first that is known happened in a span."""
    wanted = {"site": site, "sort": Sort.ESCALATION, "start": start, "end": end}
    return [Key(site, source, name) for source, name in ask(_COMPLAINTS, wanted)]


def alerts_raised(ask: Ask, site: str, start: Ms, end: Ms) -> int:
    """How often an alert was raised at a site in a span."""
    wanted = {"site": site, "sort": Sort.ALERT, "start": start, "end": end}
    ((count,),) = ask(_ALERTS, wanted)
    return int(count)


def queues_then(ask: Ask, start: Ms, end: Ms) -> dict[Key, Queue]:
    """The queues as they were kept last in a span, with threshold and target as valid then."""
    kept = newest_rows(ask, end, (Kind.QUEUE,), start)
    return {} if kept is None else _of(Queue, kept.rows[Kind.QUEUE])


def plan_then(ask: Ask, start: Ms, end: Ms) -> tuple[dict[Key, Agent], dict[Key, Shift]]:
    """The agents and the shifts as they were kept last in a span."""
    kept = newest_rows(ask, end, (Kind.AGENT, Kind.SHIFT), start)
    if kept is None:
        return {}, {}
    return _of(Agent, kept.rows[Kind.AGENT]), _of(Shift, kept.rows[Kind.SHIFT])


def _of(kind: type[_Record], rows: Mapping[Key, AnyRecord]) -> dict[Key, _Record]:
    return {key: row for key, row in rows.items() if isinstance(row, kind)}


def _sum(sums: list[Any]) -> Counts:
    return Counts(**dict(zip(Counts.__struct_fields__, sums, strict=True)))
