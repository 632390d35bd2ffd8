"""What a keeper of complaints decides of a new one: its reference and its clocks."""

from __future__ import annotations

from collections.abc import Sequence

from data import contract
from data.contract import from_ms, to_ms
from data.desk.keeper import Keeper
from data.rules.rule_packs import Beside, Event, RulePack, due_clocks

KIND = "escalation"


class PackRegistry:
    """Numbers complaints in the order in which they come, and times them by a rule pack.

    Args:
        packs: The rules, by kind of record (`complaint`, `enquiry`).
        zone: The site's time zone, for packs that name none.
        first: The number of the first one.
    """

    def __init__(self, packs: dict[str, RulePack], zone: str, first: int = 1001) -> None:
        self._packs = packs
        self._zone = zone
        self._first = first

    def reference(self, keeper: Keeper) -> str:
        """What the next one is called; records are never deleted, so no number comes twice."""
        return f"E-{self._first + keeper.count(KIND)}"

    def clocks(self, action: contract.RaiseEscalation) -> Sequence[contract.ComplaintClock]:
        """Its time limits, from when the customer complained."""
        received = {Event.RECEIVED: to_ms(action.received_at)}
        beside = Beside(site_zone=self._zone)
        found = due_clocks(self._packs[action.kind], received, beside=beside)
        return [
            contract.ComplaintClock(name=clock.name, due_at=from_ms(clock.due_at))
            for clock in found
            if clock.due_at is not None
        ]
