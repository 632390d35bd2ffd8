"""The first sync process of a floor, forked off: what the screen has loaded is not loaded again.

To start Python once more, read the command line and check the configuration takes a fifth of what
passes from nothing to the first figures. It works as long as the screen has one thread and has not
begun with the terminal, so at its very start; whatever is started later is a program of its own
(`launch.start_sync`).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from data.files import FloorFiles
from supervisor_tui.config import Configuration

NAME = b"supervisor-sync"
"""What the kernel calls the process; it keeps 15 characters."""
_ARGUMENTS_BEGIN, _ARGUMENTS_END = 47, 48
"""Where /proc/self/stat says it, counted from 0."""
_FAILED = 1
_LEAVING = (signal.SIGINT, signal.SIGTERM)
"""What may have this process leave by way of what it has to undo."""


class Forked:
    """A process that was forked off."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status; None as long as it runs."""
        if self._status is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self._status = _FAILED  # it has ended, and somebody else was told how
            else:
                self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status

    def terminate(self) -> None:
        """Tell it to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def can_fork() -> bool:
    """Whether nothing but this thread could be in the middle of something."""
    return threading.active_count() == 1


def fork_sync(configuration: Configuration, files: FloorFiles) -> Forked:
    """Fork off a sync process that does not end with this one.

    Raises:
        OSError: There can be no process, or no log.
    """
    log = os.open(files.make().sync_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC)
    try:
        os.fchmod(log, 0o600)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # or both processes would write what waits there
        # Ctrl+C goes to both of them, and what is to be undone is the screen's.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _LEAVING)
        try:
            pid = os.fork()
            if not pid:
                _become(lambda: _sync(configuration), log, mask)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    finally:
        os.close(log)
    return Forked(pid)


def _become(work: Callable[[], int], log: int, mask: Iterable[int]) -> NoReturn:
    """Do something else than this process did so far, and end; nothing of it is undone here."""
    status = _FAILED
    try:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor, number in ((nothing, 0), (nothing, 1), (log, 2)):
            os.dup2(descriptor, number)
        # Not up to the most there may be: in a container that can be a thousand million.
        os.closerange(3, 1 + max(map(int, os.listdir("/proc/self/fd"))))  # noqa: PTH208 - no Paths
        if not sys.flags.safe_path:
            del sys.path[0]
        status = work()
    finally:
        os._exit(status)


def _sync(configuration: Configuration) -> int:
    from supervisor_tui.cli import worded
    from supervisor_tui.commands.sync import keep_in_step

    _be_called(configuration.path)
    return worded(lambda: keep_in_step(configuration))


def _be_called(config: Path) -> None:
    """Be listed as what it is, as far as the room for arguments goes; the kernel knows no better.

    Whoever looks for the sync process in a list would else find two screens.
    """
    words = [b"supervisor-tui", b"sync", b"--config", os.fsencode(config)]
    with suppress(OSError, ValueError):
        Path("/proc/self/comm").write_bytes(NAME)
        fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
        # Counted from behind the name, which is the second of them.
        begin, end = (int(fields[at - 2]) for at in (_ARGUMENTS_BEGIN, _ARGUMENTS_END))
        for count in (4, 2):
            title = b"".join(word + b"\0" for word in words[:count])
            if len(title) <= end - begin:
                with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
                    memory.seek(begin)
                    memory.write(title.ljust(end - begin, b"\0"))
                break
