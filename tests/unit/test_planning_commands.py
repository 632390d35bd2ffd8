"""The commands that work out plans, from what is typed or piped in to what is printed."""

from __future__ import annotations

import io
import json
import sys

import pytest

from supervisor_tui import cli

LOAD = {"calls": "100", "interval": "30m", "aht": "180s"}
FIGURES = [
    *("model", "offered_erlangs", "p_wait", "service_level"),
    *("asa_s", "occupancy", "abandon_rate"),
]


class Typed:
    """Types a command with options by name, and gives it an input."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch
        self.said = ""

    def __call__(
        self, command: str, *switches: str, given: str = "", **options: str
    ) -> tuple[int, str]:
        words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        try:
            status = cli.main([command, *words, *switches])
        except SystemExit as leaving:
            status = int(str(leaving.code))
        printed = self._capsys.readouterr()
        self.said = printed.err
        return status, printed.out

    def json(self, command: str, question: object = None, **options: str) -> dict[str, object]:
        given = "" if question is None else json.dumps(question, indent=1)
        status, printed = self(command, "--json", given=given, **options)
        assert status == 0, self.said
        assert printed.count("\n") == 1
        answer = json.loads(printed)
        assert isinstance(answer, dict)
        return answer

    def refused(self, command: str, question: object = None, **options: str) -> str:
        given = "" if question is None else json.dumps(question)
        status, printed = self(command, "--json", given=given, **options)
        assert (status, printed) == (2, "")
        return self.said

    def batch(self, command: str, *lines: object) -> tuple[int, list[dict[str, object]]]:
        given = "".join(
            (line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines
        )
        status, printed = self(command, "--batch", given=given)
        return status, [json.loads(line) for line in printed.splitlines()]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    return Typed(capsys, monkeypatch)


# Staffing


def test_what_callers_meet(typed: Typed) -> None:
    answer = typed.json("staffing", **LOAD, agents="14")
    assert list(answer) == FIGURES
    assert answer["model"] == "erlang_c"
    assert answer["service_level"] == pytest.approx(0.88835, abs=5e-6)
    assert answer == typed.json("staffing", **LOAD, agents="14", target="20s")
    assert typed.json("staffing", **LOAD, agents="14", target="0s")["service_level"] == (
        pytest.approx(1 - 0.1741319, abs=5e-8)
    )
    impatient = typed.json("staffing", **LOAD, agents="8", patience="2m")
    assert impatient["model"] == "erlang_a"
    assert isinstance(impatient["abandon_rate"], float)


def test_in_overload_and_without_agents_what_is_undefined_is_null(typed: Typed) -> None:
    for agents, occupancy in (("10", 1.0), ("0", None)):
        answer = typed.json("staffing", **LOAD, agents=agents)
        assert (answer["p_wait"], answer["service_level"]) == (1.0, 0.0)
        assert (answer["asa_s"], answer["occupancy"]) == (None, occupancy)


def test_how_many_are_required(typed: Typed) -> None:
    answer = typed.json("staffing", **LOAD, goal="80/20", max_occupancy="0.85", shrinkage="0.30")
    assert list(answer) == ["required", "scheduled", *FIGURES]
    assert (answer["required"], answer["scheduled"]) == (14, 20)
    without = typed.json("staffing", **LOAD, goal="80/20")
    assert without["scheduled"] == without["required"]
    assert typed.json("staffing", **LOAD, asa="0.25m") == typed.json("staffing", **LOAD, asa="15")
    options = {**LOAD, "max_abandon": "0.05", "patience": "180"}
    abandoned = typed.json("staffing", **options)["abandon_rate"]
    assert isinstance(abandoned, float)
    assert abandoned <= 0.05


def test_the_service_level_told_is_that_of_the_goal(typed: Typed) -> None:
    later = typed.json("staffing", **LOAD, goal="50/60")
    agents = str(later["required"])
    told = typed.json("staffing", **LOAD, agents=agents, target="1m")
    assert later["service_level"] == told["service_level"]
    assert typed.json("staffing", **LOAD, goal="50/60", target="60s") == later


@pytest.mark.parametrize(
    ("required", "shrinkage", "scheduled"),
    [("7", "0.30", 10), ("21", "0.30", 30), ("67", "0.33", 100), ("0", "0.5", 0), ("7", "0", 7)],
)
def test_shrinkage_alone(typed: Typed, required, shrinkage, scheduled) -> None:
    answer = typed.json("staffing", required=required, shrinkage=shrinkage)
    assert answer == {"required": int(required), "scheduled": scheduled}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"calls": "100", "interval": "30m", "agents": "14"}, "--aht is missing"),
        (LOAD, "name a goal"),
        ({**LOAD, "agents": "14", "goal": "80/20"}, "--goal has no meaning beside --agents"),
        ({**LOAD, "agents": "14", "shrinkage": "0.3"}, "--shrinkage has no meaning"),
        ({**LOAD, "max_abandon": "0.05"}, "--patience"),
        ({**LOAD, "goal": "80/20", "target": "30s"}, "different thresholds"),
        ({**LOAD, "goal": "100/20"}, "100/20"),
        ({**LOAD, "goal": "0.8/20"}, "0.8/20"),
        ({**LOAD, "goal": "80"}, "80/20"),
        ({**LOAD, "asa": "0s"}, "0s"),
        ({**LOAD, "agents": "14.5"}, "14.5"),
        ({**LOAD, "agents": "14", "target": "-1s"}, "-1s"),
        ({**LOAD, "agents": "14", "interval": "0m"}, "0m"),
        ({**LOAD, "calls": "nan", "agents": "14"}, "nan"),
        ({**LOAD, "calls": "1e99", "agents": "14"}, "1e99"),
        ({**LOAD, "calls": "1e9", "agents": "14"}, "Erlangs"),
        ({"required": "7", "agents": "3"}, "--agents has no meaning beside --required"),
        ({"required": "7", "shrinkage": "1"}, "nobody is left"),
    ],
)
def test_staffing_used_wrongly(typed: Typed, options, said) -> None:
    assert said in typed.refused("staffing", **options)


def test_a_batch_answers_each_line_in_order(typed: Typed) -> None:
    load = {"calls": 100, "interval": "30m", "aht": 180}
    status, answers = typed.batch(
        "staffing",
        {**load, "agents": 14.0, "target": None},
        "no JSON",
        {**load, "max_abandon": 0.05},
        {"required": 67, "shrinkage": 0.33},
        {**load, "aht": [180], "agents": 14},
        {**load, "agents": 14, "agent": 3},
        {"required": 1e400},
        {**load, "goal": "80/20", "max_occupancy": 0.85, "shrinkage": 0.3},
    )
    assert status == 1
    assert [list(answer) for answer in answers] == [
        *(FIGURES, ["error"], ["error"], ["required", "scheduled"]),
        *(["error"], ["error"], ["error"], ["required", "scheduled", *FIGURES]),
    ]
    assert answers[3]["scheduled"] == 100
    assert answers[7]["scheduled"] == 20
    assert typed.batch("staffing", {"required": 7, "shrinkage": 0.3}) == (
        0,
        [{"required": 7, "scheduled": 10}],
    )


def test_a_program_may_write_whole_numbers_with_a_point(typed: Typed) -> None:
    day = {"day": "2026-10-25", "zone": "Europe/Berlin"}
    answers = [{"count": 100, "hours": 25.0}, {"count": 100, "hours": 25.0}]
    assert typed.batch("intervals", {**day, "minutes": 15.0}, {**day, "minutes": 15}) == (
        0,
        answers,
    )
    status, (answer,) = typed.batch("intervals", {**day, "minutes": 15.5})
    assert status == 1
    assert "15.5" in str(answer["error"])


def test_what_a_line_does_not_say_the_command_line_says(typed: Typed) -> None:
    status, printed = typed(
        "staffing", "--batch", given='{"calls": 100}\n{"calls": 0}\n', **{**LOAD, "goal": "80/20"}
    )
    assert status == 0
    assert [json.loads(line)["required"] for line in printed.splitlines()] == [14, 0]


def test_a_person_reads_which_level_it_is_and_that_it_is_an_estimate(typed: Typed) -> None:
    status, printed = typed("staffing", **LOAD, goal="80/20")
    assert status == 0
    assert "Required on the phone" in printed
    assert "Answered within 20 s, of offered  88.8 %" in printed
    assert "estimate" in printed
    assert typed("staffing", **LOAD, agents="9")[1].count(" -\n") == 2  # ASA and abandoned


# Time


def test_a_shift(typed: Typed) -> None:
    night = {"start": "2026-03-28T22:00", "zone": "Europe/Berlin"}
    expected = {
        "start_utc": "2026-03-28T21:00:00Z",
        "end_utc": "2026-03-29T04:00:00Z",
        "hours": 7.0,
    }
    assert typed.json("shift", **night, end="06:00") == expected
    assert typed.json("shift", **night, end="2026-03-29T06:00") == expected
    assert typed.json("shift", **night, end="24:00")["hours"] == 2
    assert typed.json("shift", **night, end="2026-03-28T24:00")["hours"] == 2
    assert typed("shift", **night, end="06:00")[1] == (
        "from 2026-03-28 22:00 +0100 to 2026-03-29 06:00 +0200: 7 hours\n"
    )


@pytest.mark.parametrize(
    ("folds", "hours"),
    [
        ({}, 0.5),
        ({"start_fold": "1"}, 24.5),
        ({"end_fold": "1"}, 1.5),
        ({"start_fold": "1", "end_fold": "1"}, 0.5),
    ],
)
def test_a_shift_between_times_that_come_twice(typed: Typed, folds, hours) -> None:
    shift = {"start": "2026-10-25T02:00", "end": "02:30", "zone": "Europe/Berlin"}
    if folds == {"start_fold": "1"}:
        # The next 02:30 after the second 02:00 is the second one, unless the first is asked for.
        assert typed.json("shift", **shift, **folds)["hours"] == 0.5
        folds = {**folds, "end_fold": "0"}
    assert typed.json("shift", **shift, **folds)["hours"] == hours


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"start": "2026-03-28T22:00", "zone": "Europe/Berlin"}, "--end is missing"),
        ({"start": "2026-03-28T22:00", "end": "6:00", "zone": "Europe/Berlin"}, "6:00"),
        ({"start": "2026-03-28", "end": "06:00", "zone": "Europe/Berlin"}, "2026-03-28 is no"),
        ({"start": "2026-03-28T22:00Z", "end": "06:00", "zone": "Europe/Berlin"}, "no local time"),
        ({"start": "2026-03-28T22:00", "end": "06:00", "zone": "Berlin"}, "no time zone Berlin"),
        (
            {"start": "2026-03-28T22:00", "end": "2026-03-28T21:00", "zone": "Europe/Berlin"},
            "ends before",
        ),
    ],
)
def test_a_shift_used_wrongly(typed: Typed, options, said) -> None:
    assert said in typed.refused("shift", **options)


def test_intervals_of_a_day(typed: Typed) -> None:
    day = {"day": "2026-10-25", "zone": "Europe/Berlin"}
    assert typed.json("intervals", **day, minutes="15") == {"count": 100, "hours": 25.0}
    assert typed("intervals", **day, minutes="15")[1] == "100 intervals of 15 minutes in 25 hours\n"
    assert "--minutes is missing" in typed.refused("intervals", **day)
    assert "not from 1" in typed.refused("intervals", **day, minutes="0")


def test_a_rotation(typed: Typed) -> None:
    options = {"pattern": "DDDDOOOONNNNOOOO", "anchor": "2026-01-01"}
    answer = typed.json("rotation", **options, **{"from": "2025-12-31", "to": "2026-01-05"})
    assert answer == {
        "days": {
            "2025-12-31": "O",
            **dict.fromkeys([f"2026-01-0{day}" for day in range(1, 5)], "D"),
            "2026-01-05": "O",
        }
    }
    backwards = {"from": "2026-01-05", "to": "2026-01-01"}
    assert "--to is before" in typed.refused("rotation", **options, **backwards)
    assert "no pattern" in typed.refused("rotation", **{**options, "pattern": "D-O"})
    assert "--from and --to" in typed.refused("rotation", **options)
    last = {**options, "from": "9999-12-31", "to": "9999-12-31"}
    assert typed("rotation", **last)[1].startswith("9999-12-31  Fri  ")


def test_rest(typed: Typed) -> None:
    rest = {"previous_end": "2026-03-28T23:00", "next_start": "2026-03-29T10:00"}
    berlin = {**rest, "zone": "Europe/Berlin"}
    assert typed.json("rest", **berlin) == {"rest_hours": 10.0, "violation": True}
    assert typed.json("rest", **berlin, min_rest="10h") == {"rest_hours": 10.0, "violation": False}
    assert typed("rest", **berlin)[1] == "10 hours of rest: too short\n"
    assert "too short for a rest" in typed.refused("rest", **berlin, min_rest="11")
    doubtful = {
        "zone": "Europe/Berlin",
        "previous_end": "2026-10-25T02:30",
        "next_start": "2026-10-25T13:00",
    }
    assert typed.json("rest", **doubtful) == {"rest_hours": 11.5, "violation": False}
    assert typed.json("rest", **doubtful, previous_end_fold="1") == {
        "rest_hours": 10.5,
        "violation": True,
    }


# What is read as JSON

PLAN = {
    "scheduled": [[0, 240, "phone"], [240, 270, "lunch"], [270, 480, "phone"]],
    "actual": [[0, 210, "phone"], [210, 240, "lunch"], [240, 480, "phone"]],
    "work_activity": "phone",
}


def test_adherence(typed: Typed) -> None:
    assert typed.json("adherence", PLAN) == {
        "scheduled_minutes": 480,
        "minutes_in_adherence": 420,
        "adherence": 0.875,
        "conformance": 1.0,
    }
    empty = typed.json("adherence", {"scheduled": [], "actual": [], "work_activity": "phone"})
    assert (empty["scheduled_minutes"], empty["adherence"], empty["conformance"]) == (0, None, None)
    assert "Adherence 87.5 %" in typed("adherence", given=json.dumps(PLAN))[1]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"actual": None}, "actual: expected a list"),
        ({"actual": [[0, 10]]}, "actual: expected lists"),
        ({"actual": [[10, 0, "phone"]]}, "actual: expected lists"),
        ({"actual": [[0, "10", "phone"]]}, "actual: expected numbers"),
        ({"actual": [[0, True, "phone"]]}, "actual: expected numbers"),
        ({"actual": [[0, float("inf"), "phone"]]}, "actual: inf is beyond"),
        ({"actual": [[0, 20, "phone"], [10, 30, "break"]]}, "phone and break overlap"),
        ({"work_activity": 7}, "work_activity"),
        ({"work": "phone"}, "work has no meaning here"),
    ],
)
def test_a_plan_that_is_none(typed: Typed, changed, said) -> None:
    assert said in typed.refused("adherence", {**PLAN, **changed})


def test_a_moving_average(typed: Typed) -> None:
    question = {
        "method": "same_interval_moving_average",
        "history_oldest_first": [[1, 1], [90, 110], [100, 120]],
        "weeks": 2,
    }
    assert typed.json("forecast", question) == {"forecast": [95.0, 115.0]}
    assert typed.json("forecast", {**question, "weeks": 2.0}) == {"forecast": [95.0, 115.0]}
    for weeks in (1.5, True, "2", -1):
        assert "weeks" in typed.refused("forecast", {**question, "weeks": weeks})
    assert typed.json("forecast", {**question, "weights": [1, 3]}) == {"forecast": [97.5, 117.5]}
    holiday = {**question, "history_oldest_first": [[90, None], [None, None]]}
    assert typed.json("forecast", holiday) == {"forecast": [90.0, None]}
    assert typed("forecast", given=json.dumps(holiday))[1] == "Forecast: 90.0  -\n"


def test_an_intraday_reforecast(typed: Typed) -> None:
    question = {
        "method": "intraday_reforecast",
        "forecast": [100, 100, 50, 50],
        "actual": [110, 110],
        "damping": 0.5,
    }
    assert typed.json("forecast", question) == {
        "ratio": pytest.approx(1.1),
        "remaining": pytest.approx([52.5, 52.5]),
        "total": pytest.approx(325),
    }
    plain = typed.json("forecast", {**question, "damping": 1})
    assert plain["remaining"] == pytest.approx([55, 55])
    assert plain == typed.json("forecast", {**question, "damping": None})
    assert "1.100 of the forecast" in typed("forecast", given=json.dumps(question))[1]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({}, "method: expected one of"),
        ({"method": "guess"}, "method: expected one of"),
        ({"method": "intraday_reforecast", "forecast": [1]}, "actual is missing"),
        ({"method": "intraday_reforecast", "forecast": [1], "actual": [1, 2]}, "more intervals"),
        ({"method": "intraday_reforecast", "forecast": [-1], "actual": []}, "not below 0"),
        (
            {"method": "intraday_reforecast", "forecast": [1], "actual": [], "damping": 2},
            "damping: expected",
        ),
        (
            {"method": "intraday_reforecast", "forecast": [5e-324, 9], "actual": [9]},
            "forecast: 5e-324 is beyond",
        ),
        (
            {"method": "same_interval_moving_average", "history_oldest_first": [[1], []]},
            "different",
        ),
        (
            {"method": "same_interval_moving_average", "history_oldest_first": [[1]], "weeks": 0},
            "weeks",
        ),
        (
            {
                "method": "same_interval_moving_average",
                "history_oldest_first": [[1], [2]],
                "weights": [1],
            },
            "weights",
        ),
        (
            {
                "method": "same_interval_moving_average",
                "history_oldest_first": [[1], [2]],
                "weigths": [1, 2],
            },
            "weigths has no meaning",
        ),
    ],
)
def test_a_forecast_that_is_none(typed: Typed, question, said) -> None:
    assert said in typed.refused("forecast", question)


def test_batches_of_objects(typed: Typed) -> None:
    status, answers = typed.batch("adherence", PLAN, "[" * 100_000, [], PLAN)
    assert status == 1
    assert [next(iter(answer)) for answer in answers] == [
        *("scheduled_minutes", "error", "error", "scheduled_minutes")
    ]
    question = {"method": "intraday_reforecast", "forecast": [10, 20], "actual": [5]}
    assert typed.batch("forecast", question) == (
        0,
        [{"ratio": 0.5, "remaining": [10.0], "total": 15.0}],
    )


def test_an_input_that_is_no_json(typed: Typed) -> None:
    status, printed = typed("forecast", "--json", given="")
    assert (status, printed) == (2, "")
    assert "not JSON" in typed.said
