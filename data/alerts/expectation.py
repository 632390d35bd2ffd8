"""What rules watch of what was expected: whether it is too quiet, and whether too few will come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from data.alerts.docket import Docket
from data.alerts.judge import Reading
from data.alerts.outcomes import TrackRecord
from data.alerts.quiet import QUARTER_MS, Silence, pause, quarter
from data.alerts.running import Subject
from data.alerts.view import View
from data.alerts.watch_queues import QueueWatch
from data.figures.foreseen import PoolOutlook
from data.figures.heads import agents_elsewhere, planned_heads
from data.figures.queues import Group, group_of
from data.figures.roster import HALF_HOUR_MS
from data.floor import FloorSnapshot, Key
from data.model import Cause, Kind, Ms, Queue
from data.rules.limits import Scope
from data.settings import Figure

EVERY_MS = 5_000
"""As often as it is looked how long nothing has come."""
STAFF_EVERY_MS = 60_000
COUNTED_MS = 60_000
"""So long after a quarter hour is over its count is taken to be whole."""
_HOUR_MS = 3_600_000


class Expectation(msgspec.Struct, frozen=True):
    """What is expected of a site around the present."""

    site: str
    calls: Mapping[Key, Mapping[Ms, float]]
    """Contacts of each queue, by the beginning of each half hour."""
    need: Mapping[Ms, int]
    """Heads that the queues need, by the same."""
    outlooks: tuple[PoolOutlook, ...] | None = None
    """What the half hours to come are likely to bring; None where that was not looked at."""
    record: TrackRecord = TrackRecord()
    """How often forecasts came true lately."""
    outcomes: Mapping[str, Cause] = {}
    """What came of forecasts, by the ids of alerts."""


class Shortage(msgspec.Struct, frozen=True):
    """A half hour with its heads."""

    starts_at: Ms
    need: int
    planned: int

    @property
    def lacking(self) -> int:
        """How many are lacking; below 0 they are more than enough."""
        return self.need - self.planned


class _Arrivals(msgspec.Struct):
    """What has come to a queue."""

    offered: int
    waiting: int
    last_at: Ms


class ExpectationWatch:
    """Tells the docket how quiet it is, and how many heads will be lacking."""

    def __init__(self, docket: Docket, queues: QueueWatch) -> None:
        self._docket = docket
        self._queues = queues
        self._expected: Expectation | None = None
        self._arrivals: dict[Key, _Arrivals] = {}
        self._look_at: Ms = 0
        self._staff_at: Ms = 0
        self.shortage: Shortage | None = None
        """The worst half hour of those that begin within the hour."""
        self.silences: dict[Subject, Silence] = {}
        """By what it was judged how quiet it is."""

    def expect(self, expectation: Expectation) -> None:
        """Say what is expected of a site from now on."""
        self._expected = expectation

    def look(self, view: View, is_silent: Callable[[str, str], bool]) -> None:
        """Note what has come, and look from time to time whether it is too little."""
        snapshot, now = view.snapshot, view.now
        for key in view.changed(Kind.QUEUE):
            self._note(key, snapshot.queues.get(key), now)
        expectation = self._expected
        if expectation is None:
            return
        # A clock that was put back must not end the looking.
        if not self._look_at - EVERY_MS <= now < self._look_at:
            self._look_at = now + EVERY_MS
            for key, arrivals in self._arrivals.items():
                if is_silent(key.site, key.source):
                    # What came meanwhile nobody knows: the pause begins when it is back.
                    arrivals.last_at = now
            self._read_quiet(expectation, snapshot, now)
        if not self._staff_at - STAFF_EVERY_MS <= now < self._staff_at:
            self._staff_at = now + STAFF_EVERY_MS
            self._read_staff(expectation, snapshot, now)

    def _note(self, key: Key, queue: Queue | None, now: Ms) -> None:
        if queue is None:
            self._arrivals.pop(key, None)
            return
        known = self._arrivals.get(key)
        if known is None:
            self._arrivals[key] = _Arrivals(queue.day.offered, queue.contacts_waiting, now)
            return
        # Not every source counts a contact before it knows what became of it.
        if queue.day.offered != known.offered or queue.contacts_waiting > known.waiting:
            known.last_at = now
        known.offered, known.waiting = queue.day.offered, queue.contacts_waiting

    def _read_quiet(self, expectation: Expectation, snapshot: FloorSnapshot, now: Ms) -> None:
        open_queues = [
            key
            for key in expectation.calls
            if (queue := snapshot.queues.get(key)) is not None
            and group_of(queue) is Group.IMMEDIATE
            and key in self._arrivals
            and not any(switch.on and switch.name == "closed" for switch in queue.switches)
        ]
        for key in expectation.calls:
            queue = snapshot.queues.get(key)
            if queue is None:
                continue
            silence = self._silence([key], expectation, now) if key in open_queues else None
            scope = Scope(
                site=key.site,
                queues=(queue.id, queue.name),
                client=queue.client,
                channel=queue.channel,
            )
            subject = Subject(Figure.TOO_QUIET, key.site, key.source, Kind.QUEUE.value, key.id)
            self._tell(subject, silence, now, scope)
        site = expectation.site
        subject = Subject(Figure.TOO_QUIET, site, "", "site", site)
        whole = self._silence(open_queues, expectation, now) if len(open_queues) > 1 else None
        self._tell(subject, whole, now, Scope(site=site))

    def _silence(self, queues: list[Key], expectation: Expectation, now: Ms) -> Silence | None:
        """The less likely of the pause and the quarter hour that is over."""
        if not queues:
            return None
        halves = _sum(expectation.calls[key] for key in queues)
        last_at = max(self._arrivals[key].last_at for key in queues)
        found = [pause(halves, last_at, now)]
        over = now - COUNTED_MS
        starts_at = over - over % QUARTER_MS - QUARTER_MS
        rows = [self._queues.quarter_of(key, starts_at) for key in queues]
        counted = [row.counts.offered for row in rows if row is not None]
        # A queue of which there is no count at all may have had nobody who counted.
        if counted and len(counted) == len(queues):
            found.append(quarter(halves, sum(counted), starts_at))
        known = [one for one in found if one is not None]
        return min(known, key=lambda one: one.percent, default=None)

    def _tell(self, subject: Subject, silence: Silence | None, now: Ms, scope: Scope) -> None:
        if silence is None:
            self.silences.pop(subject, None)
        else:
            self.silences[subject] = silence
        reading = None if silence is None else Reading(silence.percent, now)
        self._docket.tell(subject, reading, now, scope)

    def _read_staff(self, expectation: Expectation, snapshot: FloorSnapshot, now: Ms) -> None:
        """The worst of the half hours that begin within the hour; the need may not be known."""
        subject = Subject(Figure.UNDERSTAFFED, expectation.site, "", "site", expectation.site)
        halves = [at for at in expectation.need if now < at <= now + _HOUR_MS]
        reading = None
        if halves and any(key.site == expectation.site for key in snapshot.shifts):
            elsewhere = agents_elsewhere(snapshot)
            until = now + _HOUR_MS + HALF_HOUR_MS
            planned = planned_heads(snapshot, expectation.site, elsewhere, now, until)
            need = expectation.need
            found = [Shortage(at, need[at], round(planned.get(at, 0.0))) for at in halves]
            before, self.shortage = self.shortage, max(found, key=lambda one: one.lacking)
            reading = Reading(self.shortage.lacking, now)
            if before != self.shortage:
                self._docket.renew(subject)
        self._docket.tell(subject, reading, now, Scope(site=expectation.site))


def _sum(parts: Iterable[Mapping[Ms, float]]) -> dict[Ms, float]:
    """Several queues' expectations as one, of the half hours that all of them know."""
    total: dict[Ms, float] = {}
    known = list(parts)
    for part in known:
        for at, calls in part.items():
            total[at] = total.get(at, 0.0) + calls
    return {at: calls for at, calls in total.items() if all(at in part for part in known)}
