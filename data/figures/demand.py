"""What is expected of a site's queues, half hour by half hour, and how many agents that needs.

Everything here is an estimate. A queue's forecast is, in this order, what was imported, what its
source says, or what came on days like this one; what has come today corrects the rest of the day.
Only queues in which a person waits for an agent are staffed by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import IntEnum
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from data.floor import Key
from data.model import Ms, Queue
from data.rules.demand import HALF_HOUR_MS, Came, Expected, Recorded, correct, expect, slots
from data.rules.pools import pools
from data.rules.staffing import Goals, Load, estimated_patience, required
from data.settings import PlanningSettings

_LEAST_ABANDONED = 20
"""From fewer who hung up no patience is estimated."""
_HIGHEST_TARGET = 99.9
"""No number of agents promises all of it, so a target of 100 % is reckoned as this."""


class Origin(IntEnum):
    """Where a forecast is from; on disk."""

    HISTORY = 0
    IMPORTED = 1
    SOURCE = 2


class Given(msgspec.Struct, frozen=True):
    """A forecast of somebody else's."""

    offered: float
    aht_s: float | None
    origin: Origin


class QueuePast(msgspec.Struct, frozen=True):
    """What history knows of one queue."""

    halves: Mapping[Ms, Came]
    days: Recorded
    queue_s: float
    """Time in the queue of all contacts together."""
    abandoned: int


NO_PAST = QueuePast({}, {}, 0.0, 0)


class SiteQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be reckoned of a site."""

    site: str
    place: ZoneInfo
    holidays: Collection[date] = frozenset()
    now: Ms
    start: Ms
    """When its day began."""
    end: Ms
    """Up to when forecasts are wanted."""
    need_until: Ms
    """Up to when it is wanted how many are needed."""
    queues: tuple[Queue, ...]
    agents: tuple[tuple[Key, ...], ...]
    """The queues of each agent."""


class QueueDemand(msgspec.Struct, frozen=True):
    """One queue in one half hour."""

    key: Key
    starts_at: Ms
    origin: Origin
    offered: float
    """As it was forecast beforehand."""
    aht_s: float | None
    expected: float
    """The same, corrected by what has come today."""
    required: int | None
    """Agents, were the queue alone; None where no handling time or no target is known."""


class PoolLoad(msgspec.Struct, frozen=True):
    """What comes to the queues of a pool together in a half hour."""

    starts_at: Ms
    calls: float
    aht_s: int
    need: int
    """Heads to be planned."""


class PoolDemand(msgspec.Struct, frozen=True):
    """Queues that share their agents so far that they are staffed as one; or one alone."""

    keys: tuple[Key, ...]
    target_percent: float
    """The strictest of them, as is the threshold."""
    threshold_s: int
    patience_s: float | None
    loads: tuple[PoolLoad, ...]


class SiteDemand(msgspec.Struct, frozen=True):
    """What was reckoned of a site."""

    site: str
    queues: tuple[QueueDemand, ...]
    need: tuple[tuple[Ms, int], ...]
    """Heads that are needed on the queues, by half hour: queues that share agents together."""
    pools: tuple[PoolDemand, ...] = ()
    shrinkage: float = 0.0
    """Share of those planned who will not be there, and of whom no plan tells."""


def site_demand(
    asked: SiteQuestion,
    past: Mapping[Key, QueuePast],
    given: Mapping[tuple[Key, Ms], Given],
    planning: PlanningSettings,
) -> SiteDemand:
    """Forecast a site's queues, and say how many agents that needs.

    Args:
        asked: What is wanted.
        past: By queue, from the weeks before and from today.
        given: Forecasts of others, by queue and half hour.
        planning: The floor's settings.
    """
    wanted = slots(
        asked.start - asked.start % HALF_HOUR_MS,
        asked.end,
        planning.weeks,
        asked.place,
        asked.holidays,
    )
    days: dict[Key, dict[Ms, tuple[Origin, Expected]]] = {}
    for queue in asked.queues:
        key = Key(queue.site, queue.source, queue.id)
        own = past.get(key, NO_PAST)
        found = expect(wanted, own.halves, own.days, asked.place)
        days[key] = {
            slot.starts_at: one
            for slot, expected in zip(wanted, found, strict=True)
            if (one := _settled(given.get((key, slot.starts_at)), expected)) is not None
        }
    factors = _factors(asked, days, past, planning)
    rows = [
        QueueDemand(
            key,
            at,
            origin,
            one.offered,
            one.aht_s,
            one.offered if at + HALF_HOUR_MS <= asked.now else one.offered * factors[key],
            None,
        )
        for key, day in days.items()
        for at, (origin, one) in day.items()
    ]
    return staffed(asked, rows, past, planning)


def _settled(given: Given | None, own: Expected | None) -> tuple[Origin, Expected] | None:
    if given is None:
        return None if own is None else (Origin.HISTORY, own)
    aht = given.aht_s if given.aht_s is not None or own is None else own.aht_s
    return given.origin, Expected(given.offered, aht)


def _factors(
    asked: SiteQuestion,
    days: Mapping[Key, Mapping[Ms, tuple[Origin, Expected]]],
    past: Mapping[Key, QueuePast],
    planning: PlanningSettings,
) -> dict[Key, float]:
    """By what factor the rest of the day of each queue is to be taken.

    A queue of which too few calls have come goes by what came to all of the site.
    """
    done: dict[Key, tuple[list[float], list[float]]] = {}
    for key, day in days.items():
        own = past.get(key, NO_PAST).halves
        first = min((at for at in own if at >= asked.start), default=asked.now)
        finished = [at for at in day if first <= at and at + HALF_HOUR_MS <= asked.now]
        expected = [day[at][1].offered for at in finished]
        done[key] = expected, [own[at].offered if at in own else 0.0 for at in finished]
    everything = (
        [calls for expected, _came in done.values() for calls in expected],
        [calls for _expected, came in done.values() for calls in came],
    )
    common, _calls = correct(*everything, planning.damping, planning.least_calls)
    factors = {}
    for key, pair in done.items():
        own_factor, calls = correct(*pair, planning.damping, planning.least_calls)
        factors[key] = own_factor if calls >= planning.least_calls else common
    return factors


def staffed(
    asked: SiteQuestion,
    rows: Sequence[QueueDemand],
    past: Mapping[Key, QueuePast],
    planning: PlanningSettings,
) -> SiteDemand:
    """Say how many agents what is expected needs.

    Args:
        asked: What is wanted.
        rows: What is expected, by queue and half hour.
        past: By queue, how long callers waited and how many hung up.
        planning: The floor's settings.
    """
    queues = {Key(one.site, one.source, one.id): one for one in asked.queues}
    patience = {key: _patience([past.get(key, NO_PAST)], planning) for key in queues}
    filled = tuple(
        msgspec.structs.replace(row, required=heads)
        if row.starts_at < asked.need_until
        and (heads := _heads([row], [queues[row.key]], patience[row.key], planning)) is not None
        else row
        for row in rows
    )
    groups = pools(queues, asked.agents)
    place = {key: number for number, group in enumerate(groups) for key in group}
    by_time: dict[Ms, dict[int, list[QueueDemand]]] = {}
    for row in filled:
        if row.starts_at < asked.need_until:
            by_time.setdefault(row.starts_at, {}).setdefault(place[row.key], []).append(row)
    shared = [_patience([past.get(key, NO_PAST) for key in group], planning) for group in groups]
    loads: dict[int, list[PoolLoad]] = {number: [] for number in range(len(groups))}
    need = []
    for at, parts in sorted(by_time.items()):
        together = []
        for number, part in parts.items():
            its = [queues[row.key] for row in part]
            heads = _heads(part, its, shared[number], planning)
            together.append(heads)
            if heads is not None and (load := _load(part)) is not None:
                loads[number].append(PoolLoad(at, *load, heads))
        if any(one is not None for one in together):
            need.append((at, sum(one or 0 for one in together)))
    found = [
        _pool(group, queues, shared[number], loads[number])
        for number, group in enumerate(groups)
        if loads[number]
    ]
    return SiteDemand(asked.site, filled, tuple(need), tuple(found), planning.shrinkage)


def _pool(
    keys: tuple[Key, ...],
    queues: Mapping[Key, Queue],
    patience_s: float | None,
    loads: Sequence[PoolLoad],
) -> PoolDemand:
    its = [queues[key] for key in keys]
    target, threshold_s = _strictest(its)
    return PoolDemand(keys, target, threshold_s, patience_s, tuple(loads))


def _strictest(queues: Sequence[Queue]) -> tuple[float, int]:
    """The target, percent, and the threshold that some queues are staffed for together."""
    target = min(max(queue.target_percent for queue in queues), _HIGHEST_TARGET)
    return target, min(queue.threshold_s for queue in queues)


def _load(rows: Sequence[QueueDemand]) -> tuple[float, int] | None:
    """Calls and their handling time; None where none come, or none was ever handled.

    Rounded, so that what is asked again has been reckoned before.
    """
    calls = sum(row.expected for row in rows)
    known = [(row.expected, row.aht_s) for row in rows if row.aht_s is not None]
    handled = sum(expected for expected, _aht in known)
    if not calls or not handled:
        return None
    handling = sum(expected * aht for expected, aht in known)
    return round(calls, 1) or 0.1, round(handling / handled)


def _patience(pasts: Iterable[QueuePast], planning: PlanningSettings) -> float | None:
    """Seconds; None where hardly anybody hangs up: then Erlang C is right to be cautious."""
    if planning.patience:
        return planning.patience
    together = list(pasts)
    abandoned = sum(one.abandoned for one in together)
    if abandoned < _LEAST_ABANDONED:
        return None
    patience = estimated_patience(sum(one.queue_s for one in together), abandoned)
    return round(patience) if patience and patience >= 1 else None


def _heads(
    rows: Sequence[QueueDemand],
    queues: Sequence[Queue],
    patience_s: float | None,
    planning: PlanningSettings,
) -> int | None:
    """How many agents some queues need together, by the strictest of their targets."""
    target, threshold_s = _strictest(queues)
    if target <= 0:
        return None
    if not sum(row.expected for row in rows):
        return 0
    load = _load(rows)
    if load is None:
        return None
    return _required(*load, target, threshold_s, patience_s, planning.shrinkage)


@lru_cache(maxsize=20_000)
def _required(
    calls: float,
    aht_s: int,
    target: float,
    threshold_s: int,
    patience_s: float | None,
    shrinkage: float,
) -> int:
    load = Load(calls, HALF_HOUR_MS // 1000, aht_s)
    goals = Goals(service_level=Fraction(repr(target)) / 100, target_s=threshold_s)
    return required(load, goals, patience_s, shrinkage).scheduled
