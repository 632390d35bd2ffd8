"""What is measured of a program on a terminal: its start, its steady state, its keys."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from tests.benchmarks.accounts import Cost, cost, cost_of_all
from tests.benchmarks.cells import minimal_bytes, picture
from tests.benchmarks.terminal import Terminal

START_S = 60.0
QUIET_S = 0.4
"""The app itself comes so long after its first picture on a machine that has other things to do."""
KEY_S = 4.0
_FRAME_GAP_S = 0.03
_MARK_CELLS, _CURSOR_CELLS = 4, 28
"""The first cells of a cursor are its row's mark; no title in reverse is as long as a cursor, and
so many cells tell one row from the next."""


class NeverShownError(AssertionError):
    """A program did not show what it was expected to show."""


@dataclass(frozen=True, slots=True)
class Start:
    """From the start of a process to what it was started for."""

    wall_s: float
    """Until the first picture with the text that is waited for."""
    painted_cpu_s: float
    """Of the process itself, until then."""
    settled_s: float
    """Until nothing more came."""
    cpu_s: float
    """Of the process and all that it started, when it had settled."""
    received: int
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Steady:
    """What goes on while nobody does anything."""

    costs: dict[str, Cost]
    seconds: float
    received: int
    minimal: int

    def cpu_per_minute(self, *names: str) -> float:
        """Processor seconds a minute of some of the processes."""
        return sum(self.costs[name].cpu_s for name in names) / self.seconds * 60

    @property
    def bytes_per_second(self) -> float:
        """What reaches the terminal."""
        return self.received / self.seconds


@dataclass(frozen=True, slots=True)
class Keys:
    """How soon keys are answered."""

    seconds: tuple[float, ...]
    lost: int

    @property
    def p50_ms(self) -> float:
        """The median."""
        return statistics.median(self.seconds) * 1000 if self.seconds else float("nan")

    @property
    def p95_ms(self) -> float:
        """Nineteen of twenty are answered within this."""
        if not self.seconds:
            return float("nan")
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] * 1000


def shows(terminal: Terminal, pattern: str) -> None:
    """Wait until it shows a pattern."""
    if not terminal.wait(lambda: re.search(pattern, terminal.text), START_S):
        raise NeverShownError(f"{pattern!r} in\n{terminal.text}")


def start(terminal: Terminal, pattern: str) -> Start:
    """Measure a start."""
    shows(terminal, pattern)
    painted = cost(psutil.Process(terminal.process.pid)).cpu_s
    wall = terminal.arrived - terminal.began
    last = terminal.arrived

    def is_quiet() -> bool:
        nonlocal last
        last = max(last, terminal.arrived)
        return time.monotonic() - last >= QUIET_S

    terminal.wait(is_quiet, 3.0)
    used = cost_of_all(terminal.mark)
    settled = last - terminal.began
    return Start(wall, painted, settled, used.cpu_s, terminal.received, used.rss_mb)


def steady(
    terminal: Terminal, seconds: float, others: dict[str, psutil.Process] | None = None
) -> Steady:
    """Measure what a program that is up costs, with all it started, and others that work for it."""

    def costs() -> dict[str, Cost]:
        theirs = {name: cost(process) for name, process in (others or {}).items()}
        return {"screen": cost_of_all(terminal.mark), **theirs}

    shot = picture(terminal.screen)
    before = costs()
    received, began = terminal.received, time.monotonic()
    seen, minimal = received, 0
    while time.monotonic() < began + seconds:
        terminal.pump(time.monotonic() + _FRAME_GAP_S)
        if terminal.received != seen and time.monotonic() - terminal.arrived >= _FRAME_GAP_S:
            now = picture(terminal.screen)
            minimal += minimal_bytes(shot, now)
            shot, seen = now, terminal.received
    took = time.monotonic() - began
    used = {name: cost.since(before[name]) for name, cost in costs().items()}
    return Steady(used, took, terminal.received - received, minimal)


def keys(terminal: Terminal, sequence: Sequence[str]) -> Keys:
    """Press keys that move the cursor, each as soon as the one before was answered.

    A key counts as answered with the bytes after which the cursor is on another row.
    """
    times, lost = [], 0
    cursor = CursorWatch(terminal)
    for key in sequence:
        before = cursor.rows()
        sent = terminal.send(key)
        if terminal.wait(lambda before=before: cursor.rows() != before, KEY_S):
            times.append(terminal.arrived - sent)
        else:
            lost += 1
        terminal.wait(lambda: time.monotonic() - terminal.arrived >= 0.06, 0.25)
    return Keys(tuple(times), lost)


class CursorWatch:
    """Finds the cursors of tables wherever they stand: long stretches of reversed cells.

    Each pane on the screen has one; a key moves that of the pane with the keyboard. Only lines that
    were written are looked at: reading all of a large terminal takes longer than programs take to
    answer.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._screen = terminal.screen
        self._names: dict[int, tuple[str, ...]] = {}
        self._screen.dirty.update(range(self._screen.lines))

    def rows(self) -> frozenset[str]:
        """The names of the rows that cursors stand on, wherever those rows are.

        Rows change places and marks by themselves while a cursor stays with its row.
        """
        screen = self._screen
        for y in screen.dirty:
            row = screen.buffer[y]
            starts = _long_runs([row[x].reverse for x in range(screen.columns)])
            self._names[y] = tuple(
                "".join(row[x].data for x in range(at + _MARK_CELLS, at + _CURSOR_CELLS))
                for at in starts
            )
        screen.dirty.clear()
        return frozenset(name for names in self._names.values() for name in names)


def _long_runs(flags: Sequence[bool]) -> list[int]:
    """Where stretches of true flags begin that are as long as a cursor."""
    ends = [at for at, flag in enumerate([*flags, False]) if not flag]
    before = [-1, *ends]
    return [last + 1 for last, at in zip(before, ends, strict=False) if at - last > _CURSOR_CELLS]
