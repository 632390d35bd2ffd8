"""Starting the sync process, and starting it again when it dies.

The screen never touches the network; it only sees to it that somebody does. Whoever finds the
floor's lock free starts a sync process, detached, so that it outlives the screen that started it;
the lock decides between several.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from data.clock import monotonic_ms
from data.files import FloorFiles
from data.sync.lock import ScreenPresence, is_held

LOOK_S = 1.0
FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 30.0
STARTING_S = 8.0
"""How long a new sync process may take to get the lock before another is tried."""


def sync_command(config: Path) -> list[str]:
    """How to run a sync process: isolated from a folder named `data` in the current directory."""
    return [sys.executable, "-P", "-m", "supervisor_tui", "sync", "--config", str(config)]


def start_sync(config: Path, files: FloorFiles) -> subprocess.Popen[bytes]:
    """Start a sync process that does not end with this one."""
    with files.make().sync_log.open("ab") as log:
        files.sync_log.chmod(0o600)
        return subprocess.Popen(
            sync_command(config),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            close_fds=True,
        )


class Child(Protocol):
    """A process that was started."""

    def poll(self) -> int | None:
        """Its exit status; None as long as it runs."""
        ...

    def terminate(self) -> None:
        """Tell it to end."""
        ...


class SyncKeeper(msgspec.Struct):
    """Looks now and then whether the floor has a sync process, and starts one if not."""

    config: Path
    files: FloorFiles
    _stop: threading.Event = msgspec.field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _child: Child | None = None
    _started_ms: int = 0
    _wait_s: float = FIRST_WAIT_S

    def ensure(self, start: Callable[[], Child] | None = None) -> None:
        """Start a sync process if nobody holds the floor and none of ours is on its way.

        Args:
            start: Starts one; None starts a program of its own.
        """
        if is_held(self.files):
            self._wait_s = FIRST_WAIT_S
            return
        child = self._child
        since_s = (monotonic_ms() - self._started_ms) / 1000
        if child is not None:
            if child.poll() is None and since_s < STARTING_S:
                return
            if since_s < self._wait_s:
                return
            self._wait_s = min(LONGEST_WAIT_S, self._wait_s * 2)
        self._child = start_sync(self.config, self.files) if start is None else start()
        self._started_ms = monotonic_ms()

    def watch(self, presence: ScreenPresence) -> threading.Thread:
        """Keep looking from a thread of its own until `stop`.

        Args:
            presence: The screen's sign of life; held again where it could not be held yet.
        """
        self._thread = threading.Thread(
            target=self._run, args=(presence,), name="sync-keeper", daemon=True
        )
        self._thread.start()
        return self._thread

    def stop(self) -> None:
        """Look no more; the sync process goes on as long as it is needed.

        One that has not come so far as to have the floor is not needed by anybody: it could not
        know that we were ever here.
        """
        self._stop.set()
        if self._thread is not None:
            self._thread.join(LOOK_S)
        child = self._child
        if child is not None and child.poll() is None and not is_held(self.files):
            child.terminate()

    def _run(self, presence: ScreenPresence) -> None:
        while not self._stop.wait(LOOK_S):
            try:
                presence.hold()
                self.ensure()
            except OSError:
                continue  # no process or file to be had just now: the next look may find one
