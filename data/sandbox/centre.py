"""Everything that one sandbox consists of, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from data import contract
from data.clock import Clock, HostClock
from data.desk.memory import MemoryDesk
from data.desk.registry import PackRegistry, packs_of
from data.errors import Code, StoreError
from data.sandbox.acted import Acted
from data.sandbox.bell import Bell
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Simulation, Sink
from data.sandbox.runner import Runner
from data.sandbox.store import VersionedStore
from data.settings import ComplaintSettings

Build = Callable[[SandboxOptions, Sink], Simulation]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `POST /sandbox/faults` orders: how the API is to misbehave from now on."""

    status: int = 0
    """Answer every request of the API with this status; 0 answers as usual."""
    delay_s: float = 0.0
    """Hold every answer of the API back for so long."""
    for_s: float = 0.0
    """How long `status` and `delay_s` last, in real seconds; 0 until the next order."""
    retry_after_s: int = 0
    """Sent as Retry-After with `status`; 0 sends none."""
    new_epoch: bool = False
    """Do as after a restore from a backup."""
    drop_streams: bool = False
    """Break every open stream without a word."""


FIRST_REFERENCE = 5001
"""Of complaints that people raise; the simulation's own begin further down."""


@dataclass(slots=True)
class Centre:
    """A contact centre, its records, its clock, and how it is served."""

    options: SandboxOptions
    store: VersionedStore
    desk: MemoryDesk
    simulation: Simulation
    runner: Runner
    registry: PackRegistry
    token: str = field(default="", repr=False)
    bell: Bell = field(default_factory=Bell)
    heartbeat_s: float = 8.0
    """Real seconds of silence after which a stream says that it is alive; the contract has 10."""
    poke_interval_s: float = 0.25
    """The least number of real seconds between two pokes of a stream."""
    fault: Fault = field(default_factory=Fault)
    fault_ends_ms: int | None = None
    stream_generation: int = 0
    """Rises when open streams are to break."""
    is_closing: bool = False
    acted: list[Acted] = field(default_factory=list)
    """Every action that was answered for the first time, in order, whatever has become of the
    records since: it outlasts a restore."""

    @property
    def site(self) -> contract.Site:
        """The one site that is served."""
        return self.simulation.site

    def close(self) -> None:
        """Tell everything that waits for a change to come to an end."""
        self.is_closing = True
        self.bell.ring()

    def order(self, fault: Fault) -> None:
        """Misbehave as ordered from now on."""
        self.fault = fault
        now = self.runner.monotonic_ms()
        self.fault_ends_ms = now + round(fault.for_s * 1000) if fault.for_s else None
        if fault.new_epoch:
            self.store.restore()
        if fault.drop_streams:
            self.stream_generation += 1
            self.bell.ring()

    def present_fault(self) -> Fault | None:
        """The fault in force, if any."""
        ends = self.fault_ends_ms
        if ends is not None and self.runner.monotonic_ms() >= ends:
            self.fault, self.fault_ends_ms = Fault(), None
        return self.fault if self.fault.status or self.fault.delay_s else None


def open_centre(
    options: SandboxOptions, *, build: Build | None = None, clock: Clock | None = None
) -> Centre:
    """Put a sandbox together; its day has not begun yet.

    Args:
        options: With or without a day.
        build: Makes the simulation; None takes the real one.
        clock: The host's clock.

    Raises:
        StoreError: The token file cannot be read, or is empty.
    """
    host = clock if clock is not None else HostClock()
    token = _read_token(options.token_file) if options.token_file is not None else ""
    settled = options.settled(host.now())
    store = VersionedStore(
        epoch=settled.epoch,
        clock=host,
        log_changes=settled.log_changes,
        log_bytes=settled.log_bytes,
    )
    simulation = (build or simulate)(settled, store)
    runner = Runner(simulation, settled, host)
    packs = packs_of(ComplaintSettings())
    registry = PackRegistry(packs, simulation.site.zone, FIRST_REFERENCE)
    centre = Centre(settled, store, MemoryDesk(store), simulation, runner, registry, token)
    store.subscribe(centre.bell.ring)
    return centre


def simulate(options: SandboxOptions, sink: Sink) -> Simulation:
    """The real simulation, loaded only when it is wanted."""
    from data.sandbox.build import build_simulation

    return build_simulation(options, sink)


def _read_token(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise StoreError(Code.FILE_MISSING, str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(Code.FILE_DENIED, str(path)) from error
    if not token:
        raise StoreError(Code.FILE_INVALID, str(path))
    return token
