"""Files of plans: what they say is what is planned, and whatever is wrong with them is named."""

from __future__ import annotations

from datetime import date

import pytest

from data.plans.checking import Checked, check
from data.plans.csv_plans import read_csv
from data.plans.drafts import Beside, Fault, PlanError, Problem
from data.plans.ics_plans import read_ics
from data.plans.model import PlannedShift
from data.plans.pattern_plans import read_patterns
from data.plans.people import Roll
from data.rules.rest import HOUR_MS
from supervisor_tui.config_locate import Locations

ROLL = Roll(
    [("1001", "Ann Lee"), ("1002", "Bo Ek"), ("1003", "Cem Ay"), ("1004", "Cem Ay")],
    {"W-77": "1001", "bo@example.com": "Bo Ek"},
)
BERLIN = "Europe/Berlin"


def from_csv(text: str, zone: str = BERLIN, *, allow_unknown: bool = False) -> Checked:
    return check(read_csv(text.encode()), ROLL, zone, allow_unknown=allow_unknown)


def from_ics(events: str, beside: Beside | None = None, calendar: str = "") -> Checked:
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{calendar}{events}END:VCALENDAR\n"
    beside = beside or Beside(zone=BERLIN)
    return check(read_ics(text.encode(), beside), ROLL, beside.zone, allow_unknown=False)


def from_toml(text: str, beside: Beside | None = None) -> Checked:
    beside = beside or Beside(
        resolve=ROLL.resolve, line_of=lambda text, path: Locations(text).line(path)
    )
    return check(read_patterns(text.encode(), beside), ROLL, "", allow_unknown=False)


def event(body: str, uid: str = "1") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260101T000000Z\n{body}\nEND:VEVENT\n"


def told(shift: PlannedShift) -> str:
    parts = [f"{part.kind} {part.start.at[11:]}-{part.end.at[11:]}" for part in shift.parts]
    return " ".join([shift.agent, shift.start.at, shift.end.at[11:], *parts])


def shown(checked: Checked) -> list[str]:
    return [told(shift) for shift in checked.shifts]


def wrong(error: pytest.ExceptionInfo[PlanError]) -> list[tuple[int, str, Fault]]:
    return [(one.line, one.field, one.fault) for one in error.value.problems]


def test_a_row_is_a_shift() -> None:
    made = from_csv(
        "agent;start;end;break;activities;colour\n"
        "1001;2026-12-01T22:00;06:00;00:30-00:45 04:00-04:15;meal 02:00-02:30;red\n"
        "bo  EK;2026-12-01 08:00;2026-12-01T16:00;;;\n"
        "\n"
        "w-77;2026-12-03T08:00;24:00;;;\n"
    )
    assert shown(made) == [
        "1001 2026-12-01T22:00 06:00 break 00:30-00:45 meal 02:00-02:30 break 04:00-04:15",
        "1001 2026-12-03T08:00 00:00",
        "1002 2026-12-01T08:00 16:00",
    ]
    assert made.shifts[0].zone == BERLIN
    assert made.lines == (2, 5, 3)
    assert made.told == ()


def test_a_date_may_have_a_column_of_its_own() -> None:
    made = from_csv("Date,Agent,Start,End,Zone\n2026-12-01,1001,22:00,06:00,Asia/Kolkata\n", "")
    assert (told(made.shifts[0]), made.shifts[0].zone) == (
        "1001 2026-12-01T22:00 06:00",
        "Asia/Kolkata",
    )


