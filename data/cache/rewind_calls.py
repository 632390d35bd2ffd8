"""The contacts that were there at an instant, and what had been counted of each queue by then.

History keeps how every interval was counted in the end. What a contact added to that only after the
instant is taken off again, and only contacts that were under way then, or came later in the same
interval, have added anything. So nothing has to be counted from the beginning of the day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from operator import sub
from typing import NamedTuple, TypeAlias

from data.cache import rewind_queries as queries
from data.cache.history_callers import Ask
from data.cache.history_model import OUTCOME_CODES, Outcome
from data.model import Counts, Ms

_TRANSFERRED = OUTCOME_CODES[Outcome.TRANSFERRED]
_ABANDONED = OUTCOME_CODES[Outcome.ABANDONED]
_FOREVER = 2**62
Sums: TypeAlias = tuple[float, ...]
"""The sums of `Counts`, in the order of `SUMMED`: plain numbers, for there are thousands."""
SUMMED = tuple(name for name in Counts.__struct_fields__ if name != "longest_wait_s")
_NOTHING: Sums = (0,) * len(SUMMED)
_OFFERED: Sums = (1, *_NOTHING[1:])


class Stay(NamedTuple):
    """One stay of a contact in a queue, as history knows it today; instants, not distances."""

    row: int
    queue: int
    client: int
    channel: int
    direction: int
    outcome: int | None
    at: Ms
    queued: Ms | None
    answered: Ms | None
    ended: Ms | None
    agent: int
    mask: int
    digits: str
    caller: int | None
    id: str
    leg: int

    @property
    def entered(self) -> Ms:
        """Queue entry; for what never queued, the instant at which service began."""
        if self.queued is not None:
            return self.queued
        return self.at if self.answered is None else self.answered

    def is_passed_on(self) -> bool:
        """Whether it went on to another queue in the end."""
        return self.outcome == _TRANSFERRED


class Work(NamedTuple):
    """What was done with a contact, ms in all."""

    held_ms: int
    acw_ms: int


class Limits(NamedTuple):
    """What a queue counts as within, and as short, seconds."""

    threshold_s: float
    short_abandon_s: float


def stays_at(ask: Ask, at: Ms) -> list[Stay]:
    """The stays that had begun by an instant and had not ended."""
    return [Stay._make(row) for row in ask(queries.LASTING, {"at": at})]


def stays_after(ask: Ask, at: Ms, until: Ms) -> list[Stay]:
    """The stays that began later, before another instant."""
    return [Stay._make(row) for row in ask(queries.LATER, {"at": at, "until": until})]


def stays_of(ask: Ask, rows: Iterable[int]) -> list[Stay]:
    """The stays with some numbers."""
    return [Stay._make(row) for row in ask(queries.OF_ROWS, {"rows": json.dumps(list(rows))})]


def work_on(ask: Ask, stays: Iterable[Stay]) -> dict[int, Work]:
    """How long contacts were held and worked on after, in all, by row."""
    wanted = {
        "rows": json.dumps([stay.row for stay in stays if stay.ended and stay.answered]),
        "work_after": queries.WORK_AFTER_MS,
    }
    return {row: Work(held or 0, acw or 0) for row, held, acw in ask(queries.WORK, wanted)}


def added_after(stay: Stay, at: Ms, limits: Limits, work: Work) -> Sums:
    """What a stay has added to the counts of its interval only after an instant."""
    final, then = _counted(stay, _FOREVER, limits, work), _counted(stay, at, limits, work)
    return tuple(map(sub, final, then))


def take_off(counts: Counts, later: Iterable[Sums]) -> Counts:
    """Counts without what was added later; the longest wait is no sum, and not known then."""
    sums = [sum(column) for column in zip(*later, strict=True)]
    left = (max(0, getattr(counts, name) - one) for name, one in zip(SUMMED, sums, strict=True))
    return Counts(**dict(zip(SUMMED, left, strict=True)))


def _counted(stay: Stay, at: Ms, limits: Limits, work: Work) -> Sums:
    """What a stay had added to its interval by an instant: wait, talk and work once each is over.

    Work after it is taken to begin as service ends.
    """
    if stay.entered > at:
        return _NOTHING
    ended = stay.ended if stay.ended is not None and stay.ended <= at else None
    over = stay.answered if stay.answered is not None else ended
    if over is None or over > at:
        return _OFFERED
    wait_s = max(0.0, (over - stay.entered) / 1000)
    is_within = wait_s <= limits.threshold_s
    passed_on = ended is not None and stay.is_passed_on()
    if stay.answered is None:
        if stay.outcome != _ABANDONED:
            return (1, 0, 0, 0, 0, 0, passed_on, 0, 0, 0, 0, 0)
        is_short = wait_s < limits.short_abandon_s
        return (1, 0, 0, 1, is_within, is_short, 0, 0, wait_s, 0, 0, 0)
    if ended is None:
        return (1, 1, is_within, 0, 0, 0, 0, wait_s, 0, 0, 0, 0)
    talk_s, held_s = (ended - stay.answered - work.held_ms) / 1000, work.held_ms / 1000
    acw_s = work.acw_ms / 1000 if ended + work.acw_ms <= at else 0
    return (1, 1, is_within, 0, 0, 0, passed_on, wait_s, 0, talk_s, held_s, acw_s)
