"""Reading a report: history is asked for sums, and the present for what only it knows.

Only the present knows the team of an agent, the clocks of a complaint and, of the last days, the
plan. Channel, threshold and target of a queue are those that the last keyframe of the period has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from data.cache import report_queries as queries
from data.cache.report_queries import Expected, QueueSums
from data.figures.complaints import clock_view
from data.figures.demand import Origin
from data.figures.freshness import Moment
from data.figures.queues import Group, group_of
from data.figures.report import By, Complaints, Line, QueueLine, Report
from data.figures.report_counts import IntervalCounts
from data.figures.report_days import DayBook
from data.figures.report_lines import (
    agent_lines,
    group_totals,
    interval_lines,
    joined_lines,
    queue_lines,
    target_of,
    team_lines,
)
from data.figures.report_people import Named, PeopleReading, SitePeople, all_of
from data.figures.report_times import (
    SiteInterval,
    by_day,
    by_hour,
    by_time_of_day,
    curves,
    expected_by_time_of_day,
    spare_by_time_of_day,
)
from data.figures.report_work import Coverage
from data.floor import FloorSnapshot, Key
from data.model import Counts, Ms, Queue
from data.rules.pay import meant_by_none
from data.rules.periods import Period, as_far, so_far, span
from data.rules.service_level import Formula
from data.settings import CostSettings
from data.status import SiteInfo
from data.zones import local, site_day_start

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

Span: TypeAlias = tuple[Ms, Ms]


class ReportQuestion(msgspec.Struct, frozen=True):
    """Which report is wanted."""

    period: Period
    by: By
    sites: tuple[SiteInfo, ...]
    """Whose figures; each site has its own days."""
    formula: Formula = Formula.OFFERED
    cost: CostSettings = CostSettings()

    def ask(
        self,
        reader: HistoryReader,
        floor: FloorSnapshot,
        moment: Moment,
        book: DayBook | None = None,
        *,
        is_past: bool = False,
    ) -> Report:
        """The report as history and the present stand.

        Args:
            reader: Of history.
            floor: The floor as of one commit; an empty one where nothing is known of the present.
            moment: The present.
            book: Of days that are over, for whoever asks again and again.
            is_past: Floor and moment are of the past; what came later does not count.

        Raises:
            StoreError: History cannot be read.
            FloorError: A site's zone is not known.
        """
        book = book or DayBook()
        people = PeopleReading(reader, floor, moment, self.cost, book, is_past=is_past)
        counts = IntervalCounts(reader.ask, floor, moment.now, is_past)
        return _Reading(self, reader, floor, moment, people, counts).report()


class _Reading:
    """One report in the making."""

    def __init__(
        self,
        question: ReportQuestion,
        reader: HistoryReader,
        floor: FloorSnapshot,
        moment: Moment,
        people: PeopleReading,
        counts: IntervalCounts,
    ) -> None:
        self._counts = counts
        self._wanted = question
        self._reader = reader
        self._floor = floor
        self._people_of = people
        self._now = moment.now
        self._spans = {
            site.id: so_far(question.period, site, moment.now) for site in question.sites
        }

    def report(self) -> Report:
        wanted = self._wanted
        sums = {site.id: self._sums(site) for site in wanted.sites}
        people = {site.id: self._people(site, sums[site.id]) for site in wanted.sites}
        before = {site.id: self._people_before(site, sums[site.id]) for site in wanted.sites}
        shapes = curves(self._offered(sums), wanted.period)
        queues = [
            replace(one, curve=shapes.get(one.number, ()))
            for site in wanted.sites
            for one in self._queues(site, sums[site.id], people[site.id])
        ]
        intervals = self._intervals(queues, self._spans)
        spare = [ms for one in people.values() for ms in one.spare_ms.values()]
        spare_ms = sum(spare) if spare else None
        totals = group_totals(queues, spare_ms)
        return Report(
            period=wanted.period,
            by=wanted.by,
            formula=wanted.formula,
            is_over=all(self._now >= span(wanted.period, site)[1] for site in wanted.sites),
            now=self._now,
            zones=tuple(dict.fromkeys(site.zone for site in wanted.sites)),
            lines=self._lines(queues, intervals, people, before, sums),
            totals=totals,
            work=all_of(one.agents for one in people.values()),
            work_before=all_of(before.values()),
            coverage=sum((one.coverage for one in people.values()), Coverage()),
            has_targets_then=all(
                its.then or not its.now or self._now < span(wanted.period, site)[1]
                for site, its in ((site, sums[site.id]) for site in wanted.sites)
            ),
            compared_since=self._compared_since(sums),
            currency=wanted.cost.currency if wanted.cost.rate else "",
            rates_of_none=meant_by_none(
                wanted.cost.rate,
                (agent.team for agent in self._floor.agents.values()),
                (queue.client for queue in self._floor.queues.values()),
            ),
            spare_ms=spare_ms,
            complaints=self._complaints(),
            alerts=sum(
                queries.alerts_raised(self._reader.ask, site, *its)
                for site, its in self._spans.items()
            ),
            hours=by_hour(intervals),
            days=by_day(intervals, wanted.period, wanted.sites, self._now),
        )

    def _compared_since(self, sums: Mapping[str, _SiteSums]) -> date | None:
        """The day on which history begins, where that is within what all is held against."""
        found: list[date] = []
        for site in self._wanted.sites:
            start, end = sums[site.id].before_span
            first = queries.first_interval(self._reader.ask, site.id)
            if first is not None and start < site_day_start(site, first) < end:
                found.append(local(site_day_start(site, first), site.zone).date())
        return max(found, default=None)

    def _sums(self, site: SiteInfo) -> _SiteSums:
        """What history has of a site's queues, now and in the period that it is held against."""
        ask, its = self._reader.ask, self._spans[site.id]
        compared = as_far(self._wanted.period.compared, self._wanted.period, site, self._now)
        return _SiteSums(
            now=self._counts.by_queue(site, *its),
            before=self._counts.by_queue(site, *compared),
            before_span=compared,
            expected=(
                queries.forecasts(ask, site.id, *its, by_source=Origin.SOURCE)
                if self._reader.has_demand()
                else {}
            ),
            then=queries.queues_then(ask, *its),
        )

    def _people(self, site: SiteInfo, sums: _SiteSums) -> SitePeople:
        clients = {one.number: one.client for one in (*sums.before, *sums.now)}
        has_imported = any(one.has_imported for one in sums.now)
        its = self._spans[site.id]
        return self._people_of.people(
            site, self._wanted.period, its, clients, has_imported=has_imported
        )

    def _people_before(self, site: SiteInfo, sums: _SiteSums) -> dict[Key, Named]:
        """What agents did in the period before; sums of whole days only against whole days."""
        is_whole = self._now >= span(self._wanted.period, site)[1]
        return self._people_of.people_before(
            site,
            self._wanted.period.compared if is_whole else None,
            sums.before_span,
            has_imported=any(one.has_imported for one in sums.before),
        )

    def _queues(self, site: SiteInfo, sums: _SiteSums, people: SitePeople) -> Iterable[QueueLine]:
        """The queues of which something is known, now or before."""
        before = {one.number: one for one in sums.before}
        now = {one.number: one for one in sums.now}
        for number, one in (before | now).items():
            then, is_told = self._queue_then(site, one, sums)
            was = before[number].counts if number in before else Counts()
            yield QueueLine(
                key=one.key,
                number=number,
                name=one.name,
                client=one.client,
                channel=then.channel,
                group=group_of(then),
                counts=now[number].counts if number in now else Counts(),
                before=was if sums.before else None,
                expected=sums.expected.get(number),
                threshold_s=then.threshold_s if is_told else None,
                target_percent=then.target_percent if is_told else None,
                work=people.queues.get(number),
            )

    def _queue_then(self, site: SiteInfo, one: QueueSums, sums: _SiteSums) -> tuple[Queue, bool]:
        """The queue as it was in the period, or else as it is now, or else as its contacts were.

        Contacts tell neither threshold nor target: with what they tell comes False.
        """
        known = sums.then.get(one.key) or self._floor.queues.get(one.key)
        if known is not None:
            return known, True
        queue = Queue(site=site.id, source=one.key.source, id=one.key.id, name=one.name)
        for its in (self._spans[site.id], sums.before_span):
            found = queries.kind_of_queue(self._reader.ask, one.number, *its)
            if found is not None:
                return replace(queue, channel=found[0], direction=found[1]), False
        return queue, False

    def _lines(
        self,
        queues: Sequence[QueueLine],
        intervals: Sequence[SiteInterval],
        people: Mapping[str, SitePeople],
        before: Mapping[str, Mapping[Key, Named]],
        sums: dict[str, _SiteSums],
    ) -> tuple[Line, ...]:
        agents = dict(pair for one in people.values() for pair in one.agents.items())
        agents_before = dict(pair for one in before.values() for pair in one.items())
        match self._wanted.by:
            case By.QUEUE:
                return queue_lines(queues)
            case By.CLIENT:
                return joined_lines(queues, lambda one: one.client)
            case By.CHANNEL:
                return joined_lines(queues, lambda one: one.channel.value)
            case By.AGENT:
                return agent_lines(agents, agents_before)
            case By.TEAM:
                teams = {key: agent.team for key, agent in self._floor.agents.items()}
                return team_lines(agents, agents_before, teams)
            case By.INTERVAL:
                spans_before = {site: its.before_span for site, its in sums.items()}
                return interval_lines(
                    by_time_of_day(intervals),
                    by_time_of_day(self._intervals(queues, spans_before)),
                    spare_by_time_of_day(self._spare(people)),
                    expected_by_time_of_day(self._expected(queues)),
                    has_before=any(its.before for its in sums.values()),
                    target_percent=target_of(one for one in queues if one.group is Group.IMMEDIATE),
                )

    def _intervals(self, queues: Sequence[QueueLine], spans: dict[str, Span]) -> list[SiteInterval]:
        """The intervals of the queues in which a person waits."""
        found: list[SiteInterval] = []
        for site in self._wanted.sites:
            numbers = {one.key: one.number for one in _waited(queues, site)}
            sums = self._counts.by_interval(site, numbers, *spans[site.id])
            found += ((site, starts, counts) for starts, counts in sums)
        return found

    def _offered(self, sums: Mapping[str, _SiteSums]) -> list[tuple[SiteInfo, int, Ms, int]]:
        """What was offered to every queue, half hour by half hour."""
        found: list[tuple[SiteInfo, int, Ms, int]] = []
        for site in self._wanted.sites:
            numbers = {one.key: one.number for one in sums[site.id].now}
            told = self._counts.offered(site, numbers, *self._spans[site.id])
            found += ((site, *row) for row in told)
        return found

    def _spare(self, people: Mapping[str, SitePeople]) -> list[tuple[SiteInfo, Ms, int]]:
        return [
            (site, at, ms)
            for site in self._wanted.sites
            for at, ms in people[site.id].spare_ms.items()
        ]

    def _expected(self, queues: Sequence[QueueLine]) -> list[tuple[SiteInfo, Ms, Expected]]:
        """What was forecast of the queues in which a person waits, by the quarter hour."""
        ask, has_kept = self._reader.ask, self._reader.has_demand()
        found: list[tuple[SiteInfo, Ms, Expected]] = []
        for site in self._wanted.sites:
            numbers = [one.number for one in _waited(queues, site)]
            its = self._spans[site.id]
            told = queries.forecasts_by_time(ask, numbers, *its, has_kept=has_kept)
            found += ((site, at, one) for at, one in told.items())
        return found

    def _complaints(self) -> Complaints:
        result = Complaints()
        for site, its in self._spans.items():
            for key in queries.complaints_raised(self._reader.ask, site, *its):
                result = result + self._complaint(key)
        return result

    def _complaint(self, key: Key) -> Complaints:
        record = self._floor.escalations.get(key)
        if record is None:
            return Complaints(raised=1)
        if clock_view(record, self._now).missed:
            return Complaints(raised=1, late=1)
        return Complaints(raised=1, open=record.is_open, in_time=not record.is_open)


class _SiteSums(msgspec.Struct, frozen=True):
    """What history has of a site."""

    now: list[QueueSums]
    before: list[QueueSums]
    before_span: Span
    expected: dict[int, Expected]
    then: dict[Key, Queue]


def _waited(queues: Sequence[QueueLine], site: SiteInfo) -> list[QueueLine]:
    """A site's queues in which a person waits."""
    return [one for one in queues if one.group is Group.IMMEDIATE and one.key.site == site.id]
