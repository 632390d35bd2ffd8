"""Rosters held against rules: hours are real ones, and the rules are data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.model import Shift
from data.plans.checking import check
from data.plans.csv_plans import read_csv
from data.plans.drafts import Beside
from data.plans.model import as_shift
from data.plans.pattern_plans import read_patterns
from data.plans.people import Roll
from data.rules.roster_check import check_roster
from data.rules.roster_rules import Level, RosterRules, load_rules, minutes
from data.rules.rule_error import RuleError, RuleProblem

EU = load_rules("eu-working-time")


def plan(rows: str, zone: str = "Europe/Berlin") -> list[Shift]:
    """Shifts of one agent: `2026-12-01T22:00 06:00 meal 02:00-02:30`, a line each."""
    lines = ["agent,start,end,activities"]
    for row in rows.strip().splitlines():
        start, end, *parts = row.split()
        lines.append(f"1001,{start},{end},{' '.join(parts)}")
    made = check(read_csv("\n".join(lines).encode()), Roll(), zone, allow_unknown=True)
    return [as_shift(one, "hh", "@desk", str(at)) for at, one in enumerate(made.shifts)]


def found(shifts: list[Shift], rules: RosterRules = EU) -> list[tuple[str, str, float]]:
    return [
        (one.check, one.day.isoformat(), round(one.found, 4)) for one in check_roster(shifts, rules)
    ]


def rules(folder: Path, text: str) -> RosterRules:
    path = folder / "own.toml"
    path.write_text(f'name = "own"\nversion = "1"\ntitle = "Own"\n{text}')
    return load_rules(str(path))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # The clocks go forward in between: 23:00 to 10:00 is ten hours; and back: 09:00 is eleven.
        ("2026-03-28T18:00 23:00\n2026-03-29T10:00 14:00", [("daily_rest", "2026-03-29", 10.0)]),
        ("2026-10-24T18:00 23:00\n2026-10-25T09:00 13:00", []),
        ("2026-12-01T18:00 23:00\n2026-12-02T10:00 14:00", []),
        ("2026-12-01T18:00 23:00\n2026-12-02T09:59 14:00", [("daily_rest", "2026-12-02", 10.9833)]),
        # A day in two parts is no rest that is too short, but a night after an early shift is.
        ("2026-12-01T08:00 12:00\n2026-12-01T16:00 20:00", []),
        ("2026-12-01T06:00 12:00\n2026-12-01T22:00 04:00", [("daily_rest", "2026-12-01", 10.0)]),
        (
            "2026-12-01T06:00 10:00\n2026-12-01T14:00 18:00\n2026-12-01T20:00 23:00",
            [("daily_rest", "2026-12-01", 2.0)],
        ),
        # Leave is rest.
        ("2026-12-01T14:00 22:00 absence 14:00-22:00\n2026-12-02T06:00 12:00", []),
    ],
)
def test_daily_rest_is_in_real_hours(rows: str, expected: list[tuple[str, str, float]]) -> None:
    assert found(plan(rows)) == expected


def test_nobody_works_twice_at_a_time() -> None:
    one, other = plan("2026-12-01T08:00 12:00"), plan("2026-12-01T11:30 13:00")
    assert ("overlap", "2026-12-01", 0.5) in found(one + other)


def test_weekly_rest_is_missed_by_seven_days_running_and_kept_by_six() -> None:
    days = [f"2026-12-{day:02}T08:00 14:00" for day in range(1, 9)]
    assert found(plan("\n".join(days[:6]))) == []
    assert found(plan("\n".join(days[:7]))) == [("weekly_rest", "2026-12-07", 18.0)]
    assert found(plan("\n".join(days))) == [("weekly_rest", "2026-12-07", 18.0)], "told once"


def test_a_long_day_and_a_day_without_a_break() -> None:
    assert found(plan("2026-12-01T07:00 20:30 meal 12:00-12:30")) == []
    assert found(plan("2026-12-01T07:00 21:00 meal 12:00-12:30")) == [
        ("day_hours", "2026-12-01", 13.5)
    ]
    assert found(plan("2026-12-01T08:00 14:01")) == [("break", "2026-12-01", 0.0)]
    assert found(plan("2026-12-01T08:00 14:30 break 10:00-10:10")) == [
        ("break", "2026-12-01", 0.1667)
    ]


def test_the_hours_of_a_week_are_a_mean_of_weeks() -> None:
    long, short = (
        "\n".join(f"2026-12-{monday + day:02}T08:00 {end} meal 12:00-12:30" for day in range(5))
        for monday, end in ((7, "20:00"), (14, "14:00"))
    )
    assert found(plan(long)) == [
        ("week_hours", "2026-12-07", 57.5),
        ("week_hours", "2026-12-07", 57.5),
    ]
    both = check_roster(plan(f"{long}\n{short}"), EU)
    assert [(one.check, one.level, one.found) for one in both] == [
        ("week_hours", Level.WARNING, 57.5)
    ], "the mean is 42.5, so nothing is violated"


def test_a_week_of_dupont_is_flagged() -> None:
    """DuPont: 42 hours in the mean of four weeks, 72 in one of them."""
    text = """zone = "Europe/Berlin"
