"""The contacts that were there at an instant, and what had been counted of each queue by then.

History keeps how every interval was counted in the end. What a contact added to that only after the
instant is taken off again, and only contacts that were under way then, or came later in the same
interval, have added anything. So nothing has to be counted from the beginning of the day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from data.cache import rewind_queries as queries
from data.cache.history_callers import Ask
from data.cache.history_model import OUTCOME_CODES, STATE_CODES, Outcome
from data.model import AgentState, Counts, Ms

_TRANSFERRED = OUTCOME_CODES[Outcome.TRANSFERRED]
_ABANDONED = OUTCOME_CODES[Outcome.ABANDONED]
_FOREVER = 2**62
_SUMMED = tuple(name for name in Counts.__struct_fields__ if name != "longest_wait_s")


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
        "held": STATE_CODES[AgentState.ON_HOLD],
        "acw": STATE_CODES[AgentState.WORKING_AFTER_CONTACT],
        "acw_after": queries.ACW_AFTER_MS,
    }
    return {row: Work(held or 0, acw or 0) for row, held, acw in ask(queries.WORK, wanted)}


def added_after(stay: Stay, at: Ms, limits: Limits, work: Work) -> Counts:
    """What a stay has added to the counts of its interval only after an instant."""
    return take_off(_counted(stay, _FOREVER, limits, work), _counted(stay, at, limits, work))


def take_off(counts: Counts, later: Counts) -> Counts:
    """Counts without what was added later; the longest wait is no sum, and not known then."""
    return Counts(
        **{name: max(0, getattr(counts, name) - getattr(later, name)) for name in _SUMMED}
    )


def _counted(stay: Stay, at: Ms, limits: Limits, work: Work) -> Counts:
    """What a stay had added to its interval by an instant: wait, talk and work once each is over.

    Work after it is taken to begin as service ends.
    """
    if stay.entered > at:
        return Counts()
    ended = stay.ended if stay.ended is not None and stay.ended <= at else None
    over = stay.answered if stay.answered is not None else ended
    if over is None or over > at:
        return Counts(offered=1)
    wait_s = max(0.0, (over - stay.entered) / 1000)
    is_within = wait_s <= limits.threshold_s
    if stay.answered is None:
        is_lost = stay.outcome == _ABANDONED
        return Counts(
            offered=1,
            abandoned=is_lost,
            abandoned_within=is_lost and is_within,
            abandoned_short=is_lost and wait_s < limits.short_abandon_s,
            wait_abandoned_s=wait_s if is_lost else 0.0,
            transferred=stay.is_passed_on(),
        )
    is_worked = ended is not None and ended + work.acw_ms <= at
    return Counts(
        offered=1,
        answered=1,
        answered_within=is_within,
        wait_answered_s=wait_s,
        transferred=ended is not None and stay.is_passed_on(),
        talk_s=0.0 if ended is None else (ended - stay.answered - work.held_ms) / 1000,
        hold_s=0.0 if ended is None else work.held_ms / 1000,
        acw_s=work.acw_ms / 1000 if is_worked else 0.0,
    )
