"""Adherence and conformance from two lists of activities by name: the plan and what was done.

adherence    time in the scheduled activity / scheduled time
conformance  time worked, whenever it was / time scheduled for work; it may pass 1

These are the definitions of `adherence`, which judges live states by them, for stretches of any
unit and activities of any name. A lunch half an hour early in a shift of eight hours: adherence
0.875, conformance 1.

An excused exception moves the plan and never what was done: see `excused`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec


class Stretch(NamedTuple):
    """One activity from a point in time to another, in any unit."""

    start: float
    end: float
    activity: str


class Kept(msgspec.Struct, frozen=True):
    """How a plan was kept; shares from 0 up, None where there is nothing to divide by."""

    scheduled: float
    in_adherence: float
    adherence: float | None
    conformance: float | None


class OverlapError(ValueError):
    """Two activities at once: which of them counts cannot be known."""

    def __init__(self, first: Stretch, second: Stretch) -> None:
        """Of which two stretches it is said."""
        super().__init__(first, second)
        self.first, self.second = first, second


def kept(scheduled: Iterable[Stretch], actual: Iterable[Stretch], work: str) -> Kept:
    """Hold what was done against the plan.

    Args:
        scheduled: The plan, in any order.
        actual: What was done, in any order; also outside the plan, where work counts as work.
        work: The name of the activity that is work for the queues.

    Raises:
        OverlapError: One list has different activities at the same time.
    """
    plan, done = in_order(scheduled), in_order(actual)
    planned = sum(piece.end - piece.start for piece in plan)
    adherent = _shared(plan, done)
    planned_work = _length(plan, work)
    return Kept(
        scheduled=planned,
        in_adherence=adherent,
        adherence=adherent / planned if planned else None,
        conformance=_length(done, work) / planned_work if planned_work else None,
    )


def in_order(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches by time and without overlap; what meets or overlaps in one activity is one.

    Raises:
        OverlapError: Different activities overlap.
    """
    ordered: list[Stretch] = []
    for stretch in sorted(each for each in stretches if each.end > each.start):
        last = ordered[-1] if ordered else None
        if last is None or stretch.start > last.end:
            ordered.append(stretch)
        elif stretch.activity == last.activity:
            ordered[-1] = last._replace(end=max(last.end, stretch.end))
        elif stretch.start == last.end:
            ordered.append(stretch)
        else:
            raise OverlapError(last, stretch)
    return ordered


def excused(scheduled: Iterable[Stretch], exceptions: Iterable[Stretch]) -> list[Stretch]:
    """The plan with what was excused laid over it, by which adherence is then judged.

    Args:
        scheduled: The plan.
        exceptions: Activities that take the place of planned ones; outside the plan they change
            nothing, for nothing was scheduled there.

    Raises:
        OverlapError: One of the lists has different activities at the same time.
    """
    plan, over = in_order(scheduled), in_order(exceptions)
    cuts = sorted({at for piece in (*plan, *over) for at in (piece.start, piece.end)})
    return in_order(
        Stretch(start, end, _activity(over, start) or planned)
        for start, end in pairwise(cuts)
        if (planned := _activity(plan, start))
    )


def _activity(stretches: Sequence[Stretch], at: float) -> str:
    found = (each.activity for each in stretches if each.start <= at < each.end)
    return next(found, "")


def _length(stretches: Iterable[Stretch], activity: str) -> float:
    return sum(piece.end - piece.start for piece in stretches if piece.activity == activity)


def _shared(plan: Sequence[Stretch], done: Sequence[Stretch]) -> float:
    return sum(_common(plan, done))


def _common(plan: Sequence[Stretch], done: Sequence[Stretch]) -> Iterator[float]:
    """How long each overlap in one activity is; both lists in order and without overlap."""
    i = j = 0
    while i < len(plan) and j < len(done):
        shared = min(plan[i].end, done[j].end) - max(plan[i].start, done[j].start)
        if shared > 0 and plan[i].activity == done[j].activity:
            yield shared
        if plan[i].end <= done[j].end:
            i += 1
        else:
            j += 1
