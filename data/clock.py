"""The clocks that code takes instead of asking the host for the time."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from data.model import Ms
from data.status import ClockAnchor


class Clock(Protocol):
    """Tells the server's time, and real time that never jumps."""

    def now(self) -> Ms:
        """The present instant on the server's clock, ms."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds of real time since an unnamed start; never goes back."""
        ...


def monotonic_ms() -> int:
    """The host's monotonic clock in ms; one and the same for all processes of a boot."""
    return time.monotonic_ns() // 1_000_000


def wall_ms() -> Ms:
    """The host's wall clock in ms; may be wrong and may jump."""
    return time.time_ns() // 1_000_000


@lru_cache(maxsize=1)
def boot_id() -> str:
    """A name for this boot of the host; empty where the system gives none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class HostClock:
    """The host's own clock, for what has no server."""

    def now(self) -> Ms:
        """The host's wall clock, ms."""
        return wall_ms()

    def monotonic_ms(self) -> int:
        """The host's monotonic clock, ms."""
        return monotonic_ms()


class ServerClock:
    """The server's clock, carried on by the host's monotonic one from an anchor."""

    def __init__(self, anchor: ClockAnchor) -> None:
        self.anchor = anchor
        self._same_boot = bool(anchor.boot_id) and anchor.boot_id == boot_id()

    def now(self) -> Ms:
        """The present instant on the server's clock, ms."""
        if self._same_boot:
            elapsed = monotonic_ms() - self.anchor.monotonic_ms
        else:
            elapsed = wall_ms() - self.anchor.wall_ms
        return self.anchor.server_ms + int(max(0, elapsed) * self.anchor.rate)

    def monotonic_ms(self) -> int:
        """The host's monotonic clock, ms."""
        return monotonic_ms()


def take_anchor(server_ms: Ms, rate: float = 1.0) -> ClockAnchor:
    """Note what the server's clock shows at this moment of the host's."""
    return ClockAnchor(
        server_ms=server_ms,
        monotonic_ms=monotonic_ms(),
        wall_ms=wall_ms(),
        boot_id=boot_id(),
        rate=rate,
    )


class ManualClock:
    """A clock that stands until it is moved; for simulations and tests."""

    def __init__(self, now: Ms = 0) -> None:
        self._now = now
        self._monotonic = 0

    def now(self) -> Ms:
        """The instant it was last moved to, ms."""
        return self._now

    def monotonic_ms(self) -> int:
        """How far it has been moved, ms."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move it forward."""
        step = round(seconds * 1000)
        self._now += step
        self._monotonic += step
