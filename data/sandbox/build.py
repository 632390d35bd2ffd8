"""Makes the simulation that some options ask for."""

from __future__ import annotations

from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Simulation, Sink


def build_simulation(options: SandboxOptions, sink: Sink) -> Simulation:
    """A contact centre at its opening.

    Args:
        options: What it is to be; `day` is settled.
        sink: Keeps what it commits, the opening state included.

    Raises:
        ReplayError: The map or the file to be replayed cannot be used.
    """
    if options.replay is not None:
        from data.sandbox.replay import ReplaySimulation

        return ReplaySimulation(options, sink)
    if options.churn > 0:
        from data.sandbox.churn import ChurnSimulation

        return ChurnSimulation(options, sink)
    from data.sandbox.simulation import FloorSimulation

    return FloorSimulation(options, sink)