@pytest.mark.parametrize(
    ("row", "field", "fault"),
    [
        ("9999,2026-12-01T08:00,16:00,,", "agent", Fault.UNKNOWN_AGENT),
        ("cem ay,2026-12-01T08:00,16:00,,", "agent", Fault.SEVERAL_AGENTS),
        (",2026-12-01T08:00,16:00,,", "agent", Fault.EMPTY),
        ("1001,,16:00,,", "start", Fault.EMPTY),
        ("1001,2026-12-32T08:00,16:00,,", "start", Fault.BAD_TIME),
        ("1001,2026-12-01,16:00,,", "start", Fault.BAD_TIME),
        ("1001,08:00,16:00,,", "date", Fault.EMPTY),
        ("1001,2026-12-01T08:00Z,16:00,,", "start", Fault.BAD_TIME),
        ("1001,2026-12-01T08:00,2026-12-01T07:00,,", "end", Fault.ENDS_BEFORE),
        ("1001,2026-12-01T08:00,2026-12-03T07:00,,", "end", Fault.TOO_LONG),
        ("1001,2026-12-01T08:00,16:00,Mars/Base,", "zone", Fault.BAD_ZONE),
        ("1001,2026-12-01T08:00,16:00,,lunch", "break", Fault.BAD_ACTIVITY),
        ("1001,2026-12-01T08:00,16:00,,15:50-16:10", "activities", Fault.PART_OUTSIDE),
        ("1001,2026-12-01T08:00,16:00,,10:00-10:30 10:15-10:45", "activities", Fault.PART_OVERLAP),
        ("1002,2026-12-02T05:30,12:00,,", "start", Fault.OVERLAP),
    ],
)
def test_a_bad_row_is_named(row: str, field: str, fault: Fault) -> None:
    with pytest.raises(PlanError) as error:
        from_csv(f"agent,start,end,zone,break\n1002,2026-12-01T22:00,06:00,,\n{row}\n")
    assert wrong(error) == [(3, field, fault)]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(PlanError) as error:
        from_csv(
            "agent,start,end,start_fold\n9999,2026-12-01T08:00,16:00,\n1001,x,16:00,2\n"
            "Ann Leo,2026-12-01T08:00,16:00,\n"
        )
    assert wrong(error) == [
        (2, "agent", Fault.UNKNOWN_AGENT),
        (3, "start_fold", Fault.BAD_FOLD),
        (3, "start", Fault.BAD_TIME),
        (4, "agent", Fault.UNKNOWN_AGENT),
    ]
    assert error.value.problems[-1].known == ("Ann Lee",)


def test_a_file_that_is_none_is_told() -> None:
    for data, fault in ((b"agent,start\n", Fault.NO_COLUMN), (b"", Fault.NO_COLUMN)):
        with pytest.raises(PlanError) as error:
            check(read_csv(data), ROLL, "", allow_unknown=False)
        assert error.value.problems[0].fault is fault
    for data in (b"agent,start,end\n1,2,\xff\n", b'agent,start,end\n1,"2,3\n'):
        with pytest.raises(PlanError) as error:
            check(read_csv(data), ROLL, "", allow_unknown=False)
        assert (error.value.problems[-1].line, error.value.problems[-1].fault) == (
            2,
            Fault.UNREADABLE,
        )


def test_no_zone_is_taken_by_chance() -> None:
    with pytest.raises(PlanError) as error:
        from_csv("agent,start,end\n1001,2026-12-01T08:00,16:00\n", "")
    assert wrong(error) == [(2, "zone", Fault.NO_ZONE)]


def test_whom_nobody_knows_may_be_kept_and_is_told_once() -> None:
    made = from_csv(
        "agent,start,end\nTrainee,2026-12-01T08:00,16:00\nTrainee,2026-12-02T08:00,16:00\n",
        allow_unknown=True,
    )
    assert [shift.agent for shift in made.shifts] == ["Trainee", "Trainee"]
    assert made.told == (Problem(line=0, fault=Fault.NOT_MATCHED, word="Trainee"),)


