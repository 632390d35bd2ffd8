"""Looks take a small share of the time: the dearer they are, the fewer there are."""

from __future__ import annotations

import pytest

from supervisor_tui.look_rest import LONGEST_S, SHARE, LookRest


class Wall:
    """A clock that goes when it is told to."""

    def __init__(self):
        self.ms = 5_000

    def __call__(self):
        return self.ms


def look(rest, *costs_s):
    rest.begin()
    for cost_s in costs_s:
        rest.add(cost_s)


def test_what_a_look_cost_in_all_is_rested_from_before_the_next():
    wall = Wall()
    rest = LookRest(wall)
    look(rest, 0.010)
    look(rest, 0.004, 0.006)
    assert rest.left_s == pytest.approx(SHARE * 0.010)
    wall.ms += 150
    assert rest.left_s == pytest.approx(SHARE * 0.010 - 0.150)
    wall.ms += 60
    assert rest.left_s == 0.0


@pytest.mark.parametrize("costs", [(0.9, 0.01), (0.01, 0.01, 0.9), (0.01, 0.9, 0.01)])
def test_one_look_that_was_dear_for_once_is_not_rested_from(costs):
    rest = LookRest(Wall())
    for cost_s in costs:
        look(rest, cost_s)
    assert rest.left_s == pytest.approx(SHARE * 0.010)


def test_nothing_on_the_screen_becomes_old_by_resting():
    rest = LookRest(Wall())
    for _ in range(3):
        look(rest, 60.0)
    assert rest.left_s == LONGEST_S


def test_the_first_look_of_all_is_rested_from_only_once_there_was_another():
    rest = LookRest(Wall())
    assert rest.left_s == 0.0
    look(rest, 0.5)
    assert rest.left_s == 0.0
