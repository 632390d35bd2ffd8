"""The figures of every queue, and of the queues together.

Figures of several queues are sums over sums, and an agent in several of them counts once. Channels
on which nobody waits at the other end are joined apart and never enter the immediate total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from data.figures.freshness import Moment, SourceAge, source_age
from data.figures.spans import Forecast, against, spans
from data.figures.staff import AgentCounts, Names, Staff
from data.floor import FloorSnapshot, Key
from data.model import Counts, Interval, Ms, Queue
from data.rules import service_level as rule
from data.rules.service_level import Formula
from data.status import SiteInfo
from data.zones import site_day_start

_NO_COUNTS = Counts()
_NO_FORECAST = Forecast()

_HOLDS_MS: Ms = 30_000
"""Intervals begin, end and leave the last half hour at whole multiples of this."""
WAITS_THOUGH_READY_S = 15.0
"""How long a contact may wait beside a ready agent before that is a fault."""


class Span(StrEnum):
    """The spans of time over which a queue is counted."""

    DAY = "day"
    RECENT = "recent"
    """The last 30 minutes: see `data.figures.spans`."""
    INTERVAL = "interval"
    """The running quarter hour."""


class Group(StrEnum):
    """Queues whose figures may be joined; sums across groups would mean nothing."""

    IMMEDIATE = "immediate"
    """A person waits at the other end."""
    OUTBOUND = "outbound"
    """The centre calls: nobody waits until a call is put through."""
    DEFERRED = "deferred"
    """What may wait for hours: e-mail, fax, tasks."""


def group_of(queue: Queue) -> Group:
    """The group that a queue's figures are joined in."""
    if not queue.channel.is_immediate:
        return Group.DEFERRED
    return Group.OUTBOUND if queue.direction == "outbound" else Group.IMMEDIATE


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one queue, or several together, come to. None is undefined, never zero."""

    waiting: int = 0
    longest_wait_s: float | None = None
    day: Counts = _NO_COUNTS
    recent: Counts = _NO_COUNTS
    interval: Counts = _NO_COUNTS
    forecast: Forecast = _NO_FORECAST
    agents: AgentCounts = AgentCounts()
    target_percent: float | None = None
    """The target; of several queues, weighted by what was offered today."""
    is_old: bool = False
    """A source of these figures is not current."""

    def counts(self, span: Span) -> Counts:
        """The raw counts of a span."""
        match span:
            case Span.DAY:
                return self.day
            case Span.RECENT:
                return self.recent
            case Span.INTERVAL:
                return self.interval

    def service_level(self, span: Span, formula: Formula) -> float | None:
        """The service level of a span in percent (0-100), or None where nothing counts."""
        return rule.service_level(self.counts(span), formula)

    @property
    def asa_s(self) -> float | None:
        """Average speed of answer today, seconds."""
        return rule.asa_s(self.day)

    @property
    def aht_s(self) -> float | None:
        """Average handling time today, seconds."""
        return rule.aht_s(self.day)

    @property
    def abandon_rate(self) -> float | None:
        """Abandoned of offered today, percent."""
        return rule.abandon_rate(self.day)


class QueueFigures(Figures, frozen=True, kw_only=True):
    """The figures of one queue."""

    key: Key
    queue: Queue
    as_of: Ms
    """The instant they were computed for: now, or when the source was last known good."""
    interval_starts_at: Ms
    members: tuple[Key, ...] = ()
    """The agents who serve the queue."""
    waits_though_ready: bool = False
    """A contact and a ready agent have both been waiting for more than 15 s: a fault."""


class FloorFigures(msgspec.Struct, frozen=True):
    """The figures of all queues looked at; to be used until there is another look."""

    queues: tuple[QueueFigures, ...]
    immediate: Figures
    """All queues in which a person waits at the other end."""
    formula: Formula
    """The formula in which service levels are shown."""
    ages: Mapping[tuple[str, str], SourceAge]
    """The age of each source, by site and source."""
    staff: Staff
    """The agents by queue."""
    site: str | None = None
    """The site looked at; None for all of the floor."""

    def join(self, queues: Iterable[QueueFigures]) -> Figures:
        """Some of the queues as one: sums over sums, the longest wait of all, each agent once."""
        return _join(queues, self.staff)

    def queue(self, key: Key) -> QueueFigures | None:
        """The figures of one queue, or None where it is not there."""
        return next((figures for figures in self.queues if figures.key == key), None)


def queue_figures(
    snapshot: FloorSnapshot,
    site: str | None,
    moment: Moment,
    formula: Formula = Formula.OFFERED,
    expected: Mapping[Names, Mapping[Ms, float]] | None = None,
) -> FloorFigures:
    """Compute the figures of the queues of a site, or of all sites.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present, on the server's clock and on the monotonic one.
        formula: The formula in which service levels are to be shown.
        expected: Contacts by half hour, for queues whose source forecasts nothing.
    """
    book = QueueBook()
    book.expected = expected or {}
    return book.figures(snapshot, site, moment, formula)


class QueueBook:
    """What is kept of the queues' agents and intervals between two looks at the floor."""

    def __init__(self) -> None:
        self._staff = Staff()
        self._intervals: tuple[Mapping[Key, Interval], dict[Names, list[Interval]]] = ({}, {})
        self._last: dict[Key, QueueFigures] = {}
        self._common: tuple[object, object, tuple[SiteInfo, ...]] = (None, None, ())
        self.expected: Mapping[Names, Mapping[Ms, float]] = {}
        """Contacts that are expected by half hour, of queues whose source forecasts nothing."""

    def figures(
        self,
        snapshot: FloorSnapshot,
        site: str | None,
        moment: Moment,
        formula: Formula = Formula.OFFERED,
    ) -> FloorFigures:
        """The figures of a look, as `queue_figures` computes them anew."""
        ages = source_ages(snapshot, moment)
        self._staff.look(snapshot)
        if snapshot.intervals is not self._intervals[0]:
            self._intervals = snapshot.intervals, _intervals(snapshot)
        floor = _Indexed(
            ages=ages,
            sites={info.id: info for info in snapshot.sites},
            staff=self._staff,
            intervals=self._intervals[1],
            expected=self.expected,
            now=moment.now,
            last=self._last_of(snapshot),
        )
        queues = tuple(
            _held(key, queue, floor) or _one(key, queue, floor)
            for key, queue in snapshot.queues.items()
            if site in {None, key.site}
        )
        self._last = {one.key: one for one in queues}
        return FloorFigures(
            queues=queues,
            immediate=_join(
                [one for one in queues if group_of(one.queue) is Group.IMMEDIATE], self._staff
            ),
            formula=formula,
            ages=ages,
            staff=self._staff,
            site=site,
        )

    def _last_of(self, snapshot: FloorSnapshot) -> Mapping[Key, QueueFigures]:
        """The figures of the last look; none where what all queues have in common is other."""
        intervals, expected, sites = self._common
        self._common = snapshot.intervals, self.expected, snapshot.sites
        is_same = intervals is snapshot.intervals and expected is self.expected
        return self._last if is_same and sites == snapshot.sites else {}