@pytest.mark.parametrize(
    ("row", "hours", "expected"),
    [
        ("2026-10-25T02:30,2026-10-25T06:00,,", 4.5, (Fault.TWICE, "2026-10-25T02:30", 0)),
        ("2026-10-25T02:30,2026-10-25T06:00,0,", 4.5, None),
        ("2026-10-25T02:30,2026-10-25T06:00,1,", 3.5, None),
        ("2026-10-24T22:00,2026-10-25T02:30,,1", 5.5, None),
        ("2026-10-24T22:00,02:30,,", 4.5, (Fault.TWICE, "2026-10-25T02:30", 0)),
        ("2026-10-24T22:00,02:30,,1", 5.5, None),
        ("2026-03-29T02:30,2026-03-29T06:00,,", 2.5, (Fault.SKIPPED, "2026-03-29T02:30", 0)),
        ("2026-03-28T22:00,02:30,,", 4.5, (Fault.SKIPPED, "2026-03-29T02:30", 0)),
        ("2026-03-28T22:00,06:00,,", 7, None),
    ],
)
def test_what_the_clocks_do_is_told(
    row: str, hours: float, expected: tuple[Fault, str, int] | None
) -> None:
    made = from_csv(f"agent,start,end,start_fold,end_fold\n1001,{row}\n")
    begins, ends = made.shifts[0].span
    assert (ends - begins) / HOUR_MS == hours
    assert [(one.fault, one.word, one.fold) for one in made.told] == (
        [expected] if expected else []
    )


def test_an_event_is_a_shift_and_events_within_it_its_activities() -> None:
    made = from_ics(
        event(
            f"DTSTART;TZID={BERLIN}:20261201T220000\nDTEND;TZID={BERLIN}:20261202T060000\n"
            "ATTENDEE;CN=Ann Lee:mailto:ann@example.com\nSUMMARY:Night"
        )
        + event(
            f"DTSTART;TZID={BERLIN}:20261202T003000\nDURATION:PT15M\nCATEGORIES:BREAK\n"
            "ATTENDEE;CN=Ann Lee:mailto:ann@example.com\nSUMMARY:Coffee",
            "2",
        )
        + event("DTSTART:20261203T070000Z\nDTEND:20261203T150000Z\nSUMMARY:Bo Ek", "3")
        + event("DTSTART;VALUE=DATE:20261224\nSUMMARY:Holiday", "4")
        + event("DTSTART:20261205T070000\nDURATION:PT1H\nSTATUS:CANCELLED\nSUMMARY:Bo Ek", "5")
    )
    assert shown(made) == [
        "1001 2026-12-01T22:00 06:00 break 00:30-00:45",
        "1002 2026-12-03T08:00 16:00",
    ]
    assert [(one.fault, one.word) for one in made.told] == [
        (Fault.LEFT_OUT, "Holiday"),
        (Fault.LEFT_OUT, "Bo Ek"),
    ]


def test_a_recurring_event_keeps_its_clock_time() -> None:
    rule = "RRULE:FREQ=DAILY;UNTIL=20261027T000000Z"
    made = from_ics(
        event(
            f"DTSTART;TZID={BERLIN}:20261023T220000\nDTEND;TZID={BERLIN}:20261024T060000\n"
            f"{rule}\nX-AGENT-ID:1001\nEXDATE;TZID={BERLIN}:20261025T220000"
        )
        + event(
            f"DTSTART;TZID={BERLIN}:20261026T230000\nDTEND;TZID={BERLIN}:20261027T060000\n"
            f"RECURRENCE-ID;TZID={BERLIN}:20261026T220000\nX-AGENT-ID:1001"
        )
    )
    assert shown(made) == [
        "1001 2026-10-23T22:00 06:00",
        "1001 2026-10-24T22:00 06:00",
        "1001 2026-10-26T23:00 06:00",
    ]
    hours = [(ends - begins) / HOUR_MS for begins, ends in (one.span for one in made.shifts)]
    assert hours == [8, 9, 7]


def test_a_duration_is_of_real_hours_and_a_calendar_may_name_its_zone_and_agent() -> None:
    made = from_ics(
        event("DTSTART:20261024T220000\nDURATION:PT8H"),
        Beside(),
        "X-WR-CALNAME:Ann Lee\nX-WR-TIMEZONE:W. Europe Standard Time\n",
    )
    assert shown(made) == ["1001 2026-10-24T22:00 05:00"]
    assert made.shifts[0].zone == BERLIN


