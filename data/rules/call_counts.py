"""Counting calls by queue, interval and agent, from what happened to them, as it is told.

One way of counting for a log that is read and for events that come in, so that both can be held
against each other. A call is known by its id and its queue: a call that enters another queue is
offered there, too. Each entry counts as offered; a call is answered at most once in each queue,
however often it comes back. Everything counts in the interval in which the call entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from data.model import Counts, Ms

MOST_CALLS = 200_000
"""As many calls are remembered at least, twice as many at most: several days of a large floor."""
_V = TypeVar("_V")


class Leaving(StrEnum):
    """How a call leaves a queue without an answer."""

    ABANDONED = "abandoned"
    """The caller hung up; also where a source cannot tell why the call left."""
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"
    """A supervisor took it out."""
    LEFT_EMPTY = "left_empty"
    """Nobody was there to answer it."""
    LEFT_BY_KEY = "left_by_key"
    """The caller pressed a key."""


class Stage(StrEnum):
    """Where a call is in one queue."""

    WAITING = "waiting"
    ANSWERED = "answered"
    ENDED = "ended"


class Limits(msgspec.Struct, frozen=True):
    """What 'within' and 'short' mean, in seconds."""

    threshold_s: float = 20
    """Within is a wait of at most this."""
    short_abandon_s: float = 5
    """An abandon is short with a wait below this."""


class Tally(msgspec.Struct, gc=False):
    """Raw counts and sums of one queue over one span of time."""

    offered: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    abandoned_within: int = 0
    abandoned_short: int = 0
    timed_out: int = 0
    withdrawn: int = 0
    left_empty: int = 0
    left_by_key: int = 0
    wait_s: int = 0
    """Waits of the answered."""
    wait_abandoned_s: int = 0
    talk_s: int = 0
    """Of talks that have ended."""
    longest_wait_s: int = 0
    """The longest wait that has ended, however it did."""

    def counts(self) -> Counts:
        """The same as the counts that service levels are made from."""
        return Counts(
            offered=self.offered,
            answered=self.answered,
            answered_within=self.answered_within,
            abandoned=self.abandoned,
            abandoned_within=self.abandoned_within,
            abandoned_short=self.abandoned_short,
            wait_answered_s=self.wait_s,
            wait_abandoned_s=self.wait_abandoned_s,
            longest_wait_s=self.longest_wait_s,
            talk_s=self.talk_s,
        )


class AgentTally(msgspec.Struct, gc=False):
    """Raw counts and sums of one agent."""

    answered: int = 0
    talk_s: int = 0


class _Call(msgspec.Struct, gc=False):
    """What is remembered of a call in one queue."""

    entered: Ms
    stage: Stage
    is_counted: bool = False
    """Whether it has been answered in this queue, at whichever of its entries."""


class Recent(Generic[_V]):
    """A mapping that forgets what was not written for long, in bounded memory.

    Two generations: a full one becomes the old one, and the one before that is dropped.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[str, _V] = {}
        self._old: dict[str, _V] = {}

    def get(self, key: str) -> _V | None:
        """What was written under a key, if that is not too long ago."""
        found = self._young.get(key)
        return self._old.get(key) if found is None else found

    def put(self, key: str, value: _V) -> None:
        """Write, and forget the oldest where there are too many."""
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = value


