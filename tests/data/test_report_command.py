"""`supervisor-tui report`: what it prints and writes, and what it says where it cannot."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from supervisor_tui.cli import main
from tests.data.test_history_import import Place

DAY = ("day", "--date", "2026-03-02")


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    place = Place(tmp_path)
    assert place.run() == 0
    capsys.readouterr()
    return place


def run(place: Place, *options: str) -> int:
    return main(["--config", str(place.config), "report", *options])


def test_it_prints_a_table_that_names_formula_and_time(place, capsys):
    assert run(place, *DAY) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == " Mon 2026-03-02"
    help_line = next(line for line in lines if line.startswith("    help"))
    assert help_line.split()[:4] == ["help", "4", "2", "25.0"]
    assert lines[-1].startswith(" SL = offered formula, T per queue.")


def test_json_is_fractions_and_seconds(place, capsys):
    assert run(place, *DAY, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["queues"].keys() == {"help", "sales"}
    one = told["queues"]["help"]
    assert (one["offered"], one["answered"], one["abandoned"]) == (4, 2, 2)
    assert (one["answered_within"], one["abandoned_within"], one["abandoned_short"]) == (1, 2, 2)
    assert (one["asa_s"], one["aht_s"]) == (20.5, 80.0)
    assert one["service_levels"] == {
        "offered": 0.25,
        "without_short": 0.5,
        "abandons_ignored": 0.5,
        "abandons_good": 0.75,
        "answered_only": 0.5,
        "answer_rate": 0.5,
    }
    assert told["total"]["offered"] == 5
    assert told["period"]["is_over"] is True


@pytest.mark.parametrize("by", ["queue", "agent", "team", "client", "channel", "interval"])
@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json"])
@pytest.mark.parametrize("length", ["day", "week", "month"])
def test_every_report_can_be_had_in_every_form(place, capsys, by, form, length):
    assert run(place, length, "--date", "2026-03-02", "--by", by, "--format", form) == 0
    assert len(capsys.readouterr().out) > 80


def test_a_file_is_written_whole_and_as_other_new_files_are(place, tmp_path, capsys):
    file = tmp_path / "report.csv"
    file.write_text("old")
    mask = os.umask(0o027)
    try:
        assert run(place, *DAY, "--format", "csv", "--output", str(file)) == 0
    finally:
        os.umask(mask)
    assert capsys.readouterr().out == ""
    assert file.read_bytes().startswith(b"row,queue,from,to,offered,")
    assert file.read_bytes().count(b"\r\n") == 4
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".report")]


def test_a_link_stays_one_and_what_is_no_file_is_left_alone(place, tmp_path, capsys):
    file, link, pipe = tmp_path / "week.csv", tmp_path / "link.csv", tmp_path / "pipe"
    link.symlink_to(file)
    os.mkfifo(pipe)
    wanted = (*DAY, "--format", "csv", "--output")
    assert run(place, *wanted, str(link)) == 0
    assert link.is_symlink()
    assert file.read_text().startswith("row,")
    assert run(place, *wanted, str(pipe)) == 1
    assert "no file that could be replaced" in capsys.readouterr().err
    assert pipe.is_fifo()


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(place, tmp_path, capsys):
    folder = tmp_path / "taken"
    folder.mkdir()
    assert run(place, *DAY, "--output", str(folder)) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert run(place, *DAY, "--output", str(tmp_path / "none" / "x")) == 1
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".taken")]


def test_today_is_the_default_and_not_over(place, capsys):
    assert run(place, "day", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["period"]["is_over"] is False
    assert told["queues"] == {}
    assert told["total"]["service_levels"]["offered"] is None
    assert run(place, "day") == 0
    assert "not over" in capsys.readouterr().out
    assert run(place, "day", "--date", "yesterday") == 0
    out = capsys.readouterr().out
    assert "not over" not in out
    assert "Nothing is known of this time." in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("day", "--date", "2999-01-01"), "has not begun yet"),
        (("day", "--date", "2026-02-30"), "is no day"),
        (("day", "--date", "0001-01-01"), "is too far away"),
        (("day", "--date", "9999-12-31"), "is too far away"),
        (("year",), "invalid choice"),
        (("day", "--by", "moon"), "invalid choice"),
        (("day", "--site", "leeds"), "has no site leeds; it has hh"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(place, capsys, options, said):
    try:
        status = run(place, *options)
    except SystemExit as ended:
        status = int(str(ended.code))
    assert status == 2
    assert said in capsys.readouterr().err


def test_without_a_history_it_says_so(tmp_path, capsys):
    assert run(Place(tmp_path), *DAY) == 1
    assert capsys.readouterr().err.strip()


def test_ascii_is_ascii(place, capsys):
    assert main(["--config", str(place.config), "--ascii", "report", *DAY]) == 0
    assert capsys.readouterr().out.isascii()
