"""`supervisor-tui metrics queue-log`, from what is typed to what is printed."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from supervisor_tui import cli

LOG = """\
1795295700|c1|sales|NONE|ENTERQUEUE||+49|1|Jane
1795295701|c2|sales|NONE|ENTERQUEUE||+49|2|Jane
1795295703|c2|sales|NONE|ABANDON|2|2|2
Event: Forged
1795295730|c1|sales|Chloé Dubois|CONNECT|30|c1a|3
1795296700|c3|claims & more|NONE|ENTERQUEUE||+49|1|Jane
1795296790|c1|sales|Chloé Dubois|COMPLETEAGENT|30|1060|1
"""
SALES = {
    "offered": 2,
    "answered": 1,
    "answered_within": 0,
    "abandoned": 1,
    "abandoned_within": 1,
    "abandoned_short": 1,
    "timed_out": 0,
    "withdrawn": 0,
    "left_empty": 0,
    "left_by_key": 0,
    "wait_s": 30,
    "talk_s": 1060,
    "longest_wait_s": 30,
    "service_levels": {
        "offered": 0.0,
        "without_short": 0.0,
        "abandons_ignored": 0.0,
        "abandons_good": 50.0,
        "answered_only": 0.0,
        "answer_rate": 50.0,
    },
}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "queue_log"
    path.write_text(LOG, encoding="utf-8")
    return path


def counted(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, object]:
    assert cli.main(["metrics", "queue-log", *map(str, words), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert isinstance(answer, dict)
    return answer


def test_the_whole_object(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = counted(capsys, log)
    claims = answer["queues"].pop("claims & more")
    assert answer == {
        "queues": {"sales": SALES},
        "agents": {"Chloé Dubois": {"answered": 1, "talk_s": 1060}},
        "skipped_lines": 1,
    }
    assert claims["service_levels"]["answered_only"] is None
    assert claims["service_levels"]["offered"] == 0.0


def test_thresholds_are_those_asked_for(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sales = counted(capsys, log, "--threshold=30", "--short-abandon", "2s")["queues"]["sales"]
    assert (sales["answered_within"], sales["abandoned_short"]) == (1, 0)
    assert sales["service_levels"]["answered_only"] == 100.0


def test_intervals_are_added_where_asked_for(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queues = counted(capsys, log, "--interval", "15m")["queues"]
    assert queues["sales"]["intervals"] == [{"starts_at": "2026-11-21T21:15:00Z", **SALES}]
    (later,) = queues["claims & more"]["intervals"]
    assert (later["starts_at"], later["offered"]) == ("2026-11-21T21:30:00Z", 1)


def test_the_input_serves_as_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LOG.encode())))
    assert counted(capsys, "-")["queues"]["sales"] == SALES


def test_a_person_reads_a_table(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["metrics", "queue-log", str(log), "--interval", "1h"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["Queue", "Offered", "Answered"]
    assert lines[2].split()[0] == "2026-11-21T21:00:00Z"
    assert any(line.split() == ["Chloé", "Dubois", "1", "17m"] for line in lines)
    assert "1 line is no event of a queue_log" in lines[-1]


def test_a_terminal_that_has_only_ascii_gets_only_that(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--ascii", "metrics", "queue-log", str(log)]) == 0
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert "Chloe Dubois" in printed


def test_an_empty_log_has_no_calls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    assert counted(capsys, empty) == {"queues": {}, "agents": {}, "skipped_lines": 0}
    assert cli.main(["metrics", "queue-log", str(empty)]) == 0
    assert capsys.readouterr().out == "No calls.\n"


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "missing", tmp_path):
        assert cli.main(["metrics", "queue-log", str(path), "--json"]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith(f"{path}: this file cannot be read")


@pytest.mark.parametrize(
    "words", [("--interval", "7m"), ("--interval", "0"), ("--threshold", "x"), ("--threshold=-1",)]
)
def test_used_wrongly(
    words: tuple[str, ...], log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["metrics", "queue-log", str(log), *words])
    assert capsys.readouterr().err.startswith("usage:")