from = 2026-06-01
to = 2026-06-28
[shift.D]
start = "07:00"
end = "19:00"
activities = "break 12:00-12:30"
[shift.N]
start = "19:00"
end = "07:00"
activities = "break 00:30-01:00"
[[rotation]]
agents = ["1001"]
pattern = "NNNNOOO DDDONNN OOODDDD OOOOOOO"
anchor = 2026-06-01
"""
    made = check(read_patterns(text.encode(), Beside()), Roll(), "", allow_unknown=True)
    shifts = [as_shift(one, "hh", "@desk", str(at)) for at, one in enumerate(made.shifts)]
    all_four = check_roster(shifts, EU, last=date(2026, 6, 28))
    weeks = [one for one in all_four if one.check == "week_hours"]
    assert [(one.day, one.level) for one in weeks] == [(date(2026, 6, 8), Level.WARNING)]
    assert weeks[0].found == 72


def test_nights_are_counted_by_what_is_worked_of_them() -> None:
    nights = [f"2026-10-{day:02}T22:00 06:00 break 00:00-00:30" for day in range(20, 26)]
    (one,) = check_roster(plan("\n".join(nights[:5])), EU)
    assert (one.check, one.found, one.day) == ("nights", 5, date(2026, 10, 24))
    assert [each.check for each in check_roster(plan("\n".join(nights[:4])), EU)] == []
    late = [f"2026-10-{day:02}T18:00 02:00 break 20:00-20:30" for day in range(20, 25)]
    assert found(plan("\n".join(late))) == []


def test_rules_are_data(tmp_path: Path) -> None:
    own = rules(
        tmp_path,
        '[[rule]]\ncheck = "daily_rest"\nleast = "12h30m"\n'
        '[[rule]]\ncheck = "break"\nafter = "4h"\nleast = "30m"\npart = "15m"\n',
    )
    shifts = plan(
        "2026-12-01T08:00 16:00 break 10:00-10:10 break 12:00-12:29\n2026-12-02T04:00 08:00"
    )
    assert found(shifts, own) == [
        ("daily_rest", "2026-12-02", 12.0),
        ("break", "2026-12-01", 0.4833),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[rule]]\ncheck = "nap"\n', RuleProblem.PACK_INVALID),
        ('[[rule]]\ncheck = "daily_rest"\nleast = "11"\n', RuleProblem.PACK_INVALID),
        ('[[rule]]\ncheck = "daily_rest"\nleast = "11h"\nmost = 3\n', RuleProblem.PACK_INVALID),
        ("rule = []", RuleProblem.PACK_INVALID),
        ("[[rule", RuleProblem.PACK_NOT_TOML),
    ],
)
def test_a_pack_that_is_wrong_is_told(tmp_path: Path, text: str, problem: RuleProblem) -> None:
    with pytest.raises(RuleError) as error:
        rules(tmp_path, text)
    assert error.value.problem is problem


def test_a_pack_that_is_not_there_is_told() -> None:
    for wanted, problem in (
        ("eu", RuleProblem.NO_SUCH_PACK),
        ("./no.toml", RuleProblem.PACK_UNREADABLE),
    ):
        with pytest.raises(RuleError) as error:
            load_rules(wanted)
        assert error.value.problem is problem


def test_amounts() -> None:
    assert [minutes(text) for text in ("11h", "15m", "7h30m", "0m")] == [660, 15, 450, 0]


def test_findings_of_several_agents_are_kept_apart() -> None:
    one, other = plan("2026-12-01T08:00 12:00"), plan("2026-12-01T09:00 13:00")
    both = [*one, *(Shift(**{**vars_of(each), "agent": "1002"}) for each in other)]
    assert check_roster(both, EU) == []


def vars_of(shift: Shift) -> dict[str, object]:
    return {name: getattr(shift, name) for name in shift.__struct_fields__}
