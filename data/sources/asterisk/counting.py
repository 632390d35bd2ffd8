"""Counts of our own, from snapshots and events, with the server's counters as a check.

The server's counters fall to zero when it starts and whenever anybody resets them; ours do not.
What happened before the first snapshot is not known, but who waits in it is; what happened while
nobody listened is not known either, unless the log fills it in. An event does not tell why a caller
left without an answer: with the log that is known, without it all of them are `abandoned`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

import msgspec

from data.model import Ms
from data.rules.call_counts import CallCounter, Leaving, Limits, Stage
from data.sources.asterisk.events import (
    AgentEvent,
    AgentStep,
    CallerEvent,
    CallerStep,
    Event,
    ServerStopping,
)
from data.sources.asterisk.queue_log import LogEvent, count_event, log_lines, parse_line
from data.sources.asterisk.rows import QueueRow
from data.sources.asterisk.snapshot import QueuesNow

OVERLAP_MS = 2000
"""For so long after the log was read, an event may tell what the log has told."""
_TRANSFER = "transfer"


class Epoch(msgspec.Struct, frozen=True):
    """Since when the server's counters of a queue have counted, as far as is known."""

    since: Ms
    row: QueueRow
    """The newest."""
    resets: int = 0
    """How often they were seen to begin anew."""


