"""What agents did in the days of a report: signed in, as planned, late; and heads too many.

Every day is counted from the states in history, against the plan that is known best of it: that
which the floor still shows, or the one in history's keyframes, of which that of the day after has
what was put right later. Days that are over for good are counted once by whoever keeps a `DayBook`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from data.cache import report_queries as queries
from data.cache import report_staff as staff
from data.figures.agents import agent_figures
from data.figures.freshness import Moment
from data.figures.heads import agents_elsewhere
from data.figures.planned import Planned
from data.figures.queues import source_ages
from data.figures.report_attendance import Piece, agent_time, pieces_of
from data.figures.report_work import Work
from data.floor import FloorSnapshot, Key
from data.model import Activity, Ms, Shift
from data.rules.adherence import WORKING
from data.rules.demand import HALF_HOUR_MS
from data.rules.pay import rate_days
from data.rules.shift_plan import plan_of
from data.settings import CostSettings, PaidHours
from data.status import SiteInfo
from data.zones import day_begins, local, site_day_start

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

_CORRECTED_MS = 86_400_000
"""How long after a day its plan is still shown, and so put right."""
_MOST_KEPT = 20_000
"""Agents in a book, those of each span by themselves: some fifteen megabytes."""


class AgentTime(msgspec.Struct, frozen=True):
    """What one agent did."""

    name: str
    work: Work
    paid: Mapping[date, int]
    """Paid hours, ms, by the first day of the stretch in which rates do not change."""

    def __add__(self, other: AgentTime) -> AgentTime:
        """Two spans together."""
        days = self.paid.keys() | other.paid.keys()
        paid = {day: self.paid.get(day, 0) + other.paid.get(day, 0) for day in days}
        return AgentTime(other.name or self.name, self.work + other.work, paid)


class SiteTime(msgspec.Struct, frozen=True, kw_only=True):
    """What the agents of a site did in some days, and of how many of these it is known."""

    agents: Mapping[Key, AgentTime] = {}
    spare_ms: Mapping[Ms, int] = {}
    """Heads above the need times half an hour, by half hour; 0 where there were none too many."""
    days: int = 0
    known_days: int = 0
    """Those of which any state is kept."""
    planned_days: int = 0
    """Those of which a plan is known, too."""

    def __add__(self, other: SiteTime) -> SiteTime:
        """Two spans, or two sites, together."""
        agents = dict(self.agents)
        for key, one in other.agents.items():
            agents[key] = agents[key] + one if key in agents else one
        both = self.spare_ms.keys() | other.spare_ms.keys()
        return SiteTime(
            agents=agents,
            spare_ms={at: self.spare_ms.get(at, 0) + other.spare_ms.get(at, 0) for at in both},
            days=self.days + other.days,
            known_days=self.known_days + other.known_days,
            planned_days=self.planned_days + other.planned_days,
        )


class Day(NamedTuple):
    """A counting day of a site, or what of it is asked about."""

    date: date
    start: Ms
    end: Ms


class DayBook:
    """Keeps what days came to that are over for good, for whoever asks again and again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], SiteTime] = {}

    def sum(self, of: tuple[object, ...], make: Callable[[], SiteTime]) -> SiteTime:
        """What was kept under a name, or is made now; what was asked for longest ago goes."""
        found = self._kept.pop(of, None)
        self._kept[of] = found if found is not None else make()
        while len(self._kept) > 1 and sum(map(_agents_in, self._kept.values())) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return self._kept[of]