def source_ages(snapshot: FloorSnapshot, moment: Moment) -> dict[tuple[str, str], SourceAge]:
    """The age of every source of the floor, by site and source."""
    return {(health.site, health.source): source_age(health, moment) for health in snapshot.sources}


def _join(queues: Iterable[QueueFigures], staff: Staff) -> Figures:
    many = list(queues)
    waits = [one.longest_wait_s for one in many if one.longest_wait_s is not None]
    forecast = Forecast()
    for one in many:
        forecast += one.forecast
    return Figures(
        waiting=sum(one.waiting for one in many),
        longest_wait_s=max(waits, default=None),
        day=rule.total(one.day for one in many),
        recent=rule.total(one.recent for one in many),
        interval=rule.total(one.interval for one in many),
        forecast=forecast,
        agents=staff.joint_counts([one.key for one in many]),
        target_percent=_joint_target(many),
        is_old=any(one.is_old for one in many),
    )


class _Indexed(msgspec.Struct, frozen=True):
    """A snapshot's rows by the queue they belong to."""

    ages: Mapping[tuple[str, str], SourceAge]
    sites: Mapping[str, SiteInfo]
    staff: Staff
    intervals: Mapping[Names, list[Interval]]
    expected: Mapping[Names, Mapping[Ms, float]]
    now: Ms
    last: Mapping[Key, QueueFigures]
    """The figures of the last look, where nothing that all have in common has changed since."""


