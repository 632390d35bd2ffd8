"""One agent's day from history: what they did, for how long, against which plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from data.cache.history_model import FindQuery, FoundContact, Segment
from data.floor import Key
from data.model import Activity, AgentState, Ms
from data.rules.adherence import NOT_SCHEDULED, Tally, is_adherent, tally_all

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

MOST_CONTACTS = 1000
"""More than anybody serves in a day; a bound all the same."""
_EVER: Ms = 2**62
_ORDER = (
    AgentState.BUSY,
    AgentState.ON_HOLD,
    AgentState.WORKING_AFTER_CONTACT,
    AgentState.RINGING,
    AgentState.READY,
    AgentState.NOT_READY,
    AgentState.UNREACHABLE,
    AgentState.UNKNOWN,
    AgentState.LOGGED_OFF,
)


class AgentPast(msgspec.Struct, frozen=True):
    """What history has of an agent's day."""

    start: Ms
    """When the day began."""
    segments: tuple[Segment, ...] = ()
    """What they did, in order; the first may have begun the day before."""
    contacts: tuple[FoundContact, ...] = ()
    """The contacts that they answered, the newest first."""


class StateTime(msgspec.Struct, frozen=True):
    """All stretches of the day in one state, for one reason."""

    state: AgentState
    reason: str
    ms: int
    times: int


class OffPlan(msgspec.Struct, frozen=True):
    """A stretch of time in which something else was done than planned."""

    start: Ms
    end: Ms
    planned: str
    """The kind of the planned activity."""
    state: AgentState
    reason: str


def read_agent_past(
    history: HistoryReader, key: Key, start: Ms, until: Ms | None = None
) -> AgentPast:
    """An agent's day that began at `start`, up to an instant; None: up to now.

    Raises:
        StoreError: History cannot be read.
    """
    query = FindQuery(site=key.site, agent=key.id, start=start, end=until, limit=MOST_CONTACTS)
    contacts = [
        (one.answered_at, one)
        for one in history.find(query)
        if (one.source, one.agent) == (key.source, key.id)
        and one.answered_at is not None
        and (until is None or one.answered_at <= until)
    ]
    contacts.sort(key=lambda pair: pair[0], reverse=True)
    segments = tuple(history.segments(*key, start, _EVER if until is None else until))
    return AgentPast(start, segments, tuple(one for _answered_at, one in contacts))


def within(segments: Iterable[Segment], start: Ms, end: Ms) -> Iterator[tuple[Ms, Ms, Segment]]:
    """From when to when each stretch lasted within a span of time."""
    for segment in segments:
        begins = max(segment.start, start)
        until = end if segment.end is None else min(segment.end, end)
        if begins < until:
            yield begins, until, segment


def state_times(past: AgentPast, now: Ms) -> list[StateTime]:
    """The day by state and reason: work first, then what kept from it, the longest reason first."""
    sums: dict[tuple[AgentState, str], tuple[int, int]] = {}
    for begins, until, segment in within(past.segments, past.start, now):
        reason = segment.reason if segment.state is AgentState.NOT_READY else ""
        ms, times = sums.get((segment.state, reason), (0, 0))
        sums[segment.state, reason] = ms + until - begins, times + 1
    found = [StateTime(state, reason, *sums[state, reason]) for state, reason in sums]
    return sorted(found, key=lambda one: (_ORDER.index(one.state), -one.ms, one.reason))


def day_tally(plan: Sequence[Activity], past: AgentPast, now: Ms) -> Tally:
    """How the plan was kept from the day's beginning to now."""
    return tally_all(plan, past.segments, past.start, now)


def off_plan(plan: Sequence[Activity], past: AgentPast, now: Ms) -> list[OffPlan]:
    """The stretches in which the agent did not do what was planned, in order.

    Several states that follow one another in one planned activity are one stretch, named after the
    state in which it began.
    """
    found: list[OffPlan] = []
    for begins, until, segment in within(past.segments, past.start, now):
        if segment.state is AgentState.UNKNOWN:
            continue
        for piece in plan:
            start, end = max(begins, piece.starts_at), min(until, piece.ends_at)
            if start >= end or piece.kind in NOT_SCHEDULED:
                continue
            if is_adherent(piece.kind, segment.state, segment.reason):
                continue
            last = found[-1] if found else None
            if last is not None and last.end == start and last.planned == piece.kind:
                found[-1] = OffPlan(last.start, end, last.planned, last.state, last.reason)
            else:
                found.append(OffPlan(start, end, piece.kind, segment.state, segment.reason))
    return found
