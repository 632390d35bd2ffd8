"""Business time against a clock that is walked minute by minute, and the rules it must keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from dateutil.tz import resolve_imaginary
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Ms
from data.rules.business_calendar import Calendar, calendar_of
from data.rules.business_time import MINUTE_MS, Amount, Ends, Pause, Unit, due
from data.rules.opening_hours import DAY_MINUTES, DAYS, parse_hours
from data.rules.public_holidays import Holidays
from data.zones import local, zone

CHANGES = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25", "2026-12-31"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "Asia/Kathmandu": ("2026-02-28",),
    "America/Santiago": ("2026-04-05", "2026-09-06"),
    "Pacific/Apia": ("2011-12-30", "2012-04-01"),
    "Africa/Casablanca": ("2026-02-15", "2026-03-22"),
    "America/Havana": ("2025-11-02", "2026-03-08"),
}
"""Zones with days on or near which their clocks are changed, or months and years begin."""
HOUR = 60 * MINUTE_MS
DAY = 24 * HOUR


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int]:
    """A span of the wall clock in quarters of an hour, past midnight too."""
    opens = draw(st.integers(0, 95)) * 15
    return opens, opens + draw(st.integers(1, 96)) * 15


@st.composite
def hours(draw: st.DrawFn) -> str:
    """Opening hours as they are written, with at least one span."""
    entries = draw(
        st.lists(
            st.tuples(st.sampled_from(DAYS), st.lists(spans(), min_size=1, max_size=3)),
            min_size=1,
            max_size=8,
        )
    )
    return "; ".join(f"{day} {','.join(map(written, times))}" for day, times in entries)


def written(span: tuple[int, int]) -> str:
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in span)


@st.composite
def places(draw: st.DrawFn) -> tuple[Calendar, Ms]:
    """A calendar, and an instant near a change of its clocks."""
    zone_name = draw(st.sampled_from(sorted(CHANGES)))
    day = date.fromisoformat(draw(st.sampled_from(CHANGES[zone_name])))
    closed = draw(st.frozensets(st.integers(-3, 6), max_size=3))
    holidays = Holidays(days=frozenset(day + timedelta(days=each) for each in closed))
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    start = round(midnight * 1000) + draw(st.integers(-3 * 24 * 60, 36 * 60)) * MINUTE_MS
    return calendar_of(parse_hours(draw(hours())), zone_name, holidays), start


def walked(calendar: Calendar, start: Ms, minutes: int) -> list[bool]:
    """Whether it is open in each minute, told by a wall clock that is never read backwards.

    A window is open once the clock has shown its opening, or later, and until it has shown its
    closing: what it shows again after it was put back neither closes nor opens anything.
    """
    place, lead = zone(calendar.zone_name), 2 * DAY // MINUTE_MS
    shown, found = datetime.min, []  # noqa: DTZ901 - wall time
    for minute in range(-lead, minutes):
        at = datetime.fromtimestamp(start / 1000 + minute * 60, place).replace(tzinfo=None)
        shown = max(shown, at.replace(fold=0))
        if minute >= 0:
            found.append(any(holds(calendar, shown, back) for back in (0, 1)))
    return found


def holds(calendar: Calendar, shown: datetime, days_back: int) -> bool:
    """Whether a window that began so many days before holds a reading of the wall clock."""
    day = shown.date() - timedelta(days=days_back)
    if day in calendar.holidays.days:
        return False
    minutes = shown.hour * 60 + shown.minute + days_back * DAY_MINUTES
    return any(opens <= minutes < closes for opens, closes in calendar.hours.of(day.weekday()))


@given(places(), st.integers(1, 3 * 24 * 60))
@settings(max_examples=30, deadline=None)
def test_minutes_are_those_of_a_clock_that_is_walked(
    place: tuple[Calendar, Ms], minutes: int
) -> None:
    calendar, start = place
    is_open = walked(calendar, start, minutes)
    assert calendar.business_ms(start, start + minutes * MINUTE_MS) == sum(is_open) * MINUTE_MS
    at = minutes // 2
    assert calendar.is_open(start + at * MINUTE_MS) == is_open[at]


@given(places(), st.integers(1, 3 * DAY))
@settings(max_examples=60, deadline=None)
def test_due_is_the_first_instant_by_which_the_time_has_passed(
    place: tuple[Calendar, Ms], amount: int
) -> None:
    calendar, start = place
    at = calendar.add_business_ms(start, amount)
    assert calendar.business_ms(start, at) == amount
    assert calendar.business_ms(start, at - 1) == amount - 1
    assert calendar.is_open(at - 1), "due outside opening hours, and not at their end"


@given(places(), st.integers(0, 3 * DAY), st.integers(0, 3 * DAY), st.integers(0, 4 * DAY))
@settings(max_examples=60, deadline=None)
def test_later_or_more_is_never_due_earlier(
    place: tuple[Calendar, Ms], amount: int, more: int, later: int
) -> None:
    calendar, start = place
    at = calendar.add_business_ms(start, amount)
    assert at >= start
    assert calendar.add_business_ms(start, amount + more) >= at
    assert calendar.add_business_ms(start + later, amount) >= at
    # A night so long that it closes after the day that follows it is the one exception.
    for unit in Unit if closes_in_order(calendar) else ():
        first, then = (
            due(when, Amount(amount % 40, unit, Ends.END_OF_DAY), calendar)
            for when in (start, start + later)
        )
        assert then >= first


def closes_in_order(calendar: Calendar) -> bool:
    week = [times[-1][1] if times else 0 for times in calendar.hours.week]
    following = [*week[1:], week[0]]
    return all(
        one <= other + DAY_MINUTES
        for one, other in zip(week, following, strict=True)
        if one and other
    )


@given(places(), st.lists(st.integers(-5 * DAY, 40 * DAY), min_size=3, max_size=3))
@settings(max_examples=60, deadline=None)
def test_spans_add_up(place: tuple[Calendar, Ms], offsets: list[int]) -> None:
    calendar, start = place
    one, two, three = (start + offset for offset in offsets)
    parts = calendar.business_ms(one, two) + calendar.business_ms(two, three)
    assert parts == calendar.business_ms(one, three)
    assert calendar.business_ms(three, one) == -parts


@given(places(), st.integers(0, 3 * DAY), st.integers(1, DAY_MINUTES - 1), st.randoms())
@settings(max_examples=60, deadline=None)
def test_it_changes_nothing_how_windows_are_written(
    place: tuple[Calendar, Ms], amount: int, cut: int, rng: Random
) -> None:
    calendar, start = place
    entries = [
        f"{day} {written(piece)}"
        for day, times in zip(DAYS, calendar.hours.week, strict=True)
        for span in times
        for piece in pieces(span, cut)
    ]
    rng.shuffle(entries)
    again = parse_hours(";".join(entries))
    assert again == calendar.hours
    other = Calendar(again, calendar.zone_name, calendar.holidays)
    assert other.add_business_ms(start, amount) == calendar.add_business_ms(start, amount)


def pieces(span: tuple[int, int], cut: int) -> list[tuple[int, int]]:
    """A span in two as they may be written: none begins after midnight or is above a day."""
    opens, closes = span
    middle = max(min(opens + cut, closes, DAY_MINUTES - 1), closes - DAY_MINUTES)
    found = [(opens, middle), (middle, closes)]
    return [each for each in found if each[0] < each[1]]


@pytest.mark.parametrize("zone_name", sorted(CHANGES))
def test_a_night_cut_at_midnight_is_the_same_night(zone_name: str) -> None:
    whole = calendar_of(parse_hours("Mon-Sun 22:00-30:00"), zone_name)
    cut = calendar_of(parse_hours("Mon-Sun 22:00-24:00,00:00-06:00"), zone_name)
    for change in CHANGES[zone_name]:
        start = round(datetime.fromisoformat(f"{change}T00:00Z").timestamp() * 1000) - 2 * DAY
        for hour in range(0, 96, 5):
            at = start + hour * HOUR
            assert whole.business_ms(start, at) == cut.business_ms(start, at)
            assert whole.add_business_ms(start, at - start) == cut.add_business_ms(
                start, at - start
            )


@given(places(), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_business_days_are_counted_on_the_fingers(place: tuple[Calendar, Ms], count: int) -> None:
    calendar, start = place
    day = calendar.local_day(start)
    left = count
    while left:
        day += timedelta(days=1)
        left -= bool(calendar.windows(day))
    found = calendar.business_day_after(calendar.local_day(start), count)
    assert found.day == day
    assert found.closes_at == max(end for _, end in calendar.windows(day))
    assert due(start, Amount(count, Unit.BUSINESS_DAYS, Ends.END_OF_DAY), calendar) > start


@given(
    places(),
    st.integers(1, 2 * 24 * 60),
    st.lists(st.tuples(st.integers(-DAY, 4 * DAY), st.integers(0, DAY)), max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_what_runs_outside_pauses_is_the_amount(
    place: tuple[Calendar, Ms], minutes: int, stretches: list[tuple[int, int]]
) -> None:
    calendar, start = place
    pauses = [Pause(start + at, start + at + length) for at, length in stretches]
    end = due(start, Amount(minutes, Unit.BUSINESS_MINUTES), calendar, pauses)
    marks = sorted({start, end, *(at for each in pauses for at in (each.start, each.end))})
    runs = sum(
        calendar.business_ms(one, two)
        for one, two in pairwise(marks)
        if start <= one < end and not any(each.start <= one < each.end for each in pauses)
    )
    assert runs == minutes * MINUTE_MS


@given(places())
@settings(max_examples=50, deadline=None)
def test_every_question_gets_the_same_answer_whatever_was_asked_before(
    place: tuple[Calendar, Ms],
) -> None:
    calendar, start = place
    fresh = Calendar(calendar.hours, calendar.zone_name, calendar.holidays)
    for ahead in (400 * DAY, 40 * DAY, 0):
        calendar.business_ms(start, start + ahead)
    assert fresh.add_business_ms(start, 5 * HOUR) == calendar.add_business_ms(start, 5 * HOUR)


@given(places(), st.integers(0, 60), st.integers(0, 400))
@settings(max_examples=150, deadline=None)
def test_calendar_days_keep_the_local_time(
    place: tuple[Calendar, Ms], days: int, minutes: int
) -> None:
    calendar, end = place
    # From days before a change of the clocks to the hours around it.
    start = end - days * DAY + minutes * MINUTE_MS
    here = local(start, calendar.zone_name)
    # dateutil is the judge: a time that is skipped is as much later as the clocks are moved.
    there = resolve_imaginary((here + timedelta(days=days)).replace(fold=here.fold))
    expected = round(there.astimezone(UTC).timestamp() * 1000)
    assert due(start, Amount(days, Unit.CALENDAR_DAYS), calendar) == expected
