"""What rules would have raised on a day, from its history, for who writes a rule.

History knows who waited when, what came in each quarter hour, what agents did and what was
expected. Who serves which queue, the roster and complaints are taken as they stand now. What was
never kept, such as a raised hand, is judged on the present only.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from data.alerts.docket import Docket
from data.alerts.replay_day import Day, Told
from data.alerts.replay_expected import of_forecasts, of_need, of_silences
from data.alerts.replay_people import (
    STATES,
    of_complaints,
    of_lost_phones,
    of_segments,
    of_shifts,
)
from data.alerts.replay_queues import (
    LEVELS,
    WAITS,
    of_contacts,
    of_intervals,
    of_quiet,
    of_waits_though_ready,
)
from data.alerts.running import Running
from data.figures.freshness import Moment
from data.floor import FloorSnapshot
from data.model import DESK, About, Alert, Ms
from data.rules.service_level import Formula
from data.settings import Figure, PlanningSettings, RuleSettings
from data.zones import site_day_start, zone

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

_TELLERS: Mapping[Figure, Callable[[Day], Iterable[Told]]] = {
    Figure.WAITS_THOUGH_READY: of_waits_though_ready,
    Figure.TOO_QUIET: of_quiet,
    Figure.LATE: of_shifts,
    Figure.CLOCK_LEFT: of_complaints,
    Figure.PHONES_LOST: of_lost_phones,
    Figure.UNDERSTAFFED: of_need,
    Figure.FORECAST_MISS: of_forecasts,
    Figure.SOURCE_STALE: of_silences,
}
REPLAYED = frozenset({*LEVELS, *WAITS, *STATES.values(), *_TELLERS})
"""The figures that history tells."""


class Replay(msgspec.Struct, frozen=True):
    """What would have been raised, in that order."""

    rules: tuple[RuleSettings, ...]
    alerts: tuple[Alert, ...]


class ReplayQuestion(msgspec.Struct, frozen=True, eq=False):
    """Some rules on the day of a site, or of all sites; the same where these and the minute are."""

    rules: tuple[RuleSettings, ...]
    days: tuple[tuple[str, str, Ms], ...]
    """Sites, their zones, and when their days began."""
    snapshot: FloorSnapshot
    now: Ms
    formula: Formula = Formula.OFFERED
    planning: PlanningSettings = PlanningSettings()

    @classmethod
    def of(
        cls,
        rules: tuple[RuleSettings, ...],
        snapshot: FloorSnapshot,
        site: str | None,
        moment: Moment,
        **how: Any,
    ) -> ReplayQuestion:
        """The question as of a minute; `how` it is reckoned are the last fields."""
        return cls(
            rules=rules,
            days=tuple(
                (info.id, info.zone, site_day_start(info, moment.now))
                for info in snapshot.sites
                if site in {None, info.id}
            ),
            snapshot=snapshot,
            now=moment.now - moment.now % 60_000,
            **how,
        )

    def __eq__(self, other: object) -> bool:
        """By what is asked, and when."""
        return isinstance(other, ReplayQuestion) and self._asked == other._asked

    def __hash__(self) -> int:
        """By the same."""
        return hash(self._asked)

    @property
    def _asked(self) -> tuple[object, ...]:
        return self.rules, self.days, self.now, self.formula, self.planning

    def ask(self, reader: HistoryReader) -> Replay:
        """The answer as history stands."""
        alerts: list[Alert] = []
        for site, place, start in self.days:
            day = Day(
                site,
                place,
                start,
                self.now,
                self.snapshot,
                reader,
                formula=self.formula,
                planning=self.planning,
            )
            docket = Docket(self.rules, zone(place))
            told = tellings(day, {rule.figure for rule in self.rules})
            alerts += [_as_alert(one) for one in replay(docket, told, self.now)]
        alerts.sort(key=lambda alert: (alert.raised_at, alert.id))
        return Replay(self.rules, tuple(alerts))


def tellings(day: Day, figures: set[Figure]) -> list[Iterable[Told]]:
    """All that is told of some figures on a day; each telling in the order of time."""
    told: list[Iterable[Told]] = []
    if figures & WAITS:
        told.append(of_contacts(day.contacts, day.queues, figures))
    if figures & LEVELS:
        told.append(of_intervals(day.intervals, day.queues, figures, day.formula))
    if figures & set(STATES.values()):
        agents = day.agents
        told += [
            of_segments(segments, agents[key], day.start, day.end)
            for key, segments in day.segments.items()
        ]
    # Who tells of one thing after the other begins the day anew with each.
    told += [
        sorted(teller(day), key=lambda one: one.at)
        for figure, teller in _TELLERS.items()
        if figure in figures
    ]
    return told


def replay(docket: Docket, told: Sequence[Iterable[Told]], end: Ms) -> Iterator[Running]:
    """The alerts that a docket raises, as they stand at the end.

    Args:
        docket: What judges.
        told: What is told of figures, each in order.
        end: When the replay ends.
    """
    found: dict[str, Running] = {}

    def settle(until: Ms) -> None:
        """As if somebody had looked at each instant at which something was due."""
        while (due := docket.due_at) is not None and due <= until:
            docket.settle(due)
        found.update({one.id: one for one in docket.changed()})

    for at, subject, reading, scope in heapq.merge(*told, key=lambda one: one.at):
        settle(at)
        docket.tell(subject, reading, at, scope)
    settle(end)
    running = {one.id: one for one in docket.running()}
    for name, one in found.items():
        yield running.get(name, one)


def _as_alert(one: Running) -> Alert:
    subject = one.subject
    return Alert(
        site=subject.site,
        source=DESK,
        id=one.id,
        name=subject.figure.value,
        severity=one.severity.value,
        raised_at=one.raised_at,
        about=About(subject.kind, subject.id),
        telephony=subject.source,
        rule=one.rule,
        limit=one.limit,
        is_below=one.is_below,
        began_at=one.began_at,
        ended_at=one.ended_at,
        peak=one.peak,
        peak_at=one.peak_at,
        slope=one.slope,
    )