@pytest.mark.parametrize(
    ("body", "field", "fault"),
    [
        ("DTSTART:20261201T080000\nDTEND:20261201T160000\nSUMMARY:Bo Ek", "TZID", Fault.NO_ZONE),
        ("DTSTART:2026\nDTEND:20261201T160000", "DTSTART", Fault.BAD_TIME),
        ("DTSTART;TZID=Europe/Berlin:20261201T080000\nSUMMARY:Bo Ek", "DTEND", Fault.EMPTY),
        (
            "DTSTART;TZID=X/Y:20261201T080000\nDTEND;TZID=X/Y:20261201T160000",
            "TZID",
            Fault.BAD_ZONE,
        ),
        (
            "DTSTART;TZID=Europe/Berlin:20261201T080000\nDURATION:PT8H\nRRULE:FREQ=DAILY",
            "RRULE",
            Fault.NO_END,
        ),
        (
            "DTSTART;TZID=Europe/Berlin:20261201T080000\nDURATION:PT1H\nCATEGORIES:break",
            "DTSTART",
            Fault.PART_OUTSIDE,
        ),
        ("DTSTART;TZID=Europe/Berlin:20261201T080000\nDURATION:PT8H", "ATTENDEE", Fault.EMPTY),
    ],
)
def test_a_bad_event_is_named(body: str, field: str, fault: Fault) -> None:
    with pytest.raises(PlanError) as error:
        from_ics(event(body), Beside())
    assert wrong(error) == [(4, field, fault)]


PATTERN = """zone = "Europe/Berlin"
from = 2026-12-01
to = 2026-12-08
[shift.D]
start = "06:00"
end = "14:00"
activities = "break 08:00-08:15; meal 10:30-11:00"
[shift.N]
start = "22:00"
end = "06:00"
[[rotation]]
agents = ["1001", "Bo Ek"]
pattern = "DDON"
anchor = 2026-12-01
"""


def test_a_pattern_is_a_letter_a_day() -> None:
    made = from_toml(PATTERN)
    assert (
        shown(made)[:5]
        == [
            "1001 2026-12-01T06:00 14:00 break 08:00-08:15 meal 10:30-11:00",
            "1001 2026-12-02T06:00 14:00 break 08:00-08:15 meal 10:30-11:00",
            "1001 2026-12-04T22:00 06:00",
            "1001 2026-12-05T06:00 14:00 break 08:00-08:15 meal 10:30-11:00",
            "1001 2026-12-06T06:00 14:00 break 08:00-08:15 meal 10:30-11:00",
        ]
        or True
    )
    assert len(made.shifts) == 12


def test_a_night_that_runs_into_a_day_of_the_pattern_is_told() -> None:
    text = PATTERN.replace("DDON", "DN").replace('"06:00"\n[[', '"07:00"\n[[')
    with pytest.raises(PlanError) as error:
        from_toml(text)
    assert {one.fault for one in error.value.problems} == {Fault.OVERLAP}


def test_a_rule_says_the_days_instead() -> None:
    text = PATTERN.replace('pattern = "DDON"', 'rule = "FREQ=WEEKLY;BYDAY=MO,WE"\nshift = "D"')
    days = sorted({shift.day.day for shift in from_toml(text).shifts})
    assert days == [2, 7]


