"""How many agents a queue needs, and what its callers meet with a number of them.

Erlang C where no patience is given, Erlang A where one is: see `erlang` for the formulas, and
docs/staffing.md for the conventions and their sources. Everything here is an estimate of a model,
to be shown beside what was measured and never instead of it.

Inputs are taken exactly: a `Fraction` of the text that a person wrote is as good as its word, so
that neither a load nor a shrinkage is rounded to an agent too many.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

import msgspec

from data.rules.erlang import ALL_AT_ONCE, ALL_LOST, ENDLESS, Outcome, erlang_a, erlang_c

Number: TypeAlias = int | float | Fraction

ERLANG_A, ERLANG_C = "erlang_a", "erlang_c"
TARGET_S = 20
"""The threshold of a service level where none is named."""
_TIE = 1 + 1e-12
"""A goal that is met exactly is not to be missed by the rounding of a float."""


class Load(msgspec.Struct, frozen=True):
    """What comes to one queue in an interval."""

    calls: Number
    """Offered in the interval, not below 0; it need not be whole."""
    interval_s: Number
    """Above 0."""
    aht_s: Number
    """Average handling time: talk, hold and after-contact work; not below 0."""

    def __post_init__(self) -> None:
        """Refuse what is no load."""
        if self.calls < 0 or self.interval_s <= 0 or self.aht_s < 0:
            raise ValueError(self)

    @property
    def erlangs(self) -> Fraction:
        """How many agents would be busy if nobody had to wait."""
        return exact(self.calls) * exact(self.aht_s) / exact(self.interval_s)


class Figures(msgspec.Struct, frozen=True):
    """What callers and agents meet, by the model; shares from 0 to 1, None where undefined."""

    model: str
    """`erlang_a` or `erlang_c`."""
    offered_erlangs: float
    p_wait: float
    """Share of the offered calls that find no agent free."""
    service_level: float
    """Answered within the target / offered: who hangs up was not answered."""
    asa_s: float | None
    """Mean wait of the answered; None where it is without bound, or nobody is answered."""
    occupancy: float | None
    """Share of the agents' time in which they handle calls; None without agents."""
    abandon_rate: float
    """Abandoned / offered; always 0 in Erlang C."""


class Goals(msgspec.Struct, frozen=True):
    """What is to be met, all of it at once; None is no goal."""

    service_level: Number | None = None
    """Least share answered within `target_s`, above 0 and below 1."""
    target_s: Number = TARGET_S
    asa_s: Number | None = None
    """Longest mean wait of the answered, above 0."""
    max_occupancy: Number | None = None
    """Highest occupancy by the model itself, above 0 and up to 1."""
    max_abandon: Number | None = None
    """Highest share of the offered that hang up, above 0 and up to 1; for Erlang A only."""

    def __post_init__(self) -> None:
        """Refuse what no number of agents can meet."""
        shares = (self.max_occupancy, self.max_abandon)
        if (
            (self.service_level is not None and not 0 < self.service_level < 1)
            or (self.asa_s is not None and self.asa_s <= 0)
            or any(share is not None and not 0 < share <= 1 for share in shares)
            or self.target_s < 0
        ):
            raise ValueError(self)


class Required(msgspec.Struct, frozen=True):
    """How many agents meet goals."""

    required: int
    """On the phone."""
    scheduled: int
    """To be planned, so that as many are left after shrinkage."""
    figures: Figures
    """With `required` agents."""


def measure(
    load: Load, agents: int, target_s: Number = TARGET_S, patience_s: Number | None = None
) -> Figures:
    """What a number of agents makes of a load.

    Without calls nobody waits: a service level of 1, an ASA and an occupancy of 0, whatever the
    number of agents. Erlang C with no more agents than Erlangs has a queue that grows without end:
    everybody waits, nobody is answered in time, ASA None, occupancy 1.

    Args:
        load: What comes.
        agents: On the phone, not below 0.
        target_s: The threshold of the service level, not below 0.
        patience_s: Mean patience, above 0; None for callers who wait for ever.

    Raises:
        ValueError: A number is out of its bounds.
    """
    outcome = _outcome(load, agents, target_s, patience_s)
    asa_s = outcome.asa * float(load.aht_s) if load.aht_s else outcome.asa
    return Figures(
        model=ERLANG_C if patience_s is None else ERLANG_A,
        offered_erlangs=float(load.erlangs),
        p_wait=outcome.p_wait,
        service_level=outcome.within,
        asa_s=asa_s if math.isfinite(asa_s) else None,
        occupancy=_occupancy(load, agents, outcome),
        abandon_rate=outcome.abandoned,
    )


