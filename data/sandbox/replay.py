"""A recorded day, replayed: wait, outcome, agent and service time of each call as they were.

Local times stay what they were and move to the day asked for. What the file does not say is not
made up: nobody rings, and an agent is logged on from their first call of the day to the end of
their last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from data import contract
from data.model import Channel, Ms
from data.recorded.call_map import CallFileError, load_map
from data.recorded.call_rows import RecordedCall
from data.sandbox.board import AgentRow, Board, QueueRow
from data.sandbox.floor import ENDED_STAYS_MS
from data.sandbox.ledger import Ledger
from data.sandbox.options import SandboxOptions
from data.sandbox.people import AgentPlan
from data.sandbox.ports import Sink
from data.sandbox.recorded import read_day
from data.sandbox.replay_floor import ReplayFloor
from data.sandbox.sizes import QueuePlan, clients_of
from data.sandbox.watched import WatchedSimulation

_Event: TypeAlias = tuple[Ms, int, Callable[[], None]]


class ReplaySimulation(WatchedSimulation):
    """A recorded day on a floor; see `ports.Simulation`.

    Args:
        options: `replay`, `map_file` and `day` are settled.
        sink: Keeps what is committed.

    Raises:
        CallFileError: The map or the file cannot be used.
    """

    SOURCE = "replay"

    def __init__(self, options: SandboxOptions, sink: Sink) -> None:
        if options.replay is None or options.map_file is None:
            raise CallFileError(options.replay or Path(), 0, "map", "--map MAP")
        self._map = load_map(options.map_file)
        self.recorded = read_day(options.replay, self._map, options.map_file)
        self._options = options = replace(options, day_start=self._map.day_start)
        self._now = min(options.day_began, options.opening)
        self._ledger = Ledger()
        board = Board(sink)
        self._floor = ReplayFloor(board, self._ledger, self._plan_queues(), self._plan_agents())
        self._last_end = self._now
        self._events = self._plan_events()
        self._next = 0
        queues = [queue.plan for queue in self._floor.queues.values()]
        self.site = contract.Site(
            id=options.site_id,
            name=options.site_name,
            zone=options.zone,
            day_starts=options.day_start,
            clients=[client for client in clients_of(queues) if client],
        )
        for queue in self._floor.queues.values():
            board.commit(self._now, queue.put)
        for agent in self._floor.agents.values():
            board.commit(self._now, agent.put)

    def now(self) -> Ms:
        """How far the day has come."""
        return self._now

    def day_over(self) -> Ms:
        """The end of the last call, however late, but not before closing time."""
        return max(self._options.closing, self._last_end)

    def advance(self, until: Ms) -> None:
        """Let everything happen up to and including an instant."""
        while self._next < len(self._events) and self._events[self._next][0] <= until:
            at, _, happen = self._events[self._next]
            self._next += 1
            self._now = self._floor.now = max(self._now, at)
            happen()
        self._now = max(self._now, until)

    def _plan_queues(self) -> list[QueueRow]:
        """One queue for each that a call of the day entered."""
        first = {call.queue: call for call in reversed(self.recorded.calls)}
        return [
            QueueRow(self._queue_plan(call), self._options.day_began)
            for _, call in sorted(first.items())
        ]

    def _queue_plan(self, call: RecordedCall) -> QueuePlan:
        names = self._map.of_queue(call.queue)
        channel = call.channel if call.channel in set(Channel) else Channel.OTHER
        return QueuePlan(
            id=call.queue,
            name=names.name or call.queue,
            client=call.client,
            weight=1.0,
            channel=Channel(channel),
            direction=names.direction,
            threshold_s=names.threshold_s,
            short_abandon_s=names.short_abandon_s,
            target_percent=names.target_percent,
        )

    def _plan_agents(self) -> list[AgentRow]:
        """One agent for each whom the file names, in the queues that they served."""
        served: dict[str, set[str]] = {}
        for call in self.recorded.calls:
            if call.agent:
                served.setdefault(call.agent, set()).add(call.queue)
        return [
            AgentRow(
                AgentPlan(agent, agent, "", tuple(sorted(queues)), (), remote=False, pace=1.0),
                self._now,
                self._ledger,
            )
            for agent, queues in sorted(served.items())
        ]

    def _plan_events(self) -> list[_Event]:
        """Everything that will happen, in order; at one instant, in the order of the file."""
        floor = self._floor
        events: list[_Event] = []
        last: dict[str, Ms] = {}

        def add(at: Ms, happen: Callable[[], None]) -> None:
            events.append((at, len(events), happen))

        for call in self.recorded.calls:
            course = floor.course(call, self._instant(call))
            add(course.queued_at, partial(floor.enter, course))
            if call.is_answered:
                add(course.left_at, partial(floor.answer, course))
                add(course.ended_at, partial(floor.end, course))
            else:
                add(course.left_at, partial(floor.hang_up, course))
            add(course.ended_at + ENDED_STAYS_MS, partial(floor.forget, course))
            self._last_end = max(self._last_end, course.ended_at)
            if call.agent:
                last[call.agent] = max(last.get(call.agent, 0), course.ended_at)
        for agent, at in last.items():
            add(at, partial(floor.log_off, floor.agents[agent]))
        return sorted(events, key=lambda event: event[:2])

    def _instant(self, call: RecordedCall) -> Ms:
        """Queue entry, moved to the day asked for; the local time stays what it was."""
        zone = ZoneInfo(self._options.zone)
        day = self._options.day or date.min
        return contract.to_ms(
            datetime.combine(day, call.entered.time(), tzinfo=zone).astimezone(UTC)
        )
