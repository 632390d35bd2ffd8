"""Adherence (when) and conformance (how much): what an agent did against what was planned.

adherence    scheduled time in the planned activity / scheduled time
conformance  time worked, whenever it was / time planned for work; it may pass 100 %

Both are shares of time that has passed. What can be said of neither is left out of both sides: time
in which nothing is known of the agent, and planned absence, which is not scheduled work. A meal
taken half an hour early costs adherence, and no conformance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from data.model import Activity, AgentState, Ms
from data.rules.service_level import percent

WORKING = frozenset(
    {
        AgentState.READY,
        AgentState.RINGING,
        AgentState.BUSY,
        AgentState.ON_HOLD,
        AgentState.WORKING_AFTER_CONTACT,
    }
)
"""At the queues' disposal: these states are work wherever work is planned."""
WORK = frozenset({"on_queue", "overtime"})
"""Activities in which work for the queues is planned."""
NOT_SCHEDULED = frozenset({"absence", "time_off"})
"""Planned, but no scheduled time: whoever is on leave neither keeps to a plan nor breaks it."""
_REST = frozenset({"break", "meal"})
_SAME: Mapping[str, frozenset[str]] = {
    "break": _REST,
    "meal": _REST,
    "training": frozenset({"training"}),
    "meeting": frozenset({"meeting"}),
    "coaching": frozenset({"coaching"}),
}
"""Which reasons of not ready fit a planned activity: to most switches a meal is a break."""
_SYNONYMS = {"brk": "break", "pause": "break", "rest": "break", "lunch": "meal"}
_AWAY = frozenset({AgentState.LOGGED_OFF, AgentState.UNREACHABLE})


class Span(Protocol):
    """A stretch of time in which an agent was in one state."""

    @property
    def start(self) -> Ms:
        """When it began."""
        ...

    @property
    def end(self) -> Ms | None:
        """When it ended; None while it lasts."""
        ...

    @property
    def state(self) -> AgentState:
        """What the floor believed of the agent."""
        ...

    @property
    def reason(self) -> str:
        """Of not ready, in the source's own code."""
        ...


class Tally(msgspec.Struct, frozen=True):
    """Sums over stretches of time, milliseconds: they may be added, shares may not."""

    scheduled_ms: int = 0
    """Scheduled, and known what the agent did."""
    adherent_ms: int = 0
    """Of these, in the planned activity."""
    planned_work_ms: int = 0
    """Scheduled for work at the queues, and known what the agent did."""
    worked_ms: int = 0
    """At the queues' disposal, planned or not."""

    def __add__(self, other: Tally) -> Tally:
        """Both stretches together."""
        return Tally(
            self.scheduled_ms + other.scheduled_ms,
            self.adherent_ms + other.adherent_ms,
            self.planned_work_ms + other.planned_work_ms,
            self.worked_ms + other.worked_ms,
        )

    @property
    def adherence(self) -> float | None:
        """Percent; None where nothing was scheduled."""
        return percent(self.adherent_ms, self.scheduled_ms)

    @property
    def conformance(self) -> float | None:
        """Percent; None where no work was planned."""
        return percent(self.worked_ms, self.planned_work_ms)


def is_adherent(planned: str, state: AgentState, reason: str) -> bool:
    """Whether a state is what a planned activity asks for.

    Not ready fits an activity away from the queues unless its reason names another one: a reason
    that means nothing to us may mean just that activity. Whoever is signed off, or cannot be
    reached, is in no activity. In an activity that means nothing to us everybody signed in is.

    Args:
        planned: The kind of the planned activity.
        state: What the floor believes of the agent.
        reason: Of not ready, in the source's own code.
    """
    if planned in WORK:
        return state in WORKING
    if planned in _SAME:
        if state is not AgentState.NOT_READY:
            return False
        named = meant_activity(reason)
        return not named or named in _SAME[planned]
    return state not in _AWAY


def impact(planned: str, state: AgentState) -> int:
    """What the callers have of it: 1 more at hand than planned, -1 fewer, 0 as planned.

    Who takes calls in their break is not adherent, and helps all the same; who is away though work
    is planned costs. Of somebody in the wrong activity away from the queues callers notice nothing.

    Args:
        planned: The kind of the planned activity; empty where nothing is planned.
        state: What the floor believes of the agent.
    """
    return (state in WORKING) - (planned in WORK)


def meant_activity(reason: str) -> str:
    """The kind of activity that a reason of not ready names; empty where it names none."""
    named = _SYNONYMS.get(reason.casefold(), reason.casefold())
    return named if named in _SAME else ""


def tally(plan: Sequence[Activity], state: AgentState, reason: str, start: Ms, end: Ms) -> Tally:
    """What a stretch of one state comes to.

    Args:
        plan: Activities without overlap, in order, as `shift_plan.plan_of` makes them.
        state: What the floor believed of the agent.
        reason: Of not ready.
        start: When the state began.
        end: When it ended; a stretch that ends before it begins is none.
    """
    if state is AgentState.UNKNOWN or end <= start:
        return Tally()
    scheduled = adherent = work = 0
    for piece in plan:
        shared = min(end, piece.ends_at) - max(start, piece.starts_at)
        if shared <= 0 or piece.kind in NOT_SCHEDULED:
            continue
        scheduled += shared
        if is_adherent(piece.kind, state, reason):
            adherent += shared
        if piece.kind in WORK:
            work += shared
    return Tally(scheduled, adherent, work, end - start if state in WORKING else 0)


def tally_all(plan: Sequence[Activity], spans: Iterable[Span], start: Ms, end: Ms) -> Tally:
    """What stretches come to within a span of time; one that lasts counts up to its end."""
    total = Tally()
    for span in spans:
        until = end if span.end is None else min(span.end, end)
        total += tally(plan, span.state, span.reason, max(span.start, start), until)
    return total
