"""Reports of unexpected errors: where it happened, and nothing that is nobody's business."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from supervisor_tui import incident
from supervisor_tui.incident import record, scrub

TOKEN = "tok-Zm9vYmFyYmF6cXV4-3141592653589793"
CALLER = "+49 170 555 0199"


def fail_with_secrets() -> None:
    token, caller = TOKEN, CALLER
    try:
        {}[caller]
    except KeyError as error:
        raise RuntimeError(f"Authorization: Bearer {token} refused for {caller}") from error


def caught() -> Exception:
    with pytest.raises(RuntimeError) as info:
        fail_with_secrets()
    return info.value


def test_a_report_leads_to_the_line_and_tells_no_secret(tmp_path: Path) -> None:
    noted = record(caught(), tmp_path / "new" / "folder")
    assert noted.file is not None
    assert noted.number in noted.file.name
    text = noted.file.read_text(encoding="utf-8")
    assert "in fail_with_secrets" in text
    assert "builtins.KeyError" in text
    assert "which led to:" in text
    assert "refused for" in text
    assert TOKEN not in text
    for part in (TOKEN[:16], "0199", "5550199", "170"):
        assert part not in text.replace(str(Path(__file__)), "")
    assert stat.S_IMODE(noted.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(noted.file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("token=abc123", "[...]"),
        ("{'token': 'abc'}", "{'[...]}"),
        ("basic dXNlcjpwYXNz", "[...]"),
        ("call from 0170-5550199 lost", "call from [...] lost"),
        ("12345", "[...]"),
        ("line 12, column 3 of 4096", "line 12, column 3 of 4096"),
        ("no such column: waiting_since", "no such column: waiting_since"),
        ("\x1b]52;c;x\x07", "\ufffd]52;c;x\ufffd"),
    ],
)
def test_scrubbing(words: str, left: str) -> None:
    assert scrub(words) == left


def test_an_endless_chain_and_a_group_are_told(tmp_path: Path) -> None:
    first = ValueError("first")
    first.__context__ = RuntimeError("second")
    first.__context__.__context__ = first
    noted = record(ExceptionGroup("many", [first, TypeError("third")]), tmp_path)
    assert noted.file is not None
    text = noted.file.read_text()
    assert "third" in text
    assert "more causes left out" in text


def test_where_nothing_can_be_written_there_is_still_a_number(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    noted = record(ValueError("x"), tmp_path / "file" / "incidents")
    assert noted.file is None
    assert noted.number


def test_reports_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incident, "KEPT", 3)
    numbers = [record(ValueError("x"), tmp_path).number for _ in range(5)]
    assert len(list(tmp_path.iterdir())) == 3
    assert numbers


def test_a_dying_thread_writes_a_report_and_not_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr("sys.unraisablehook", incident.sys.unraisablehook)
    incident.quiet_threads()
    thread = threading.Thread(target=fail_with_secrets)
    thread.start()
    thread.join()
    assert capfd.readouterr() == ("", "")
    assert len(list((tmp_path / "supervisor-tui" / "incidents").iterdir())) == 1
