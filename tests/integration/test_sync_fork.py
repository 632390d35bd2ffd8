"""The sync process that a screen forks off: a process like one that was started by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from data.sync.lock import any_screens
from supervisor_tui.sync_fork import Forked
from tests.support.floors import Place

LIMIT_S = 30.0
PARENT = """\
import json, os, sys
from data.sync.lock import ScreenPresence
from supervisor_tui.config import floor_files, load_config
from supervisor_tui.sync_fork import fork_sync
from pathlib import Path

configuration = load_config(Path(sys.argv[1]))
files = floor_files(configuration).make()
with ScreenPresence(files):
    sys.stdout.write("said once: ")
    child = fork_sync(configuration, files)
    print(json.dumps({"pid": child.pid, "status": child.poll()}), flush=True)
    sys.stdin.readline()
os._exit(0)
"""
INTERRUPTED = """\
import os, signal, sys, time
from supervisor_tui.config import floor_files, load_config
from supervisor_tui.sync_fork import fork_sync
from pathlib import Path

configuration = load_config(Path(sys.argv[1]))
real_fork = os.fork

def fork():
    pid = real_fork()
    if not pid:
        os.kill(os.getpid(), signal.SIGINT)
    return pid

os.fork = fork
try:
    child = fork_sync(configuration, floor_files(configuration).make())
    while child.poll() is None:
        time.sleep(0.01)
finally:
    print("undone", flush=True)
"""


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("ends", ["the screen goes", "the sync process is told to"])
def test_it_is_a_process_of_its_own(place: Place, ends: str) -> None:
    place.configure("http://127.0.0.1:1")
    parent = subprocess.Popen(
        [sys.executable, "-P", "-c", PARENT, str(place.config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=place.environ,
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    with parent:
        said = parent.stdout.readline()
        told = json.loads(said.removeprefix("said once: "))
        assert told["status"] is None
        child = psutil.Process(told["pid"])
        wait_until(lambda: child.cmdline()[:2] == ["supervisor-tui", "sync"])
        wait_until(lambda: '"started"' in place.files.sync_log.read_text())
        assert child.name() == "supervisor-sync"
        assert os.getsid(child.pid) == child.pid
        wait_until(lambda: any_screens(place.files))
        if ends == "the sync process is told to":
            child.terminate()
        else:
            parent.stdin.close()
            assert parent.wait(LIMIT_S) == 0
        # Its end of the pipe is not the screen's, and neither is the screen's lock.
        wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
        assert not any_screens(place.files) or ends != "the screen goes"
        if not parent.stdin.closed:
            parent.stdin.close()
        assert parent.stdout.read() == ""


def test_an_interrupt_in_its_first_moment_undoes_nothing_of_the_screens(place: Place) -> None:
    place.configure("http://127.0.0.1:1")
    command = [sys.executable, "-P", "-c", INTERRUPTED, str(place.config)]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=LIMIT_S, env=place.environ, check=True
    )
    assert ended.stdout == "undone\n"


def test_how_it_ended_is_known_however_often_it_is_asked() -> None:
    ends = [sys.executable, "-I", "-S", "-c", "raise SystemExit(3)"]
    pid = os.spawnv(os.P_NOWAIT, sys.executable, ends)
    child = Forked(pid)
    wait_until(lambda: child.poll() is not None)
    child.terminate()
    assert [child.poll(), child.poll()] == [3, 3]


def test_one_whose_end_somebody_else_was_told_of_has_ended() -> None:
    """As where children are ignored: its number may be another process's by now."""
    pid = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-I", "-S", "-c", ""])
    os.waitpid(pid, 0)
    assert Forked(pid).poll() is not None
