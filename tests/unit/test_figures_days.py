from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tzdata
from hypothesis import given
from hypothesis import strategies as st

from data.errors import Code, FloorError
from data.figures.complaints import clock_view, count_due
from data.model import ComplaintClock
from data.zones import local, site_day_start, tzdata_version, use_pinned_zones, zone
from tests.builders import NOW, ago, instant, make_escalation, make_site

HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("zone_name", "day_start", "now", "expected"),
    [
        # The night of the change is an hour shorter, then an hour longer.
        ("Europe/Berlin", "06:00", "2026-03-29T12:00+02:00", "2026-03-29T06:00+02:00"),
        ("Europe/Berlin", "06:00", "2026-03-29T05:59+02:00", "2026-03-28T06:00+01:00"),
        ("Europe/Berlin", "00:00", "2026-10-25T23:59+01:00", "2026-10-25T00:00+02:00"),
        # 02:30 comes twice: the day begins at the first and does not begin again at the second.
        ("Europe/Berlin", "02:30", "2026-10-25T02:31+02:00", "2026-10-25T02:30+02:00"),
        ("Europe/Berlin", "02:30", "2026-10-25T02:31+01:00", "2026-10-25T02:30+02:00"),
        # 02:30 does not exist: the day begins as much later as the clocks were moved.
        ("Europe/Berlin", "02:30", "2026-03-29T03:29+02:00", "2026-03-28T02:30+01:00"),
        ("Europe/Berlin", "02:30", "2026-03-29T03:30+02:00", "2026-03-29T03:30+02:00"),
        # A day without a midnight.
        ("America/Santiago", "00:00", "2026-09-06T12:00-03:00", "2026-09-06T01:00-03:00"),
        ("Australia/Lord_Howe", "00:00", "2026-10-04T12:00+11:00", "2026-10-04T00:00+10:30"),
        ("Asia/Kolkata", "06:00", "2026-03-11T06:00+05:30", "2026-03-11T06:00+05:30"),
    ],
)
def test_a_day_begins_on_the_wall_clock_of_the_site(zone_name, day_start, now, expected):
    site = make_site(zone=zone_name, day_start=day_start)
    assert site_day_start(site, instant(now)) == instant(expected)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - made aware below
    st.sampled_from(
        ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
    ),
    st.integers(0, 23),
    st.sampled_from([0, 15, 30]),
)
def test_a_day_has_begun_and_is_of_a_day_s_length(moment, zone_name, hour, minute):
    now = round(moment.replace(tzinfo=UTC).timestamp() * 1000)
    site = make_site(zone=zone_name, day_start=f"{hour:02d}:{minute:02d}")
    start = site_day_start(site, now)
    assert start <= now < start + 26 * HOUR_MS
    assert site_day_start(site, start) == start
    assert local(start, zone_name).minute % 15 == 0


@pytest.mark.parametrize("name", ["Europe/Hamburg", "Europe", "", "../etc/passwd", "/etc/passwd"])
def test_a_zone_that_is_not_there_is_named(name):
    with pytest.raises(FloorError) as caught:
        zone(name)
    assert (caught.value.code, caught.value.detail) == (Code.NO_SUCH_ZONE, name)


def test_zones_come_from_the_pinned_package_even_where_nobody_asked_for_it():
    zoneinfo.reset_tzpath()
    zone("Europe/Paris")
    pinned = Path(tzdata.__file__).parent
    assert [Path(folder).parent for folder in zoneinfo.TZPATH] == [pinned]
    use_pinned_zones()
    assert tzdata_version() >= "2026a"


def clocks(*due_in_s, **changes):
    return make_escalation(
        clocks=tuple(ComplaintClock(f"c{i}", ago(-due)) for i, due in enumerate(due_in_s)),
        **changes,
    )


def test_the_next_clock_that_can_still_be_kept_counts():
    view = clock_view(clocks(-60, 7200, 720), NOW)
    assert view.clock is not None
    assert (view.clock.name, view.left_s, view.missed) == ("c2", 720.0, 1)


def test_the_last_clock_counts_if_all_are_missed():
    view = clock_view(clocks(-7200, -1200), NOW)
    assert view.clock is not None
    assert (view.clock.name, view.left_s, view.missed) == ("c1", -1200.0, 2)


def test_a_clock_met_too_late_stays_missed_and_a_paused_one_is_not_running():
    late = ComplaintClock("ack", ago(100), met_at=ago(50))
    paused = ComplaintClock("final", ago(10), paused=True)
    view = clock_view(make_escalation(clocks=(late, paused)), NOW)
    assert view.missed == 1
    assert view.clock is paused


def test_a_paused_clock_does_not_stand_before_one_that_runs():
    paused = ComplaintClock("final", ago(-10), paused=True)
    runs = ComplaintClock("ack", ago(-500))
    assert clock_view(make_escalation(clocks=(paused, runs)), NOW).clock is runs


def test_a_closed_complaint_has_no_running_clock():
    assert clock_view(clocks(720, status="closed"), NOW).clock is None


def test_complaints_that_are_late_or_have_under_an_hour_are_counted():
    some = [clocks(-20), clocks(600), clocks(3599), clocks(3600), clocks(600, status="resolved")]
    assert count_due(clock_view(each, NOW) for each in some) == (1, 2)
