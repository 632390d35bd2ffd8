"""Who worked in the time of a report: what history knows of agents, their plans and their cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from data.cache import report_queries as queries
from data.cache import report_staff as staff
from data.cache.report_queries import Worked
from data.figures.freshness import Moment
from data.figures.report_cost import priced
from data.figures.report_days import DayBook, SiteDays, SiteTime
from data.figures.report_work import Coverage, Work
from data.floor import FloorSnapshot, Key
from data.model import Agent, Ms
from data.rules.periods import Period, span
from data.settings import CostSettings
from data.status import SiteInfo
from data.zones import site_day_start

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

Named: TypeAlias = tuple[str, Work]
"""An agent's name, and what they did."""


class SitePeople(msgspec.Struct, frozen=True, kw_only=True):
    """What the agents of one site did."""

    agents: Mapping[Key, Named]
    queues: Mapping[int, Work]
    """By the numbers of queues: their share of cost and of ready time."""
    spare_ms: Mapping[Ms, int]
    """Heads above the need times half an hour, by half hour, where both are known."""
    coverage: Coverage


class PeopleReading:
    """Reads what agents did.

    Args:
        reader: Of history.
        floor: The floor as of one commit.
        moment: The present.
        cost: What work costs.
        book: Of days that are over for good.
        is_past: The floor is as it was at the moment: of the day in which that was the sums count
            that its agents had by then, not those that history has of the whole day.
    """

    def __init__(
        self,
        reader: HistoryReader,
        floor: FloorSnapshot,
        moment: Moment,
        cost: CostSettings,
        book: DayBook,
        *,
        is_past: bool,
    ) -> None:
        self._is_past = is_past
        self._reader = reader
        self._floor = floor
        self._moment = moment
        self._cost = cost
        self._book = book

    def people(
        self,
        site: SiteInfo,
        period: Period,
        its: tuple[Ms, Ms],
        client_of: Mapping[int, str],
        *,
        has_imported: bool,
    ) -> SitePeople:
        """What the agents of a site did in a period, and what that cost.

        Args:
            site: Whose agents.
            period: The period.
            its: When it began there, and its end or the present.
            client_of: The clients of queues, by number.
            has_imported: Whether calls of other systems are in it.
        """
        time = self._time(site, its, has_spare=True)
        agents = self._agents(site, period, time, has_imported=has_imported)
        found = priced(
            time.agents,
            {key: work for key, (_name, work) in agents.items()},
            staff.contacts_shared(self._reader.ask, site.id, *its),
            self._team_of,
            client_of,
            self._cost,
        )
        for key, cost in found.agents.items():
            name, work = agents.get(key, (time.agents[key].name, Work()))
            agents[key] = name, work + cost
        return SitePeople(
            agents=agents,
            queues=found.queues,
            spare_ms=time.spare_ms,
            coverage=Coverage(
                days=time.days,
                known_days=time.known_days,
                planned_days=time.planned_days,
                spare_halves=len(time.spare_ms),
                without_hours=found.without_hours,
                without_rate=found.without_rate,
                unshared=found.unshared,
            ),
        )

    def people_before(
        self, site: SiteInfo, period: Period | None, its: tuple[Ms, Ms], *, has_imported: bool
    ) -> dict[Key, Named]:
        """What the agents did in the period that another is held against; without its cost.

        Args:
            site: Whose agents.
            period: The period; None: only a part of it counts, of which sources have no sums.
            its: When it began there, and up to when it counts.
            has_imported: Whether calls of other systems are in it.
        """
        time = self._time(site, its, has_spare=False)
        return self._agents(site, period, time, has_imported=has_imported)

    def _time(self, site: SiteInfo, its: tuple[Ms, Ms], *, has_spare: bool) -> SiteTime:
        days = SiteDays(
            self._reader, self._floor, site, self._moment, self._cost, has_spare=has_spare
        )
        return days.time(*its, self._book)

    def _agents(
        self, site: SiteInfo, period: Period | None, time: SiteTime, *, has_imported: bool
    ) -> dict[Key, Named]:
        """Every agent of whom history has a day of the period.

        Sources have days of their own, which may begin at midnight where the site's does not.
        """
        found: dict[Key, Named] = {}
        if period is not None:
            for row in self._sums(site, period, has_imported=has_imported):
                name, work = found.get(row.key, (row.name, Work()))
                found[row.key] = name, work + _work(row)
        for key, one in time.agents.items():
            if key in found or one.work.signed_in_ms or one.work.scheduled_ms:
                name, work = found.get(key, (one.name, Work()))
                found[key] = name, work + one.work
        return found

    def _sums(self, site: SiteInfo, period: Period, *, has_imported: bool) -> list[Worked]:
        midnight = replace(site, day_start="00:00")
        ask, (start, end), now = self._reader.ask, span(period, midnight), self._moment.now
        if not self._is_past or not start <= now < end:
            return queries.agent_sums(ask, site.id, start, end, has_imported=has_imported)
        day = site_day_start(midnight, now)
        rows = queries.agent_sums(
            ask, site.id, start, now, has_imported=has_imported, told_until=day
        )
        agents = self._floor.agents.items()
        return rows + [_worked_by_then(key, one) for key, one in agents if key.site == site.id]

    def _team_of(self, key: Key) -> str:
        agent = self._floor.agents.get(key)
        return "" if agent is None else agent.team


def all_of(agents: Iterable[Mapping[Key, Named]]) -> Work:
    """What all agents of some sites did together."""
    result = Work()
    for site in agents:
        for _name, work in site.values():
            result += work
    return result


_PARTS = 3
"""Talk, hold and after-contact work."""


def _worked_by_then(key: Key, agent: Agent) -> Worked:
    today = agent.today
    spent = (today.talk_s, today.hold_s, today.acw_s, today.ready_s)
    in_ms = (None if one is None else round(one * 1000) for one in spent)
    return Worked(key, agent.name, today.handled, *in_ms)


def _work(row: Worked) -> Work:
    """A source that leaves out a part of handling has no handling time, as in other figures."""
    parts = [part for part in (row.talk_ms, row.hold_ms, row.acw_ms) if part is not None]
    handling = sum(parts) if len(parts) == _PARTS else None
    return Work(
        handled=row.handled,
        handling_ms=handling,
        busy_ms=handling if row.ready_ms is not None else None,
        ready_ms=row.ready_ms if handling is not None else None,
    )
