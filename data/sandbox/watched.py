"""What simulations share in which nobody can be told what to do: they are only watched."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from data import contract
from data.desk.rules import Refusal
from data.errors import Code
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

    def operations(self) -> tuple[str, ...]:
        """None: these agents follow chance, or what has happened."""
        return ()

    def act(
        self,
        operation: str,  # noqa: ARG002
        entity: str,  # noqa: ARG002
        action: contract.ActionBase,  # noqa: ARG002
    ) -> NoReturn:
        """Never done.

        Raises:
            Refusal: Always.
        """
        raise Refusal(Code.WRONG_STATE)

    def deliver(self, note: str) -> None:
        """Nobody reads anything here."""

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
