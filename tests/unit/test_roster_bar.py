"""Bars of the roster: what happened, the sign of now, the plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cache.history_half_hours import HalfHour
from data.cache.history_model import Segment
from data.figures.intraday import intraday
from data.model import Activity, AgentState
from screens.presenters.roster_bar import BarScale
from screens.presenters.roster_heads import half_hours, heads_lines, rest_of_day
from screens.tones import Tone
from tests.builders import NOW, instant, make_shift

BERLIN = "Europe/Berlin"


def at(clock):
    return instant(f"2026-03-11T{clock}:00+01:00")


def segment(start, end, state, reason=""):
    return Segment(
        agent="1001",
        agent_name="",
        start=at(start),
        end=at(end) if end else None,
        state=state,
        reason=reason,
        queue="",
        contact="",
    )


SHIFT = make_shift(
    starts_at=at("12:00"),
    ends_at=at("18:00"),
    activities=(
        Activity("break", at("13:30"), at("13:45")),
        Activity("meal", at("15:00"), at("15:30")),
        Activity("training", at("16:00"), at("16:30")),
        Activity("meeting", at("16:30"), at("17:00")),
    ),
)
HAPPENED = (
    segment("10:00", "12:30", AgentState.LOGGED_OFF),
    segment("12:30", "13:30", AgentState.READY),
    segment("13:30", "14:00", AgentState.NOT_READY, "break"),
    segment("14:00", None, AgentState.BUSY),
)


def test_left_of_now_is_what_happened_and_right_of_it_the_plan():
    scale = BarScale.of(37, NOW)
    assert (scale.step, scale.cells) == (10 * 60_000, 37)
    assert scale.hours(BERLIN) == "    13    14  |  15    16    17    18"
    bar = scale.draw(SHIFT, HAPPENED, NOW)
    assert bar == "x======bbb====|==mmm===tttooo======  "


@pytest.mark.parametrize("cells", [3, 14, 34, 60, 200])
def test_a_bar_has_its_cells_and_one_sign_of_now(cells):
    scale = BarScale.of(cells, NOW)
    for happened in (HAPPENED, ()):
        bar = scale.draw(SHIFT, happened, NOW)
        assert len(bar) == cells
        assert bar.index("|") == scale.past
        assert bar.isascii()
    assert len(scale.hours(BERLIN)) <= cells


def test_what_is_not_known_is_points_and_no_plan():
    assert set(BarScale.of(34, NOW).draw(SHIFT, (), NOW).partition("|")[0]) == {" ", "."}


def test_a_gap_in_what_is_known_is_points():
    happened = (HAPPENED[1], HAPPENED[3])
    assert BarScale.of(37, NOW).draw(SHIFT, happened, NOW).startswith(".======...====|")


@given(st.integers(3, 250), st.integers(0, 86_400_000))
def test_now_is_in_the_last_cell_of_what_happened(cells, passed):
    now = NOW + passed
    scale = BarScale.of(cells, now)
    assert scale.middle - scale.step <= now < scale.middle


def texts(lines):
    return ["".join(text for text, _tone in line) for line in lines]


def test_half_hours_show_heads_needed_planned_present_and_short():
    shown = half_hours(80, NOW)
    assert at("14:30") in shown
    planned = dict.fromkeys(shown, 30.4)
    present = {at("13:30"): 28.6, at("14:00"): None}
    demand = [HalfHour(when, 50.0, 60.0, 55, 32) for when in shown[2:]]
    day = intraday(shown, demand, planned, present, 31, NOW)
    lines = heads_lines(day, shown, BERLIN, 80)
    *table, _rest = texts(lines)
    assert [line.split("|")[1].split()[0] for line in table] == ["14:30", "32", "30", "31", "-1"]
    assert [line.split("|")[0].split()[-2:] for line in table] == [
        ["13:30", "14:00"],
        ["32", "32"],
        ["30", "30"],
        ["29", "-"],
        ["-3", "-"],
    ]
    assert table[-1].split("|")[1].split()[1:] == ["-2"] * (len(shown) - shown.index(at("15:00")))
    assert len({line.index("|") for line in table}) == 1
    assert max(map(len, table)) <= 80
    short = {tone for text, tone in lines[4][1:] if text.strip() == "-2"}
    assert short == {Tone.LOOK}


def test_without_a_forecast_those_there_are_held_against_the_plan_and_it_is_said():
    shown = half_hours(80, NOW)
    planned = dict.fromkeys(shown, 30.4)
    day = intraday(shown, [], planned, {at("13:30"): 28.6}, 31, NOW)
    *table, rest = texts(heads_lines(day, shown, BERLIN, 80))
    assert table[-1].split("|")[0].split()[-2:] == ["-1", "-"]
    assert table[-1].split("|")[1].split() == ["+1"]
    assert "No forecast" in rest


def test_the_rest_of_the_day_stands_in_one_line_that_fits():
    shown = half_hours(80, NOW)
    demand = [
        HalfHour(at("13:30"), 40.0, 40.0, 50, 20),
        HalfHour(at("14:00"), 60.0, 60.0, 50, 20),
        HalfHour(at("14:30"), 60.0, 70.0, 20, 20),
        HalfHour(at("15:00"), 60.0, 70.0, 0, 36),
        HalfHour(at("15:30"), 60.0, 70.0, 0, 27),
    ]
    day = intraday(shown, demand, dict.fromkeys(shown, 30.0), {}, 31, NOW)
    assert rest_of_day(day, BERLIN, 200).split("  ") == [
        " calls 100 of ~100",
        "~190 to come",
        "forecast off 20 %, bias 0 %",
        "short ~3.0 h",
        "most 15:00 -6",
        "slack 15:30 +3",
    ]
    assert (day.under_hours, day.over_hours) == (3.0, 1.5)
    for width in range(40, 120):
        assert len(rest_of_day(day, BERLIN, width)) <= width
