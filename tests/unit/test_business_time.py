"""When something is due: worked examples, over holidays and changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from data.model import Ms
from data.rules.business_calendar import MOST_MONTHS, Calendar
from data.rules.business_time import Amount, Ends, Pause, Unit, due, parse_amount
from data.rules.opening_hours import parse_hours
from data.rules.public_holidays import parse_holidays
from data.rules.rule_error import RuleError, RuleProblem
from data.rules.wall_time import at_wall_time
from data.zones import local, zone

BERLIN, NEW_YORK, SANTIAGO = "Europe/Berlin", "America/New_York", "America/Santiago"
LORD_HOWE, APIA, KATHMANDU = "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"
OFFICE, ALWAYS = "Mon-Fri 09:00-17:00", "Mon-Sun 00:00-24:00"
SPLIT = "Mon-Thu 09:00-12:00,13:00-17:00; Fri 09:00-15:00; Sat 22:00-26:00"
NIGHTS = "Mon-Sun 22:00-06:00"
EASTER = "2026-04-03,2026-04-06"


def calendar(hours: str = OFFICE, zone_name: str = BERLIN, holidays: str = "") -> Calendar:
    return Calendar(parse_hours(hours), zone_name, parse_holidays(holidays))


def ms(text: str, zone_name: str = BERLIN) -> Ms:
    """An instant; local where it has no offset."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        return at_wall_time(when, zone(zone_name))
    return round(when.timestamp() * 1000)


def shown(at: Ms, zone_name: str) -> str:
    return f"{local(at, zone_name):%Y-%m-%dT%H:%M%z}"