def required(
    load: Load, goals: Goals, patience_s: Number | None = None, shrinkage: Number = 0
) -> Required:
    """The least number of agents that meets every goal at once.

    Nobody is needed where no calls come. Erlang C never needs fewer than leave the queue bounded;
    Erlang A may need fewer agents than there are Erlangs, because callers hang up.

    Args:
        load: What comes.
        goals: At least one.
        patience_s: Mean patience, above 0; None for callers who wait for ever.
        shrinkage: Share of the planned agents who are paid and not available, below 1.

    Raises:
        ValueError: No goal, a number out of its bounds, or a share of abandoned calls as the goal
            for callers who never hang up.
    """
    agents = _least(load, goals, patience_s) if load.calls else 0
    return Required(
        required=agents,
        scheduled=scheduled(agents, shrinkage),
        figures=measure(load, agents, goals.target_s, patience_s),
    )


def scheduled(agents: int, shrinkage: Number) -> int:
    """How many to plan so that `agents` are left: exact, as in 21 at a shrinkage of 0.30: 30.

    Raises:
        ValueError: The shrinkage is below 0 or not below 1.
    """
    lost = exact(shrinkage)
    if not 0 <= lost < 1:
        raise ValueError(shrinkage)
    return math.ceil(agents / (1 - lost))


def estimated_patience(queue_s: float, abandoned: int) -> float | None:
    """Mean patience by maximum likelihood, if it is exponential; None where nobody hung up.

    Those who were answered had at least the patience of their wait, so their waits count too.

    Args:
        queue_s: Time in the queue of all calls together, answered or not.
        abandoned: How many of them hung up.
    """
    return queue_s / abandoned if abandoned else None


def exact(number: Number) -> Fraction:
    """A number without rounding; a float is the decimal that it is written as."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def _outcome(load: Load, agents: int, target_s: Number, patience_s: Number | None) -> Outcome:
    if agents < 0 or target_s < 0 or (patience_s is not None and patience_s <= 0):
        raise ValueError((agents, target_s, patience_s))
    if not load.calls:
        return ALL_AT_ONCE
    if not agents:
        return ENDLESS if patience_s is None else ALL_LOST
    if not load.aht_s:
        return ALL_AT_ONCE
    aht = exact(load.aht_s)
    target = float(exact(target_s) / aht)
    if patience_s is None:
        return erlang_c(load.erlangs, agents, target)
    return erlang_a(load.erlangs, agents, target, float(exact(patience_s) / aht))


def _occupancy(load: Load, agents: int, outcome: Outcome) -> float | None:
    if not load.calls:
        return 0.0
    if not agents:
        return None
    return min(1.0, float(load.erlangs / agents) * outcome.answered)


def _least(load: Load, goals: Goals, patience_s: Number | None) -> int:
    """The least number of agents, above 0, that meets the goals."""
    limits = (goals.service_level, goals.asa_s, goals.max_occupancy, goals.max_abandon)
    if all(limit is None for limit in limits):
        raise ValueError(goals)
    if patience_s is None and goals.max_abandon is not None:
        raise ValueError(goals)
    erlangs = load.erlangs
    # Where nobody hangs up, so many are not too busy; where callers do, fewer may do.
    unhurried = math.ceil(erlangs / exact(goals.max_occupancy or 1))
    lowest = 1 if patience_s is not None else max(math.floor(erlangs) + 1, unhurried)
    late = None if goals.service_level is None else 1 - exact(goals.service_level)
    occupancy = None if patience_s is None else goals.max_occupancy

    def meets(agents: int) -> bool:
        outcome = _outcome(load, agents, goals.target_s, patience_s)
        return (
            _within(outcome.late, late)
            and _within(outcome.asa * float(load.aht_s), goals.asa_s)
            and _within(outcome.abandoned, goals.max_abandon)
            and _within(_occupancy(load, agents, outcome), occupancy)
        )

    spread = math.isqrt(math.ceil(erlangs))
    start = max(math.ceil(erlangs) + spread // 2, unhurried)
    return _first(meets, lowest, start, max(1, spread // 4))


def _within(value: float | None, limit: Number | None) -> bool:
    return limit is None or (value is not None and value <= float(limit) * _TIE)


def _first(meets: Callable[[int], bool], lowest: int, start: int, step: int) -> int:
    """The first number from `lowest` on that meets what all after it meet, too.

    Args:
        meets: Turns once from false to true.
        lowest: Where the search ends downwards.
        start: A good guess.
        step: How far off the guess may well be; doubled until the answer is enclosed.
    """
    low, high, up = lowest - 1, max(start, lowest), step
    while not meets(high):
        low, high, up = high, high + up, up * 2
    while high - step > low:
        if not meets(high - step):
            low = high - step
            break
        high, step = high - step, step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high
