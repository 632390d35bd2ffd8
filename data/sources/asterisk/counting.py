"""Counts of our own, from snapshots and events, with the server's counters as a check.

The server's counters fall to zero when it starts and whenever anybody resets them; ours do not.
What happened before the first snapshot is not known, but who waits in it is; what happened while
nobody listened is not known either, unless the log fills it in. An event does not tell why a caller
left without an answer: with the log that is known, without it all of them are `abandoned`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import BinaryIO, TypeAlias

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
STALE_MS = 3000
"""A snapshot may be so much older than it seems: it can list who has left since."""
_TRANSFER = "transfer"
_LATEST_MS = 10 * 60_000
"""Events wait for so long at most until they are asked for."""
_MOST_LEFT = 2000
"""Calls of which it is kept when they left: as many as can be in a list that is a little old."""
Place: TypeAlias = tuple[str, str]
"""Queue and call, or queue and interface."""


class Epoch(msgspec.Struct, frozen=True):
    """Since when the server's counters of a queue have counted, as far as is known."""

    since: Ms
    row: QueueRow
    """The newest."""
    resets: int = 0
    """How often they were seen to begin anew."""


def moment_of(event: Event, at: Ms) -> Ms:
    """When an event was, by the server's clock.

    Args:
        event: What it tells of its own time is believed if it can be true.
        at: When it came.
    """
    told = event.at
    return told if told is not None and at - _LATEST_MS <= told <= at else at


