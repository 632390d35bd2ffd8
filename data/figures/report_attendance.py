"""One agent's day against the plan: signed in, as planned, late, gone early, never come. Pure.

Late is the time from the beginning of a shift until somebody first signed in, early the time from
when they last signed out until its end. As in the roster, three minutes are neither. Whoever was
never signed in has not come; of a shift that began the day before, they had left early.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from data.cache.report_staff import Spent
from data.figures.report_work import Work
from data.figures.roster import GRACE_MS
from data.model import Activity, AgentState, Ms
from data.rules.adherence import NOT_SCHEDULED, is_adherent

_AWAY = frozenset({AgentState.LOGGED_OFF, AgentState.UNKNOWN})


class Piece(NamedTuple):
    """A stretch of a day for which one thing is planned, or nothing."""

    kind: str
    """The kind of activity; empty: nothing is planned."""
    start: Ms
    end: Ms
    shift: tuple[Ms, Ms]
    """When the scheduled time that it is of begins and ends, be it on another day."""

    @property
    def is_scheduled(self) -> bool:
        """Whether it is scheduled time."""
        return bool(self.kind) and self.kind not in NOT_SCHEDULED


class _Attendance(NamedTuple):
    late_ms: int = 0
    left_early_ms: int = 0
    not_come_ms: int = 0


def pieces_of(plan: Sequence[Activity], start: Ms, end: Ms) -> list[Piece]:
    """All of a day in pieces, planned or not, in order.

    Args:
        plan: Activities without overlap, in order, as `shift_plan.plan_of` makes them.
        start: When the day begins.
        end: When it is over, or the present.
    """
    found: list[Piece] = []
    at = start
    for activity, shift in zip(plan, _scheduled(plan), strict=True):
        begins, ends = max(activity.starts_at, start), min(activity.ends_at, end)
        if begins >= ends:
            continue
        if begins > at:
            found.append(Piece("", at, begins, (at, begins)))
        found.append(Piece(activity.kind, begins, ends, shift))
        at = ends
    if at < end:
        found.append(Piece("", at, end, (at, end)))
    return found


def agent_time(
    pieces: Sequence[Piece], told: Sequence[Sequence[Spent]], start: Ms, end: Ms
) -> Work | None:
    """What an agent's day comes to; None where nothing is known of it.

    Args:
        pieces: From `pieces_of`.
        told: What the agent did in each of them.
        start: When the day begins.
        end: When it is over, or the present.
    """
    known = [[one for one in each if one.state is not AgentState.UNKNOWN] for each in told]
    if not any(known):
        return None
    both = list(zip(pieces, known, strict=True))
    signed_in = sum(one.ms for each in known for one in each if one.state not in _AWAY)
    planned = [(piece, spent) for piece, spent in both if piece.is_scheduled]
    if not planned:
        return Work(signed_in_ms=signed_in)
    shifts: dict[tuple[Ms, Ms], list[Spent]] = {}
    for piece, spent in planned:
        shifts.setdefault(piece.shift, []).extend(spent)
    kept = [_attendance(shift, spent, start, end) for shift, spent in shifts.items()]
    return Work(
        signed_in_ms=signed_in,
        scheduled_ms=sum(one.ms for _piece, spent in planned for one in spent),
        adherent_ms=sum(
            one.ms
            for piece, spent in planned
            for one in spent
            if is_adherent(piece.kind, one.state, one.reason)
        ),
        late_ms=sum(one.late_ms for one in kept),
        left_early_ms=sum(one.left_early_ms for one in kept),
        not_come_ms=sum(one.not_come_ms for one in kept),
    )


def _scheduled(plan: Sequence[Activity]) -> list[tuple[Ms, Ms]]:
    """For each activity, the scheduled time without a gap that it is of."""
    found: list[tuple[Ms, Ms]] = []
    for activity in plan:
        span = activity.starts_at, activity.ends_at
        is_scheduled = activity.kind not in NOT_SCHEDULED
        last = len(found) - 1
        if is_scheduled and last >= 0 and found[last][1] == span[0] and _is_work(plan[last]):
            span = found[last][0], span[1]
            found = [span if one[0] == span[0] else one for one in found]
        found.append(span)
    return found


def _is_work(activity: Activity) -> bool:
    return activity.kind not in NOT_SCHEDULED


def _attendance(shift: tuple[Ms, Ms], spent: Sequence[Spent], start: Ms, end: Ms) -> _Attendance:
    if not spent:
        return _Attendance()
    here = [one for one in spent if one.state not in _AWAY]
    if not here:
        away = _beyond_grace(sum(one.ms for one in spent))
        has_begun_before = shift[0] < start
        return _Attendance(left_early_ms=away) if has_begun_before else _Attendance(0, 0, away)
    late = min(one.since for one in here) - min(one.since for one in spent)
    left = max(one.until for one in spent) - max(one.until for one in here)
    return _Attendance(
        late_ms=_beyond_grace(late) if shift[0] >= start else 0,
        left_early_ms=_beyond_grace(left) if shift[1] <= end else 0,
    )


def _beyond_grace(ms: int) -> int:
    return ms if ms >= GRACE_MS else 0
