"""What a telephone system says of a queue's day beside what we counted, and why they differ.

Ours is counted from the contacts in history by the rules of every service level, with the queue's
present threshold. It can only be as complete as what we were told, and says where it is not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from data.cache.history_callers import QueueOfDay, Stay
from data.cache.history_model import Outcome
from data.model import Counts, Interval, Ms, Queue
from data.rules import service_level as rule
from data.rules.service_level import Formula

_SAME_S = 0.5
"""Means that differ by less are the same: they are shown in whole seconds."""
_SAME_PERCENT = 0.05


class Recount(msgspec.Struct, frozen=True, kw_only=True):
    """One queue's day as we counted it."""

    counts: Counts
    in_progress: int
    """Contacts that still wait or are served, and agents at work after one: not counted to the
    end yet, by either side."""
    first_at: Ms | None
    """When the first contact of the day came that we know of this source, in whatever queue."""
    entered: tuple[Ms, ...] = ()
    """When each contact of this queue entered it, in order."""


class Counted(StrEnum):
    """The figures that are compared."""

    OFFERED = "offered"
    ANSWERED = "answered"
    WITHIN = "answered_within"
    ABANDONED = "abandoned"
    LEVEL = "service_level"
    ASA = "asa_s"
    AHT = "aht_s"


class Why(StrEnum):
    """Why the two differ, or that they do not."""

    EQUAL = "equal"
    BEGAN_LATER = "began_later"
    """Our count begins at `at`, `count` contacts later than theirs."""
    UNKNOWN = "unknown"
    """`count` contacts never reached us: the source folds, or nobody was listening."""
    MORE = "more"
    """We know of `count` contacts that they do not count."""
    IN_PROGRESS = "in_progress"
    """`count` contacts are still under way."""
    JUDGED = "judged"
    """The same contacts, counted by another rule or at other instants."""


class Reason(msgspec.Struct, frozen=True):
    """One reason, with what it needs to be said."""

    why: Why
    count: int = 0
    at: Ms | None = None


class Compared(msgspec.Struct, frozen=True):
    """One figure on both sides; None is undefined."""

    figure: Counted
    theirs: float | None
    ours: float | None
    is_same: bool

    @property
    def difference(self) -> float | None:
        """Ours less theirs; None where one of them is undefined."""
        return None if self.theirs is None or self.ours is None else self.ours - self.theirs


class Comparison(msgspec.Struct, frozen=True):
    """A queue's day, theirs and ours."""

    figures: tuple[Compared, ...]
    reasons: tuple[Reason, ...]
    since: Ms
    """Since when ours counts."""


def recount(day: QueueOfDay, threshold_s: float, short_abandon_s: float) -> Recount:
    """Count a queue's day from the contacts that history knows.

    Args:
        day: The contacts.
        threshold_s: A wait of at most so many seconds is within.
        short_abandon_s: Who leaves sooner has hardly tried.
    """
    counts = Counts(acw_s=day.acw_s)
    for stay in day.stays:
        counts = counts + _count(stay, threshold_s, short_abandon_s)
    return Recount(
        counts=counts,
        in_progress=sum(stay.ended_at is None for stay in day.stays) + day.open_acw,
        first_at=day.first_at,
        entered=tuple(stay.entered_at for stay in day.stays),
    )


def compare(
    queue: Queue,
    ours: Recount,
    intervals: Iterable[Interval] = (),
    formula: Formula = Formula.OFFERED,
) -> Comparison:
    """Put theirs and ours side by side, and say why they differ.

    Args:
        queue: What the source counts.
        ours: What we counted.
        intervals: The source's own intervals of the queue: they tell what was before our time.
        formula: The formula of the service level.
    """
    figures = tuple(_compared(one, queue.day, ours.counts, formula) for one in Counted)
    lacking = max(0, queue.day.offered - ours.counts.offered)
    before = min(lacking, _missing_before(queue, ours, intervals))
    since = ours.first_at if before and ours.first_at is not None else queue.day_started_at
    return Comparison(figures, tuple(_reasons(queue, ours, figures, before)), since)


def _count(stay: Stay, threshold_s: float, short_abandon_s: float) -> Counts:
    until = stay.answered_at if stay.answered_at is not None else stay.ended_at
    if until is None:
        return Counts(offered=1)
    wait_s = max(0.0, (until - stay.entered_at) / 1000)
    is_within = wait_s <= threshold_s
    if stay.answered_at is not None:
        served_ms = 0 if stay.ended_at is None else stay.ended_at - stay.answered_at
        return Counts(
            offered=1,
            answered=1,
            answered_within=is_within,
            transferred=stay.outcome is Outcome.TRANSFERRED,
            wait_answered_s=wait_s,
            longest_wait_s=wait_s,
            talk_s=served_ms / 1000,
        )
    if stay.outcome is not Outcome.ABANDONED:
        return Counts(offered=1, transferred=stay.outcome is Outcome.TRANSFERRED)
    return Counts(
        offered=1,
        abandoned=1,
        abandoned_within=is_within,
        abandoned_short=wait_s < short_abandon_s,
        wait_abandoned_s=wait_s,
        longest_wait_s=wait_s,
    )


def _missing_before(queue: Queue, ours: Recount, intervals: Iterable[Interval]) -> int:
    """What the source counted, up to the interval in which our first contact came, and we did not.

    Of that interval itself we may know a part.
    """
    missing = 0
    for row in intervals:
        is_before = ours.first_at is None or row.starts_at <= ours.first_at
        if is_before and row.starts_at >= queue.day_started_at:
            ends = row.starts_at + row.minutes * 60_000
            known = bisect_left(ours.entered, ends) - bisect_left(ours.entered, row.starts_at)
            missing += max(0, row.counts.offered - known)
    return missing


def _compared(figure: Counted, theirs: Counts, ours: Counts, formula: Formula) -> Compared:
    left, right = _value(figure, theirs, formula), _value(figure, ours, formula)
    if left is None or right is None:
        return Compared(figure, left, right, left is right)
    slack = {Counted.LEVEL: _SAME_PERCENT, Counted.ASA: _SAME_S, Counted.AHT: _SAME_S}
    return Compared(figure, left, right, abs(left - right) <= slack.get(figure, 0))


def _value(figure: Counted, counts: Counts, formula: Formula) -> float | None:
    match figure:
        case Counted.OFFERED:
            return counts.offered
        case Counted.ANSWERED:
            return counts.answered
        case Counted.WITHIN:
            return counts.answered_within
        case Counted.ABANDONED:
            return counts.abandoned
        case Counted.LEVEL:
            return rule.service_level(counts, formula)
        case Counted.ASA:
            return rule.asa_s(counts)
        case Counted.AHT:
            return rule.aht_s(counts)


def _reasons(
    queue: Queue, ours: Recount, figures: Sequence[Compared], before: int
) -> Iterator[Reason]:
    if all(figure.is_same for figure in figures):
        yield Reason(Why.EQUAL)
        return
    lacking = queue.day.offered - ours.counts.offered
    if before:
        yield Reason(Why.BEGAN_LATER, before, ours.first_at)
    if lacking > before:
        yield Reason(Why.UNKNOWN, lacking - before)
    if lacking < 0:
        yield Reason(Why.MORE, -lacking)
    if ours.in_progress:
        yield Reason(Why.IN_PROGRESS, ours.in_progress)
    if not lacking and not ours.in_progress:
        yield Reason(Why.JUDGED)
