"""Whole years of plans in real zones: no hour is lost, and what is written is read again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from data.model import Ms
from data.plans.checking import check
from data.plans.csv_plans import read_csv
from data.plans.drafts import Beside
from data.plans.ics_export import write_ics
from data.plans.ics_plans import read_ics
from data.plans.model import LocalTime, Part, PlannedShift, as_shift, instant, local_at
from data.plans.people import Roll
from data.rules.rest import HOUR_MS
from data.rules.shift_plan import plan_of
from data.rules.shift_time import day_span, intervals
from data.zones import zone

ZONES = (
    "Europe/Berlin",
    "America/Chicago",
    "America/Santiago",
    "America/Havana",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Auckland",
    "America/Vancouver",
)
"""Half-hour and quarter-hour zones, changes by half an hour, and midnights that do not exist."""
YEAR = 2026
ROLL = Roll([("1001", "Ann Lee"), ("1002", "Bo Ek")])
MINUTE_MS = 60_000


def year_of(place: str) -> tuple[Ms, Ms]:
    there = zone(place)
    return day_span(date(YEAR, 1, 1), there)[0], day_span(date(YEAR, 12, 31), there)[1]


@pytest.mark.parametrize("place", ZONES)
@pytest.mark.parametrize("hours", [("06:00", "14:00", "22:00"), ("00:00", "08:00", "16:00")])
def test_three_shifts_a_day_hold_every_hour_of_a_year(
    place: str, hours: tuple[str, str, str]
) -> None:
    """Early, late and night: each instant is in exactly one, paid hours are the real ones."""
    days = [date(YEAR, 1, 1) + timedelta(days=day) for day in range(365)]
    rows = [
        f"1001,{day}T{start},{end}"
        for day in days
        for start, end in zip(hours, (*hours[1:], hours[0]), strict=True)
    ]
    text = "\n".join(["agent,start,end", *rows])
    made = check(read_csv(text.encode()), ROLL, place, allow_unknown=False)
    shifts = [as_shift(planned, "hh", "@desk", "") for planned in made.shifts]
    assert len(shifts) == 3 * 365
    paid = 0
    for before, after in pairwise(shifts):
        assert before.ends_at == after.starts_at
        paid += before.ends_at - before.starts_at
    paid += shifts[-1].ends_at - shifts[-1].starts_at
    assert paid == shifts[-1].ends_at - shifts[0].starts_at
    begins, ends = year_of(place)
    offset = shifts[0].starts_at - begins
    assert paid == ends - begins
    assert offset == shifts[-1].ends_at - ends
    assert paid / HOUR_MS == 8760 + (local_offset(place, begins) - local_offset(place, ends))


def local_offset(place: str, at: Ms) -> float:
    moment = datetime.fromtimestamp(at / 1000, zone(place)).utcoffset()
    assert moment is not None
    return moment / timedelta(hours=1)


@pytest.mark.parametrize("place", ZONES)
def test_the_quarter_hours_of_a_year_are_all_there(place: str) -> None:
    begins, ends = year_of(place)
    counts = [
        len(intervals(date(YEAR, 1, 1) + timedelta(days=day), zone(place), 15))
        for day in range(365)
    ]
    assert sum(counts) * 15 * MINUTE_MS == ends - begins
    assert set(counts) <= {92, 94, 96, 98, 100}


@pytest.mark.parametrize("place", ZONES)
def test_what_the_clocks_show_is_the_instant_that_it_was(place: str) -> None:
    there, (begins, ends) = zone(place), year_of(place)
    for at in range(begins, ends, 15 * MINUTE_MS):
        assert instant(local_at(at, there), there) == at


@cache
def changes_of(place: str) -> list[Ms]:
    """The hours in which the clocks are moved; where they never are, the first of the year."""
    begins, ends = year_of(place)
    offsets = {at: local_offset(place, at) for at in range(begins, ends, HOUR_MS)}
    return [at for at in offsets if offsets[at] != offsets.get(at + HOUR_MS, offsets[at])] or [
        begins
    ]


@st.composite
def planned_shifts(draw: st.DrawFn) -> PlannedShift:
    """A shift of any zone, mostly near a change of the clocks, with parts in order."""
    place = draw(st.sampled_from(ZONES))
    there = zone(place)
    near = draw(st.sampled_from(changes_of(place)))
    start = near - near % MINUTE_MS + draw(st.integers(-16, 4)) * HOUR_MS // 2
    end = start + draw(st.integers(1, 24)) * HOUR_MS // 2
    cuts = sorted(draw(st.sets(st.integers(start // MINUTE_MS, end // MINUTE_MS), max_size=6)))
    parts = tuple(
        Part(
            draw(st.sampled_from(["break", "meal", "training"])),
            local_at(first * MINUTE_MS, there),
            local_at(last * MINUTE_MS, there),
            draw(st.sampled_from(["", "tea; cake, 2\nmore", "Müller \\n"])),
        )
        for first, last in zip(cuts[::2], cuts[1::2], strict=False)
    )
    return PlannedShift(
        agent="1001",
        start=local_at(start, there),
        end=local_at(end, there),
        zone=place,
        parts=parts,
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(planned_shifts(), min_size=1, max_size=4))
def test_what_is_exported_is_imported_again(shifts: list[PlannedShift]) -> None:
    # Nobody works twice at a time: each has one.
    shifts = [structs.replace(one, agent=f"{at}") for at, one in enumerate(shifts)]
    written = write_ics(shifts, {"0": "Ann Lee"}, {}, 0)
    read = check(read_ics(written, Beside()), Roll(), "", allow_unknown=True)
    assert list(read.shifts) == [_cleaned(one) for one in shifts]
    again = read_ics(write_ics(read.shifts, {}, {}, 1), Beside())
    assert check(again, Roll(), "", allow_unknown=True).shifts == read.shifts


def _cleaned(shift: PlannedShift) -> PlannedShift:
    parts = tuple(
        Part(one.kind, one.start, one.end, one.note.replace("\n", " ")) for one in shift.parts
    )
    return structs.replace(shift, parts=parts)


def test_the_zone_of_an_export_is_right_for_whoever_reads_only_that() -> None:
    """A reader without tzdata goes by VTIMEZONE: its onsets are in the offset before them."""
    from icalendar import Calendar

    shift = PlannedShift(
        agent="1001",
        start=LocalTime("2026-03-28T22:00"),
        end=LocalTime("2026-03-29T06:00"),
        zone="Europe/Berlin",
    )
    calendar = Calendar.from_ical(write_ics([shift], {}, {}, 0))
    (made,) = calendar.walk("VTIMEZONE")
    summer = made.walk("DAYLIGHT")[0]
    assert summer["DTSTART"].dt == datetime(2026, 3, 29, 2, 0)  # noqa: DTZ001
    assert summer["TZOFFSETFROM"].td == timedelta(hours=1)
    assert summer["TZOFFSETTO"].td == timedelta(hours=2)


@settings(max_examples=60, deadline=None)
@given(planned_shifts())
def test_parts_and_the_rest_make_up_the_whole_shift(planned: PlannedShift) -> None:
    shift = as_shift(planned, "hh", "@desk", "x")
    pieces = plan_of((shift,))
    assert sum(one.ends_at - one.starts_at for one in pieces) == shift.ends_at - shift.starts_at
    assert (pieces[0].starts_at, pieces[-1].ends_at) == (shift.starts_at, shift.ends_at)
