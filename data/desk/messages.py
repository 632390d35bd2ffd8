"""What the desk keeps beyond the contract's records, in the same form."""

from __future__ import annotations

from data.contract import ENTITY_TYPES, ActionBase, Message, Owner, Time

DESK = "@desk"
"""The source that the desk's records belong to; no configured source can have this id."""


class LostCaller(Message):
    """What was done about a caller who was lost."""

    lost_at: Time
    owner: Owner | None = None
    called_back_at: Time | None = None


class LostAction(ActionBase, kw_only=True):
    """An action about a lost caller: which loss the person saw."""

    lost_at: Time


KEPT_TYPES: dict[str, type[Message]] = {**ENTITY_TYPES, "lost_caller": LostCaller}
"""What can be kept, by its kind."""
