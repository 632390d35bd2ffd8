"""What is counted of each agent's day as the agent changes: adherence, and rings nobody answered.

The sums travel on the agent's own record, up to the instant at which the present state began;
whoever reads them adds what has run since. So a process that ends loses nothing. Where a record has
none yet, and where a plan has changed, the day is counted anew from the states in history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from data.cache.history_model import Segment
from data.model import Agent, AgentState, AnyRecord, Ms, Shift
from data.rules.adherence import Tally, tally, tally_all
from data.rules.shift_plan import plan_of
from data.settings import SiteSettings
from data.status import SiteInfo
from data.zones import site_day_start

_SHORTEST_DAY_MS = 22 * 3_600_000
_ANSWERING = frozenset({AgentState.BUSY, AgentState.ON_HOLD})


class AgentDays:
    """The days of the agents of one source.

    Args:
        site: Where they are: its counting day is theirs.
    """

    def __init__(self, site: SiteSettings) -> None:
        self._site = SiteInfo(id=site.id, name=site.name, zone=site.zone, day_start=site.day_start)
        self._day_start: Ms = 0
        self._shifts: dict[str, dict[str, Shift]] = {}
        self._due: dict[str, None] = {}

    def forget(self) -> None:
        """There are no rows any more; those that come are held anew."""
        self._shifts.clear()

    def hold(self, record: AnyRecord | None, known: AnyRecord | None) -> None:
        """Take in that a row is now `record` and was `known`; None where there is none."""
        if isinstance(record, Agent):
            if not record.adherence_at:
                self._due[record.id] = None
            return
        if record == known:
            return
        if isinstance(known, Shift):
            self._shifts.get(known.agent, {}).pop(known.id, None)
            self._due[known.agent] = None
        if isinstance(record, Shift):
            self._shifts.setdefault(record.agent, {})[record.id] = record
            self._due[record.agent] = None

    def take_due(self, most: int) -> list[str]:
        """Some agents, by id, whose day has to be counted anew; they are not named again."""
        taken = list(self._due)[:most]
        for agent in taken:
            del self._due[agent]
        return taken

    def day_start(self, at: Ms) -> Ms:
        """When the counting day that holds an instant began."""
        if not self._day_start <= at < self._day_start + _SHORTEST_DAY_MS:
            self._day_start = site_day_start(self._site, at)
        return self._day_start

    def carry(self, before: Agent, after: Agent, at: Ms) -> Agent:
        """An agent with the sums that follow from what they were before.

        Args:
            before: The record so far; without sums nothing can follow from it.
            after: What the agent is now.
            at: When that was reported.
        """
        if not before.adherence_at:
            return after
        begins = _begins(before, after, at)
        if begins is None:
            return _with_sums_of(before, after)
        day = self.day_start(begins)
        is_of_today = before.adherence_at >= day
        rings = (before.unanswered_rings or 0) if is_of_today else 0
        rings += before.state is AgentState.RINGING and not _goes_on(before, after)
        shifts = self._shifts_of(after.id)
        if not shifts:
            return _with(after, None, begins, rings)
        ran = tally(
            plan_of(shifts), before.state, before.reason, max(before.adherence_at, day), begins
        )
        sums = Tally(_ms(before.scheduled_s), _ms(before.adherent_s)) if is_of_today else Tally()
        return _with(after, sums + ran, begins, rings)

    def count_anew(self, agent: Agent, segments: Sequence[Segment], now: Ms) -> Agent:
        """An agent with the sums of the day, from the states of the day.

        Args:
            agent: The agent as of now.
            segments: What they did since the day began, in order, the present state last.
            now: The present instant.
        """
        lasts = segments[-1] if segments and segments[-1].end is None else None
        closed = segments[:-1] if lasts is not None else segments
        at = lasts.start if lasts is not None else agent.since or now
        shifts = self._shifts_of(agent.id)
        sums = tally_all(plan_of(shifts), closed, self.day_start(now), at)
        return _with(agent, sums if shifts else None, at, unanswered_rings(segments))

    def _shifts_of(self, agent: str) -> tuple[Shift, ...]:
        return tuple(self._shifts.get(agent, {}).values())


def unanswered_rings(segments: Iterable[Segment]) -> int:
    """How often it rang and the same agent did not answer: ringing that is over, and no talk.

    It makes no difference to the agent's side who gave up first, the caller or the switch.
    """
    count = 0
    last: Segment | None = None
    for segment in segments:
        if last is not None and last.state is AgentState.RINGING:
            count += not _goes_on(last, segment)
        last = segment
    is_over = last is not None and last.state is AgentState.RINGING and last.end is not None
    return count + is_over


def _goes_on(ringing: Agent | Segment, after: Agent | Segment) -> bool:
    """Whether what follows a ring is its answer, or the same ring told again."""
    is_same = (ringing.contact or "") == (after.contact or "")
    return is_same and (after.state in _ANSWERING or after.state is AgentState.RINGING)


def _begins(before: Agent, after: Agent, at: Ms) -> Ms | None:
    """When a new state begins, by the same rule as in history; None where nothing begins."""
    last, since = before.adherence_at, after.since or at
    is_same = _doing(before) == _doing(after)
    if since < last:
        return None if is_same or at <= last else at
    if since == last and after.state is not before.state:
        return max(since, at)
    return None if since == last and is_same else since


def _doing(agent: Agent) -> tuple[AgentState, str, str | None]:
    return agent.state, agent.reason, agent.contact


def _ms(seconds: float | None) -> int:
    return round((seconds or 0.0) * 1000)


def _with(agent: Agent, sums: Tally | None, at: Ms, rings: int) -> Agent:
    return msgspec.structs.replace(
        agent,
        scheduled_s=None if sums is None else sums.scheduled_ms / 1000,
        adherent_s=None if sums is None else sums.adherent_ms / 1000,
        adherence_at=at,
        unanswered_rings=rings,
    )


def _with_sums_of(before: Agent, after: Agent) -> Agent:
    if after.adherence_at == before.adherence_at:
        return after
    return msgspec.structs.replace(
        after,
        scheduled_s=before.scheduled_s,
        adherent_s=before.adherent_s,
        adherence_at=before.adherence_at,
        unanswered_rings=before.unanswered_rings,
    )
