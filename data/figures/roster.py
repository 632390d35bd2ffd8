"""How people keep to the roster: who is late, missing, gone early or long on a break."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from data.model import Activity, Agent, AgentState, Ms, Shift
from data.rules.adherence import NOT_SCHEDULED, WORK, WORKING
from data.rules.shift_plan import plan_of, planned_activity

MINUTE_MS = 60_000
HALF_HOUR_MS = 30 * MINUTE_MS
GRACE_MS = 3 * MINUTE_MS
"""So long nobody asks: a walk back from the kitchen is no deviation."""
MISSING_MS = 15 * MINUTE_MS
"""Who has not come by then is missing, and no longer late."""
NEVER: Ms = 2**62


class Fit(StrEnum):
    """How somebody stands against their shift; the first need somebody most."""

    MISSING = "missing"
    """Has not signed in, 15 minutes and more after the shift began."""
    LATE = "late"
    LEFT = "left"
    """Signed out though work is planned."""
    LONG_BREAK = "long_break"
    """Still in a break or meal though work is planned."""
    AWAY = "away"
    """Not ready for another reason, or out of reach, though work is planned."""
    FITS = "fits"
    UNKNOWN = "unknown"
    """On shift, but nothing is known of them."""
    OFF = "off"
    """Before or after the shift, or on leave."""


DEVIATIONS = (Fit.MISSING, Fit.LATE, Fit.LEFT, Fit.LONG_BREAK, Fit.AWAY)


class Standing(msgspec.Struct, frozen=True):
    """How somebody stands against a shift at an instant."""

    fit: Fit
    since: Ms | None = None
    """Since when they have deviated; None where they do not."""
    until: Ms = NEVER
    """When this may change though neither agent nor shift does."""

    def minutes(self, now: Ms) -> int | None:
        """Whole minutes off the plan."""
        return None if self.since is None else max(0, now - self.since) // MINUTE_MS


def classify(shift: Shift, agent: Agent | None, now: Ms) -> Standing:
    """How somebody stands against a shift.

    Args:
        shift: The plan.
        agent: What is known of them; None where no source of telephony knows them.
        now: The present on the server's clock.
    """
    if now < shift.starts_at:
        return Standing(Fit.OFF, until=shift.starts_at)
    if now >= shift.ends_at:
        return Standing(Fit.OFF)
    piece = next(one for one in plan_of((shift,)) if one.starts_at <= now < one.ends_at)
    if piece.kind in NOT_SCHEDULED:
        return Standing(Fit.OFF, until=piece.ends_at)
    if agent is None or agent.state is AgentState.UNKNOWN:
        return Standing(Fit.UNKNOWN, until=piece.ends_at)
    if agent.state is AgentState.LOGGED_OFF and agent.since <= shift.starts_at:
        return _not_come(shift, piece, now)
    if piece.kind not in WORK or agent.state in WORKING:
        return Standing(Fit.FITS, until=piece.ends_at)
    since = max(agent.since, piece.starts_at)
    if now < since + GRACE_MS:
        return Standing(Fit.FITS, until=min(piece.ends_at, since + GRACE_MS))
    return Standing(_away(shift, agent, piece), since, piece.ends_at)


def _not_come(shift: Shift, piece: Activity, now: Ms) -> Standing:
    begun = shift.starts_at
    if now < begun + GRACE_MS:
        return Standing(Fit.FITS, until=min(piece.ends_at, begun + GRACE_MS))
    if now < begun + MISSING_MS:
        return Standing(Fit.LATE, begun, min(piece.ends_at, begun + MISSING_MS))
    # Leave that begins later in the shift ends it: nobody is missing from what is not planned.
    return Standing(Fit.MISSING, begun, piece.ends_at)


def _away(shift: Shift, agent: Agent, piece: Activity) -> Fit:
    if agent.state is AgentState.LOGGED_OFF:
        return Fit.LEFT
    if agent.state is not AgentState.NOT_READY:
        return Fit.AWAY
    before = planned_activity(shift, piece.starts_at - 1)
    came_from_rest = before not in {"", *WORK} and agent.since < piece.starts_at
    return Fit.LONG_BREAK if came_from_rest or is_rest(agent.reason) else Fit.AWAY


def is_rest(reason: str) -> bool:
    """Whether a reason of not ready, in the source's own code, means a break or a meal."""
    return reason.casefold() in {"break", "brk", "meal", "lunch", "pause", "rest"}
