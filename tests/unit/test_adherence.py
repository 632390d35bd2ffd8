"""Adherence and conformance against a count of every minute, and what supervisors would say."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Activity, AgentState, Shift
from data.rules.adherence import (
    NOT_SCHEDULED,
    WORK,
    WORKING,
    Tally,
    is_adherent,
    tally,
    tally_all,
)
from data.rules.shift_plan import plan_of, planned_activity

MINUTE = 60_000
KINDS = (
    "on_queue",
    "break",
    "meal",
    "training",
    "meeting",
    "coaching",
    "absence",
    "time_off",
    "overtime",
    "other",
)
READY, NOT_READY = AgentState.READY, AgentState.NOT_READY


@dataclass(frozen=True)
class Stay:
    start: int
    end: int | None
    state: AgentState
    reason: str = ""


def shift(*activities: tuple[str, int, int], start: int = 0, end: int = 480, name: str = "s1"):
    """A shift by minutes."""
    return Shift(
        site="hh1",
        source="pbx",
        id=name,
        agent="1001",
        starts_at=start * MINUTE,
        ends_at=end * MINUTE,
        activities=tuple(
            Activity(kind, begins * MINUTE, ends * MINUTE) for kind, begins, ends in activities
        ),
    )


def stays(*changes: tuple[int, AgentState, str]) -> list[Stay]:
    """States by the minute at which they begin; the last one lasts."""
    ends = [at * MINUTE for at, _, _ in changes[1:]] + [None]
    return [
        Stay(at * MINUTE, end, state, reason)
        for (at, state, reason), end in zip(changes, ends, strict=True)
    ]


def test_lunch_half_an_hour_early_costs_adherence_and_no_conformance() -> None:
    """The published example: 87.5 % and 100 % of eight hours."""
    plan = plan_of((shift(("meal", 240, 270)),))
    day = stays((0, READY, ""), (210, NOT_READY, "meal"), (240, READY, ""))
    result = tally_all(plan, day, 0, 480 * MINUTE)
    assert result.scheduled_ms == 480 * MINUTE
    assert result.adherence == pytest.approx(87.5)
    assert result.conformance == pytest.approx(100.0)


def test_who_works_on_through_a_break_conforms_too_much_and_adheres_too_little() -> None:
    plan = plan_of((shift(("break", 60, 75), end=120),))
    result = tally_all(plan, stays((0, READY, "")), 0, 120 * MINUTE)
    assert result.adherence == pytest.approx(87.5)
    assert result.conformance == pytest.approx(100 * 120 / 105)


@pytest.mark.parametrize(
    ("planned", "state", "reason", "expected"),
    [
        ("on_queue", AgentState.READY, "", True),
        ("on_queue", AgentState.WORKING_AFTER_CONTACT, "", True),
        ("overtime", AgentState.ON_HOLD, "", True),
        ("on_queue", AgentState.NOT_READY, "coaching", False),
        ("on_queue", AgentState.UNREACHABLE, "", False),
        ("on_queue", AgentState.LOGGED_OFF, "", False),
        ("break", AgentState.NOT_READY, "break", True),
        ("break", AgentState.NOT_READY, "Lunch", True),
        ("meal", AgentState.NOT_READY, "break", True),
        ("break", AgentState.NOT_READY, "", True),
        ("break", AgentState.NOT_READY, "code 7", True),
        ("break", AgentState.NOT_READY, "training", False),
        ("training", AgentState.NOT_READY, "break", False),
        ("training", AgentState.NOT_READY, "Training", True),
        ("coaching", AgentState.NOT_READY, "meeting", False),
        ("break", AgentState.BUSY, "", False),
        ("break", AgentState.LOGGED_OFF, "", False),
        ("other", AgentState.NOT_READY, "meeting", True),
        ("other", AgentState.READY, "", True),
        ("other", AgentState.LOGGED_OFF, "", False),
        ("other", AgentState.UNREACHABLE, "", False),
    ],
)
def test_which_state_is_what_was_planned(planned, state, reason, expected) -> None:
    assert is_adherent(planned, state, reason) is expected


def test_nobody_keeps_or_breaks_a_planned_absence() -> None:
    plan = plan_of((shift(("time_off", 0, 240), ("absence", 240, 300)),))
    result = tally(plan, AgentState.LOGGED_OFF, "", 0, 300 * MINUTE)
    assert result == Tally()
    assert (result.adherence, result.conformance) == (None, None)


def test_what_is_not_known_counts_on_neither_side() -> None:
    plan = plan_of((shift(),))
    assert tally(plan, AgentState.UNKNOWN, "", 0, 480 * MINUTE) == Tally()


def test_whoever_does_not_come_adheres_to_nothing() -> None:
    plan = plan_of((shift(("break", 60, 75), ("meal", 240, 270)),))
    result = tally(plan, AgentState.LOGGED_OFF, "", 0, 480 * MINUTE)
    assert (result.adherence, result.conformance) == (0.0, 0.0)


minutes = st.integers(0, 600)
pieces = st.tuples(st.sampled_from(KINDS), minutes, minutes)
shifts = st.lists(
    st.tuples(minutes, minutes, st.lists(pieces, max_size=5)), min_size=1, max_size=3
).map(
    lambda found: tuple(
        shift(*inside, start=start, end=end, name=f"s{number}")
        for number, (start, end, inside) in enumerate(found)
    )
)
courses = st.lists(
    st.tuples(
        minutes, st.sampled_from(AgentState), st.sampled_from(["", "break", "training", "wc"])
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda change: change[0],
).map(lambda changes: stays(*sorted(changes)))


@given(shifts)
def test_a_plan_says_of_each_minute_what_its_shift_says(roster: tuple[Shift, ...]) -> None:
    plan = plan_of(roster)
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(plan))
    assert all(piece.starts_at < piece.ends_at for piece in plan)
    for at in range(0, 601 * MINUTE, MINUTE):
        said = {planned_activity(each, at) for each in roster} - {""}
        kinds = [piece.kind for piece in plan if piece.starts_at <= at < piece.ends_at]
        assert len(kinds) == bool(said)
        assert set(kinds) <= said
        if len(roster) == 1:
            assert set(kinds) == said


@given(shifts, courses, minutes, minutes)
def test_tallies_are_a_count_of_every_minute(roster, course, begin: int, end: int) -> None:
    plan = plan_of(roster)
    scheduled = adherent = work = worked = 0
    for at in range(begin * MINUTE, end * MINUTE, MINUTE):
        now = [stay for stay in course if stay.start <= at and (stay.end is None or at < stay.end)]
        if not now or now[0].state is AgentState.UNKNOWN:
            continue
        worked += now[0].state in WORKING
        kinds = [piece.kind for piece in plan if piece.starts_at <= at < piece.ends_at]
        if kinds and kinds[0] not in NOT_SCHEDULED:
            scheduled += 1
            adherent += is_adherent(kinds[0], now[0].state, now[0].reason)
            work += kinds[0] in WORK
    counted = tally_all(plan, course, begin * MINUTE, end * MINUTE)
    assert counted == Tally(*(n * MINUTE for n in (scheduled, adherent, work, worked)))


@given(shifts, courses, st.lists(minutes, min_size=2, max_size=6))
def test_cutting_a_stretch_changes_nothing(roster, course, cuts: list[int]) -> None:
    plan, instants = plan_of(roster), sorted(cut * MINUTE for cut in cuts)
    total = Tally()
    for start, end in pairwise(instants):
        total += tally_all(plan, course, start, end)
    assert total == tally_all(plan, course, instants[0], instants[-1])
    assert 0 <= total.adherent_ms <= total.scheduled_ms
    assert total.planned_work_ms <= total.scheduled_ms