@pytest.mark.parametrize(
    ("received", "amount", "hours", "zone_name", "holidays", "expected"),
    [
        # Over Easter.
        ("2026-04-02T16:00", "8h", OFFICE, BERLIN, EASTER, "2026-04-07T16:00+0200"),
        ("2026-04-02T16:00", "1h", OFFICE, BERLIN, EASTER, "2026-04-02T17:00+0200"),
        ("2026-04-02T16:00", "61m", OFFICE, BERLIN, EASTER, "2026-04-07T09:01+0200"),
        # A start outside hours begins with the next opening; so does one at closing.
        ("2026-04-02T17:00", "1m", OFFICE, BERLIN, EASTER, "2026-04-07T09:01+0200"),
        ("2026-04-03T12:00", "8h", OFFICE, BERLIN, EASTER, "2026-04-07T17:00+0200"),
        ("2026-04-07T07:30", "90m", OFFICE, BERLIN, "", "2026-04-07T10:30+0200"),
        # Lunch, and the week's end.
        ("2026-11-05T11:30", "90m", SPLIT, BERLIN, "", "2026-11-05T14:00+0100"),
        ("2026-11-05T12:30", "30m", SPLIT, BERLIN, "", "2026-11-05T13:30+0100"),
        ("2026-11-06T14:00", "2h", SPLIT, BERLIN, "", "2026-11-07T23:00+0100"),
        ("2026-11-06T14:00", "5h", SPLIT, BERLIN, "", "2026-11-08T02:00+0100"),
        ("2026-11-06T14:00", "301m", SPLIT, BERLIN, "", "2026-11-09T09:01+0100"),
        # The window of a Saturday goes on into Sunday, unless Saturday itself is a holiday.
        ("2026-11-06T15:00", "4h", SPLIT, BERLIN, "2026-11-08", "2026-11-08T02:00+0100"),
        ("2026-11-06T15:00", "1h", SPLIT, BERLIN, "2026-11-07", "2026-11-09T10:00+0100"),
        # Nights in which the clocks are changed, in hours that passed.
        ("2026-10-24T20:00", "10h", ALWAYS, BERLIN, "", "2026-10-25T05:00+0100"),
        ("2026-03-28T20:00", "10h", ALWAYS, BERLIN, "", "2026-03-29T07:00+0200"),
        ("2026-03-28T22:00", "7h", NIGHTS, BERLIN, "", "2026-03-29T06:00+0200"),
        ("2026-10-24T22:00", "9h", NIGHTS, BERLIN, "", "2026-10-25T06:00+0100"),
        ("2026-03-28T21:00", "4h", "Sat 22:00-26:00", BERLIN, "", "2026-03-29T03:00+0200"),
        ("2026-10-24T21:00", "4h", "Sat 22:00-26:00", BERLIN, "", "2026-10-25T02:00+0200"),
        ("2026-03-29T00:00", "2h", "Sun 01:00-04:00", BERLIN, "", "2026-03-29T04:00+0200"),
        ("2026-10-25T00:00", "4h", "Sun 01:00-04:00", BERLIN, "", "2026-10-25T04:00+0100"),
        ("2026-03-07T23:00", "7h", "Sat 23:00-31:00", NEW_YORK, "", "2026-03-08T07:00-0400"),
        # Opening at a time that is skipped: when the clocks are moved. Closing: the first of two.
        ("2026-03-29T00:00", "60m", "Sun 02:30-04:00", BERLIN, "", "2026-03-29T04:00+0200"),
        ("2026-10-25T00:00", "90m", "Sun 01:00-02:30", BERLIN, "", "2026-10-25T02:30+0200"),
        ("2026-10-25T00:00", "91m", "Sun 01:00-02:30", BERLIN, "", "2026-11-01T01:01+0100"),
        ("2026-10-25T00:00", "30m", "Sun 02:30-04:00", BERLIN, "", "2026-10-25T02:00+0100"),
        # Half an hour, a zone of quarters, a midnight and a day that there are not.
        ("2026-04-04T22:00", "510m", NIGHTS, LORD_HOWE, "", "2026-04-05T06:00+1030"),
        ("2026-10-03T22:00", "450m", NIGHTS, LORD_HOWE, "", "2026-10-04T06:00+1100"),
        ("2026-04-06T16:45", "30m", OFFICE, KATHMANDU, "", "2026-04-07T09:15+0545"),
        ("2026-09-05T20:00", "7h", "Sat 20:00-28:00", SANTIAGO, "", "2026-09-06T04:00-0300"),
        ("2026-09-05T23:00", "2h", ALWAYS, SANTIAGO, "", "2026-09-06T02:00-0300"),
        ("2026-04-04T23:00", "2h", ALWAYS, SANTIAGO, "", "2026-04-05T00:00-0400"),
        ("2011-12-29T16:00", "2h", "Mon-Sun 09:00-17:00", APIA, "", "2011-12-31T10:00+1400"),
        # Business days close; the day of receipt does not count, whenever in it that was.
        ("2026-04-02T16:00", "1bd", OFFICE, BERLIN, EASTER, "2026-04-07T17:00+0200"),
        ("2026-04-01T08:00", "3bd", OFFICE, BERLIN, "", "2026-04-06T17:00+0200"),
        ("2026-04-01T20:00", "3bd", OFFICE, BERLIN, "", "2026-04-06T17:00+0200"),
        ("2026-04-04T12:00", "3bd", OFFICE, BERLIN, EASTER, "2026-04-09T17:00+0200"),
        ("2026-11-05T10:00", "1bd", SPLIT, BERLIN, "", "2026-11-06T15:00+0100"),
        ("2026-11-05T10:00", "2bd", SPLIT, BERLIN, "", "2026-11-08T02:00+0100"),
        ("2026-11-05T10:00", "3bd", SPLIT, BERLIN, "", "2026-11-09T17:00+0100"),
        ("2011-12-29T10:00", "1bd", "Mon-Sun 09:00-17:00", APIA, "", "2011-12-31T17:00+1400"),
        ("2026-04-02T16:00", "0bd", OFFICE, BERLIN, EASTER, "2026-04-02T17:00+0200"),
        ("2026-04-02T18:00", "0bd", OFFICE, BERLIN, EASTER, "2026-04-07T17:00+0200"),
        ("2026-04-02T17:00", "0bd", OFFICE, BERLIN, EASTER, "2026-04-02T17:00+0200"),
        ("2026-11-08T01:00", "0bd", SPLIT, BERLIN, "", "2026-11-08T02:00+0100"),
        ("2026-11-08T01:00", "1bd", SPLIT, BERLIN, "", "2026-11-09T17:00+0100"),
        ("2011-12-30T10:00Z", "0bd", "Thu 20:00-28:00", APIA, "", "2011-12-31T00:00+1400"),
        # Calendar days and weeks: the same local time, holiday or not.
        ("2026-03-20T14:15", "10d", OFFICE, BERLIN, "2026-03-30", "2026-03-30T14:15+0200"),
        ("2026-09-01T09:00", "8w", OFFICE, BERLIN, "", "2026-10-27T09:00+0100"),
        ("2026-03-22T02:30", "1w", OFFICE, BERLIN, "", "2026-03-29T03:30+0200"),
        ("2026-10-18T02:30", "1w", OFFICE, BERLIN, "", "2026-10-25T02:30+0200"),
        ("2025-10-26T02:30+01:00", "52w", OFFICE, BERLIN, "", "2026-10-25T02:30+0100"),
        ("2025-10-26T02:30+01:00", "154d", OFFICE, BERLIN, "", "2026-03-29T03:30+0200"),
        ("2025-10-26T02:30+01:00", "1w", OFFICE, BERLIN, "", "2025-11-02T02:30+0100"),
        ("2026-08-30T00:15", "1w", OFFICE, SANTIAGO, "", "2026-09-06T01:15-0300"),
        ("2011-12-23T09:00", "1w", OFFICE, APIA, "", "2011-12-31T09:00+1400"),
        ("2024-02-29T12:00", "365d", OFFICE, BERLIN, "", "2025-02-28T12:00+0100"),
    ],
)
def test_due(
    received: str, amount: str, hours: str, zone_name: str, holidays: str, expected: str
) -> None:
    at = due(ms(received, zone_name), parse_amount(amount), calendar(hours, zone_name, holidays))
    assert shown(at, zone_name) == expected


