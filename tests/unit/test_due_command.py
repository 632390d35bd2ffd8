"""`supervisor-tui due`, from what is typed to what is printed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.rules.rule_packs import read_pack
from supervisor_tui import cli

QUESTION = {
    "received": "2026-04-02T16:00",
    "zone": "Europe/Berlin",
    "hours": "Mon-Fri 09:00-17:00",
    "holidays": "2026-04-03,2026-04-06",
}
DUE = {"due_utc": "2026-04-07T14:00:00Z", "due_local": "2026-04-07T16:00:00+02:00"}


class Typed:
    """Types `due` with options by name."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.said = ""

    def __call__(self, *switches: str, **options: str) -> tuple[int, str]:
        words = [f"--{name}={value}" for name, value in options.items()]
        status = cli.main(["due", *words, *switches])
        printed = self._capsys.readouterr()
        self.said = printed.err
        return status, printed.out

    def json(self, **options: str) -> object:
        status, printed = self("--json", **options)
        assert status == 0, self.said
        return json.loads(printed)


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Put back what a command changes in its process."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture
def due(capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(capsys)


def test_an_amount(due: Typed) -> None:
    assert due.json(**QUESTION, add="8h") == DUE
    assert due(**QUESTION, add="8h") == (
        0,
        "Tue 2026-04-07 16:00 +02:00  2026-04-07T14:00:00Z\n",
    )


def test_an_instant_may_have_an_offset_or_be_of_utc(due: Typed) -> None:
    for received in ("2026-04-02T14:00:00Z", "2026-04-02T10:00-04:00", "2026-04-02 16:00"):
        assert due.json(**QUESTION | {"received": received}, add="8h") == DUE


def test_of_a_local_time_that_comes_twice_the_first_is_meant(due: Typed) -> None:
    of_berlin = {"zone": "Europe/Berlin", "add": "1d"}
    for received, expected in (
        ("2026-10-25T02:30", "2026-10-26T02:30:00+01:00"),
        ("2026-03-29T02:30", "2026-03-30T03:30:00+02:00"),
    ):
        answer = due.json(received=received, **of_berlin)
        assert isinstance(answer, dict)
        assert answer["due_local"] == expected


def test_minutes_until(due: Typed) -> None:
    for until, minutes in (
        ("2026-04-07T10:00", 120),
        ("2026-04-02T15:00", -60),
        ("2026-04-02T14:01:30Z", 1.5),
    ):
        answer = due.json(**QUESTION, until=until)
        assert answer == {"business_minutes": minutes}
        assert isinstance(answer, dict)
        assert isinstance(answer["business_minutes"], type(minutes))
    assert due(**QUESTION, until="2026-04-02T16:01")[1] == "1 business minute\n"
    assert due(**QUESTION, until="2026-04-02T16:02")[1] == "2 business minutes\n"


def test_without_hours_it_is_always_open_and_weekends_are_no_business_days(due: Typed) -> None:
    saturday = {"received": "2026-10-24T20:00", "zone": "Europe/Berlin"}
    for amount, expected in (
        ("10h", "2026-10-25T05:00:00+01:00"),
        ("1bd", "2026-10-27T00:00:00+01:00"),
        ("1d", "2026-10-25T20:00:00+01:00"),
    ):
        answer = due.json(**saturday, add=amount)
        assert isinstance(answer, dict)
        assert answer["due_local"] == expected
    assert due.json(**saturday, until="2026-10-25T20:00") == {"business_minutes": 1500}


def test_a_pack(due: Typed) -> None:
    clocks = {
        "clocks": [
            {
                "name": "3rd bus.day",
                "due_utc": "2026-04-09T16:00:00Z",
                "due_local": "2026-04-09T17:00:00+01:00",
            },
            {
                "name": "final",
                "due_utc": "2026-05-28T15:00:00Z",
                "due_local": "2026-05-28T16:00:00+01:00",
            },
        ]
    }
    assert due.json(received="2026-04-02T16:00", pack="uk-fca-disp") == clocks
    printed = due(received="2026-04-02T16:00", pack="uk-fca-disp")[1].splitlines()
    assert printed[0] == "United Kingdom: FCA Handbook, DISP 1.5 and 1.6"
    assert printed[2] == "final        Thu 2026-05-28 16:00 +01:00  2026-05-28T15:00:00Z"
    assert "not legal advice" in printed[3]


def test_a_pack_of_ones_own(due: Typed, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(due("--print", pack="generic")[1].replace("amount = 2\n", "amount = 1\n"))
    answer = due.json(**QUESTION, pack=str(own))
    assert isinstance(answer, dict)
    assert [each["due_local"] for each in answer["clocks"]] == [
        "2026-04-07T12:00:00+02:00",
        "2026-04-07T17:00:00+02:00",
    ]
    assert due("--print", pack="generic")[1] == read_pack("generic")


def test_an_error_in_a_pack_is_told_with_file_line_and_key(due: Typed, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(read_pack("generic").replace("09:00-17:00", "9-5"))
    line = own.read_text().splitlines().index('hours = "Mon-Fri 9-5"') + 1
    assert due(**QUESTION, pack=str(own))[0] == 2
    assert due.said.startswith(f"{own}:{line}: calendars.office.hours: ")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"add": "8x"}, "8x"),
        ({"add": "8h", "until": "2026-04-03T10:00"}, "--until"),
        ({}, "--add"),
        ({"add": "8h", "zone": "Europe/Nowhere"}, "Europe/Nowhere"),
        ({"add": "8h", "received": "tomorrow"}, "tomorrow"),
        ({"add": "8h", "received": "2026-04-02"}, "2026-04-02"),
        ({"add": "8h", "hours": "Mon 9-5"}, "9-5"),
        ({"add": "8h", "holidays": "XX"}, "XX"),
        ({"pack": "nowhere"}, "generic"),
        ({"until": "9999-12-31T23:59Z"}, "hundred years"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(due: Typed, options: dict[str, str], said: str) -> None:
    assert due(**QUESTION | options)[0] == 2
    assert said in due.said
    assert due.said.count("\n") == 1


@pytest.mark.parametrize("missing", ["received", "zone"])
def test_what_is_missing_is_named(due: Typed, missing: str) -> None:
    assert (
        due(**{name: each for name, each in QUESTION.items() if name != missing}, add="8h")[0] == 2
    )
    assert missing in due.said


def feed(monkeypatch: pytest.MonkeyPatch, *lines: object) -> None:
    text = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in lines)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_batch_is_answered_line_by_line(due: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = QUESTION | {"holidays": ["2026-04-03", "2026-04-06"]}
    feed(
        monkeypatch,
        QUESTION | {"add": "8h", "json": True, "until": None},
        "nonsense",
        listed | {"until": "2026-04-07T10:00"},
        QUESTION | {"add": "8x"},
        QUESTION | {"add": "8h", "colour": "red"},
        ["no object"],
        QUESTION | {"pack": "generic"},
    )
    status, printed = due("--batch", "--json")
    answers = [json.loads(line) for line in printed.splitlines()]
    assert status == 1
    assert [list(each) for each in answers] == [
        ["due_utc", "due_local"],
        ["error"],
        ["business_minutes"],
        ["error"],
        ["error"],
        ["error"],
        ["clocks"],
    ]
    assert answers[0] == DUE
    assert answers[2] == {"business_minutes": 120}
    assert "colour" in answers[4]["error"]


def test_what_the_command_line_says_holds_for_every_line(
    due: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = QUESTION["received"]
    feed(
        monkeypatch,
        {"received": received},
        {"received": received, "until": "2026-04-07T10:00"},
        {"received": received, "holidays": ""},
    )
    shared = {name: each for name, each in QUESTION.items() if name != "received"}
    status, printed = due("--batch", **shared, add="8h")
    answers = [json.loads(line) for line in printed.splitlines()]
    assert status == 0
    assert answers[:2] == [DUE, {"business_minutes": 120}]
    assert answers[2]["due_utc"] == "2026-04-03T14:00:00Z"


def test_the_screen_does_not_load_the_library_of_holidays() -> None:
    modules = "data.rules.rule_packs", "data.rules.business_time", "supervisor_tui.app"
    code = f"import sys, {', '.join(modules)}; print('holidays' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
