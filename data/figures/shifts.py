"""What a shift says of an instant."""

from __future__ import annotations

from data.rules.shift_plan import ON_QUEUE, planned_activity

__all__ = ["ON_QUEUE", "planned_activity"]
