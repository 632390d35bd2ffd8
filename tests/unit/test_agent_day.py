"""One agent's day: sums by state, what was off the plan, and the bars that show it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cache.history_model import Segment
from data.figures.agent_day import AgentPast, OffPlan, day_tally, off_plan, state_times
from data.model import Activity, AgentState
from screens.glyphs import to_ascii_same_width
from screens.presenters.day_bar import DayScale, Stretch, day_bars, legend
from tests.builders import DAY_START, NOW, instant

MINUTE = 60_000
ZONE = "Europe/Berlin"
READY, AWAY, BUSY = AgentState.READY, AgentState.NOT_READY, AgentState.BUSY


def at(clock: str) -> int:
    return instant(f"2026-03-11T{clock}+01:00")


def past(*changes: tuple[str, AgentState, str]) -> AgentPast:
    """States by the local time at which they begin; the last one lasts."""
    starts = [at(clock) for clock, _, _ in changes]
    return AgentPast(
        DAY_START,
        tuple(
            Segment(
                agent="1001", agent_name="", start=start, end=end, state=state, reason=reason,
                queue="", contact="",
            )
            for start, end, (_, state, reason) in zip(
                starts, [*starts[1:], None], changes, strict=True
            )
        ),
    )  # fmt: skip


PLAN = (
    Activity("on_queue", at("08:00"), at("10:00")),
    Activity("break", at("10:00"), at("10:15")),
    Activity("on_queue", at("10:15"), at("16:00")),
)
DAY = past(
    ("05:00", AgentState.LOGGED_OFF, ""),
    ("08:10", READY, ""),
    ("09:00", BUSY, ""),
    ("10:05", AWAY, "break"),
    ("10:20", AWAY, "coaching"),
    ("10:50", READY, ""),
)


def test_states_are_summed_within_the_day_work_first() -> None:
    shown = [(one.state, one.reason, one.ms / MINUTE, one.times) for one in state_times(DAY, NOW)]
    assert shown == [
        (BUSY, "", 65, 1),
        (READY, "", pytest.approx(50 + 222 + 7 / 60), 2),
        (AWAY, "coaching", 30, 1),
        (AWAY, "break", 15, 1),
        (AgentState.LOGGED_OFF, "", 130, 1),
    ]
    assert sum(one.ms for one in state_times(DAY, NOW)) == NOW - DAY_START


def test_what_was_not_as_planned_is_one_stretch_for_each_activity() -> None:
    assert off_plan(PLAN, DAY, NOW) == [
        OffPlan(at("08:00"), at("08:10"), "on_queue", AgentState.LOGGED_OFF, ""),
        OffPlan(at("10:00"), at("10:05"), "break", BUSY, ""),
        OffPlan(at("10:15"), at("10:50"), "on_queue", AWAY, "break"),
    ]
    off_ms = sum(one.end - one.start for one in off_plan(PLAN, DAY, NOW))
    tally = day_tally(PLAN, DAY, NOW)
    assert tally.scheduled_ms - tally.adherent_ms == off_ms == 50 * MINUTE


def test_nothing_is_off_a_plan_of_leave_or_while_nothing_is_known() -> None:
    leave = (Activity("time_off", at("08:00"), at("16:00")),)
    assert off_plan(leave, DAY, NOW) == []
    assert off_plan(PLAN, past(("08:00", AgentState.UNKNOWN, "")), NOW) == []


def test_the_day_as_bars() -> None:
    bars = day_bars(PLAN, DAY, off_plan(PLAN, DAY, NOW), NOW, ZONE, 57)
    assert bars is not None
    assert bars.lines == (
        "      08    09    10    11    12    13    14    15",
        "did   ·=====███████bccc=======================│",
        "plan  ============bb==================================",
        "off   !           !!!!!",
    )
    assert bars.legend == (
        "█ in contact  = ready, or on queue  b break  c coaching  · logged off  ! not as planned"
    )
    ascii_line = to_ascii_same_width(bars.lines[1])
    assert ascii_line == "did   .=====#######bccc=======================|"


def test_without_a_plan_there_is_one_bar_and_without_a_day_none() -> None:
    bars = day_bars((), DAY, (), NOW, ZONE, 57)
    assert bars is not None
    assert [line.split()[0] for line in bars.lines[1:]] == ["did"]
    assert day_bars((), past(("05:00", AgentState.LOGGED_OFF, "")), (), NOW, ZONE, 57) is None


def test_hours_are_those_of_the_zone_s_clock() -> None:
    scale = DayScale.of(at("08:00"), at("12:00"), 30)
    assert scale.step == 10 * MINUTE
    assert scale.hours("Asia/Kolkata").split() == ["13", "14", "15", "16"]
    assert scale.hours("Asia/Kolkata").index("13") == 3, "half past twelve comes first"


spans = st.tuples(st.integers(0, 2000), st.integers(1, 2000), st.integers(1, 250))


@given(spans)
def test_a_day_fits_every_width(given_span: tuple[int, int, int]) -> None:
    begin, minutes, cells = given_span
    start, end = begin * MINUTE, (begin + minutes) * MINUTE
    scale = DayScale.of(start, end, cells)
    assert 1 <= scale.cells <= cells
    assert scale.start <= start
    if scale.cells < cells:
        assert scale.start + scale.cells * scale.step >= end
    assert len(scale.draw([Stretch("x", start, end)])) == scale.cells
    assert len(scale.hours(ZONE)) == scale.cells


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 40)), min_size=1, max_size=12))
def test_a_cell_shows_what_took_most_of_it(runs: list[tuple[str, int]]) -> None:
    text = "".join(letter * minutes for letter, minutes in runs)
    stretches = [
        Stretch(letter, place * MINUTE, (place + 1) * MINUTE) for place, letter in enumerate(text)
    ]
    scale = DayScale(0, 10 * MINUTE, -(-len(text) // 10))
    for place, shown in enumerate(scale.draw(stretches)):
        cell = text[place * 10 : place * 10 + 10]
        assert cell.count(shown) == max(cell.count("a"), cell.count("b"))


def test_every_letter_has_a_word_and_an_ascii_twin() -> None:
    from screens.presenters import day_bar

    letters = {*day_bar._STATES.values(), *day_bar._ACTIVITIES.values(), day_bar.OFF_SIGN}
    assert all(legend(letter) for letter in letters)
    assert len({to_ascii_same_width(letter) for letter in letters}) == len(letters)
