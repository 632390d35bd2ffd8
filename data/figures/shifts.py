"""What a shift says of an instant."""

from __future__ import annotations

from data.model import Ms, Shift

ON_QUEUE = "on_queue"


def planned_activity(shift: Shift, at: Ms) -> str:
    """The kind of activity that a shift plans for an instant; empty outside the shift.

    Time within the shift that no activity names is for the queues.
    """
    if not shift.starts_at <= at < shift.ends_at:
        return ""
    planned = (one.kind for one in shift.activities if one.starts_at <= at < one.ends_at)
    return next(planned, ON_QUEUE)