class OwnCounts:
    """What was offered, answered and lost, since counting began or the log says.

    Agents are counted by interface; those whom only the log names, by that name.

    Attributes:
        counter: The counts.
        since: Since when they are whole; None before the first snapshot.
        epochs: By queue.
        untold: By queue, how many of the abandoned may have been put out otherwise.
        missed: By queue, calls that waited and of which nobody saw what became.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        by_queue: Mapping[str, Limits] | None = None,
        interval_s: int | None = None,
    ) -> None:
        self._limits, self._by_queue, self._interval_s = limits, by_queue, interval_s
        self.counter = self._new_counter()
        self.since: Ms | None = None
        self.epochs: dict[str, Epoch] = {}
        self.untold: dict[str, int] = {}
        self.missed: dict[str, int] = {}
        self._waiting: set[tuple[str, str]] = set()
        self._talking: dict[tuple[str, str], str] = {}
        self._startup = ""
        self._overlap_until: Ms = 0

    def take_snapshot(
        self, now: QueuesNow, at: Ms, *, startup: str = "", after_gap: bool = False
    ) -> bool:
        """Learn who waits, and whether the server's counters have begun anew.

        Args:
            now: Proved whole.
            at: When it was answered, by the server's clock.
            startup: What the server says of when it started; empty where it was not asked.
            after_gap: Whether events may have been lost since the last one.

        Returns:
            Whether counters of any queue have begun anew: by a fall, or by another startup.
        """
        self.since = at if self.since is None else self.since
        is_restart = bool(startup and self._startup and startup != self._startup)
        self._startup = startup or self._startup
        fallen = [self._take_row(row, at, is_new=is_restart) for row in now.queues.values()]
        if after_gap or is_restart:
            self._reconcile(now)
        for (queue, call), entry in now.entries.items():
            if self.counter.stage(call, queue) is None:
                self._enter(queue, call, at - entry.wait_s * 1000)
        return any(fallen)

    def take_event(self, event: Event, at: Ms) -> None:
        """Let an event count.

        Args:
            event: In the order in which they came.
            at: When it came, by the server's clock; an event that tells its own time is believed.
        """
        if isinstance(event, CallerEvent):
            self._take_caller(event, event.at or at)
        elif isinstance(event, AgentEvent):
            self._take_agent(event, event.at or at)
        elif isinstance(event, ServerStopping):
            self._talking.clear()

    def fill(
        self, log: BinaryIO, since: Ms, now: Ms, interfaces: Mapping[str, str] | None = None
    ) -> int:
        """Count anew from the log, each call once; what comes later is counted from events.

        To be called when all events up to now were taken: at the start, and after a gap.

        Args:
            log: The queue_log, with all since the day began.
            since: When the day began: calls that entered before belong to another day.
            now: By the server's clock.
            interfaces: Of agents, by the names that the log uses; names that several bear left out.

        Returns:
            How many lines were rubbish.

        Raises:
            OSError: It cannot be read; nothing has changed then.
        """
        named = interfaces or {}
        counter, waiting, skipped = self._new_counter(), set[tuple[str, str]](), 0
        for line in log_lines(log):
            event = parse_line(line)
            if event is None:
                skipped += 1
            elif _belongs(event, counter, since):
                _count_named(event, counter, named)
                _follow(event, counter, waiting)
        self.counter, self._waiting = counter, waiting
        self.since, self._overlap_until = since, now + OVERLAP_MS
        self.untold, self.missed = {}, {}
        return skipped

    def _take_row(self, row: QueueRow, at: Ms, *, is_new: bool) -> bool:
        known = self.epochs.get(row.queue)
        if known is None:
            self.epochs[row.queue] = Epoch(at, row)
            return False
        has_fallen = row.completed < known.row.completed or row.abandoned < known.row.abandoned
        if is_new or has_fallen:
            self.epochs[row.queue] = Epoch(at, row, known.resets + 1)
            return True
        self.epochs[row.queue] = Epoch(known.since, row, known.resets)
        return False

    def _reconcile(self, now: QueuesNow) -> None:
        """Close the books on calls that waited before a gap and wait no more."""
        for queue, call in [*self._waiting]:
            if (queue, call) not in now.entries:
                self._waiting.discard((queue, call))
                self.missed[queue] = self.missed.get(queue, 0) + 1
        for queue, interface in [*self._talking]:
            member = now.members.get((queue, interface))
            if member is None or not member.in_call:
                del self._talking[queue, interface]

    def _take_caller(self, event: CallerEvent, at: Ms) -> None:
        queue, call = event.queue, event.call
        stage = self.counter.stage(call, queue)
        if event.step is CallerStep.JOINED:
            # Who waits already was seen by a snapshot first; who comes back has ended before.
            if stage is not Stage.WAITING and (stage is None or at > self._overlap_until):
                self._enter(queue, call, at)
        elif event.step is CallerStep.ABANDONED and stage is not Stage.ENDED:
            self._waiting.discard((queue, call))
            self.counter.left(call, queue, at, Leaving.ABANDONED, event.wait_s)
            self.untold[queue] = self.untold.get(queue, 0) + 1

    def _take_agent(self, event: AgentEvent, at: Ms) -> None:
        place = (event.queue, event.interface)
        if event.step is AgentStep.CONNECTED:
            self._waiting.discard((event.queue, event.call))
            self._talking[place] = event.call
            self.counter.answered(event.call, event.queue, event.interface, at, event.wait_s)
        elif event.step is AgentStep.COMPLETED:
            # The channel may have gone before the event was made: then the call is the one in hand.
            in_hand = self._talking.pop(place, "")
            call = event.call or in_hand or f"{event.interface}@{at}"
            if self.counter.stage(call, event.queue) is Stage.ENDED:
                return
            if event.reason == _TRANSFER:
                self.counter.ended(call, event.queue, at)
            else:
                spent = (event.wait_s, event.talk_s)
                self.counter.completed(call, event.queue, event.interface, at, spent)

    def _enter(self, queue: str, call: str, at: Ms) -> None:
        self._waiting.add((queue, call))
        self.counter.entered(call, queue, at)

    def _new_counter(self) -> CallCounter:
        return CallCounter(self._limits, by_queue=self._by_queue, interval_s=self._interval_s)


def _belongs(event: LogEvent, counter: CallCounter, since: Ms) -> bool:
    """Whether an event is of a call that entered since an instant."""
    spent_s = (event.wait_s or 0) + (event.talk_s or 0)
    is_known = counter.stage(event.call, event.queue) is not None
    return event.at >= since and (is_known or event.at - spent_s * 1000 >= since)


def _count_named(event: LogEvent, counter: CallCounter, interfaces: Mapping[str, str]) -> None:
    agent = interfaces.get(event.agent, event.agent)
    known = event if agent == event.agent else msgspec.structs.replace(event, agent=agent)
    count_event(known, counter)


def _follow(event: LogEvent, counter: CallCounter, waiting: set[tuple[str, str]]) -> None:
    """Keep who waits."""
    if event.kind is None:
        return
    if counter.stage(event.call, event.queue) is Stage.WAITING:
        waiting.add((event.queue, event.call))
    else:
        waiting.discard((event.queue, event.call))
