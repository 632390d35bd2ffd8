"""What shifts plan, instant by instant."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from data.model import Activity, Ms, Shift

ON_QUEUE = "on_queue"


def planned_activity(shift: Shift, at: Ms) -> str:
    """The kind of activity that a shift plans for an instant; empty outside the shift.

    Time within the shift that no activity names is for the queues.
    """
    if not shift.starts_at <= at < shift.ends_at:
        return ""
    planned = (one.kind for one in shift.activities if one.starts_at <= at < one.ends_at)
    return next(planned, ON_QUEUE)


@lru_cache(maxsize=8192)
def plan_of(shifts: tuple[Shift, ...]) -> tuple[Activity, ...]:
    """The activities of somebody's shifts without gap within a shift, or overlap, in order.

    Where shifts overlap, the one that begins first holds until it ends.
    """
    pieces: list[Activity] = []
    planned_to: Ms | None = None
    for shift in sorted(shifts, key=lambda each: (each.starts_at, each.id)):
        start = shift.starts_at if planned_to is None else max(shift.starts_at, planned_to)
        pieces.extend(_pieces(shift, start))
        planned_to = max(start, shift.ends_at)
    return tuple(pieces)


def _pieces(shift: Shift, start: Ms) -> Iterable[Activity]:
    """The activities of one shift from an instant on; neighbours of one kind are one."""
    instants = (at for one in shift.activities for at in (one.starts_at, one.ends_at))
    cuts = sorted({at for at in instants if start < at < shift.ends_at})
    piece: Activity | None = None
    for at in (start, *cuts):
        kind = planned_activity(shift, at)
        if not kind or (piece is not None and piece.kind == kind):
            continue
        if piece is not None:
            yield Activity(piece.kind, piece.starts_at, at)
        piece = Activity(kind, at, shift.ends_at)
    if piece is not None:
        yield piece
