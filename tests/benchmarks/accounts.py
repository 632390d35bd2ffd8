"""What processes cost: processor time and memory of all that bear a mark, detached or not."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil

from tests.benchmarks.terminal import MARK


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process, or of several together."""

    cpu_s: float = 0.0
    rss_mb: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu_s + other.cpu_s, self.rss_mb + other.rss_mb)

    def since(self, before: Cost) -> Cost:
        """What was used between two looks; memory is as it is now."""
        return Cost(self.cpu_s - before.cpu_s, self.rss_mb)


def new_mark() -> str:
    """A mark that no other process bears."""
    return uuid.uuid4().hex


def marked(mark: str) -> Iterator[psutil.Process]:
    """Every living process whose environment has a mark, wherever it hangs in the tree."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == mark and process.pid != os.getpid():
                yield process


def cost(process: psutil.Process) -> Cost:
    """What one process has used, all its threads, and the children that it has waited for."""
    with suppress(psutil.Error, OSError), process.oneshot():
        times = process.cpu_times()
        used = time.clock_gettime(_clock_of(process.pid))
        return Cost(
            used + times.children_user + times.children_system, process.memory_info().rss / 2**20
        )
    return Cost()


def cost_of_all(mark: str) -> Cost:
    """What all living processes with a mark have used."""
    return sum((cost(process) for process in marked(mark)), Cost())


def _clock_of(pid: int) -> int:
    """The clock of a process's time: nanoseconds, where /proc counts hundredths of a second.

    As clock_getcpuclockid(3) of Linux makes it.
    """
    return (~pid << 3) | 2


def end(mark: str) -> None:
    """End what bears a mark."""
    left = list(marked(mark))
    for process in left:
        with suppress(psutil.Error):
            process.terminate()
    for process in psutil.wait_procs(left, timeout=3)[1]:
        with suppress(psutil.Error):
            process.kill()
