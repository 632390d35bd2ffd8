"""What is measured of a program on a terminal: its start, its steady state, its keys."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from tests.benchmarks.accounts import Cost, cost
from tests.benchmarks.cells import minimal_bytes, picture
from tests.benchmarks.terminal import Terminal

START_S = 60.0
QUIET_S = 0.25
KEY_S = 4.0
_FRAME_GAP_S = 0.03


class NeverShownError(AssertionError):
    """A program did not show what it was expected to show."""


@dataclass(frozen=True, slots=True)
class Start:
    """From the start of a process to what it was started for."""

    wall_s: float
    """Until the first picture with the text that is waited for."""
    settled_s: float
    """Until nothing more came."""
    cpu_s: float
    """Of the process itself, when it had settled."""
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
    wall = terminal.arrived - terminal.began
    last = terminal.arrived

    def is_quiet() -> bool:
        nonlocal last
        last = max(last, terminal.arrived)
        return time.monotonic() - last >= QUIET_S

    terminal.wait(is_quiet, 3.0)
    used = cost(psutil.Process(terminal.process.pid))
    return Start(wall, last - terminal.began, used.cpu_s, terminal.received, used.rss_mb)


def steady(
    terminal: Terminal, seconds: float, others: dict[str, psutil.Process] | None = None
) -> Steady:
    """Measure what a program that is up costs, and others that work for it."""
    processes = {"screen": psutil.Process(terminal.process.pid), **(others or {})}
    shot = picture(terminal.screen)
    before = {name: cost(process) for name, process in processes.items()}
    received, began = terminal.received, time.monotonic()
    seen, minimal = received, 0
    while time.monotonic() < began + seconds:
        terminal.pump(time.monotonic() + _FRAME_GAP_S)
        if terminal.received != seen and time.monotonic() - terminal.arrived >= _FRAME_GAP_S:
            now = picture(terminal.screen)
            minimal += minimal_bytes(shot, now)
            shot, seen = now, terminal.received
    took = time.monotonic() - began
    costs = {name: cost(process).since(before[name]) for name, process in processes.items()}
    return Steady(costs, took, terminal.received - received, minimal)


def keys(terminal: Terminal, sequence: Sequence[str], look: Callable[[Terminal], object]) -> Keys:
    """Press keys, each as soon as the one before was answered and the screen was quiet.

    Args:
        terminal: A program that is up.
        sequence: The keys.
        look: What of the screen has to change for a key to count as answered.
    """
    times, lost = [], 0
    for key in sequence:
        before = look(terminal)
        sent = terminal.send(key)
        if terminal.wait(lambda before=before: look(terminal) != before, KEY_S):
            times.append(terminal.arrived - sent)
        else:
            lost += 1
        terminal.wait(lambda: time.monotonic() - terminal.arrived >= 0.06, 0.25)
    return Keys(tuple(times), lost)


def cursor_place(terminal: Terminal) -> tuple[object, ...]:
    """Where the cursor is: its line, the name in it, and what the header says of rows above.

    The cursor is the line with the most cells in reverse.
    """
    screen = terminal.screen
    place: tuple[int, str] = (0, "")
    most = 30
    for y in range(screen.lines):
        row = screen.buffer[y]
        reverse = sum(row[x].reverse for x in range(min(screen.columns, 60)))
        if reverse >= most:
            place, most = (y, "".join(row[x].data for x in range(18))), reverse
    return (*place, [screen.display[y][:4] for y in range(4)])
