"""Shifts, intervals of a day and rest over changes of the clocks: whole years, hour by hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Ms
from data.rules.rest import HOUR_MS, rest_between
from data.rules.shift_time import day_span, intervals, next_at
from data.rules.wall_time import at_wall_time, local_time
from data.zones import zone

ZONES = (
    "Europe/Berlin",
    "America/Chicago",
    "America/Santiago",
    "America/Vancouver",
    "Asia/Jakarta",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
)
MINUTE_MS = 60_000
wall = datetime.fromisoformat


def hours(place: str, start: str, end: str) -> float:
    """From a local start to the next such end."""
    there = zone(place)
    begins = at_wall_time(wall(start), there)
    return (next_at(begins, time.fromisoformat(end), there) - begins) / HOUR_MS


@pytest.mark.parametrize(
    ("place", "start", "end", "expected"),
    [
        ("Europe/Berlin", "2026-03-28T22:00", "06:00", 7),
        ("Europe/Berlin", "2026-10-24T22:00", "06:00", 9),
        ("Europe/Berlin", "2026-06-01T22:00", "06:00", 8),
        ("Europe/Madrid", "2026-03-28T22:00", "06:00", 7),
        ("Europe/London", "2026-10-24T22:00", "06:00", 9),
        ("America/Chicago", "2026-03-07T23:00", "07:00", 7),
        ("America/Chicago", "2026-10-31T23:00", "07:00", 9),
        ("America/Chicago", "2026-03-28T22:00", "06:00", 8),
        ("Asia/Jakarta", "2026-03-28T22:00", "06:00", 8),
        ("Europe/Moscow", "2026-03-28T22:00", "06:00", 8),
        ("America/Sao_Paulo", "2026-10-24T22:00", "06:00", 8),
        ("Asia/Kolkata", "2026-10-24T22:00", "06:00", 8),
        ("Australia/Sydney", "2026-04-04T22:00", "06:00", 9),
        ("Australia/Sydney", "2026-10-03T22:00", "06:00", 7),
        ("Australia/Lord_Howe", "2026-04-04T22:00", "06:00", 8.5),
        ("Australia/Lord_Howe", "2026-10-03T22:00", "06:00", 7.5),
        ("Pacific/Auckland", "2026-04-04T22:00", "06:00", 9),
        ("Pacific/Auckland", "2026-09-26T22:00", "06:00", 7),
        ("America/Santiago", "2026-04-04T20:00", "04:00", 9),
        ("America/Santiago", "2026-09-05T20:00", "04:00", 7),
        ("America/Vancouver", "2026-10-31T22:00", "06:00", 8),
        ("Europe/Berlin", "2026-06-01T22:00", "22:00", 24),
        ("Europe/Berlin", "2026-03-28T22:00", "22:00", 23),
        ("Europe/Berlin", "2026-06-01T06:00", "14:30", 8.5),
        ("Europe/Berlin", "2026-06-01T06:00", "00:00", 18),
    ],
)
def test_a_shift_to_the_next_such_time(place, start, end, expected) -> None:
    assert hours(place, start, end) == expected


def test_the_next_such_time_is_the_next_in_reality() -> None:
    berlin = zone("Europe/Berlin")
    first = at_wall_time(wall("2026-10-25T02:45"), berlin)
    second = at_wall_time(wall("2026-10-25T02:15").replace(fold=1), berlin)
    assert next_at(first, time(2, 15), berlin) == second == first + 30 * MINUTE_MS
    assert next_at(first, time(2, 15), berlin, fold=0) == second + 24 * HOUR_MS
    assert next_at(second, time(2, 45), berlin, fold=1) == second + 30 * MINUTE_MS


def test_the_next_such_time_may_be_back_over_midnight() -> None:
    # In the night of 6 November 2010, Newfoundland put its clocks from 00:01 back to 23:01.
    there = zone("America/St_Johns")
    midnight = at_wall_time(wall("2010-11-07T00:00"), there)
    again = next_at(midnight, time(23, 30), there)
    assert again == midnight + 30 * MINUTE_MS
    assert next_at(again, time(0), there) == again + 30 * MINUTE_MS
    assert next_at(again, time(0), there, fold=0) == again + 24.5 * HOUR_MS


def test_an_end_that_comes_twice_is_the_first_unless_the_second_is_meant() -> None:
    berlin = zone("Europe/Berlin")
    start = at_wall_time(wall("2026-10-24T22:00"), berlin)
    for fold, expected in ((None, 4.5), (0, 4.5), (1, 5.5)):
        assert (next_at(start, time(2, 30), berlin, fold) - start) / HOUR_MS == expected


@pytest.mark.parametrize("fold", [None, 0, 1])
def test_a_skipped_end_is_as_much_later_as_the_clocks_were_moved(fold) -> None:
    berlin = zone("Europe/Berlin")
    start = at_wall_time(wall("2026-03-28T22:00"), berlin)
    assert next_at(start, time(2, 30), berlin, fold) == start + 4.5 * HOUR_MS


def test_a_day_that_is_lost_has_no_shift_and_no_interval() -> None:
    apia = zone("Pacific/Apia")
    start = at_wall_time(wall("2011-12-29T22:00"), apia)
    assert next_at(start, time(6), apia) == start + 8 * HOUR_MS
    assert list(intervals(date(2011, 12, 30), apia, 15)) == []


def test_nights_over_a_week_are_paid_by_real_hours() -> None:
    for first, expected in ((date(2026, 3, 25), 55), (date(2026, 10, 21), 57)):
        nights = (first + timedelta(days=days) for days in range(7))
        assert (
            sum(hours("Europe/Berlin", f"{night}T22:00", "06:00") for night in nights) == expected
        )


@given(
    st.sampled_from(ZONES),
    st.datetimes(wall("2026-01-01"), wall("2026-12-31")),
    st.times(),
    st.sampled_from((None, 0, 1)),
)
@settings(max_examples=200, deadline=None)
def test_the_next_time_shows_that_time_and_is_never_far(place, start, at, fold) -> None:
    there = zone(place)
    begins = at_wall_time(start.replace(second=0, microsecond=0), there)
    at = at.replace(second=0, microsecond=0)
    found = next_at(begins, at, there, fold)
    assert begins < found <= begins + 49 * HOUR_MS
    shown = local_time(found, there)
    if shown.time() != at:  # it was skipped on that day
        moved = shown.replace(tzinfo=None) - datetime.combine(shown.date(), at)
        assert timedelta() < moved <= timedelta(hours=1)


# Days and their intervals


@pytest.mark.parametrize(
    ("place", "day", "minutes", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 15, 92),
        ("Europe/Berlin", date(2026, 6, 1), 15, 96),
        ("Europe/Berlin", date(2026, 10, 25), 15, 100),
        ("Europe/Berlin", date(2026, 10, 25), 30, 50),
        ("Australia/Lord_Howe", date(2026, 4, 5), 15, 98),
        ("Australia/Lord_Howe", date(2026, 10, 4), 15, 94),
        ("Australia/Lord_Howe", date(2026, 4, 5), 60, 25),
        ("America/Santiago", date(2026, 9, 6), 15, 92),
        ("America/Santiago", date(2026, 4, 4), 15, 100),
        ("America/Santiago", date(2026, 4, 5), 15, 96),
        ("America/Havana", date(2025, 3, 9), 15, 92),
        ("America/Havana", date(2025, 11, 2), 15, 100),
    ],
)
def test_intervals_of_a_day(place, day, minutes, expected) -> None:
    assert len(intervals(day, zone(place), minutes)) == expected


def test_a_day_whose_midnight_is_skipped_begins_after_it() -> None:
    santiago = zone("America/Santiago")
    begins, ends = day_span(date(2026, 9, 6), santiago)
    assert f"{local_time(begins, santiago):%d %H:%M}" == "06 01:00"
    assert f"{local_time(begins - 1, santiago):%d %H:%M}" == "05 23:59"
    assert ends - begins == 23 * HOUR_MS


@pytest.mark.parametrize("place", ZONES)
def test_every_hour_of_a_year_belongs_to_one_day_and_one_night(place) -> None:
    there = zone(place)
    days = [date(2026, 1, 1) + timedelta(days=days) for days in range(365)]
    previous: Ms = day_span(days[0], there)[0]
    for day in days:
        found = intervals(day, there, 15)
        assert found.start == previous
        assert all(local_time(at, there).date() == day for at in found)
        previous = found.stop
    assert previous == day_span(date(2027, 1, 1), there)[0]

    # Day and night shift in turn, planned on the wall clock: paid hours are the year's real hours.
    begins = at = at_wall_time(wall("2026-01-01T06:00"), there)
    paid: Ms = 0
    for turn in range(2 * 365):
        end = next_at(at, time(18) if turn % 2 == 0 else time(6), there)
        paid += end - at
        at = end
    assert local_time(at, there).replace(tzinfo=None) == wall("2027-01-01T06:00")
    assert paid == at - begins
    real = datetime(2027, 1, 1, 6, tzinfo=there).astimezone(UTC) - datetime(
        2026, 1, 1, 6, tzinfo=there
    ).astimezone(UTC)
    assert paid == real / timedelta(milliseconds=1)


# Rest


@pytest.mark.parametrize(
    ("end", "start", "expected", "is_violation"),
    [
        ("2026-03-28T23:00", "2026-03-29T10:00", 10, True),
        ("2026-10-24T23:00", "2026-10-25T09:00", 11, False),
        ("2026-06-01T22:00", "2026-06-02T09:00", 11, False),
        ("2026-06-01T22:00", "2026-06-02T08:59", 11 - 1 / 60, True),
        ("2026-06-01T22:00", "2026-06-01T21:00", -1, True),
    ],
)
def test_rest_is_counted_in_real_hours(end, start, expected, is_violation) -> None:
    berlin = zone("Europe/Berlin")
    ends, starts = (at_wall_time(wall(at), berlin) for at in (end, start))
    rest = rest_between(ends, starts)
    assert rest.rest_hours == pytest.approx(expected, abs=1e-12)
    assert rest.violation is is_violation
    assert rest_between(ends, starts, 12).violation