class CallCounter:
    """Counts calls as it is told of them; pure, and of bounded memory but for its intervals.

    Attributes:
        queues: By name, the whole of what was counted.
        intervals: By name, and by the instant at which an interval begins (UTC); empty unless
            `interval_s` was given. Only intervals in which something was counted.
        agents: By name.
        since: Calls that entered before belong to another day, and count in their interval alone.
        touched: Name and beginning (0 without intervals) of what was counted in; for whoever keeps
            a copy, to be emptied there.
        touched_agents: The agents of whom something was counted, likewise.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        by_queue: Mapping[str, Limits] | None = None,
        interval_s: int | None = None,
        most_calls: int = MOST_CALLS,
    ) -> None:
        self.queues: dict[str, Tally] = {}
        self.intervals: dict[str, dict[Ms, Tally]] = {}
        self.agents: dict[str, AgentTally] = {}
        self.since: Ms = 0
        self.touched: set[tuple[str, Ms]] = set()
        self.touched_agents: set[str] = set()
        self._limits = limits or Limits()
        self._by_queue = {} if by_queue is None else by_queue
        self._step = None if interval_s is None else interval_s * 1000
        self._calls: Recent[_Call] = Recent(most_calls)

    def stage(self, call: str, queue: str) -> Stage | None:
        """Where a call is in a queue; None for one that is not known there.

        Who counts from two reports of the same call asks this, so as not to count twice.
        """
        known = self._calls.get(_key(call, queue))
        return None if known is None else known.stage

    def entered_at(self, call: str, queue: str) -> Ms | None:
        """When a call entered a queue, the last time; None for one that is not known there."""
        known = self._calls.get(_key(call, queue))
        return None if known is None else known.entered

    def begin_day(self, since: Ms, kept_from: Ms) -> None:
        """Begin at nothing; calls are remembered, and intervals since `kept_from` go on."""
        self.since = since
        self.queues.clear()
        self.agents.clear()
        for rows in self.intervals.values():
            for starts in [starts for starts in rows if starts < kept_from]:
                del rows[starts]

    def recall(self, call: str, queue: str, entered: Ms, stage: Stage, *, is_counted: bool) -> None:
        """Remember a call of which all up to now has been counted elsewhere.

        Args:
            call: Its id.
            queue: Where it is or was.
            entered: When it came there.
            stage: Where it is.
            is_counted: Whether its answer in this queue has been counted.
        """
        self._calls.put(_key(call, queue), _Call(entered, stage, is_counted))

    def entered(self, call: str, queue: str, at: Ms) -> None:
        """A call entered a queue, perhaps not for the first time."""
        known = self._calls.get(_key(call, queue))
        is_counted = known is not None and known.is_counted
        self._calls.put(_key(call, queue), _Call(at, Stage.WAITING, is_counted))
        for tally in self._tallies(queue, at):
            tally.offered += 1

    def answered(self, call: str, queue: str, agent: str, at: Ms, wait_s: int) -> None:
        """An agent and the caller were connected, after the wait that counts from queue entry.

        Only the first answer of a call in a queue counts. An empty `agent` is nobody known.
        """
        known = self._known(call, queue, at - wait_s * 1000)
        known.stage = Stage.ANSWERED
        if known.is_counted:
            return
        known.is_counted = True
        within = wait_s <= self._limits_of(queue).threshold_s
        for tally in self._tallies(queue, known.entered):
            tally.answered += 1
            tally.answered_within += within
            tally.wait_s += wait_s
            tally.longest_wait_s = max(tally.longest_wait_s, wait_s)
        if agent and known.entered >= self.since:
            self._agent(agent).answered += 1

    def completed(self, call: str, queue: str, agent: str, at: Ms, total: tuple[int, int]) -> None:
        """A talk ended.

        Args:
            call: Its id.
            queue: Where it was answered.
            agent: Who talked; empty where nobody is known.
            at: When it ended.
            total: Seconds of wait and of talk.
        """
        wait_s, talk_s = total
        known = self._known(call, queue, at - (wait_s + talk_s) * 1000)
        known.stage = Stage.ENDED
        for tally in self._tallies(queue, known.entered):
            tally.talk_s += talk_s
        if agent and known.entered >= self.since:
            self._agent(agent).talk_s += talk_s

    def ended(self, call: str, queue: str, at: Ms) -> None:
        """An answered call went elsewhere, and nothing is told of how long it was talked to."""
        self._known(call, queue, at).stage = Stage.ENDED

    def left(self, call: str, queue: str, at: Ms, how: Leaving, wait_s: int | None) -> None:
        """A call left a queue unanswered, after a wait that may not be told."""
        known = self._known(call, queue, at - (wait_s or 0) * 1000)
        known.stage = Stage.ENDED
        limits = self._limits_of(queue)
        for tally in self._tallies(queue, known.entered):
            setattr(tally, how, getattr(tally, how) + 1)
            if wait_s is None:
                continue
            tally.longest_wait_s = max(tally.longest_wait_s, wait_s)
            if how is Leaving.ABANDONED:
                tally.abandoned_within += wait_s <= limits.threshold_s
                tally.abandoned_short += wait_s < limits.short_abandon_s
                tally.wait_abandoned_s += wait_s

    def _known(self, call: str, queue: str, entered: Ms) -> _Call:
        """What is remembered of a call; one that entered before anything was told is added."""
        key = _key(call, queue)
        known = self._calls.get(key)
        if known is None:
            known = _Call(entered, Stage.WAITING)
            self._calls.put(key, known)
        return known

    def _tallies(self, queue: str, entered: Ms) -> tuple[Tally, ...]:
        is_of_today = entered >= self.since
        whole = self.queues.get(queue) if is_of_today else None
        if whole is None and is_of_today:
            whole = self.queues[queue] = Tally()
        if self._step is None:
            self.touched.add((queue, 0))
            return () if whole is None else (whole,)
        starts = entered - entered % self._step
        self.touched.add((queue, starts))
        interval = self.intervals.setdefault(queue, {}).setdefault(starts, Tally())
        return (interval,) if whole is None else (whole, interval)

    def _agent(self, name: str) -> AgentTally:
        self.touched_agents.add(name)
        return self.agents.setdefault(name, AgentTally())

    def _limits_of(self, queue: str) -> Limits:
        return self._by_queue.get(queue, self._limits)


def _key(call: str, queue: str) -> str:
    # Neither can hold a line break: log and answers alike are made of lines.
    return f"{call}\n{queue}"
