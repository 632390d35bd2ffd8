"""What the half hours to come are likely to bring: each pool of queues against its target.

Calls are those that are expected, corrected by the day so far. Heads are those of the plan, without
who is missing from it just now; who works without a plan is taken to stay for an hour. From both
the staffing formulas tell a service level. All of it is an estimate.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from data.figures.demand import PoolDemand, PoolLoad, SiteDemand
from data.figures.planned import Planned
from data.figures.roster import HALF_HOUR_MS, Fit, classify
from data.floor import FloorSnapshot, Key
from data.model import Agent, Ms, Shift
from data.rules.adherence import WORK, WORKING
from data.rules.shift_plan import plan_of
from data.rules.staffing import Load, measure

AHEAD_MS = 2 * 3_600_000
"""Half hours that begin later are not judged: much can still happen."""
UNPLANNED_MS = 3_600_000
"""For so long who works without a plan is taken to stay."""
STEP_MS = 10 * 60_000
"""Heads change within a half hour: it is looked at in steps of this."""
LEAST_CALLS = 10
"""Of fewer calls in a half hour a share tells nothing."""
_STEPS = HALF_HOUR_MS // STEP_MS
_NEAR_MS = 12 * 3_600_000
_GONE = frozenset({Fit.MISSING, Fit.LEFT})


class HalfOutlook(msgspec.Struct, frozen=True):
    """What a half hour is likely to bring."""

    starts_at: Ms
    about: Ms
    """The first step in which the target is missed; the beginning where it never is."""
    calls: float
    need: int
    """Heads to be planned, by the staffing formulas."""
    heads: int
    """Heads that there will be, as they are planned."""
    level: float
    """Service level, percent."""


class PoolOutlook(msgspec.Struct, frozen=True):
    """What queues that are staffed as one are in for."""

    keys: tuple[Key, ...]
    """The one that most agents serve stands first."""
    target_percent: float
    threshold_s: int
    is_planned: bool
    """Whether anybody is planned; else heads are those who are there now."""
    missing: int
    """Who is planned now, is not there, and is not counted on."""
    halves: tuple[HalfOutlook, ...]

    def points(self, half: HalfOutlook) -> float:
        """By how many percentage points a half hour misses the target; below 0 it is met."""
        return self.target_percent - half.level


class _Crew:
    """The heads of a pool, step by step.

    Args:
        work: Seconds of handling that are expected of it.
    """

    def __init__(self, work: float) -> None:
        self.work = work
        self.planned: dict[Ms, float] = {}
        self.standing = 0.0
        self.missing = 0.0
        self.is_planned = False
        self.serving: Counter[Key] = Counter()


def foresee(demand: SiteDemand, snapshot: FloorSnapshot, now: Ms) -> list[PoolOutlook]:
    """What the pools of a site are in for, where enough calls come and heads are known.

    Args:
        demand: What was reckoned of the site last.
        snapshot: The floor.
        now: The present, by the clock of the site.
    """
    first = now - now % HALF_HOUR_MS + HALF_HOUR_MS
    halves = range(first, now + AHEAD_MS + 1, HALF_HOUR_MS)
    crews = _crews(demand, snapshot, now, (first, halves[-1] + HALF_HOUR_MS))
    found = []
    for pool, crew in zip(demand.pools, crews, strict=True):
        if not all(_is_closed(snapshot, key) for key in pool.keys):
            loads = [one for one in pool.loads if one.starts_at in halves]
            outlook = _outlook(pool, loads, crew, demand.shrinkage, now)
            if outlook.halves:
                found.append(outlook)
    return found


def _outlook(
    pool: PoolDemand, loads: Iterable[PoolLoad], crew: _Crew, shrinkage: float, now: Ms
) -> PoolOutlook:
    """A pool of which nobody is planned and nobody is there tells nothing: it may be closed."""
    until = now + (AHEAD_MS if crew.is_planned else UNPLANNED_MS)
    is_known = crew.is_planned or crew.standing > 0
    return PoolOutlook(
        keys=tuple(sorted(pool.keys, key=lambda key: (-crew.serving[key], key))),
        target_percent=pool.target_percent,
        threshold_s=pool.threshold_s,
        is_planned=crew.is_planned,
        missing=round(crew.missing),
        halves=tuple(
            _half(pool, load, crew, shrinkage)
            for load in loads
            if is_known and load.calls >= LEAST_CALLS and load.starts_at <= until
        ),
    )


def _half(pool: PoolDemand, load: PoolLoad, crew: _Crew, shrinkage: float) -> HalfOutlook:
    steps = range(load.starts_at, load.starts_at + HALF_HOUR_MS, STEP_MS)
    heads = [crew.planned.get(at, 0.0) * (1 - shrinkage) + crew.standing for at in steps]
    levels = [
        level(load.calls, load.aht_s, round(count, 1), pool.threshold_s, pool.patience_s)
        for count in heads
    ]
    missed = (at for at, its in zip(steps, levels, strict=True) if its < pool.target_percent)
    counted = sum(crew.planned.get(at, 0.0) for at in steps) / _STEPS + crew.standing
    return HalfOutlook(
        starts_at=load.starts_at,
        about=next(missed, load.starts_at),
        calls=load.calls,
        need=load.need,
        heads=round(counted),
        level=sum(levels) / _STEPS,
    )


@lru_cache(maxsize=20_000)
def level(
    calls: float, aht_s: int, heads: float, threshold_s: int, patience_s: float | None
) -> float:
    """The service level, percent, of a steady half hour; between whole heads in proportion.

    Args:
        calls: Offered in the half hour.
        aht_s: Their handling time.
        heads: How many there are.
        threshold_s: Within which a call is to be answered.
        patience_s: Of callers, on the average; None: they wait for ever.
    """
    load = Load(calls, HALF_HOUR_MS // 1000, aht_s)
    low = math.floor(heads)
    below = measure(load, low, threshold_s, patience_s).service_level
    if heads == low:
        return 100 * below
    above = measure(load, low + 1, threshold_s, patience_s).service_level
    return 100 * (below + (above - below) * (heads - low))


def _crews(
    demand: SiteDemand, snapshot: FloorSnapshot, now: Ms, span: tuple[Ms, Ms]
) -> list[_Crew]:
    """The heads of each pool; who serves several is divided among them by the work in each."""
    crews = [_Crew(_work(pool, span)) for pool in demand.pools]
    pairs = zip(demand.pools, crews, strict=True)
    pool_of = {key: crew for pool, crew in pairs for key in pool.keys}
    plans = _plans(snapshot, demand.site, now, span[1])
    for person, agent in snapshot.agents.items():
        if person.site != demand.site:
            continue
        served = [Key(person.site, person.source, queue) for queue in agent.queues]
        mine = [key for key in dict.fromkeys(served) if key in pool_of]
        its = {id(pool_of[key]): pool_of[key] for key in mine}
        for key in mine:
            pool_of[key].serving[key] += 1
        whole = sum(crew.work for crew in its.values())
        for crew in its.values():
            share = crew.work / whole if whole else 1 / len(its)
            _count(crew, agent, plans.get(person), now, span, share)
    return crews


def _work(pool: PoolDemand, span: tuple[Ms, Ms]) -> float:
    loads = (one for one in pool.loads if span[0] <= one.starts_at < span[1])
    return sum(one.calls * one.aht_s for one in loads)


def _plans(snapshot: FloorSnapshot, site: str, now: Ms, until: Ms) -> dict[Key, tuple[Shift, ...]]:
    """The shifts of each agent around the present."""
    planned = Planned(snapshot)
    found: dict[Key, list[Shift]] = {}
    for key, shift in snapshot.shifts.items():
        if key.site == site and shift.ends_at > now - _NEAR_MS and shift.starts_at < until:
            found.setdefault(planned.key(shift), []).append(shift)
    return {person: tuple(shifts) for person, shifts in found.items()}


def _count(
    crew: _Crew,
    agent: Agent,
    shifts: Sequence[Shift] | None,
    now: Ms,
    span: tuple[Ms, Ms],
    share: float,
) -> None:
    """Count an agent into a crew, as the plan has them, or as they are there without one."""
    if shifts is None:
        crew.standing += share if agent.state in WORKING else 0.0
        return
    crew.is_planned = True
    gone = [one for one in shifts if classify(one, agent, now).fit in _GONE]
    crew.missing += share if gone else 0.0
    for piece in plan_of(tuple(shifts)):
        is_gone = any(one.starts_at <= piece.starts_at < one.ends_at for one in gone)
        if piece.kind not in WORK or is_gone:
            continue
        begins, ends = max(piece.starts_at, span[0]), min(piece.ends_at, span[1])
        for at in range(begins - begins % STEP_MS, ends, STEP_MS):
            part = (min(ends, at + STEP_MS) - max(begins, at)) / STEP_MS
            crew.planned[at] = crew.planned.get(at, 0.0) + share * part


def _is_closed(snapshot: FloorSnapshot, key: Key) -> bool:
    queue = snapshot.queues.get(key)
    return queue is not None and any(one.on and one.name == "closed" for one in queue.switches)
