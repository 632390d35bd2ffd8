"""Shift patterns that floors use, before their anchor too."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from dateutil.rrule import DAILY, rrule
from hypothesis import given
from hypothesis import strategies as st

from data.rules.rotation import clean_pattern, letter_of, letters

ANCHOR = date(2026, 1, 1)
DUPONT = clean_pattern("NNNNOOO DDDONNN OOODDDD OOOOOOO")
PITMAN = clean_pattern("DDOODDD OODDOOO NNOONNN OONNOOO")


def test_the_pattern_begins_on_its_anchor_and_repeats() -> None:
    pattern = "DDDDOOOONNNNOOOO"
    assert "".join(letter for _, letter in letters(pattern, ANCHOR, ANCHOR, date(2026, 1, 20))) == (
        pattern + pattern[:4]
    )


def test_before_the_anchor_it_runs_backwards() -> None:
    before = letters("ABCD", ANCHOR, date(2025, 12, 27), ANCHOR)
    assert [letter for _, letter in before] == ["D", "A", "B", "C", "D", "A"]


def test_the_leap_day_counts() -> None:
    assert letter_of("ABCDEFG", date(2024, 2, 28), date(2024, 3, 1)) == "C"
    assert letter_of("ABCDEFG", date(2023, 2, 28), date(2023, 3, 1)) == "B"


@pytest.mark.parametrize("pattern", [DUPONT, PITMAN])
def test_four_teams_a_week_apart_always_give_one_day_and_one_night(pattern) -> None:
    for days in range(-28, 28):
        day = ANCHOR + timedelta(days=days)
        teams = (ANCHOR + timedelta(weeks=weeks) for weeks in range(4))
        assert Counter(letter_of(pattern, anchor, day) for anchor in teams) == {
            "D": 1,
            "N": 1,
            "O": 2,
        }


@given(st.text("DNO", min_size=1, max_size=20), st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_it_is_what_a_recurrence_rule_for_each_position_gives(pattern, anchor) -> None:
    last = anchor + timedelta(days=60)
    expected = {}
    for position, letter in enumerate(pattern):
        start = anchor + timedelta(days=position)
        days = rrule(DAILY, interval=len(pattern), dtstart=start, until=last)
        expected.update(dict.fromkeys((each.date() for each in days), letter))
    assert dict(letters(pattern, anchor, anchor, last)) == {
        day: letter for day, letter in expected.items() if day <= last
    }


@pytest.mark.parametrize("text", ["", " ", "DD-NN", "D1"])
def test_what_is_no_letter_is_no_pattern(text) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        clean_pattern(text)
