"""The Erlang formulas: what callers of one queue meet, by load and number of agents.

Times are in handling times (AHT = 1) and loads in Erlangs, so that nothing here has a unit.

Erlang C (M/M/n) has callers who wait for ever; Erlang A (M/M/n+M) has callers who hang up after a
patience that is exponentially distributed. Sources: Gans, Koole and Mandelbaum, 'Telephone call
centers: tutorial, review, and research prospects' (2003); Mandelbaum and Zeltyn, 'Service
engineering in action: the Palm/Erlang-A queue' (2007).

Both are written by the same two positive numbers: how much weight the states without a queue have,
and how much those with one, both against the state in which all agents but one are busy. Nothing
is subtracted from something nearly equal, so both hold from an empty floor to tens of thousands of
Erlangs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from data.rules.quadrature import POINTS

_NEGLIGIBLE = 1e-18
_DEPTH = 38.0
"""How far below its peak an exponent is followed: e^-38 is below the precision of a float."""
_NONE_LEFT = 45.0
"""After so many times their patience no callers are left, to the precision of a float."""


class Outcome(NamedTuple):
    """What the callers of a queue meet; shares are of all calls offered."""

    p_wait: float
    """Who find no agent free."""
    within: float
    """Who are answered within the target."""
    late: float
    """Who are not: accurate also where it is very small."""
    asa: float
    """Mean wait of those who are answered; infinite where it has no bound or nobody is."""
    answered: float
    """Who are answered at all."""
    abandoned: float
    """Who hang up."""


ALL_AT_ONCE = Outcome(p_wait=0.0, within=1.0, late=0.0, asa=0.0, answered=1.0, abandoned=0.0)
ENDLESS = Outcome(p_wait=1.0, within=0.0, late=1.0, asa=math.inf, answered=1.0, abandoned=0.0)
"""Callers who never hang up, and too few agents."""
ALL_LOST = Outcome(p_wait=1.0, within=0.0, late=1.0, asa=math.inf, answered=0.0, abandoned=1.0)
"""Callers who hang up sooner or later, and no agents."""


def inverse_blocking(agents: int, load: float) -> float:
    """The inverse of Erlang B's blocking probability; infinite where that is below 1e-308.

    The sum n!/(n-k)! / a^k over k, from k = 0 on until what follows is negligible: about six times
    the root of the load where agents and load are near each other, however large they are.
    """
    total = term = 1.0
    for busy in range(agents, 0, -1):
        term *= busy / load
        total += term
        if term <= total * _NEGLIGIBLE:
            break
    return total


def erlang_c(load: Fraction, agents: int, target: float) -> Outcome:
    """Callers who wait for ever.

    Args:
        load: Above 0.
        agents: At least 1.
        target: Within which a call is to be answered.
    """
    spare = float(agents - load)
    if spare <= 0:
        return ENDLESS
    p_wait = float(load) / (float(load) + spare * inverse_blocking(agents - 1, float(load)))
    late = p_wait * math.exp(-spare * target)
    return Outcome(p_wait, 1 - late, late, p_wait / spare, answered=1.0, abandoned=0.0)


def erlang_a(load: Fraction, agents: int, target: float, patience: float) -> Outcome:
    """Callers who lose patience.

    Args:
        load: Above 0.
        agents: At least 1.
        target: Within which a call is to be answered.
        patience: Its mean, above 0.
    """
    wait = _VirtualWait(load, agents, patience)
    at_once = inverse_blocking(agents - 1, float(load)) * math.exp(-wait.height)
    if at_once == math.inf:
        return ALL_AT_ONCE
    soon, late, lost, waited = wait.integrals(target / patience)
    answered = at_once + soon + late
    total = answered + lost
    return Outcome(
        p_wait=(soon + late + lost) / total,
        within=(at_once + soon) / total,
        late=(late + lost) / total,
        asa=patience * waited / answered,
        answered=answered / total,
        abandoned=lost / total,
    )


class _VirtualWait:
    """The density of the wait that a caller without end of patience would have, where it is not 0.

    With s the wait in mean patiences, x = load * patience and c = agents * patience it is
    x exp(x (1 - e^-s) - c s). Its exponent is concave; all is taken relative to its peak, which in
    overload stands at s = ln(load / agents), and is otherwise at 0.
    """

    def __init__(self, load: Fraction, agents: int, patience: float) -> None:
        self._scale = float(load) * patience
        self._decay = agents * patience
        self._peak = max(0.0, math.log(load / agents))
        self._slope = max(0.0, float(agents - load)) * patience
        self._bend = min(self._scale, self._decay)
        self.height = self._decay * (math.expm1(self._peak) - self._peak)
        """The exponent at its peak."""

    def _depth(self, beyond: float) -> float:
        """How far the exponent is below its peak, at a distance from it."""
        return self._slope * beyond + self._bend * (math.expm1(-beyond) + beyond)

    def _edges(self) -> Iterator[float]:
        """Where panels end so that 16 points do for each, in order, as distances from the peak."""
        # e^r - 1 - r = y has its root r below ln(1 + y + sqrt(2 y)), and near it for every y.
        ratio = _DEPTH / self._bend
        first = -min(self._peak, math.log1p(ratio + math.sqrt(2 * ratio)))
        yield first
        edge, last = first, _NONE_LEFT - self._peak
        while edge < last and (edge < 0 or self._depth(edge) < _DEPTH):
            falling = abs(self._slope - self._bend * math.expm1(-edge))
            bending = math.sqrt(self._bend * math.exp(-edge))
            edge += 1 / (falling / 14 + bending / 6 + 1 / (6 + abs(edge) / 2))
            yield min(edge, last)

    def _panels(self, split: float) -> Iterator[tuple[float, float]]:
        """The panels, one of them cut at `split`."""
        edges = self._edges()
        start = next(edges)
        for end in edges:
            if start < split < end:
                yield start, split
                start = split
            yield start, end
            start = end

    def integrals(self, target: float) -> tuple[float, float, float, float]:
        """The weights of those who wait and what becomes of them.

        Args:
            target: In mean patiences.

        Returns:
            Who are answered within the target, and later; who hang up; and the sum of the waits of
            the answered: the density times e^-s up to the target and beyond, times 1 - e^-s, and
            times s e^-s.
        """
        exp, expm1 = math.exp, math.expm1
        peak, slope, bend = self._peak, self._slope, self._bend
        split = target - peak
        soon = late = lost = waited = 0.0
        for start, end in self._panels(split):
            half = (end - start) / 2
            middle = start + half
            answered = 0.0
            for x, weight in POINTS:
                beyond = middle + half * x
                s = peak + beyond
                density = half * weight * exp(-slope * beyond - bend * (expm1(-beyond) + beyond))
                stay = density * exp(-s)
                lost -= density * expm1(-s)
                answered += stay
                waited += stay * s
            if start >= split:
                late += answered
            else:
                soon += answered
        lost += exp(-self._depth(_NONE_LEFT - peak)) / self._decay
        return self._scale * soon, self._scale * late, self._scale * lost, self._scale * waited
