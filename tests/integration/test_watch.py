"""`watch` into a pipe, over a real sandbox: it works alone, and ends without a fuss."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from data.files import FloorFiles
from data.sync.lock import any_screens, is_held
from supervisor_tui import cli
from supervisor_tui.sandbox_child import SandboxChild

COMMAND = [sys.executable, "-P", "-m", "supervisor_tui"]
BUSY = ("--seed", "3", "--agents", "20", "--queues", "3", "--starts-at", "10:00", "--speed", "20")
DEADLINE_S = 30.0
CLOCK = re.compile(r"^\d\d:\d\d:\d\d ")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with SandboxChild(BUSY) as child:
        yield child.url


@pytest.fixture
def config(url: str, tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(
        f'[floor]\nname = "Test"\nstate_dir = "state"\nlinger = 0\n[[site]]\nid = "main"\n'
        f'name = "Hamburg"\nzone = "Europe/Berlin"\n[[site.source]]\nid = "pbx"\nurl = "{url}"\n'
    )
    return path


class Watch:
    """The program, and what it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.text = ""

    def wait_for(self, what: Callable[[list[str]], object]) -> list[str]:
        """Read until a condition on the whole lines holds."""
        stdout = self.process.stdout
        assert stdout is not None
        deadline = time.monotonic() + DEADLINE_S
        while not what(lines := self.text.rpartition("\n")[0].splitlines()):
            left = deadline - time.monotonic()
            assert left > 0, f"waited in vain, and saw\n{self.text}"
            if select.select([stdout], [], [], min(left, 0.5))[0]:
                piece = os.read(stdout.fileno(), 65536)
                assert piece, f"ended with {self.process.wait()}, and said\n{self.text}"
                self.text += piece.decode()
        return lines


@contextmanager
def watching(config: Path, *arguments: str) -> Iterator[Watch]:
    process = subprocess.Popen(
        [*COMMAND, "watch", *arguments, "--config", str(config)],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"},
    )
    try:
        yield Watch(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        files = FloorFiles(config.parent / "state")
        wait_until(lambda: not is_held(files), "the sync process stayed")


def wait_until(condition: Callable[[], object], why: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, why
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_works_alone_tells_changes_and_ends_when_told_to(
    config: Path, number: signal.Signals
) -> None:
    with watching(config, "agents", "--changes") as watch:
        first = watch.wait_for(lambda lines: len(lines) > 20)
        assert re.fullmatch(r"Test  \d\d:\d\d:\d\d Hamburg  live \d+ s(  !.*)?", first[0])
        assert any(": Team " in line and "State " in line for line in first[1:])
        files = FloorFiles(config.parent / "state")
        assert is_held(files)
        assert any_screens(files)
        lines = watch.wait_for(lambda lines: sum(bool(CLOCK.match(line)) for line in lines) >= 5)
        changed = [line for line in lines if CLOCK.match(line)]
        assert all(re.search(r"\d{4} \w+", line) for line in changed)
        assert "\x1b" not in watch.text
        watch.process.send_signal(number)
        assert watch.process.wait(DEADLINE_S) == 0


def test_without_changes_the_table_comes_again(config: Path) -> None:
    with watching(config, "queues", "--interval", "0") as watch:
        lines = watch.wait_for(lambda lines: sum(line.startswith("Test  ") for line in lines) >= 3)
        assert sum(line.startswith("SL = ") for line in lines) >= 2
        assert not any(CLOCK.match(line) for line in lines)


def test_it_ends_when_nobody_reads_any_more_even_on_a_quiet_night(config: Path) -> None:
    with watching(config, "escalations", "--changes") as watch:
        watch.wait_for(bool)
        assert watch.process.stdout is not None
        watch.process.stdout.close()
        assert watch.process.wait(DEADLINE_S) == 0


def test_a_reader_who_takes_nothing_does_not_keep_it_from_ending(config: Path) -> None:
    with watching(config, "agents", "--interval", "0") as watch:
        assert watch.process.stdout is not None
        pipe = watch.process.stdout.fileno()
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)
        wait_until(lambda: _is_full(watch.process.pid), "the pipe never filled")
        watch.process.send_signal(signal.SIGTERM)
        assert watch.process.wait(DEADLINE_S) == 0


def _is_full(pid: int) -> bool:
    """Whether a process is held up in writing to a pipe."""
    return "pipe_w" in Path(f"/proc/{pid}/wchan").read_text()


def test_a_terminal_that_cannot_show_a_screen_is_told_of_it(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--config", str(config)]) == 0
    said = capsys.readouterr()
    assert "There is no screen" in said.err
    assert "supervisor-tui watch queues" in said.err
    assert "Queue" in said.out


def test_a_site_that_is_not_there_is_said(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["watch", "queues", "--site", "mian", "--config", str(config)]) == 2
    assert "did you mean main?" in capsys.readouterr().err
