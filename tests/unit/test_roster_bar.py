"""Bars of the roster: what happened, the sign of now, the plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cache.history_model import Segment
from data.model import Activity, AgentState
from screens.presenters.roster_bar import BarScale
from screens.presenters.roster_heads import half_hours, present_heads
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


def test_half_hours_show_heads_planned_present_and_short():
    shown = half_hours(80, NOW)
    assert at("14:30") in shown
    planned = dict.fromkeys(shown, 30.4)
    present = {at("13:30"): 28.6, at("14:00"): None}
    lines = present_heads(shown, planned, present, 31, NOW, BERLIN)
    assert [line.split("|")[1].split()[0] for line in lines] == ["14:30", "30", "31", "+1"]
    assert [line.split("|")[0].split()[-2:] for line in lines] == [
        ["13:30", "14:00"],
        ["30", "30"],
        ["29", "-"],
        ["-1", "-"],
    ]
    assert len({line.index("|") for line in lines}) == 1