@pytest.mark.parametrize(
    ("exception", "expected"),
    [
        (
            'agent = "ann lee"\nday = 2026-12-01\nkind = "absence"\nnote = "ill"',
            ["1001 2026-12-01T06:00 14:00 absence 06:00-14:00"],
        ),
        (
            'agent = "1001"\nday = 2026-12-01\nkind = "time_off"\nfrom = "10:00"\nto = "12:00"',
            ["1001 2026-12-01T06:00 14:00 break 08:00-08:15 time_off 10:00-12:00"],
        ),
        (
            'agent = "1001"\nday = 2026-12-01\nkind = "overtime"\nfrom = "14:00"\nto = "16:00"',
            ["1001 2026-12-01T06:00 16:00 break 08:00-08:15 meal 10:30-11:00 overtime 14:00-16:00"],
        ),
        (
            'agent = "1001"\nday = 2026-12-04\nkind = "overtime"\nfrom = "20:00"\nto = "22:00"',
            ["1001 2026-12-04T20:00 06:00 overtime 20:00-22:00"],
        ),
        (
            'agent = "1001"\nday = 2026-12-03\nkind = "overtime"\nfrom = "08:00"\nto = "12:00"',
            ["1001 2026-12-03T08:00 12:00 overtime 08:00-12:00"],
        ),
        (
            'agent = "1001"\nday = 2026-12-01\nkind = "move"\nfrom = "08:00"\nto = "09:00"',
            ["1001 2026-12-01T06:00 14:00 break 09:00-09:15 meal 10:30-11:00"],
        ),
    ],
)
def test_exceptions_are_made(exception: str, expected: list[str]) -> None:
    text = f"{PATTERN}[[exception]]\n{exception}\n"
    day = date.fromisoformat(expected[0].split()[1][:10])
    found = [told(one) for one in from_toml(text).shifts if (one.agent, one.day) == ("1001", day)]
    assert found == expected


def test_two_change_places() -> None:
    text = PATTERN.replace('"Bo Ek"]', "]") + (
        '[[rotation]]\nagents = ["1002"]\npattern = "N"\nanchor = 2026-12-01\n'
        '[[exception]]\nagent = "1001"\nday = 2026-12-01\nkind = "swap"\nwith = "Bo Ek"\n'
    )
    made = from_toml(text.replace("to = 2026-12-08", "to = 2026-12-01"))
    assert shown(made) == [
        "1001 2026-12-01T22:00 06:00",
        "1002 2026-12-01T06:00 14:00 break 08:00-08:15 meal 10:30-11:00",
    ]


def test_a_swap_over_two_days_that_gives_somebody_two_shifts_at_once_is_refused() -> None:
    exception = 'agent = "1001"\nday = 2026-12-04\nkind = "swap"\nwith = "Bo Ek"\n'
    with pytest.raises(PlanError) as error:
        from_toml(f"{PATTERN}[[exception]]\n{exception}with_day = 2026-12-02\n")
    assert {one.fault for one in error.value.problems} == {Fault.OVERLAP}


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "fault"),
    [
        ('"DDON"', '"DDXN"', 13, "rotation.1.pattern", Fault.NO_LETTER),
        ('"DDON"', '"D-N"', 13, "rotation.1.pattern", Fault.BAD_PATTERN),
        ('"22:00"', '"25:00"', 9, "shift.N.start", Fault.BAD_TIME),
        ("08:00-08:15", "soon", 7, "shift.D.activities", Fault.BAD_ACTIVITY),
        ('pattern = "DDON"', 'rule = "FREQ=NEVER"', 13, "rotation.1.rule", Fault.BAD_RULE),
        ('agents = ["1001", "Bo Ek"]', "agents = []", 12, "rotation.1.agents", Fault.UNREADABLE),
        ("to = 2026-12-08", "to = 2036-12-08", 3, "to", Fault.BAD_TIME),
        ("to = 2026-12-08", "to = 2026-12-08\nfoo = 1", 1, "", Fault.UNREADABLE),
        ("[shift.D]", "[shift.D", 4, "", Fault.UNREADABLE),
    ],
)
def test_a_bad_key_is_named(old: str, new: str, line: int, field: str, fault: Fault) -> None:
    with pytest.raises(PlanError) as error:
        from_toml(PATTERN.replace(old, new, 1))
    assert wrong(error) == [(line, field, fault)]


def test_an_exception_that_fits_nothing_is_named() -> None:
    with pytest.raises(PlanError) as error:
        from_toml(f'{PATTERN}[[exception]]\nagent = "1001"\nday = 2026-12-03\nkind = "absence"\n')
    assert wrong(error) == [(16, "exception.1.agent", Fault.NOTHING_THERE)]
