"""Looks take a small share of the time: the dearer they are, the fewer there are."""

from __future__ import annotations

import pytest

from supervisor_tui.look_rest import AHEAD_S, SHARE, LookRest


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


def looks_within(seconds, every_ms, cost_s):
    """How many looks there are of commits that come so often; and the longest wait, seconds."""
    wall, looks, waits = Wall(), 0, []
    rest = LookRest(wall)
    for commit_ms in range(0, seconds * 1000, every_ms):
        wall.ms = max(wall.ms, 5_000 + commit_ms)
        if rest.left_s == 0.0:
            look(rest, cost_s)
            looks += 1
        waits.append(rest.left_s)
    return looks, max(waits)


def test_looks_that_fit_into_their_share_are_never_kept_waiting():
    assert looks_within(20, 1000, 0.045) == (20, 0.0)


def test_an_answer_in_two_pages_is_shown_at_once():
    rest = LookRest(Wall())
    for _page in range(2):
        assert rest.left_s == 0.0
        look(rest, 0.020, 0.010)
    assert rest.left_s == 0.0


@pytest.mark.parametrize("cost_s", [0.012, 0.060])
def test_where_commits_never_end_looks_take_their_share_and_no_more(cost_s):
    looks, longest_s = looks_within(60, 20, cost_s)
    assert looks * cost_s == pytest.approx(60 * SHARE + AHEAD_S, rel=0.1)
    assert longest_s <= cost_s / SHARE + 0.001


def test_one_look_that_was_dear_for_once_keeps_nobody_waiting_for_long():
    rest = LookRest(Wall())
    look(rest, 30.0)
    assert rest.left_s == 0.0
    look(rest, 30.0)
    assert rest.left_s == pytest.approx(AHEAD_S / SHARE)


def test_what_was_taken_is_made_up_for():
    wall = Wall()
    rest = LookRest(wall)
    look(rest, AHEAD_S)
    look(rest, 0.010)
    assert rest.left_s == pytest.approx(0.010 / SHARE)
    wall.ms += round(1000 * 0.010 / SHARE)
    assert rest.left_s == pytest.approx(0.0)


def test_whoever_waits_for_an_answer_is_not_kept_waiting_and_others_are_again_soon():
    wall = Wall()
    rest = LookRest(wall)
    for _ in range(3):
        look(rest, 60.0)
    assert rest.left_s > 0.0
    rest.hurry()
    for _ in range(4):
        wall.ms += 1_000
        look(rest, 60.0)
        assert rest.left_s == 0.0
    wall.ms += 1_000
    assert rest.left_s > 0.0


def test_after_a_hurry_no_look_waits_longer_than_otherwise():
    wall = Wall()
    rest = LookRest(wall)
    rest.hurry()
    for _ in range(45):
        wall.ms += 111
        look(rest, 0.060)
    wall.ms += 111
    assert 0.0 < rest.left_s <= AHEAD_S / SHARE
