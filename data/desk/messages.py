"""What the desk keeps beyond the contract's records, in the same form."""

from __future__ import annotations

from typing import Literal

import msgspec

from data.contract import ENTITY_TYPES, ActionBase, Message, Owner, Person, Time
from data.desk.log_messages import (
    KeptChecklist,
    KeptHandover,
    KeptIncident,
    KeptNote,
    KeptPromise,
)
from data.model import DESK, Alert, Mute
from data.plans.model import PlannedShift

__all__ = [
    "DESK",
    "KEPT_TYPES",
    "KeptLoan",
    "Lend",
    "LostAction",
    "LostCaller",
    "MovePart",
    "MuteAlerts",
    "ShiftAway",
    "ShiftLonger",
    "ShiftRelease",
    "ShiftsSwap",
]


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


class ShiftAction(ActionBase, kw_only=True):
    """Base of what is done to a shift."""

    telephony: str = ""


class ShiftAway(ShiftAction, kw_only=True):
    """Somebody who does not come, or is away for part of a shift."""

    kind: Literal["absence", "time_off"] = "absence"
    starts_at: Time | None = None
    ends_at: Time | None = None


class ShiftRelease(ShiftAction, kw_only=True):
    """Somebody who may go before the shift ends."""

    starts_at: Time


class ShiftLonger(ShiftAction, kw_only=True):
    """Overtime before or after a shift."""

    starts_at: Time
    ends_at: Time


class MovePart(ShiftAction, kw_only=True):
    """What begins at a time in a shift is to begin at another."""

    starts_at: Time
    moved_to: Time


class ShiftsSwap(ShiftAction, kw_only=True):
    """Another shift, whose agent takes this one; in the version that was seen."""

    other: str
    other_version: int


class MuteAlerts(ActionBase, kw_only=True):
    """Alerts that are not to ring for a time."""

    until: Time
    rule: str = ""
    about_kind: str = ""
    about_id: str = ""


KEPT_TYPES: dict[str, type[msgspec.Struct]] = {
    **ENTITY_TYPES,
    # As it was planned, on the wall clock; the contract's has instants.
    "shift": PlannedShift,
    "lost_caller": LostCaller,
    "loan": KeptLoan,
    "note": KeptNote,
    # Our own alerts have more to say than the contract's; nobody else reads these two.
    "alert": Alert,
    "mute": Mute,
    "incident": KeptIncident,
    "checklist": KeptChecklist,
    "handover": KeptHandover,
    "promise": KeptPromise,
}
"""What can be kept, by its kind."""
