"""The clocks of an escalated complaint: which one runs next, how long is left, how many missed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from data.model import ComplaintClock, Escalation, Ms

HOUR_S = 3600.0


class ClockView(msgspec.Struct, frozen=True):
    """Where an open complaint stands against its time limits."""

    clock: ComplaintClock | None
    """The next that can still be kept, or the last if all are missed; None: none runs."""
    left_s: float | None
    """Seconds until it is due; negative once missed."""
    missed: int
    """How many were or are missed, those met too late included."""
    is_late: bool = False
    """A clock is past due and still not met."""


def clock_view(complaint: Escalation, now: Ms) -> ClockView:
    """Where a complaint stands at an instant; a closed one has no running clock."""
    missed = sum(_is_missed(clock, now) for clock in complaint.clocks)
    running = [clock for clock in complaint.clocks if clock.met_at is None]
    if not complaint.is_open or not running:
        return ClockView(None, None, missed)
    ahead = [clock for clock in running if clock.due_at >= now and not clock.paused]
    if ahead:
        chosen = min(ahead, key=lambda clock: clock.due_at)
    else:
        chosen = max(running, key=lambda clock: (not clock.paused, clock.due_at))
    is_late = any(not clock.paused and clock.due_at < now for clock in running)
    return ClockView(chosen, (chosen.due_at - now) / 1000, missed, is_late)


def count_due(views: Iterable[ClockView]) -> tuple[int, int]:
    """Of some complaints, how many are late with something, and how many have under an hour.

    Late is a complaint of which any clock is past due and not met: that the next one can still be
    kept makes it no less late. Such a complaint is not counted among those with under an hour.
    """
    late = soon = 0
    for view in views:
        if view.left_s is None or (view.clock is not None and view.clock.paused):
            continue
        if view.is_late:
            late += 1
        else:
            soon += view.left_s < HOUR_S
    return late, soon


def _is_missed(clock: ComplaintClock, now: Ms) -> bool:
    if clock.met_at is not None:
        return clock.met_at > clock.due_at
    return not clock.paused and clock.due_at < now