def _held(key: Key, queue: Queue, floor: _Indexed) -> QueueFigures | None:
    """The figures of the last look, where time alone cannot have made them others by now."""
    last, age = floor.last.get(key), floor.ages.get((key.site, key.source))
    if last is None or age is None or last.queue is not queue:
        return None
    is_held = (
        last.is_old is age.is_old
        and last.as_of // _HOLDS_MS == age.as_of // _HOLDS_MS
        and last.longest_wait_s is None
        and last.forecast == _NO_FORECAST
        and last.members is floor.staff.members(key)
        and last.agents == floor.staff.counts(key)
    )
    return replace(last, as_of=age.as_of) if is_held else None


def _one(key: Key, queue: Queue, floor: _Indexed) -> QueueFigures:
    age, site = floor.ages.get((key.site, key.source)), floor.sites.get(key.site)
    as_of = age.as_of if age is not None else floor.now
    day_start = queue.day_started_at or (site_day_start(site, as_of) if site is not None else 0)
    rows = floor.intervals.get(key, ())
    joined = spans(rows, day_start, as_of)
    forecast = joined.forecast
    if forecast == _NO_FORECAST and key in floor.expected:
        forecast = against(floor.expected[key], rows, day_start, as_of)
    wait_s = _seconds_since(queue.longest_wait_since, as_of)
    return QueueFigures(
        key=key,
        queue=queue,
        as_of=as_of,
        interval_starts_at=joined.running_starts_at,
        members=floor.staff.members(key),
        waits_though_ready=_waits_though_ready(key, queue, wait_s, floor.staff, as_of),
        waiting=queue.contacts_waiting,
        longest_wait_s=wait_s,
        day=queue.day,
        recent=joined.recent,
        interval=joined.running,
        forecast=forecast,
        agents=floor.staff.counts(key),
        target_percent=queue.target_percent,
        is_old=age.is_old if age is not None else True,
    )


def _intervals(snapshot: FloorSnapshot) -> dict[Names, list[Interval]]:
    by_queue: dict[Names, list[Interval]] = {}
    for row in snapshot.intervals.values():
        by_queue.setdefault((row.site, row.source, row.queue), []).append(row)
    return by_queue


def _seconds_since(at: Ms | None, now: Ms) -> float | None:
    return None if at is None else max(0.0, (now - at) / 1000)


def _waits_though_ready(
    key: Key, queue: Queue, wait_s: float | None, staff: Staff, now: Ms
) -> bool:
    """Both have waited: an agent ready for a second is about to be offered the contact."""
    if wait_s is None or wait_s <= WAITS_THOUGH_READY_S or not queue.channel.is_immediate:
        return False
    return staff.has_been_ready_since(key, now - int(WAITS_THOUGH_READY_S * 1000))


def _joint_target(queues: Sequence[QueueFigures]) -> float | None:
    targets = {one.queue.target_percent for one in queues}
    if len(targets) <= 1:
        return next(iter(targets), None)
    offered = sum(one.day.offered for one in queues)
    if not offered:
        return None
    return sum(one.queue.target_percent * one.day.offered for one in queues) / offered