@pytest.mark.parametrize(
    ("start", "end", "hours", "minutes"),
    [
        ("2026-04-02T16:00", "2026-04-07T10:00", OFFICE, 1080),
        ("2026-04-03T18:00", "2026-04-06T08:00", OFFICE, 0),
        ("2026-04-07T10:00", "2026-04-02T16:00", OFFICE, -1080),
        ("2026-11-05T11:00", "2026-11-05T14:00", SPLIT, 120),
        ("2026-11-07T23:00", "2026-11-08T12:00", SPLIT, 180),
        ("2026-03-29T00:00", "2026-03-29T06:00", ALWAYS, 300),
        ("2026-10-25T00:00", "2026-10-25T06:00", ALWAYS, 420),
        ("2026-01-01T00:00", "2027-01-01T00:00", ALWAYS, 365 * 1440),
        # The last window of a month, seen from the next one.
        ("2026-11-01T01:30", "2026-11-01T12:00", "Sat 22:00-26:00", 30),
        ("2026-10-31T23:00", "2026-11-01T01:00", "Sat 22:00-26:00", 120),
        ("2026-10-31T23:00", "2026-11-01T01:30", "Sat 22:00-26:00; Sun 01:00-03:00", 150),
        ("2026-10-31T21:00", "2026-11-01T09:00", "Sat 22:00-26:00; Sun 01:00-03:00", 300),
    ],
)
def test_business_minutes_between(start: str, end: str, hours: str, minutes: int) -> None:
    assert calendar(hours).business_ms(ms(start), ms(end)) == minutes * 60_000


def test_open_from_opening_until_before_closing() -> None:
    office = calendar()
    opens, closes = ms("2026-04-02T09:00"), ms("2026-04-02T17:00")
    assert [office.is_open(at) for at in (opens - 1, opens, closes - 1, closes)] == [
        False,
        True,
        True,
        False,
    ]


