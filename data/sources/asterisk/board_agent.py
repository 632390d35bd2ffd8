"""What a person's memberships come to: the record of an agent, and the sums of their day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from data.clean import clean_text
from data.model import Agent, AgentDay, AgentState, Ms, Penalty
from data.rules.call_counts import AgentTally
from data.sources.asterisk.rows import MemberRow
from data.sources.asterisk.states import AGENT_POOL, PersonState
from data.sources.native_ids import stored_id

_SECOND_MS = 1000
"""Asterisk tells instants in whole seconds, so two of one event differ by less than two."""
IN_HAND = frozenset({AgentState.RINGING, AgentState.BUSY, AgentState.ON_HOLD})
"""States of who has a contact, or whose phone is in use."""
_TALKING = frozenset({AgentState.BUSY, AgentState.ON_HOLD})
_REASON_LIMIT = 64


class DaySums(msgspec.Struct, gc=False):
    """How long a person has been ready and the like today, up to the present state."""

    state: AgentState | None = None
    """What is being summed up; None: nothing of interest."""
    since: Ms = 0
    day_start: Ms = 0
    ready_ms: Ms = 0
    not_ready_ms: Ms = 0
    after_ms: Ms = 0

    def resume(self, agent: Agent) -> None:
        """Go on where an earlier process ended."""
        today = agent.today
        self.ready_ms = round((today.ready_s or 0) * 1000)
        self.not_ready_ms = round((today.not_ready_s or 0) * 1000)
        self.after_ms = round((today.acw_s or 0) * 1000)
        self.state, self.since = _summed(agent), agent.reported_since

    def begin(self, day_start: Ms) -> None:
        """Sum up from nothing."""
        self.day_start = day_start
        self.ready_ms = self.not_ready_ms = self.after_ms = 0

    def turn(self, agent: Agent) -> None:
        """Add what is over, and begin with what an agent does now."""
        state = _summed(agent)
        if state is self.state:
            return
        spent = max(0, agent.reported_since - max(self.since, self.day_start))
        match self.state:
            case AgentState.READY:
                self.ready_ms += spent
            case AgentState.NOT_READY:
                self.not_ready_ms += spent
            case AgentState.WORKING_AFTER_CONTACT:
                self.after_ms += spent
            case _:
                pass
        self.state, self.since = state, agent.reported_since

    def today(self, counted: AgentTally) -> AgentDay:
        """The sums as they are shown, with what was counted of calls."""
        return AgentDay(
            handled=counted.answered,
            talk_s=float(counted.talk_s),
            # What a caller was on hold is part of the talk that Asterisk tells.
            hold_s=0.0,
            acw_s=self.after_ms / 1000,
            ready_s=self.ready_ms / 1000,
            not_ready_s=self.not_ready_ms / 1000,
        )


def of_memberships(blank: Agent, interface: str, rows: Iterable[MemberRow]) -> Agent:
    """What only memberships say of an agent.

    Args:
        blank: A record that says who it is of.
        interface: As the server names it.
        rows: Of the queues that are shown, in the order of their names.
    """
    rows = tuple(rows)
    return replace(
        blank,
        name=next((row.name for row in rows if row.name), "") or clean_text(interface),
        queues=tuple([stored_id(row.queue) for row in rows]),
        penalties=tuple(
            [Penalty(stored_id(row.queue), row.penalty) for row in rows if row.penalty]
        ),
        fixed_in=tuple([stored_id(row.queue) for row in rows if _is_fixed(row)]),
    )


def _is_fixed(row: MemberRow) -> bool:
    return row.is_fixed and not row.state_interface.startswith(AGENT_POOL)


def in_state(
    shape: Agent, before: Agent | None, told: PersonState, contact: str | None, at: Ms
) -> Agent:
    """An agent in the state that is told.

    Args:
        shape: What memberships say.
        before: What the agent was; None where nothing was known.
        told: The state.
        contact: The contact in hand.
        at: When that was seen.
    """
    since = _since(before, told, contact, at)
    return replace(
        shape,
        state=told.state,
        since=since,
        reason=clean_text(told.reason, _REASON_LIMIT),
        pending_state=told.pending_state,
        contact=contact,
        reachable=told.reachable,
        reported_state=told.state,
        reported_since=since,
        is_inferred=told.is_inferred,
        paused_in=_partly(told, len(shape.queues)),
    )


def logged_off(blank: Agent, before: Agent, talk: str | None, at: Ms) -> Agent:
    """An agent who serves no queue any more.

    Args:
        blank: A record that says who it is of.
        before: What the agent was.
        talk: The contact that they still talk in.
        at: When that was seen.
    """
    off = AgentState.LOGGED_OFF
    state = off if talk is None else AgentState.BUSY
    since = before.reported_since if before.reported_state is state else at
    return replace(
        blank,
        name=before.name,
        state=state,
        since=max(since, before.reported_since),
        pending_state=None if talk is None else off,
        contact=talk,
        reported_state=state,
        reported_since=max(since, before.reported_since),
    )


def with_contact(told: PersonState, *, is_talk: bool) -> PersonState:
    """A state with a contact in hand, where the phone does not tell of it, or not yet."""
    if told.state in IN_HAND:
        return told
    is_paused = told.state is AgentState.NOT_READY
    return replace(
        told,
        state=AgentState.BUSY if is_talk else AgentState.RINGING,
        since=None,
        reason="",
        pending_state=AgentState.NOT_READY if is_paused else told.pending_state,
        is_inferred=False,
        until=None,
    )


def still_busy(told: PersonState, before: Agent | None) -> PersonState:
    """The state of a phone that is not put down yet: after a talk it does not begin to ring."""
    has_talked = before is not None and before.reported_state in _TALKING
    if has_talked and told.state is AgentState.RINGING:
        return replace(told, state=AgentState.BUSY)
    return told


def _since(before: Agent | None, told: PersonState, contact: str | None, at: Ms) -> Ms:
    """Since when a person has been in a state, or in that of another contact.

    What the rows tell is believed, but for what was decided during a call and begins with its end.
    """
    if before is None:
        return at if told.since is None else min(told.since, at)
    since = before.reported_since
    is_same = told.state is before.reported_state and told.reachable is before.reachable
    if is_same and told.state is AgentState.NOT_READY:
        is_same = clean_text(told.reason, _REASON_LIMIT) == before.reason
    if is_same and before.contact in {None, contact}:
        has_begun_anew = told.since is not None and since + _SECOND_MS < told.since <= at
        return told.since if has_begun_anew and told.since is not None else since
    if told.since is None or before.reported_state in IN_HAND:
        return max(at, since)
    return max(min(told.since, at), since)


def _partly(told: PersonState, serves: int) -> tuple[str, ...]:
    """The queues in which a person is paused, where that is so in some only."""
    if not told.paused_in or len(told.paused_in) == serves:
        return ()
    return tuple([stored_id(queue) for queue in told.paused_in])


def _summed(agent: Agent) -> AgentState | None:
    """What is summed up of an agent: nothing of who has a contact or cannot be reached."""
    if agent.contact is not None or not agent.reachable:
        return None
    return agent.reported_state


def sole_bearers(
    members: Iterable[tuple[str, str]], gone: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """Who is meant by a name, as a log tells of people.

    Args:
        members: Names and interfaces of those who are in some queue.
        gone: Likewise of those who were: the calls of their day are still theirs.

    Returns:
        Interfaces by name; of those who have gone by names that no member bears. Names that several
        bear mean nobody.
    """
    borne: defaultdict[str, set[str]] = defaultdict(set)
    for name, interface in members:
        borne[name].add(interface)
    taken = set(borne)
    for name, interface in gone:
        if name not in taken:
            borne[name].add(interface)
    return {name: next(iter(who)) for name, who in borne.items() if len(who) == 1}
