"""How agents and teams have kept to the plan today: when, how much, and what callers had of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from data.cache.history_model import Segment
from data.floor import FloorSnapshot, Key
from data.model import Activity, Agent, AgentState, Ms, Shift
from data.rules.adherence import NOT_SCHEDULED, Tally, impact, tally_all
from data.rules.shift_plan import plan_of

Spent = Callable[[Key, Ms, Ms], Sequence[Segment]]
"""What an agent did between two instants."""


class Kept(msgspec.Struct, frozen=True):
    """Sums over some agents of what has passed of today; sums may be added, shares may not."""

    tally: Tally = Tally()
    helped_ms: int = 0
    """At the queues' disposal within a shift, though something else was planned."""
    missed_ms: int = 0
    """Away though work for the queues was planned."""
    agents: int = 0

    def __add__(self, other: Kept) -> Kept:
        """All of them together."""
        return Kept(
            self.tally + other.tally,
            self.helped_ms + other.helped_ms,
            self.missed_ms + other.missed_ms,
            self.agents + other.agents,
        )


class AgentKept(msgspec.Struct, frozen=True):
    """One agent's."""

    key: Key
    name: str
    team: str
    kept: Kept


def day_kept(
    snapshot: FloorSnapshot, days: Mapping[str, tuple[Ms, Ms]], spent: Spent
) -> list[AgentKept]:
    """How those have kept to the plan for whom something was scheduled today, by name.

    Args:
        snapshot: The floor as of one commit.
        days: By site, when its day began, and its present.
        spent: Asks history.
    """
    found = []
    for key, shifts in _shifts(snapshot, days).items():
        start, now = days[key.site]
        agent = snapshot.agents[key]
        plan = plan_of(tuple(shifts))
        kept = _kept(plan, spent(key, start, now), start, now)
        if kept.tally.scheduled_ms:
            found.append(AgentKept(key, agent.name, agent.team, kept))
    return sorted(found, key=lambda one: (one.name, one.key))


def by_team(agents: Iterable[AgentKept]) -> dict[str, Kept]:
    """Sums over sums, by the names of teams in order; without a team: an empty name."""
    teams: dict[str, Kept] = {}
    for one in agents:
        teams[one.team] = teams.get(one.team, Kept()) + one.kept
    return dict(sorted(teams.items()))


def _shifts(snapshot: FloorSnapshot, days: Mapping[str, tuple[Ms, Ms]]) -> dict[Key, list[Shift]]:
    """The shifts that have begun and reach into today, by the agents whose they are."""
    elsewhere: dict[tuple[str, str], Agent] = {
        (key.site, key.id): agent for key, agent in snapshot.agents.items()
    }
    found: dict[Key, list[Shift]] = {}
    for shift in snapshot.shifts.values():
        if shift.site not in days:
            continue
        start, now = days[shift.site]
        if shift.ends_at <= start or shift.starts_at >= now:
            continue
        own = snapshot.agents.get(Key(shift.site, shift.source, shift.agent))
        agent = own if own is not None else elsewhere.get((shift.site, shift.agent))
        if agent is not None:
            found.setdefault(Key(agent.site, agent.source, agent.id), []).append(shift)
    return found


def _kept(plan: Sequence[Activity], spent: Sequence[Segment], start: Ms, now: Ms) -> Kept:
    helped = missed = 0
    for segment in spent:
        if segment.state is AgentState.UNKNOWN:
            continue
        begins, until = max(segment.start, start), min(segment.end or now, now)
        for piece in plan:
            shared = min(until, piece.ends_at) - max(begins, piece.starts_at)
            if shared <= 0 or piece.kind in NOT_SCHEDULED:
                continue
            sign = impact(piece.kind, segment.state)
            helped += shared if sign > 0 else 0
            missed += shared if sign < 0 else 0
    return Kept(tally_all(plan, spent, start, now), helped, missed, 1)
