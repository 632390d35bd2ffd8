"""Erlang C and Erlang A by other means than the program's: 60 digits, straight from definitions.

The states of the birth and death chain are summed one by one; what concerns the wait comes from
the series of its density, and its mean from a difference quotient. Times are in handling times.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import NamedTuple

DIGITS = 60
_ENOUGH = Decimal(10) ** -45


class Truth(NamedTuple):
    p_wait: Decimal
    late: Decimal
    asa: Decimal
    abandoned: Decimal


def patient(load: Decimal, agents: int, target: Decimal) -> Truth:
    """Erlang C, with more agents than load."""
    with localcontext() as context:
        context.prec = DIGITS
        state, without_queue = Decimal(1), Decimal(0)
        for busy in range(agents):
            without_queue += state
            state *= load / (busy + 1)
        queued = state / (1 - load / agents)
        p_wait = queued / (without_queue + queued)
        late = p_wait * (-(agents - load) * target).exp()
        return Truth(p_wait, late, p_wait / (agents - load), Decimal(0))


def impatient(load: Decimal, agents: int, target: Decimal, patience: Decimal) -> Truth:
    """Erlang A."""
    with localcontext() as context:
        context.prec = DIGITS
        state, free, busy, queue = Decimal(1), Decimal(0), Decimal(0), Decimal(0)
        number = 0
        while number <= agents or number < load or state > busy * _ENOUGH:
            if number < agents:
                free += state
            else:
                busy += state
                queue += state * (number - agents)
            number += 1
            state *= load / (min(number, agents) + max(0, number - agents) / patience)
        states = free + busy
        p_wait, abandoned = busy / states, queue / patience / load / states
        answered = 1 - abandoned

        decay, scale = agents * patience, load * patience
        last_free = _state(load, agents - 1) / states
        passed = (-target / patience).exp()
        still = scale * (scale * (1 - passed) - (decay + 1) * target / patience).exp()
        answered_late = still * _series(decay + 1, scale * passed) * last_free
        step = Decimal(10) ** -20
        slope = _series(decay + 1 + step, scale) - _series(decay + 1 - step, scale)
        waited = -scale * slope / (2 * step) * patience * last_free
        return Truth(p_wait, abandoned + answered_late, waited / answered, abandoned)


def _state(load: Decimal, busy: int) -> Decimal:
    """The weight of a state without a queue, the empty one being 1."""
    weight = Decimal(1)
    for number in range(busy):
        weight *= load / (number + 1)
    return weight


def _series(first: Decimal, x: Decimal) -> Decimal:
    """The integral of exp(x (1 - e^-s) - first s) over s from 0 on."""
    term = total = 1 / first
    while term > total * Decimal(10) ** -DIGITS:
        first += 1
        term *= x / first
        total += term
    return total
