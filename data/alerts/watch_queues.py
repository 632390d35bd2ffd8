"""The figures of queues that rules watch, read again where a queue has changed."""

from __future__ import annotations

from msgspec.structs import replace

from data.alerts.docket import Docket
from data.alerts.judge import Reading
from data.alerts.running import Subject
from data.alerts.view import View
from data.figures.spans import spans
from data.figures.staff import Staff
from data.floor import FloorSnapshot, Key
from data.model import AgentState, Interval, Kind, Ms, Queue
from data.rules import service_level as rule
from data.rules.limits import Scope
from data.rules.service_level import Formula
from data.settings import Figure

AGAIN_MS = 60_000
"""As often all queues are read, for spans that go on with time."""
_KEPT_MS = 2 * 3_600_000


class QueueWatch:
    """Tells the docket of queues.

    Args:
        docket: What judges.
        formula: The formula of the service levels.
    """

    def __init__(self, docket: Docket, formula: Formula) -> None:
        self._docket = docket
        self._formula = formula
        self.staff = Staff()
        """The agents by queue."""
        self._intervals: dict[Key, dict[Key, Interval]] = {}
        self._again_at: Ms = 0

    def look(self, view: View) -> None:
        """Read what has changed since the look before."""
        snapshot, now = view.snapshot, view.now
        self.staff.look(snapshot)
        dirty = set(view.changed(Kind.QUEUE))
        dirty |= self._take_intervals(view)
        dirty |= _waited_for(view)
        # A clock that was put back must not end the looking.
        if not self._again_at - AGAIN_MS <= now < self._again_at:
            self._again_at = now + AGAIN_MS
            dirty.update(key for key in snapshot.queues if key.site == view.site)
        for key in dirty:
            self._read(key, snapshot.queues.get(key), snapshot, now)

    def quarter_of(self, key: Key, starts_at: Ms) -> Interval | None:
        """The counts of a queue's interval that began at an instant."""
        rows = self._intervals.get(key, {}).values()
        return next((row for row in rows if row.starts_at == starts_at), None)

    def _take_intervals(self, view: View) -> set[Key]:
        touched: set[Key] = set()
        snapshot, now = view.snapshot, view.now
        for key in view.changed(Kind.INTERVAL):
            row = snapshot.intervals.get(key) or view.before.intervals.get(key)
            if row is None or row.starts_at < now - _KEPT_MS:
                continue
            queue = Key(row.site, row.source, row.queue)
            rows = self._intervals.setdefault(queue, {})
            if key in snapshot.intervals:
                rows[key] = row
            else:
                rows.pop(key, None)
            touched.add(queue)
        for queue in touched:
            rows = self._intervals[queue]
            for key in [each for each, row in rows.items() if row.starts_at < now - _KEPT_MS]:
                del rows[key]
        return touched

    def _read(self, key: Key, queue: Queue | None, snapshot: FloorSnapshot, now: Ms) -> None:
        def tell(figure: Figure, reading: Reading | None, scope: Scope) -> None:
            self._docket.tell(
                Subject(figure, key.site, key.source, Kind.QUEUE.value, key.id), reading, now, scope
            )

        if queue is None:
            for figure in _FIGURES:
                tell(figure, None, _NOTHING)
            return
        scope = Scope(
            site=key.site,
            queues=(queue.id, queue.name),
            client=queue.client,
            channel=queue.channel,
            offered=queue.day.offered,
        )
        since = queue.longest_wait_since
        tell(Figure.WAITING, Reading(queue.contacts_waiting, now), scope)
        tell(Figure.LONGEST_WAIT, None if since is None else Reading(0, since, 1), scope)
        level = rule.service_level(queue.day, self._formula)
        tell(Figure.SERVICE_LEVEL_DAY, _constant(level, now), scope)
        tell(Figure.ABANDON_RATE, _constant(rule.abandon_rate(queue.day), now), scope)
        recent = spans(self._intervals.get(key, {}).values(), queue.day_started_at, now).recent
        level = rule.service_level(recent, self._formula)
        scope_30 = replace(scope, offered=recent.offered)
        tell(Figure.SERVICE_LEVEL_RECENT, _constant(level, now), scope_30)
        ready = self._ready_since(key, snapshot) if since is not None else None
        both = None if since is None or ready is None else Reading(0, max(since, ready), 1)
        tell(Figure.WAITS_THOUGH_READY, both if queue.channel.is_immediate else None, scope)

    def _ready_since(self, key: Key, snapshot: FloorSnapshot) -> Ms | None:
        """Since when an agent of a queue has been ready, the longest; None where nobody is."""
        if not self.staff.counts(key).ready:
            return None
        agents = (snapshot.agents[member] for member in self.staff.members(key))
        return min(
            (
                agent.since
                for agent in agents
                if agent.state is AgentState.READY and key.id not in agent.paused_in
            ),
            default=None,
        )


_NOTHING = Scope()
_FIGURES = (
    Figure.WAITING,
    Figure.LONGEST_WAIT,
    Figure.SERVICE_LEVEL_DAY,
    Figure.ABANDON_RATE,
    Figure.SERVICE_LEVEL_RECENT,
    Figure.WAITS_THOUGH_READY,
)


def _constant(value: float | None, now: Ms) -> Reading | None:
    return None if value is None else Reading(value, now)


def _waited_for(view: View) -> set[Key]:
    """The queues in which somebody waits and an agent has become ready, or is so no more."""
    waiting = {
        key for key, queue in view.snapshot.queues.items() if queue.longest_wait_since is not None
    }
    if not waiting:
        return set()
    return {
        found
        for key, old, new in view.agents
        for agent in (old, new)
        if agent is not None and agent.state is AgentState.READY
        for queue in agent.queues
        if (found := Key(key.site, key.source, queue)) in waiting
    }
