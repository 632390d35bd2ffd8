"""What a sandbox can be told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from data import contract
from data.model import Ms

Speed: TypeAlias = float | Literal["max"]


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Options of `supervisor-tui sandbox`, of the demonstration and of tests.

    Wall times are `HH:MM` in `zone`; one before `day_start` belongs to the next calendar day.
    """

    port: int = 0
    """Loopback port to listen on; 0 takes any that is free."""
    seed: int = 1
    speed: Speed = 1.0
    """Simulated seconds a real second; `max` simulates the whole day before it serves."""
    queues: int = 8
    agents: int = 46
    churn: float = 0.0
    """Share of all cells that changes each second, for benchmarks."""
    replay: Path | None = None
    """A file of recorded calls to replay instead of simulating arrivals."""
    map_file: Path | None = None
    """How the columns of `replay` are called."""
    day: date | None = None
    """The simulated day; None is the host's present day, settled by `settled`."""
    zone: str = "Europe/Berlin"
    day_start: str = "06:00"
    """When the site's counting day begins."""
    opens_at: str = "08:00"
    starts_at: str = "08:00"
    """What the server's clock shows first; the hours since `opens_at` are simulated at once."""
    closes_at: str = "20:00"
    token_file: Path | None = None
    """The bearer token that requests must carry; without it none is asked for."""
    script: bool = False
    """Whether the demonstration's events happen."""
    site_id: str = "main"
    site_name: str = "Rheinufer"
    epoch: str = ""
    """Names this life of the records; empty makes one that no restart repeats."""
    log_changes: int = 1_000_000
    """How many changes are kept for `/changes`; older cursors are gone."""
    log_bytes: int = 256 * 1024 * 1024
    until_eof: int | None = None
    """A file descriptor: the sandbox ends when it reads end-of-file."""

    def settled(self, now: Ms) -> SandboxOptions:
        """The same with `day` filled in: the local day at this instant, unless one is given."""
        if self.day is not None:
            return self
        local = contract.from_ms(now).astimezone(ZoneInfo(self.zone))
        return replace(self, day=local.date())

    def instant(self, wall: str) -> Ms:
        """The instant of a wall time `HH:MM` of the simulated day.

        Raises:
            ValueError: `day` is not settled, or `wall` is no wall time.
        """
        if self.day is None:
            raise ValueError("day")
        at = time.fromisoformat(wall)
        day = self.day + timedelta(days=at < time.fromisoformat(self.day_start))
        local = datetime.combine(day, at, tzinfo=ZoneInfo(self.zone))
        return contract.to_ms(local.astimezone(UTC))

    @property
    def day_began(self) -> Ms:
        """When the counting day begins."""
        return self.instant(self.day_start)

    @property
    def opening(self) -> Ms:
        """When the first agents log on and contacts begin to arrive."""
        return self.instant(self.opens_at)

    @property
    def start(self) -> Ms:
        """What the server's clock shows when it first answers, unless the speed is `max`."""
        return self.instant(self.starts_at)

    @property
    def closing(self) -> Ms:
        """When contacts stop arriving."""
        return self.instant(self.closes_at)
