"""Theirs and ours: equal where we know all, and a true reason where we do not."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from data.cache.history_callers import QueueOfDay, Stay
from data.cache.history_model import Outcome
from data.figures.recount import Counted, Reason, Why, compare, recount
from data.model import Counts
from tests.builders import DAY_START, ago, make_interval, make_queue

T_S, SHORT_S = 20, 5


def stay(since: float, wait: float | None, served: float | None = None, **changes: Any) -> Stay:
    """Entered so many seconds ago; answered where there is a service."""
    entered = ago(since)
    until = None if wait is None else entered + round(wait * 1000)
    if served is None:
        over = Outcome.ABANDONED if until is not None else None
        return Stay(entered, None, until, changes.get("outcome", over))
    assert until is not None
    over = Outcome.ANSWERED
    return Stay(entered, until, until + round(served * 1000), changes.get("outcome", over))


DAY = (
    stay(900, 20, 100),
    stay(800, 20.5, 200, outcome=Outcome.TRANSFERRED),
    stay(700, 4.5),
    stay(600, 5),
    stay(500, 40),
    stay(50, None),
)


def test_every_count_by_its_rule() -> None:
    ours = recount(QueueOfDay(DAY, acw_s=30.0, open_acw=1), T_S, SHORT_S)
    assert ours.counts == Counts(
        offered=6,
        answered=2,
        answered_within=1,
        abandoned=3,
        abandoned_within=2,
        abandoned_short=1,
        transferred=1,
        wait_answered_s=40.5,
        wait_abandoned_s=49.5,
        longest_wait_s=40.0,
        talk_s=300.0,
        acw_s=30.0,
    )
    assert ours.in_progress == 2


def test_what_went_on_to_another_queue_unanswered_is_no_abandon() -> None:
    ours = recount(QueueOfDay((stay(60, 30, outcome=Outcome.TRANSFERRED),)), T_S, SHORT_S)
    assert (ours.counts.offered, ours.counts.abandoned, ours.counts.transferred) == (1, 0, 1)


def compared(theirs: Counts, day: QueueOfDay, *intervals: Any) -> list[Reason]:
    queue = make_queue(day=theirs, threshold_s=T_S, short_abandon_s=SHORT_S)
    comparison = compare(queue, recount(day, T_S, SHORT_S), intervals)
    return list(comparison.reasons)


def test_equal_says_so() -> None:
    day = QueueOfDay(DAY, first_at=ago(900))
    assert compared(recount(day, T_S, SHORT_S).counts, day) == [Reason(Why.EQUAL)]


def test_what_came_before_our_time_is_told_from_what_is_unknown() -> None:
    first = make_interval(starts="14:00", counts=Counts(offered=10))
    second = make_interval(starts="14:15", counts=Counts(offered=8))
    day = QueueOfDay((stay(600, 10, 100),) * 5, first_at=ago(600))  # 14:22:07
    queue = make_queue(day=Counts(offered=20, answered=20), threshold_s=T_S)
    comparison = compare(queue, recount(day, T_S, SHORT_S), [first, second])
    assert comparison.reasons == (
        Reason(Why.BEGAN_LATER, 13, ago(600)),
        Reason(Why.UNKNOWN, 2),
    )
    assert comparison.since == ago(600)


def test_no_more_came_before_our_time_than_is_missing() -> None:
    first = make_interval(starts="14:00", counts=Counts(offered=9))
    day = QueueOfDay(DAY[:5], first_at=ago(900))
    assert compared(Counts(offered=7), day, first) == [Reason(Why.BEGAN_LATER, 2, ago(900))]


def test_intervals_of_yesterday_are_not_missing() -> None:
    old = make_interval(starts="05:45", counts=Counts(offered=10))
    day = QueueOfDay(DAY, first_at=ago(900))
    assert compared(Counts(offered=7), day, old)[0] == Reason(Why.UNKNOWN, 1)


def test_what_is_under_way_explains_and_else_the_rule_does() -> None:
    day = QueueOfDay(DAY, first_at=ago(900))
    assert compared(Counts(offered=6), day) == [Reason(Why.IN_PROGRESS, 1)]
    assert compared(Counts(offered=5), QueueOfDay(DAY[:5])) == [Reason(Why.JUDGED)]
    assert compared(Counts(offered=4), QueueOfDay(DAY[:5])) == [Reason(Why.MORE, 1)]


def test_nothing_known_is_undefined_and_not_nought_percent() -> None:
    queue = make_queue(day_started_at=DAY_START)
    comparison = compare(queue, recount(QueueOfDay(), T_S, SHORT_S))
    level = next(one for one in comparison.figures if one.figure is Counted.LEVEL)
    assert (level.ours, level.difference, level.is_same) == (None, None, False)


_stays = st.lists(
    st.builds(
        stay,
        st.integers(100, 5000),
        st.sampled_from([0.0, 4.0, 5.0, 20.0, 21.0]),
        st.sampled_from([None, 0.0, 60.0]),
    )
)


@given(_stays)
def test_every_stay_is_counted_once(stays: list[Stay]) -> None:
    counts = recount(QueueOfDay(tuple(stays)), T_S, SHORT_S).counts
    assert counts.offered == len(stays) == counts.answered + counts.abandoned
    assert counts.abandoned_short <= counts.abandoned_within <= counts.abandoned
    assert counts.answered_within <= counts.answered