def test_no_time_at_all_is_due_at_once_or_with_the_next_opening() -> None:
    office = calendar()
    nothing = parse_amount("0m")
    for start, expected in (("16:00", "2026-04-02T16:00"), ("17:00", "2026-04-03T09:00")):
        assert due(ms(f"2026-04-02T{start}"), nothing, office) == ms(expected)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("90m", Amount(90, Unit.BUSINESS_MINUTES)),
        ("8h", Amount(480, Unit.BUSINESS_MINUTES)),
        ("7.6h", Amount(456, Unit.BUSINESS_MINUTES)),
        (" 3 BD ", Amount(3, Unit.BUSINESS_DAYS, Ends.END_OF_DAY)),
        ("10d", Amount(10, Unit.CALENDAR_DAYS)),
        ("8w", Amount(8, Unit.WEEKS)),
    ],
)
def test_amounts_are_read(text: str, amount: Amount) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize("text", ["", "8", "h", "-8h", "8x", "0.5d", "1.5m", "8h 30m", "1e3m"])
def test_amounts_that_there_are_not(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_amount(text)
    assert (caught.value.problem, caught.value.word) == (RuleProblem.BAD_AMOUNT, text)


@pytest.mark.parametrize(
    ("unit", "ends", "count", "expected"),
    [
        (Unit.BUSINESS_MINUTES, Ends.END_OF_DAY, 60, "2026-04-03T17:00"),
        (Unit.BUSINESS_DAYS, Ends.INSTANT, 1, "2026-04-03T17:00"),
        (Unit.BUSINESS_DAYS, Ends.INSTANT, 2, "2026-04-06T17:00"),
        (Unit.CALENDAR_DAYS, Ends.END_OF_DAY, 2, "2026-04-05T00:00"),
        (Unit.WEEKS, Ends.END_OF_DAY, 1, "2026-04-10T00:00"),
    ],
)
def test_ends_of_days_and_instants(unit: Unit, ends: Ends, count: int, expected: str) -> None:
    assert due(ms("2026-04-02T18:30"), Amount(count, unit, ends), calendar()) == ms(expected)


def test_a_business_day_at_the_events_time_of_day() -> None:
    amount = Amount(1, Unit.BUSINESS_DAYS)
    for received, expected in (("11:15", "11:15"), ("07:00", "09:00"), ("23:00", "17:00")):
        at = due(ms(f"2026-04-02T{received}"), amount, calendar())
        assert at == ms(f"2026-04-03T{expected}")


@pytest.mark.parametrize(
    ("amount", "pauses", "expected"),
    [
        ("2h", [("10:00", "11:00")], "2026-04-02T13:00"),
        ("2h", [("11:00", "12:00"), ("10:00", "11:30")], "2026-04-02T14:00"),
        ("2h", [("08:00", "10:30")], "2026-04-02T12:30"),
        ("2h", [("12:00", "16:00")], "2026-04-02T12:00"),
        ("2h", [("11:00", "20:00")], "2026-04-03T10:00"),
        ("1bd", [("11:00", "12:00")], "2026-04-03T17:00"),
        ("1d", [("11:00", "12:30")], "2026-04-03T11:30"),
    ],
)
def test_paused_time_does_not_count(
    amount: str, pauses: list[tuple[str, str]], expected: str
) -> None:
    day = "2026-04-02T"
    apart = [Pause(ms(day + start), ms(day + end)) for start, end in pauses]
    assert due(ms(f"{day}10:00"), parse_amount(amount), calendar(), apart) == ms(expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-04-03T16:59", "2026-04-07T10:00", "2026-04-08"),
        ("2026-04-03T16:00", "2026-04-03T17:00", "2026-04-07"),
        ("2026-04-03T16:00", "2026-04-03T16:59", "2026-04-06"),
        ("2026-04-03T17:00", "2026-04-06T16:59", "2026-04-06"),
        ("2026-04-06T17:00", "2026-04-09T12:00", "2026-04-06"),
    ],
)
def test_a_business_day_counts_if_the_clock_runs_as_it_closes(
    start: str, end: str, expected: str
) -> None:
    pause = [Pause(ms(start), ms(end))]
    at = due(ms("2026-04-02T10:00"), parse_amount("2bd"), calendar(), pause)
    assert at == ms(f"{expected}T17:00")


def test_a_pause_that_begins_when_it_is_due_moves_nothing() -> None:
    start, end = ms("2026-04-02T10:00"), ms("2026-04-03T10:00")
    pauses = [Pause(end, end + 3_600_000)]
    assert due(start, parse_amount("1d"), calendar(), pauses) == end
    assert due(start, parse_amount("8h"), calendar(), pauses) == end


def test_a_day_that_is_just_filled_ends_when_that_day_closes() -> None:
    amount = Amount(480, Unit.BUSINESS_MINUTES, Ends.END_OF_DAY)
    assert due(ms("2026-04-02T09:00"), amount, calendar()) == ms("2026-04-02T17:00")


def test_what_is_too_far_is_said_and_not_searched_for() -> None:
    never = Calendar(parse_hours("Mon 09:00-17:00"), BERLIN, _EveryDay())
    for amount in ("1m", "1bd"):
        with pytest.raises(RuleError) as caught:
            due(ms("2026-04-02T10:00"), parse_amount(amount), never)
        assert caught.value.problem is RuleProblem.TOO_FAR
    assert len(never._months) <= 2 * MOST_MONTHS
    for received, amount in (("9998-06-01T00:00Z", "20000d"), ("0001-01-01T00:00Z", "1m")):
        with pytest.raises(RuleError):
            due(ms(received), parse_amount(amount), calendar())
    with pytest.raises(RuleError):
        parse_amount("36526d")


class _EveryDay:
    """Holidays without end."""

    def of_year(self, year: int) -> frozenset[date]:
        first = date(year, 1, 1).toordinal()
        return frozenset(date.fromordinal(first + day) for day in range(366))


def test_what_was_worked_out_is_kept() -> None:
    office = calendar()
    start = ms("2026-04-02T10:00")
    first = office.add_business_ms(start, 8 * 3_600_000)
    months = dict(office._months)
    assert office.add_business_ms(start, 8 * 3_600_000) == first
    assert all(office._months[number] is month for number, month in months.items())


def test_instants_before_1970() -> None:
    at = due(ms("1969-12-30T16:00"), parse_amount("2h"), calendar())
    assert datetime.fromtimestamp(at / 1000, UTC) == datetime(1969, 12, 31, 9, tzinfo=UTC)