class OwnCounts:
    """What was offered, answered and lost, since counting began or the log says.

    Agents are counted by interface; those whom only the log names, by that name.

    Attributes:
        counter: The counts.
        since: Since when they are whole; None before the first snapshot.
        epochs: By queue.
        untold: By queue, how many of the abandoned may have been put out otherwise.
        missed: By queue, calls that waited and of which nobody saw what became.
        waiting: Queue and call of those who wait.
        told: What the log told of calls that were to be followed, in order, by queue and call.
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
        self.waiting: set[Place] = set()
        self.told: dict[Place, list[LogEvent]] = {}
        self._lost: set[Place] = set()
        self._left_at: dict[Place, Ms] = {}
        self._talking: dict[Place, str] = {}
        self._startup = ""
        self._overlap_until: Ms = 0

    def is_restart(self, startup: str) -> bool:
        """Whether the server has started anew since it last said when it started."""
        return bool(startup and self._startup and startup != self._startup)

    def take_snapshot(
        self,
        now: QueuesNow,
        at: Ms,
        *,
        startup: str = "",
        after_gap: bool = False,
        talking: Mapping[Place, str] | None = None,
    ) -> bool:
        """Learn who waits, and whether the server's counters have begun anew.

        Args:
            now: Proved whole.
            at: When it was answered, by the server's clock.
            startup: What the server says of when it started; empty where it was not asked.
            after_gap: Whether events may have been lost since the last one.
            talking: Calls in hand by queue and interface, as far as channels tell.

        Returns:
            Whether counters of any queue have begun anew: by a fall, or by another startup.
        """
        self.since = at if self.since is None else self.since
        started = min((row.since for row in now.members.values() if row.since), default=at)
        is_restart = self.is_restart(startup)
        self._startup = startup or self._startup
        fallen = [self._take_row(row, at, started, is_restart) for row in now.queues.values()]
        self._talking.update(talking or {})
        if after_gap or is_restart:
            self._reconcile(now)
        for (queue, call), entry in now.entries.items():
            self._take_entry((queue, call), at - entry.wait_s * 1000, at)
        return any(fallen)

    def begin_day(self, since: Ms, kept_from: Ms) -> None:
        """Begin a day at nothing; who waits belongs to the day before.

        Args:
            since: When it began.
            kept_from: Intervals since then are still counted in.
        """
        self.counter.begin_day(since, kept_from)
        self.since = since
        self.untold, self.missed = {}, {}
        self._lost.clear()
        self.epochs = {queue: Epoch(epoch.since, epoch.row) for queue, epoch in self.epochs.items()}

    def leave(self, queue: str, call: str, at: Ms, how: Leaving) -> None:
        """A call that waits has left, as the course of events tells and no single one does."""
        entered = self.counter.entered_at(call, queue)
        if (queue, call) in self.waiting and entered is not None:
            self._forget_waiting(queue, call, at)
            self.counter.left(call, queue, at, how, max(0, at - entered) // 1000)

    def lose(self, queue: str, call: str) -> None:
        """A call waits no more, and nobody saw what became of it."""
        place = queue, call
        if place in self.waiting:
            self.waiting.discard(place)
            self._lost.add(place)
            self.missed[queue] = self.missed.get(queue, 0) + 1

    def wait_again(self, queue: str, call: str) -> None:
        """Count on with a call that waits, after `counter.recall`."""
        self.waiting.add((queue, call))

    def talk_again(self, queue: str, interface: str, call: str) -> None:
        """Count on with a call that an agent talks in, after `counter.recall`."""
        self._talking[queue, interface] = call

    def take_event(self, event: Event, at: Ms) -> None:
        """Let an event count.

        Args:
            event: In the order in which they came.
            at: When it came, by the server's clock.
        """
        if isinstance(event, CallerEvent):
            self._take_caller(event, moment_of(event, at))
        elif isinstance(event, AgentEvent):
            self._take_agent(event, moment_of(event, at))
        elif isinstance(event, ServerStopping):
            self._talking.clear()

    def fill(
        self,
        log: BinaryIO,
        since: Ms,
        now: Ms,
        interfaces: Mapping[str, str] | None = None,
        is_wanted: Callable[[str], bool] = lambda _queue: True,
        followed: Collection[Place] = (),
    ) -> int:
        """Count anew from the log, each call once; what comes later is counted from events.

        To be called when all events up to now were taken: at the start, and after a gap.

        Args:
            log: The queue_log, with all since the day began.
            since: When the day began: calls that entered before belong to another day.
            now: By the server's clock.
            interfaces: Of agents, by the names that the log uses; names that several bear left out.
            is_wanted: Which queues are counted, by name.
            followed: Queue and call of those whose course is to be `told`.

        Returns:
            How many lines were rubbish.

        Raises:
            OSError: It cannot be read; nothing has changed then.
        """
        named = interfaces or {}
        counter, waiting, skipped = self._new_counter(), set[Place](), 0
        told: dict[Place, list[LogEvent]] = {place: [] for place in followed}
        for line in log_lines(log):
            event = parse_line(line)
            if event is None:
                skipped += 1
            elif is_wanted(event.queue) and _belongs(event, counter, since):
                _count_named(event, counter, named)
                _follow(event, counter, waiting)
                if (place := (event.queue, event.call)) in told:
                    told[place].append(event)
        self.told = told
        self._keep_earlier(counter, since)
        self.counter, self.waiting = counter, waiting
        self.since, self._overlap_until = since, now + OVERLAP_MS
        self.untold, self.missed = {}, {}
        self._lost.clear()
        return skipped

    def _keep_earlier(self, counter: CallCounter, since: Ms) -> None:
        """Leave to another counter what belongs to the day before: intervals, and who waits."""
        before = self.counter
        counter.since = max(before.since, since)
        for queue, rows in before.intervals.items():
            earlier = {starts: tally for starts, tally in rows.items() if starts < since}
            counter.intervals.setdefault(queue, {}).update(earlier)
        for queue, call in self.waiting:
            entered = before.entered_at(call, queue)
            if entered is not None and entered < since:
                counter.recall(call, queue, entered, Stage.WAITING, is_counted=False)

    def _take_row(self, row: QueueRow, at: Ms, started: Ms, is_new: bool) -> bool:
        known = self.epochs.get(row.queue)
        if known is None:
            # A member is as old as the server's start, unless it was added since.
            self.epochs[row.queue] = Epoch(min(started, at), row)
            return False
        has_fallen = row.completed < known.row.completed or row.abandoned < known.row.abandoned
        if is_new or has_fallen:
            self.epochs[row.queue] = Epoch(at, row, known.resets + 1)
            return True
        self.epochs[row.queue] = Epoch(known.since, row, known.resets)
        return False

    def _reconcile(self, now: QueuesNow) -> None:
        """Close the books on calls that waited before a gap and wait no more."""
        in_hand = self._in_hand()
        for queue, call in [*self.waiting]:
            if (queue, call) in in_hand:
                # Answered unseen: it counts when its end tells how long it waited.
                self.waiting.discard((queue, call))
            elif (queue, call) not in now.entries:
                self.lose(queue, call)
        for queue, interface in [*self._talking]:
            member = now.members.get((queue, interface))
            if member is None or not member.in_call:
                del self._talking[queue, interface]

    def _in_hand(self) -> set[Place]:
        return {(queue, call) for (queue, _interface), call in self._talking.items()}

    def _take_entry(self, place: Place, entered: Ms, at: Ms) -> None:
        queue, call = place
        stage = self.counter.stage(call, queue)
        if stage is None:
            self._enter(queue, call, entered)
        elif stage is Stage.WAITING:
            self._find(place)
            self.waiting.add(place)
        else:
            # It has left, as events say, and is listed: an old list, or it has come back.
            left_at = self._left_at.get(place, 0)
            if at > left_at + STALE_MS and entered > left_at:
                self._enter(queue, call, entered)

    def _take_caller(self, event: CallerEvent, at: Ms) -> None:
        queue, call = event.queue, event.call
        stage = self.counter.stage(call, queue)
        if event.step is CallerStep.JOINED:
            # Who waits already was seen by a snapshot first; who comes back has ended before.
            if stage is not Stage.WAITING and (stage is None or at > self._overlap_until):
                self._enter(queue, call, at)
        elif event.step is CallerStep.ABANDONED and stage is not Stage.ENDED:
            self._forget_waiting(queue, call, at)
            self.counter.left(call, queue, at, Leaving.ABANDONED, event.wait_s)
            self.untold[queue] = self.untold.get(queue, 0) + 1

    def _take_agent(self, event: AgentEvent, at: Ms) -> None:
        place = (event.queue, event.interface)
        if event.step is AgentStep.CONNECTED:
            stage = self.counter.stage(event.call, event.queue)
            if stage is Stage.ENDED and at <= self._overlap_until:
                return
            self._forget_waiting(event.queue, event.call, at)
            self._talking[place] = event.call
            self.counter.answered(event.call, event.queue, event.interface, at, event.wait_s)
        elif event.step is AgentStep.COMPLETED:
            # The channel may have gone before the event was made: then the call is the one in hand.
            in_hand = self._talking.pop(place, "")
            call = event.call or in_hand or f"{event.interface}@{at}"
            stage = self.counter.stage(call, event.queue)
            if stage is Stage.ENDED:
                return
            if stage is Stage.WAITING:
                # Answered while nobody listened: the end tells of it.
                self._forget_waiting(event.queue, call, at)
                self.counter.answered(call, event.queue, event.interface, at, event.wait_s)
            if event.reason == _TRANSFER:
                self.counter.ended(call, event.queue, at)
            else:
                spent = (event.wait_s, event.talk_s)
                self.counter.completed(call, event.queue, event.interface, at, spent)

    def _enter(self, queue: str, call: str, at: Ms) -> None:
        self.waiting.add((queue, call))
        self.counter.entered(call, queue, at)

    def _forget_waiting(self, queue: str, call: str, at: Ms) -> None:
        self._find((queue, call))
        self.waiting.discard((queue, call))
        self._left_at[queue, call] = at
        if len(self._left_at) > _MOST_LEFT:
            del self._left_at[next(iter(self._left_at))]

    def _find(self, place: Place) -> None:
        """A call that had been given up is seen again."""
        if place in self._lost:
            self._lost.discard(place)
            self.missed[place[0]] -= 1

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
