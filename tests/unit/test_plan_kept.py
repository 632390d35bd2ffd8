"""Adherence and conformance of two lists, held against a count of every minute."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.plan_kept import OverlapError, Stretch, excused, in_order, kept

DAY = [Stretch(0, 240, "phone"), Stretch(240, 270, "lunch"), Stretch(270, 480, "phone")]


def test_lunch_half_an_hour_early_costs_adherence_and_no_conformance() -> None:
    """The example of SWPP and Call Centre Helper: 87.5 % and 100 %."""
    actual = [Stretch(0, 210, "phone"), Stretch(210, 240, "lunch"), Stretch(240, 480, "phone")]
    found = kept(DAY, actual, "phone")
    assert (found.scheduled, found.in_adherence) == (480, 420)
    assert (found.adherence, found.conformance) == (0.875, 1.0)


def test_work_outside_the_plan_counts_as_work_only() -> None:
    found = kept(DAY, [*DAY, Stretch(480, 570, "phone")], "phone")
    assert (found.adherence, found.conformance) == (1.0, 1.2)


def test_what_is_undefined_is_none() -> None:
    assert kept([], DAY, "phone").adherence is None
    assert kept([], DAY, "phone").conformance is None
    training = [Stretch(0, 60, "training")]
    found = kept(training, training, "phone")
    assert (found.adherence, found.conformance) == (1.0, None)
    assert kept(DAY, [], "phone").adherence == 0


def test_excused_time_moves_the_plan_and_not_what_was_done() -> None:
    coaching = [Stretch(60, 90, "coaching")]
    actual = [Stretch(0, 60, "phone"), *coaching, Stretch(90, 240, "phone"), *DAY[1:]]
    assert kept(DAY, actual, "phone").adherence == 450 / 480
    found = kept(excused(DAY, coaching), actual, "phone")
    assert (found.scheduled, found.adherence, found.conformance) == (480, 1.0, 1.0)


def test_what_is_excused_outside_the_plan_schedules_nothing() -> None:
    assert excused(DAY, [Stretch(470, 500, "meeting")]) == [
        *DAY[:2],
        Stretch(270, 470, "phone"),
        Stretch(470, 480, "meeting"),
    ]


def test_one_activity_may_overlap_itself_and_no_other() -> None:
    twice = [Stretch(0, 60, "phone"), Stretch(30, 90, "phone"), Stretch(90, 91, "break")]
    assert in_order(twice) == [Stretch(0, 90, "phone"), Stretch(90, 91, "break")]
    with pytest.raises(OverlapError):
        in_order([Stretch(0, 60, "phone"), Stretch(30, 90, "break")])


def painted(days: list[tuple[int, int, str]]) -> list[Stretch]:
    """Stretches one after the other, with gaps."""
    at, stretches = 0, []
    for gap, length, activity in days:
        at += gap
        stretches.append(Stretch(at, at + length, activity))
        at += length
    return stretches


LISTS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 20), st.sampled_from("pbm")), max_size=8
).map(painted)


def minutes(stretches: list[Stretch]) -> dict[int, str]:
    return {
        minute: each.activity
        for each in stretches
        for minute in range(int(each.start), int(each.end))
    }


@given(LISTS, LISTS, st.randoms())
def test_it_is_a_count_of_minutes(scheduled, actual, random) -> None:
    plan, done = minutes(scheduled), minutes(actual)
    random.shuffle(scheduled)
    random.shuffle(actual)
    found = kept(scheduled, actual, "p")
    adherent = sum(done.get(minute) == activity for minute, activity in plan.items())
    work = sum(activity == "p" for activity in plan.values())
    worked = sum(activity == "p" for activity in done.values())
    assert (found.scheduled, found.in_adherence) == (len(plan), adherent)
    assert found.adherence == (adherent / len(plan) if plan else None)
    assert found.conformance == (worked / work if work else None)


@given(LISTS, LISTS)
def test_an_exception_counts_where_something_was_planned(scheduled, exceptions) -> None:
    plan, over = minutes(scheduled), minutes(exceptions)
    expected = {minute: over.get(minute, activity) for minute, activity in plan.items()}
    assert minutes(excused(scheduled, exceptions)) == expected
