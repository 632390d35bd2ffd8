"""What the desk keeps beyond the contract's records, in the same form."""

from __future__ import annotations

import msgspec

from data.contract import ENTITY_TYPES, ActionBase, Message, Owner, Person, Time
from data.model import DESK
from data.plans.model import PlannedShift

__all__ = ["DESK", "KEPT_TYPES", "KeptLoan", "Lend", "LostAction", "LostCaller"]


class LostCaller(Message):
    """What was done about a caller who was lost."""

    lost_at: Time
    owner: Owner | None = None
    called_back_at: Time | None = None


class LostAction(ActionBase, kw_only=True):
    """An action about a lost caller: which loss the person saw."""

    lost_at: Time


class Lend(ActionBase, kw_only=True):
    """Agents who are to serve another queue for a time, all by the ids they are kept under."""

    agents: list[str]
    to_queue: str
    telephony: str
    until: Time
    from_queue: str = ""


class KeptLoan(Message):
    """Agents who serve another queue for a time."""

    telephony: str
    agents: list[str]
    to_queue: str
    lent_at: Time
    lent_by: Person
    until: Time
    from_queue: str = ""
    returned_at: Time | None = None
    returned_by: Person | None = None


KEPT_TYPES: dict[str, type[msgspec.Struct]] = {
    **ENTITY_TYPES,
    # As it was planned, on the wall clock; the contract's has instants.
    "shift": PlannedShift,
    "lost_caller": LostCaller,
    "loan": KeptLoan,
}
"""What can be kept, by its kind."""
