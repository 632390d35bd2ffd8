"""The process guard on a real pty: whatever happens to the terminal, nothing is left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.terminal.ptylab import Session, spawn

pytestmark = pytest.mark.pty

GONE_S = 3.0
TOKEN = "tok-Zm9vYmFyYmF6cXV4-3141592653589793"
CALLER = "+49 170 5550199"
TINY = [sys.executable, "-m", "tests.terminal.tiny_app"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    """Starts the tiny app; ends whatever a test has left."""
    sessions: list[Session] = []

    def _start(**how: Any) -> Session:
        own = {
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "TINY_TOKEN": TOKEN,
            "TINY_CALLER": CALLER,
        }
        how["env"] = {**own, **how.pop("env", {})}
        sessions.append(spawn(how.pop("argv", TINY), cwd=ROOT, **how))
        return sessions[-1]

    yield _start
    for session in sessions:
        session.__exit__()


def modes_left_on(raw: bytes) -> set[bytes]:
    """The private modes of the terminal that were switched on and not off again."""
    modes: set[bytes] = set()
    for numbers, switch in re.findall(rb"\x1b\[\?([\d;]+)([hl])", raw):
        for mode in numbers.split(b";"):
            (modes.add if switch == b"h" else modes.discard)(mode)
    return modes


def assert_restored(session: Session) -> None:
    # 25, the cursor, and 7, wrapping at the margin, are on where nobody switched them off.
    assert modes_left_on(session.raw) <= {b"25", b"7"}
    assert b"\x1b[?25h" in session.raw[session.raw.rindex(b"\x1b[?25l") :]
    assert session.attributes == session.attributes_before


def stalled(session: Session) -> None:
    """Let the line stand still until the program is held up by it."""
    session.wait_for("ready")
    session.send("m")
    session.wait_for(r"\d+ \d+ \d+ \d+")
    session.stall()
    # It is held up when it takes no more processor time though it has much to paint.
    used = [-1.0, session.cpu_seconds()]

    def is_held_up() -> bool:
        used.append(session.cpu_seconds())
        return len(used) > 12 and used[-1] == used[-10]

    session.wait_for(is_held_up)


def test_quitting_leaves_the_terminal_as_it_was(start) -> None:
    session = start()
    session.wait_for("ready")
    session.send("q")
    assert session.wait_exit() == 0
    assert_restored(session)
    session.wait_gone(GONE_S)


def test_sigterm_restores_the_terminal(start) -> None:
    session = start()
    session.wait_for("ready")
    session.signal(signal.SIGTERM)
    assert session.wait_exit(GONE_S) == 128 + signal.SIGTERM
    assert_restored(session)


def test_sighup_with_the_terminal_still_there_restores_it(start) -> None:
    session = start()
    session.wait_for("ready")
    session.signal(signal.SIGHUP)
    assert session.wait_exit(GONE_S) == 128 + signal.SIGHUP
    assert_restored(session)


@pytest.mark.parametrize("ignored", [False, True], ids=["sighup", "sighup ignored"])
def test_a_closed_terminal_ends_it(start, ignored: bool) -> None:
    session = start(ignore_hangup=ignored)
    session.wait_for("ready")
    session.close()
    session.wait_gone(GONE_S)
    assert session.wait_exit(GONE_S) == 128 + signal.SIGHUP


@pytest.mark.parametrize("ignored", [False, True], ids=["sighup", "sighup ignored"])
def test_a_stalled_terminal_that_closes_ends_it(start, ignored: bool) -> None:
    session = start(ignore_hangup=ignored)
    stalled(session)
    session.close()
    session.wait_gone(GONE_S)


def test_sigterm_ends_it_though_the_line_stands_still(start) -> None:
    session = start()
    stalled(session)
    session.signal(signal.SIGTERM)
    assert session.wait_exit(GONE_S) == 128 + signal.SIGTERM


def test_a_stalled_line_that_moves_again_shows_the_present(start) -> None:
    session = start()
    stalled(session)
    session.resume()
    session.wait_for("ready")
    session.send("q")
    assert session.wait_exit() == 0
    assert_restored(session)


def test_sigterm_ends_a_blocked_app_and_restores_its_terminal(start, tmp_path: Path) -> None:
    sign = tmp_path / "blocked"
    session = start(env={"TINY_SIGN": str(sign)})
    session.wait_for("ready")
    session.send("b")
    session.wait_for(sign.exists)
    session.signal(signal.SIGTERM)
    assert session.wait_exit(GONE_S) == 128 + signal.SIGTERM
    assert_restored(session)


def test_without_a_parent_it_leaves_in_good_order(start) -> None:
    # Two parents: were the outer one to go, the leader of the session, the kernel would hang up.
    inner = f"import subprocess, signal; subprocess.Popen({TINY!r}); signal.pause()"
    outer = f"import subprocess, signal, sys; subprocess.Popen([sys.executable, '-c', {inner!r}])"
    session = start(argv=[sys.executable, "-c", f"{outer}; signal.pause()"])
    session.wait_for("ready")
    (parent,) = psutil.Process(session.pid).children()
    (app,) = parent.children()
    parent.kill()
    session.wait_for(lambda: not app.is_running(), timeout=GONE_S)
    assert_restored(session)


def test_no_screen_without_a_terminal(start) -> None:
    session = start(stdin=subprocess.DEVNULL)
    assert session.wait_exit() == 1
    assert "no screen: stdin" in session.text
    assert b"\x1b" not in session.raw


@pytest.mark.parametrize("key", ["f", "w"], ids=["handler", "thread worker"])
def test_an_error_shows_a_number_and_no_secret(start, tmp_path: Path, key: str) -> None:
    session = start()
    session.wait_for("ready")
    session.send(key)
    assert session.wait_exit() == 1
    assert_restored(session)
    (report,) = (tmp_path / "state" / "supervisor-tui" / "incidents").iterdir()
    number = report.stem.partition("-")[2]
    assert f"incident {number}" in session.text
    text = report.read_text(encoding="utf-8")
    assert "refused" in text
    for secret in (TOKEN, "5550199"):
        assert secret not in text
        assert secret.encode() not in session.raw
    assert b"Traceback" not in session.raw
    assert report.stat().st_mode & 0o777 == 0o600


def test_nothing_on_the_screen_leads_out_of_it(start, tmp_path: Path) -> None:
    fake = tmp_path / "bin"
    fake.mkdir()
    for name in ("w3m", "xdg-open", "sensible-browser", "www-browser", "firefox"):
        (fake / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/escaped\n")
        (fake / name).chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    env = {
        "PATH": f"{fake}:{os.environ['PATH']}",
        "HOME": str(home),
        "BROWSER": "w3m",
        "TEXTUAL_DRIVER": "nothing:Nothing",
        "TEXTUAL_LOG": str(tmp_path / "log"),
    }
    session = start(env=env)
    session.wait_for("ready")
    session.send("upz\x1a")
    session.wait_for("browsed")
    session.send("q")
    assert session.wait_exit() == 0
    assert not (tmp_path / "escaped").exists()
    assert not (tmp_path / "log").exists()
    assert list(home.rglob("*.svg")) == []


def test_the_laboratory_itself_sees_modes() -> None:
    assert modes_left_on(b"\x1b[?1049h\x1b[?25l\x1b[?1003;1006h\x1b[?1003l") == {b"1049", b"1006"}
    assert termios.TCSANOW == 0
