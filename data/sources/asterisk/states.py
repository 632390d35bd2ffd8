"""What Asterisk says of a person: all memberships of one interface, read together.

Asterisk knows devices, pauses and calls of queues; it knows no after-contact work and no beginning
of most states. The first is inferred here from the end of the last call, and marked so; of the
second what the rows tell is told, and the rest is for whoever sees the change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from data.model import AgentState, Ms
from data.sources.asterisk.rows import DeviceStatus, MemberRow

AGENT_POOL = "Agent:"
"""Members of a pool (app_agent_pool) log on and off there, and stay in their queues."""
_GONE = frozenset({DeviceStatus.INVALID, DeviceStatus.UNAVAILABLE})
_BY_STATUS = {
    DeviceStatus.IN_USE: AgentState.BUSY,
    DeviceStatus.BUSY: AgentState.BUSY,
    DeviceStatus.RINGING: AgentState.RINGING,
    DeviceStatus.RINGING_IN_USE: AgentState.BUSY,
    DeviceStatus.ON_HOLD: AgentState.ON_HOLD,
}


class PersonState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A person as reported; whether the phone can be reached is told apart."""

    state: AgentState
    since: Ms | None = None
    """Where the rows tell: of a pause, and of after-contact work."""
    reason: str = ""
    reachable: bool = True
    pending_state: AgentState | None = None
    """Not ready, for who is on a contact and paused in all queues."""
    is_inferred: bool = False
    """Asterisk does not say so: after-contact work."""
    paused_in: tuple[str, ...] = ()
    """Queues in which the person is paused, which may be some only."""
    until: Ms | None = None
    """When after-contact work ends by itself."""


def person_state(
    rows: Sequence[MemberRow],
    now: Ms,
    wrapups_s: Mapping[str, float] | None = None,
    shows: Callable[[str], bool] = lambda _queue: True,
) -> PersonState:
    """The state of a person.

    Args:
        rows: All memberships of one interface; at least one, and one in a queue that is shown.
        now: By the server's clock.
        wrapups_s: What queues allow for after-contact work: the server keeps it to itself. A
            member's own goes before.
        shows: Whether a queue is shown: in others a pause does not matter, a call does.
    """
    shown = [row for row in rows if shows(row.queue)]
    paused = sorted((row for row in shown if row.is_paused), key=lambda row: row.last_pause or 0)
    is_paused = len(paused) == len(shown)
    is_gone = any(row.status in _GONE for row in rows)
    told = PersonState(
        state=AgentState.UNKNOWN,
        reachable=not is_gone,
        paused_in=tuple(sorted(row.queue for row in paused)),
    )
    state = _in_hand(rows)
    if state is not None:
        pending = AgentState.NOT_READY if is_paused else None
        return replace(told, state=state, pending_state=pending)
    if is_gone and any(row.state_interface.startswith(AGENT_POOL) for row in rows):
        return replace(told, state=AgentState.LOGGED_OFF, reachable=True)
    if is_paused:
        since, reason = paused[-1].last_pause, paused[-1].reason
        return replace(told, state=AgentState.NOT_READY, since=since, reason=reason)
    ended, lasts_until = _after_contact(rows, wrapups_s or {})
    if ended is not None and ended <= now < lasts_until:
        state = AgentState.WORKING_AFTER_CONTACT
        return replace(told, state=state, since=ended, is_inferred=True, until=lasts_until)
    is_known = any(row.status is not DeviceStatus.UNKNOWN for row in rows)
    return replace(told, state=AgentState.READY) if is_known else told


def _in_hand(rows: Sequence[MemberRow]) -> AgentState | None:
    """The state that a call makes, whichever queue's it is; None where there is none."""
    states = {_BY_STATUS.get(row.status) for row in rows}
    if AgentState.ON_HOLD in states:
        return AgentState.ON_HOLD
    if AgentState.BUSY in states or any(row.in_call for row in rows):
        return AgentState.BUSY
    return AgentState.RINGING if AgentState.RINGING in states else None


def _after_contact(
    rows: Sequence[MemberRow], wrapups_s: Mapping[str, float]
) -> tuple[Ms | None, Ms]:
    """When the last call ended, and until when its after-contact work may last.

    Where the server shares the end of calls among queues it does not tell whose call it was: then
    the longest of their times holds.
    """
    ended = max((row.last_call for row in rows if row.last_call is not None), default=None)
    if ended is None:
        return None, 0
    longest_s = max(
        row.wrapup_s or wrapups_s.get(row.queue, 0) for row in rows if row.last_call == ended
    )
    return ended, ended + round(longest_s * 1000)
