"""The seam inside the sandbox: a simulation on one side, what keeps and serves it on the other.

The simulation knows nothing of HTTP, cursors or versions; the server knows nothing of queues and
patience. Methods of a `Simulation` are called by one thread at a time, not always the same; only
`site`, `sources` and `switch_silent` are read by another while `advance` is at work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from data import contract
from data.desk.keeper import Kept
from data.model import Ms


@dataclass(frozen=True, slots=True)
class Put:
    """One entity as it is now; `data` of None deletes it."""

    kind: str
    """A key of `contract.ENTITY_TYPES`."""
    id: str
    data: contract.EntityData | None
    """Encoded during `commit`: it may be changed and put again afterwards."""
    by: str = ""
    """The idempotency key of the action that caused the change."""


class Sink(Protocol):
    """Where a simulation's changes go."""

    def commit(self, at: Ms, changes: Sequence[Put]) -> None:
        """Keep changes as one server transaction: readers see all of them or none.

        A put that says what is already kept is no change and is left out.

        Args:
            at: When it happened, on the server's clock; never earlier than the commit before.
            changes: In order; nothing at all is allowed.
        """
        ...

    def get(self, kind: str, entity: str) -> Kept | None:
        """An entity as it is kept, with what people have done to it, or None."""
        ...


class Simulation(Protocol):
    """A contact centre that lives through a day."""

    site: contract.Site

    def now(self) -> Ms:
        """How far the day has come."""
        ...

    def day_over(self) -> Ms:
        """When the day is over, as far as that is known beforehand; at speed `max` it has come."""
        ...

    def advance(self, until: Ms) -> None:
        """Run simulated events up to this instant, committing to the sink.

        An instant that has passed already is ignored. After closing time little happens, but any
        later instant is allowed.
        """
        ...

    def operations(self) -> tuple[str, ...]:
        """What its telephony can be asked for, by the contract's operation ids."""
        ...

    def act(
        self, operation: str, entity: str, action: contract.ActionBase
    ) -> Sequence[tuple[str, str]]:
        """Do what a supervisor asks of an agent, a queue or a contact, and commit what follows.

        Args:
            operation: The contract's operation id.
            entity: The id of the agent, queue or contact.
            action: The operation's message.

        Returns:
            What else has changed, by kind and id.

        Raises:
            Refusal: Its present state does not allow that; nothing has happened.
        """
        ...

    def deliver(self, note: str) -> None:
        """A message has been written: those whom it is for read it after a while."""
        ...

    def ledger(self) -> Sequence[msgspec.Struct]:
        """The truth per call, kept apart from the counters that are served."""
        ...

    def segments(self) -> Sequence[msgspec.Struct]:
        """The truth per span of an agent's state."""
        ...

    def sources(self) -> list[contract.Source]:
        """What feeds the API and how fresh it is."""
        ...

    def switch_silent(self) -> bool:
        """Whether the switch says nothing at present (the demonstration's script)."""
        ...
