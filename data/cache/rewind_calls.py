"""The contacts that were there at an instant, and what had been counted of each queue by then.

History keeps how every interval was counted in the end. What a contact added to that only after the
instant is taken off again, and only contacts that were under way then, or came later in the same
interval, have added anything. So nothing has to be counted from the beginning of the day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from operator import sub
from typing import Any, NamedTuple, TypeAlias

from data.cache import rewind_queries as queries
from data.cache.history_callers import Ask
from data.cache.history_model import OUTCOME_CODES, Outcome
from data.model import Counts, Ms

_TRANSFERRED = OUTCOME_CODES[Outcome.TRANSFERRED]
_ABANDONED = OUTCOME_CODES[Outcome.ABANDONED]
Sums: TypeAlias = tuple[float, ...]
"""The sums of `Counts`, in the order of `SUMMED`: plain numbers, for there are thousands."""
SUMMED = tuple(name for name in Counts.__struct_fields__ if name != "longest_wait_s")
_NO_COUNTS: Sums = (0,) * SUMMED.index("talk_s")
_OFFERED: Sums = (1, *(0,) * (len(SUMMED) - 1))


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
    held_ms: int
    """How long it was held in the end, in all; and how long was worked on after it."""
    acw_ms: int

    @property
    def entered(self) -> Ms:
        """Queue entry; for what never queued, the instant at which service began."""
        if self.queued is not None:
            return self.queued
        return self.at if self.answered is None else self.answered

    def is_passed_on(self) -> bool:
        """Whether it went on to another queue in the end."""
        return self.outcome == _TRANSFERRED


class Later(NamedTuple):
    """One stay that began after the instant, as far as it adds to counts."""

    queue: int
    outcome: int | None
    entered: Ms
    answered: Ms | None
    ended: Ms | None


class Limits(NamedTuple):
    """What a queue counts as within, and as short, seconds."""

    threshold_s: float
    short_abandon_s: float


def stays_at(ask: Ask, at: Ms) -> list[Stay]:
    """The stays that had begun by an instant and had not ended."""
    return _stays(ask(queries.LASTING, {"at": at}))


def later_stays(ask: Ask, at: Ms, until: Ms) -> list[Later]:
    """The stays that began after an instant and before another one."""
    return [Later._make(row) for row in ask(queries.LATER, {"at": at, "until": until})]


def later_work(ask: Ask, at: Ms, until: Ms) -> Iterator[tuple[int, Ms, Sums]]:
    """What was done with these: queue, a minute in which they entered it, and what that adds."""
    rows = ask(queries.LATER_WORK, {"at": at, "until": until})
    for queue, minute, held_ms, acw_ms in rows:
        sums = (*_NO_COUNTS, -held_ms / 1000, held_ms / 1000, acw_ms / 1000)
        yield queue, minute * queries.MINUTE_MS, sums


def stays_of(ask: Ask, rows: Iterable[int]) -> list[Stay]:
    """The stays with some numbers."""
    return _stays(ask(queries.OF_ROWS, {"rows": json.dumps(list(rows))}))


def _stays(rows: Iterable[Sequence[Any]]) -> list[Stay]:
    """Stays, each once: of some the work is told in several rows."""
    found: dict[int, Stay] = {}
    for stay in map(Stay._make, rows):
        before = found.setdefault(stay.row, stay)
        if before is not stay:
            held, acw = before.held_ms + stay.held_ms, before.acw_ms + stay.acw_ms
            found[stay.row] = stay._replace(held_ms=held, acw_ms=acw)
    return list(found.values())


def added_after(stay: Stay | Later, at: Ms, limits: Limits) -> Sums:
    """What a stay has added to the counts of its interval only after an instant.

    Wait, talk and work count once each is over; work is taken to begin as service ends. Of what
    came later, hold and work are told by `later_work`, and hold counts as talk until then.

    Args:
        stay: The stay.
        at: The instant.
        limits: What its queue counts as within and as short.
    """
    entered, answered, ended, outcome = stay.entered, stay.answered, stay.ended, stay.outcome
    held_ms, acw_ms = (stay.held_ms, stay.acw_ms) if isinstance(stay, Stay) else (0, 0)
    final = _counted(outcome, entered, answered, ended, limits, held_ms, acw_ms)
    if entered > at:
        return final
    if answered is not None and answered > at:
        answered = None
    if ended is not None and ended > at:
        ended = None
    is_worked_on = ended is not None and ended + acw_ms > at
    known_ms = 0 if is_worked_on else acw_ms
    then = _counted(outcome, entered, answered, ended, limits, held_ms, known_ms)
    return tuple(map(sub, final, then))


def take_off(counts: Counts, later: Iterable[Sums]) -> Counts:
    """Counts without what was added later; the longest wait is no sum, and not known then."""
    sums = [sum(column) for column in zip(*later, strict=True)]
    left = (max(0, getattr(counts, name) - one) for name, one in zip(SUMMED, sums, strict=True))
    return Counts(**dict(zip(SUMMED, left, strict=True)))


def _counted(  # noqa: PLR0917 - called for thousands
    outcome: int | None,
    entered: Ms,
    answered: Ms | None,
    ended: Ms | None,
    limits: Limits,
    held_ms: int,
    acw_ms: int,
) -> Sums:
    """What a stay has added to its interval where so much of it is known."""
    over = ended if answered is None else answered
    if over is None:
        return _OFFERED
    wait_s = (over - entered) / 1000 if over > entered else 0.0
    is_within = wait_s <= limits.threshold_s
    is_passed_on = outcome == _TRANSFERRED
    if answered is not None:
        if ended is None:
            return (1, 1, is_within, 0, 0, 0, 0, wait_s, 0, 0, 0, 0)
        talk_s, held_s, acw_s = (ended - answered - held_ms) / 1000, held_ms / 1000, acw_ms / 1000
        return (1, 1, is_within, 0, 0, 0, is_passed_on, wait_s, 0, talk_s, held_s, acw_s)
    if outcome != _ABANDONED:
        return (1, 0, 0, 0, 0, 0, is_passed_on, 0, 0, 0, 0, 0)
    is_short = wait_s < limits.short_abandon_s
    return (1, 0, 0, 1, is_within, is_short, 0, 0, wait_s, 0, 0, 0)