class SiteDays:
    """Counts the days of one site.

    Args:
        reader: Of history.
        floor: The floor as of one commit.
        site: Which.
        moment: The present.
        cost: What is paid for.
        has_spare: Whether heads too many are counted.
    """

    def __init__(
        self,
        reader: HistoryReader,
        floor: FloorSnapshot,
        site: SiteInfo,
        moment: Moment,
        cost: CostSettings,
        *,
        has_spare: bool,
    ) -> None:
        self._reader = reader
        self._floor = floor
        self._site = site
        self._moment = moment
        self._cost = cost
        self._elsewhere: Collection[Key] | None = None
        self._has_spare = has_spare and reader.has_demand()
        self._agents = staff.agents_of(reader.ask, site.id)
        self._kept_since = staff.kept_since(reader.ask)
        self._ages = source_ages(floor, moment)

    def time(self, start: Ms, end: Ms, book: DayBook) -> SiteTime:
        """What the agents did between two instants.

        Raises:
            StoreError: History cannot be read.
        """
        days = list(_days(self._site, start, end))
        if not days:
            return SiteTime()
        rates = self._cost.rate
        stretches = rate_days(rates, days[0].date, days[-1].date + timedelta(days=1))
        done = [day for day in days if day.end + _CORRECTED_MS <= self._moment.now]
        of = (self._site, tuple(done), self._cost, self._has_spare, self._planned_in(done))
        result = book.sum(of, lambda: self._sum(done, stretches)) if done else SiteTime()
        return result + self._sum(days[len(done) :], stretches)

    def _planned_in(self, days: list[Day]) -> frozenset[Shift]:
        """The shifts of some days that the floor shows: they may be put right at any time."""
        if not days:
            return frozenset()
        return frozenset(
            shift
            for shift in self._floor.shifts.values()
            if shift.site == self._site.id
            and shift.starts_at < days[-1].end
            and shift.ends_at > days[0].start
        )

    def _sum(self, days: list[Day], stretches: list[date]) -> SiteTime:
        result = SiteTime()
        for day in days:
            result += self._day(day, max(one for one in stretches if one <= day.date))
        return result

    def _day(self, day: Day, rates_of: date) -> SiteTime:
        plans = self._plans(day)
        asked = {
            agent: pieces_of(plans.get(agent.key, ()), day.start, self._end(day, agent.key))
            for agent in self._agents
        }
        spent = staff.spent_in(
            self._reader.ask,
            [
                staff.Stretch(agent.number, piece.start, piece.end)
                for agent, pieces in asked.items()
                for piece in pieces
            ],
            day.end,
        )
        found: dict[Key, AgentTime] = {}
        for agent, pieces in asked.items():
            told = [next(spent) for _piece in pieces]
            work = agent_time(pieces, told, day.start, day.end)
            if work is not None:
                paid = {rates_of: self._paid_ms(work, pieces)}
                found[agent.key] = AgentTime(agent.name, work, paid)
        is_known = bool(found)
        self._count_running(found, day)
        if not is_known or day.start < (self._kept_since or day.start):
            self._add_sums_of_source(
                found, day, rates_of, {agent.key: pieces for agent, pieces in asked.items()}
            )
        return SiteTime(
            agents=found,
            spare_ms=self._spare(day) if is_known and self._has_spare else {},
            days=1,
            known_days=int(is_known),
            planned_days=int(any(one.work.scheduled_ms for one in found.values())),
        )

    def _paid_ms(self, work: Work, pieces: list[Piece]) -> int:
        planned = sum(piece.end - piece.start for piece in pieces if piece.is_scheduled)
        is_planned = self._cost.hours is PaidHours.PLANNED and planned > 0
        return planned if is_planned else work.signed_in_ms or 0

    def _plans(self, day: Day) -> dict[Key, tuple[Activity, ...]]:
        """The plans of a day by agent: of what is known of it, that with most shifts."""
        best = _shifts(self._floor, self._site.id, day)
        if day.end < self._moment.now:
            for until in (day.end + _CORRECTED_MS, day.end):
                agents, shifts = queries.plan_then(self._reader.ask, day.start, until)
                kept = FloorSnapshot(agents=agents, shifts=shifts)
                best = max(best, _shifts(kept, self._site.id, day), key=_count)
        return {key: plan_of(tuple(shifts)) for key, shifts in best.items()}

    def _count_running(self, found: dict[Key, AgentTime], day: Day) -> None:
        """Of today adherence is what the sync process has counted, up to what is known good."""
        if day.end != self._moment.now:
            return
        for one in agent_figures(self._floor, self._site.id, self._moment):
            kept = one.schedule
            if kept is None or not kept.scheduled_s:
                continue
            known = found.get(one.key, AgentTime(one.agent.name, Work(), {}))
            work = msgspec.structs.replace(
                known.work,
                scheduled_ms=round(kept.scheduled_s * 1000),
                adherent_ms=round(kept.adherent_s * 1000),
            )
            found[one.key] = msgspec.structs.replace(known, work=work)

    def _end(self, day: Day, key: Key) -> Ms:
        """Up to when a day counts: of a source that is not current, up to when it was."""
        if day.end != self._moment.now:
            return day.end
        age = self._ages.get((key.site, key.source))
        return day.end if age is None else max(day.start, min(day.end, age.as_of))

    def _add_sums_of_source(
        self,
        found: dict[Key, AgentTime],
        day: Day,
        rates_of: date,
        asked: Mapping[Key, list[Piece]],
    ) -> None:
        """Of a day whose states are not all kept the source's own sums count, where they are more.

        Sources have days of their own, which may begin at midnight where the site's does not.
        """
        midnight = msgspec.structs.replace(self._site, day_start="00:00")
        span = (day_begins(midnight, one) for one in (day.date, day.date + timedelta(days=1)))
        told = staff.signed_in_by_source(self._reader.ask, self._site.id, *span)
        for key, (name, ms) in told.items():
            known = found.get(key, AgentTime(name, Work(), {}))
            if ms > (known.work.signed_in_ms or 0):
                work = msgspec.structs.replace(known.work, signed_in_ms=ms)
                paid = {rates_of: self._paid_ms(work, asked.get(key, []))}
                found[key] = AgentTime(known.name or name, work, paid)

    def _spare(self, day: Day) -> dict[Ms, int]:
        """The half hours of which need and heads are known, with what was above the need."""
        if self._elsewhere is None:
            self._elsewhere = agents_elsewhere(self._floor)
        found = {}
        needed = staff.heads_needed(self._reader.ask, self._site.id, day.start, day.end)
        for at, need in needed:
            until = at + HALF_HOUR_MS
            heads = self._reader.heads(self._site.id, WORKING, at, until, self._elsewhere)
            if heads is not None:
                found[at] = round(max(0.0, heads - need) * HALF_HOUR_MS)
        return found


def _agents_in(time: SiteTime) -> int:
    return len(time.agents)


def _days(site: SiteInfo, start: Ms, end: Ms) -> list[Day]:
    """The counting days between two instants; the last as far as it is between them."""
    found: list[Day] = []
    day = local(site_day_start(site, start), site.zone).date()
    while start < end:
        after = day_begins(site, day + timedelta(days=1))
        found.append(Day(day, start, min(end, after)))
        day, start = day + timedelta(days=1), after
    return found


def _shifts(snapshot: FloorSnapshot, site: str, day: Day) -> dict[Key, list[Shift]]:
    """The shifts that reach into a day, by the agents whose they are."""
    planned = Planned(snapshot)
    found: dict[Key, list[Shift]] = {}
    for shift in snapshot.shifts.values():
        if shift.site == site and shift.starts_at < day.end and shift.ends_at > day.start:
            found.setdefault(planned.key(shift), []).append(shift)
    return found


def _count(shifts: Mapping[Key, list[Shift]]) -> int:
    return sum(len(each) for each in shifts.values())
