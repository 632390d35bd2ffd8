"""Days, weeks and months of a site's calendar, where the clocks are changed too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.periods import Length, Period, as_far, so_far, span
from data.status import SiteInfo
from tests.builders import instant

HOUR_MS = 3_600_000
DAYS = st.dates(date(1972, 1, 1), date(2099, 12, 31))


def site(zone: str = "Europe/Berlin", day_start: str = "00:00") -> SiteInfo:
    return SiteInfo(id="a", name="A", zone=zone, day_start=day_start)


@pytest.mark.parametrize(
    ("length", "first", "last"),
    [
        (Length.DAY, date(2026, 11, 25), date(2026, 11, 25)),
        (Length.WEEK, date(2026, 11, 23), date(2026, 11, 29)),
        (Length.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_a_period_holds_the_day_that_was_named(length, first, last):
    period = Period.holding(length, date(2026, 11, 25))
    assert (period.first, period.last) == (first, last)


@given(DAYS, st.sampled_from(Length), st.integers(-30, 30))
def test_periods_follow_one_another_without_gaps(day, length, count):
    period = Period.holding(length, day)
    assert period.first <= day <= period.last
    assert period.moved(1).first == period.after
    assert period.moved(-1).after == period.first
    assert period.moved(count).moved(-count) == period
    assert Period.holding(length, period.last) == period
    before = period.compared
    assert before.after <= period.first
    if length is not Length.MONTH:
        assert before.first == period.first - timedelta(days=7)


@pytest.mark.parametrize(
    ("zone", "day_start", "day", "hours"),
    [
        ("Europe/Berlin", "00:00", date(2026, 3, 29), 23),
        ("Europe/Berlin", "00:00", date(2026, 10, 25), 25),
        ("Europe/Berlin", "06:00", date(2026, 10, 24), 25),
        ("Europe/Berlin", "06:00", date(2026, 10, 25), 24),
        ("Australia/Lord_Howe", "00:00", date(2026, 10, 4), 23.5),
        ("Africa/Cairo", "00:00", date(2026, 4, 24), 23),
        ("Asia/Jerusalem", "00:00", date(1999, 8, 1), 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone, day_start, day, hours):
    start, end = span(Period(Length.DAY, day), site(zone, day_start))
    assert end - start == hours * HOUR_MS


def test_what_has_passed_of_the_present_and_as_much_of_what_was():
    now = instant("2026-11-25T14:30:00+01:00")
    hamburg = site(day_start="06:00")
    week = Period.holding(Length.WEEK, date(2026, 11, 25))
    assert so_far(week, hamburg, now) == (instant("2026-11-23T06:00:00+01:00"), now)
    before = as_far(week.compared, week, hamburg, now)
    assert before == (
        instant("2026-11-16T06:00:00+01:00"),
        instant("2026-11-18T14:30:00+01:00"),
    )
    assert as_far(week.compared, week, hamburg, now + 9 * 24 * HOUR_MS)[1] == instant(
        "2026-11-23T06:00:00+01:00"
    )


def test_half_a_month_is_held_against_half_of_a_shorter_one_and_never_more_than_all():
    month = Period.holding(Length.MONTH, date(2026, 3, 30))
    for day, until in (("14", "2026-02-14T12:00:00+01:00"), ("30", "2026-03-01T00:00:00+01:00")):
        now = instant(
            f"2026-03-{day}T12:00:00+02:00" if day == "30" else "2026-03-14T12:00:00+01:00"
        )
        assert as_far(month.compared, month, site(), now)[1] == instant(until)


def test_the_clock_on_the_wall_decides_how_far_last_week_counts():
    day = Period.holding(Length.DAY, date(2026, 10, 27))  # clocks went back on the 25th
    now = instant("2026-10-27T10:00:00+01:00")
    assert as_far(day.compared, day, site(), now)[1] == instant("2026-10-20T10:00:00+02:00")


def test_what_has_not_begun_is_empty():
    start, end = so_far(Period(Length.DAY, date(2026, 11, 26)), site(), instant("2026-11-25"))
    assert start == end
