"""A time in the past as it is typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.zones import zone
from supervisor_tui.at_words import parse_at

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 3, 18, 14, 32, 7, tzinfo=zone(BERLIN))  # a Wednesday
NOW_MS = round(NOW.timestamp() * 1000)


def told(words: str, now: int = NOW_MS) -> str | None:
    at = parse_at(words, now, BERLIN)
    if at is None:
        return None
    return f"{datetime.fromtimestamp(at / 1000, UTC).astimezone(zone(BERLIN)):%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("14:05", "03-18 14:05:00"),
        ("9:05", "03-18 09:05:00"),
        ("14:05:30", "03-18 14:05:30"),
        ("14:33", "03-17 14:33:00"),  # has not come today
        ("today 09:00", "03-18 09:00:00"),
        ("Yesterday 14:05", "03-17 14:05:00"),
        ("mon 08:00", "03-16 08:00:00"),
        ("wednesday 08:00", "03-11 08:00:00"),
        ("2026-02-01 23:59", "02-01 23:59:00"),
        ("-20m", "03-18 14:12:07"),
        ("20m", "03-18 14:12:07"),
        ("-20", "03-18 14:12:07"),
        ("-1h30m", "03-18 13:02:07"),
        ("-2h", "03-18 12:32:07"),
        ("-1d", "03-17 14:32:07"),
    ],
)
def test_what_is_typed_is_the_instant_that_is_meant(words: str, meant: str) -> None:
    assert told(words) == meant


NO_TIMES = """noon 25:00 14:60 14:05:61 - -m yesterday 2026-13-01_10:00 14:05_yesterday
    xyz_14:05 -20x 1_2_3 ٣:٠٥"""


@pytest.mark.parametrize("words", ["", *(word.replace("_", " ") for word in NO_TIMES.split())])
def test_what_is_no_time_is_none(words: str) -> None:
    assert told(words) is None


def test_the_night_in_which_an_hour_comes_twice_means_the_first() -> None:
    now = round(datetime(2026, 10, 25, 12, 0, tzinfo=zone(BERLIN)).timestamp() * 1000)
    at = parse_at("02:30", now, BERLIN)
    assert at == round(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp() * 1000)


@given(minutes=st.integers(0, 1439))
def test_a_clock_time_is_never_in_the_future_and_within_a_day(minutes: int) -> None:
    at = parse_at(f"{minutes // 60}:{minutes % 60:02}", NOW_MS, BERLIN)
    assert at is not None
    assert NOW_MS - timedelta(days=1).total_seconds() * 1000 < at <= NOW_MS


@given(st.text(max_size=20))
def test_nothing_that_can_be_typed_breaks_it(words: str) -> None:
    parse_at(words, NOW_MS, BERLIN)
