"""`report` says of a real fortnight what its file says, and of a replayed day the same."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.cli import main
from tests.support.days import synchronised
from tests.support.floors import Place

HERE = Path(__file__).parent
MAP = HERE.parent / "data" / "maps" / "anonymous_bank.toml"
BANK = HERE.parents[2] / "shared" / "calls" / "anonymous_bank_1999-08-01_14.csv"
ZONE = "Asia/Jerusalem"
T, SHORT = 20, 5
NAMES = {
    "PS": "Regular",
    "NE": "Stock exchange",
    "NW": "New customers",
    "IN": "Internet support",
    "PE": "English",
    "TT": "Call-backs",
}
DAYS = [date(1999, 8, 1) + timedelta(days=day) for day in range(15)]
COUNTS = (
    *("offered", "answered", "abandoned"),
    *("answered_within", "abandoned_within", "abandoned_short"),
)


@pytest.fixture(scope="module")
def fortnight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a floor into which the fortnight was imported."""
    if not BANK.exists():
        pytest.skip(f"{BANK} is not there")
    root = tmp_path_factory.mktemp("fortnight")
    config = root / "config.toml"
    config.write_text(
        f'[floor]\nstate_dir = "{root / "floor"}"\nsync = "external"\n'
        f'[[site]]\nid = "bank"\nzone = "{ZONE}"\n'
        '[[site.source]]\nid = "acd"\nurl = "http://127.0.0.1:9"\n'
    )
    imported = ["--config", str(config), "history", "import", str(BANK), "--map", str(MAP)]
    assert main(imported) == 0
    return config


def offered_calls() -> Iterator[tuple[date, dict[str, str]]]:
    """The local day and the row of every offered call, read with nothing of the project's."""
    with BANK.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["outcome"] == "AGENT" or (row["outcome"] == "HANG" and row["q_start"]):
                day = date.fromisoformat(row["date"])
                entered = row["q_start"] or row["ser_start"] or row["vru_entry"]
                is_after_midnight = row["vru_entry"] > "23" and entered < "01"
                yield day + timedelta(days=is_after_midnight), row


def expected_report(calls: list[dict[str, str]]) -> dict[str, Any]:
    """What some calls come to, from the definitions."""
    waits = [
        (row["outcome"] == "AGENT", int(row["q_time"]) if row["q_start"] else 0) for row in calls
    ]
    answered = [wait for is_answered, wait in waits if is_answered]
    lost = [wait for is_answered, wait in waits if not is_answered]
    n, a = len(waits), len(answered)
    within = sum(wait <= T for wait in answered)
    lost_within, short = sum(wait <= T for wait in lost), sum(wait < SHORT for wait in lost)
    service = sum(int(row["ser_time"]) for row in calls if row["outcome"] == "AGENT")
    levels = {
        "offered": (within, n),
        "without_short": (within, n - short),
        "abandons_ignored": (within, n - lost_within),
        "abandons_good": (within + lost_within, n),
        "answered_only": (within, a),
        "answer_rate": (a, n),
    }
    return {
        **dict(zip(COUNTS, (n, a, n - a, within, lost_within, short), strict=True)),
        "asa_s": pytest.approx(sum(answered) / a) if a else None,
        "aht_s": pytest.approx(service / a) if a else None,
        "service_levels": {
            name: pytest.approx(part / whole) if whole else None
            for name, (part, whole) in levels.items()
        },
    }


def report(config: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["--config", str(config), "report", *options, "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def assert_says(line: dict[str, Any], calls: list[dict[str, str]]) -> None:
    expected = expected_report(calls)
    assert {key: line[key] for key in expected} == expected


@pytest.mark.shared
def test_every_day_queue_and_formula_is_that_of_the_file(fortnight, capsys):
    by_day: dict[date, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for day, row in offered_calls():
        by_day[day][NAMES[row["type"]]].append(row)
    for day in DAYS:
        found = report(fortnight, capsys, "day", "--date", day.isoformat())
        offered = {name: one for name, one in found["queues"].items() if one["offered"]}
        assert offered.keys() == by_day[day].keys()
        for name, calls in by_day[day].items():
            assert_says(offered[name], calls)
        assert_says(found["total"], [row for calls in by_day[day].values() for row in calls])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("length", "day", "days"),
    [
        ("week", "1999-08-08", DAYS[1:8]),
        ("week", "1999-08-09", DAYS[8:]),
        ("month", "1999-08-31", DAYS),
    ],
)
@pytest.mark.parametrize("by", ["queue", "channel", "interval", "agent"])
def test_longer_periods_are_sums_over_sums(fortnight, capsys, length, day, days, by):
    calls = [row for at, row in offered_calls() if at in days]
    found = report(fortnight, capsys, length, "--date", day, "--by", by)
    assert_says(found["total"], calls)
    if by == "agent":
        named = [row["agent"] for row in calls if row["outcome"] == "AGENT" and row["agent"]]
        handled = {name: one["handled"] for name, one in found["agents"].items()}
        assert handled == {name: named.count(name) for name in set(named)}
    else:
        lines = found[f"{by}s"].values()
        assert sum(line["offered"] for line in lines) == len(calls)


@pytest.mark.shared
@pytest.mark.soak
@pytest.mark.xdist_group("counts")
def test_a_day_that_is_replayed_gives_the_same_report(fortnight, capsys, tmp_path, request):
    days = DAYS[:14] if request.config.getoption("--soak") else [date(1999, 8, 6)]
    for day in days:
        folder = tmp_path / day.isoformat()
        folder.mkdir()
        mapping = folder / "map.toml"
        mapping.write_text(f'day = "{day}"\n{MAP.read_text()}')
        options = ("--speed", "max", "--replay", str(BANK), "--map", str(mapping))
        where = ("--day", day.isoformat(), "--zone", ZONE)
        with synchronised(folder, *options, *where) as truth:
            assert_same_day(truth.place, fortnight, capsys, day)


def assert_same_day(
    place: Place, fortnight: Path, capsys: pytest.CaptureFixture[str], day: date
) -> None:
    text = place.config.read_text().replace("Europe/Berlin", ZONE).replace("06:00", "00:00")
    place.config.write_text(text)
    imported = report(fortnight, capsys, "day", "--date", day.isoformat())
    replayed = json.loads(
        place.told("report", "day", "--date", day.isoformat(), "--format", "json")
    )
    keys = (*COUNTS, "asa_s", "aht_s", "service_levels")
    for queues in (imported["queues"], replayed["queues"]):
        for name in [name for name, one in queues.items() if not one["offered"]]:
            del queues[name]
    assert imported["queues"].keys() == replayed["queues"].keys()
    for name, line in [*imported["queues"].items(), ("", imported["total"])]:
        other = replayed["queues"].get(name, replayed["total"])
        assert {key: line[key] for key in keys} == {
            key: pytest.approx(other[key]) if isinstance(other[key], dict | float) else other[key]
            for key in keys
        }, name


@pytest.mark.shared
def test_an_imported_day_can_be_looked_at_with_the_names_of_its_queues(fortnight, capsys):
    capsys.readouterr()
    asked = ["--config", str(fortnight), "show", "queues", "--at", "1999-08-05 12:00", "--ascii"]
    assert main(asked) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert "THE PAST  1999-08-05 12:00:00" in head
    assert "only calls are known of it ~" in head
    assert all(any(name in line for line in lines) for name in NAMES.values())
