"""Paces a simulation against real time, without ever keeping the server from answering."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock

from data.clock import Clock, HostClock
from data.model import Ms
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Simulation

STEP_S = 0.1
"""Real seconds between two steps."""
CHUNK_MS = 60_000
"""Simulated time that is taken at once: what an action or the end may have to wait for."""
CATCH_UP_MS = 5 * 60_000


class Runner:
    """The server's clock, and the simulation that follows it.

    The clock stands at `options.start` until `begin`, then runs at `rate`. At speed `max` the
    simulation's day is over when it begins, and the rate is 1.

    Args:
        simulation: What is paced; nothing else may call it, except inside `acting`.
        options: Start and speed.
        clock: Gives the real time.
    """

    def __init__(
        self, simulation: Simulation, options: SandboxOptions, clock: Clock | None = None
    ) -> None:
        self.simulation = simulation
        self.rate = 1.0 if options.speed == "max" else options.speed
        self._clock = clock if clock is not None else HostClock()
        self._start = simulation.day_over() if options.speed == "max" else options.start
        self._began_ms: int | None = None
        self._lock = Lock()
        self._stopping = Event()

    def now(self) -> Ms:
        """The server's time."""
        if self._began_ms is None:
            return self._start
        return self._start + int((self._clock.monotonic_ms() - self._began_ms) * self.rate)

    def monotonic_ms(self) -> int:
        """Real time that never jumps; with `now` this makes the runner a `Clock`."""
        return self._clock.monotonic_ms()

    def stop(self) -> None:
        """End `catch_up` and `run` soon; from any thread and from signal handlers."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def catch_up(self, report: Callable[[Ms], None] | None = None) -> None:
        """Simulate the hours until the start, at once.

        Args:
            report: Called now and then with how far it has come.
        """
        while not self.is_stopping and self.simulation.now() < self._start:
            self.simulation.advance(min(self._start, self.simulation.now() + CATCH_UP_MS))
            if report is not None:
                report(self.simulation.now())

    def begin(self) -> None:
        """Let the clock run."""
        self._began_ms = self._clock.monotonic_ms()

    async def run(self) -> None:
        """Keep the simulation up with the clock until `stop`; steps are taken in a thread."""
        while not self.is_stopping:
            await asyncio.to_thread(self.follow)
            await asyncio.sleep(STEP_S)

    def follow(self) -> None:
        """Bring the simulation up to the clock, letting actions in between chunks."""
        target = self.now()
        while not self.is_stopping:
            with self._lock:
                if self.simulation.now() >= target:
                    return
                self.simulation.advance(min(target, self.simulation.now() + CHUNK_MS))

    @contextmanager
    def acting(self) -> Iterator[Ms]:
        """Hold the simulation, brought up to the clock, while somebody acts on it.

        Yields:
            The instant of the action: nothing that is committed meanwhile is from before it.
        """
        self.follow()
        with self._lock:
            now = max(self.now(), self.simulation.now())
            self.simulation.advance(now)
            yield now
