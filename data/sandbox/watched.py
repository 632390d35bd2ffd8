"""What simulations share in which nobody can be told what to do: they are only watched."""

from __future__ import annotations

from typing import ClassVar

from data import contract
from data.model import Ms
from data.sandbox.ledger import Ledger, LedgerCall, LedgerSegment


class WatchedSimulation:
    """Keeps a ledger, is always there, and takes no requests.

    A subclass sets `_ledger`, and `_now` to the instant that it has come to.
    """

    SOURCE: ClassVar[str] = "switch"
    """What feeds the endpoint, by name."""

    _ledger: Ledger
    _now: Ms

    def set_agent_state(
        self,
        agent: str,  # noqa: ARG002
        requested: str,  # noqa: ARG002
        reason: str,  # noqa: ARG002
        by: contract.Person | None = None,  # noqa: ARG002
    ) -> bool:
        """Never done: these agents follow chance, or what has happened."""
        return False

    def ledger(self) -> list[LedgerCall]:
        """The truth per call."""
        return self._ledger.calls

    def segments(self) -> list[LedgerSegment]:
        """The truth per span of an agent's state."""
        return self._ledger.segments

    def sources(self) -> list[contract.Source]:
        """The one source, which is always there."""
        as_of = contract.from_ms(self._now)
        return [contract.Source(name=self.SOURCE, state="live", as_of=as_of)]

    def switch_silent(self) -> bool:
        """Never."""
        return False
