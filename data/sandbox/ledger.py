"""The truth of a simulated floor, written by each contact's own course and not by the counters.

Whatever is counted and served is counted elsewhere (`data.sandbox.board`); a recount from here must
give the same figures. Served at `/sandbox/truth/calls` and `/sandbox/truth/segments`.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal, TypeAlias

import msgspec

from data.model import AgentState, Ms

Outcome: TypeAlias = Literal["waiting", "answered", "abandoned", "transferred", "moved"]


class LedgerCall(msgspec.Struct, kw_only=True, gc=False):
    """One leg of a contact: one stay in one queue, with the service that followed.

    `outcome` is `waiting` while nobody has answered. `answered` and `transferred` were both
    answered: the second was then passed on to another queue, where its next leg is offered anew.
    `moved` was put into another queue before anybody answered; a contact on which a supervisor hung
    up is `abandoned`, like one that gave up.
    Talk, hold and after-contact seconds are 0 until they are known.
    """

    contact: str
    leg: int
    """1 for the first queue of a contact."""
    queue: str
    channel: str
    direction: str
    client: str
    queued_at: Ms
    """Queue entry; for what never queued, the instant at which service began."""
    answered_at: Ms | None = None
    ended_at: Ms | None = None
    """When the caller left the queue unanswered, or when service ended, after-contact work not
    included."""
    wait_s: float = 0.0
    outcome: Outcome = "waiting"
    agent: str = ""
    talk_s: float = 0.0
    hold_s: float = 0.0
    acw_s: float = 0.0
    within: bool = False
    """Whether the wait was over at or before the queue's threshold."""
    short: bool = False
    """Whether the caller hung up before the queue's short-abandon limit."""
    caller_key: str = ""
    rings: int = 0
    """How many agents the contact rang at."""


class LedgerSegment(msgspec.Struct, kw_only=True, gc=False):
    """A span in which one thing is true of an agent; `state` is a `data.model.AgentState`."""

    agent: str
    from_at: Ms
    to_at: Ms | None
    """None while it lasts."""
    state: AgentState
    reason: str = ""
    contact: str | None = None


class Ledger:
    """Calls in the order of queue entry, and the spans of agents in the order they began."""

    def __init__(self) -> None:
        self.calls: list[LedgerCall] = []
        self.segments: list[LedgerSegment] = []
        self._open: dict[str, LedgerSegment] = {}
        self._legs: Counter[str] = Counter()

    def open_call(self, call: LedgerCall) -> LedgerCall:
        """Enter a leg; its course goes on writing into what is returned."""
        self._legs[call.contact] += 1
        call.leg = self._legs[call.contact]
        self.calls.append(call)
        return call

    def turn(self, agent: str, at: Ms, state: AgentState, reason: str, contact: str | None) -> None:
        """Close an agent's span and begin the next; a span of no length is never kept."""
        last = self._open.get(agent)
        if last is not None:
            if (last.state, last.reason, last.contact) == (state, reason, contact):
                return
            if last.from_at == at:
                last.state, last.reason, last.contact = state, reason, contact
                return
            last.to_at = at
        segment = LedgerSegment(
            agent=agent, from_at=at, to_at=None, state=state, reason=reason, contact=contact
        )
        self._open[agent] = segment
        self.segments.append(segment)
