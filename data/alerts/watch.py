"""Looks at the floor for the rules: reads what has changed, and what time alone changes.

At rest a look costs a look at the sources and at the head of a heap, however many agents there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from data.alerts.docket import Docket
from data.alerts.expectation import Expectation, ExpectationWatch, Shortage
from data.alerts.forecasts import ForecastWatch
from data.alerts.hygiene import Hygiene, source_subject
from data.alerts.judge import Reading
from data.alerts.quiet import Silence
from data.alerts.running import Running
from data.alerts.view import View
from data.alerts.watch_people import AgentWatch, ShiftWatch, read_complaint
from data.alerts.watch_queues import QueueWatch
from data.figures.freshness import Moment, SourceAge
from data.figures.queues import source_ages
from data.figures.staff import AgentCounts
from data.floor import FloorSnapshot, Key
from data.model import DESK, Freshness, Kind, Ms
from data.rules.limits import Scope
from data.rules.service_level import Formula
from data.settings import Figure, RuleSettings


class Watch:
    """Everything that rules watch of a site.

    Args:
        site: The site.
        rules: The rules.
        formula: The formula of the service levels.
        place: The zone of the site.
    """

    def __init__(
        self,
        site: str,
        rules: Sequence[RuleSettings],
        formula: Formula,
        place: ZoneInfo,
    ) -> None:
        self._site = site
        self.docket = Docket(rules, place)
        self._hygiene = Hygiene()
        self._queues = QueueWatch(self.docket, formula)
        self._agents = AgentWatch(self.docket, self._hygiene)
        self._shifts = ShiftWatch(self.docket)
        self._expected = ExpectationWatch(self.docket, self._queues)
        self.forecasts = ForecastWatch(self.docket)
        """What is foretold."""
        self.snapshot = FloorSnapshot()
        """The floor as it was looked at last."""
        self._down_since: dict[tuple[str, str], Ms] = {}
        self.ages: dict[tuple[str, str], SourceAge] = {}
        """How old its sources were then."""

    def restore(self, alerts: Iterable[Running], now: Ms) -> None:
        """Take over what an earlier process had raised."""
        self.docket.restore(alerts, now)

    def expect(self, expectation: Expectation, snapshot: FloorSnapshot, now: Ms) -> None:
        """Say what is expected of a site from now on.

        Args:
            expectation: What is expected.
            snapshot: The floor.
            now: The present, by the clock of the site.
        """
        self._expected.expect(expectation)
        if expectation.outlooks is not None:
            self.forecasts.expect(expectation.outlooks, expectation.record, snapshot, now)

    def counts(self, key: Key) -> AgentCounts:
        """How many agents of a queue are in which state."""
        return self._queues.staff.counts(key)

    def silence(self, alert: Running) -> Silence | None:
        """By what it was judged that it is too quiet."""
        return self._expected.silences.get(alert.subject)

    @property
    def shortage(self) -> Shortage | None:
        """The half hour by which it was judged that heads are lacking."""
        return self._expected.shortage

    def look(self, snapshot: FloorSnapshot, moment: Moment) -> list[Running]:
        """Look at the site; the alerts that began, changed or ended.

        Args:
            snapshot: The floor as of one commit.
            moment: The present, by the clock of the site.
        """
        now = moment.now
        view = View.of(self._site, snapshot, self.snapshot, now)
        ages = source_ages(snapshot, moment)
        self.ages = {place: age for place, age in ages.items() if place[0] == self._site}
        self.snapshot = snapshot
        if self._hygiene.look(self.ages, now):
            self.docket.hold(self._hygiene.cause_of, now)
        for place, age in self.ages.items():
            self._read_source(place, age, now)
        if self._agents.look(view):
            self.docket.hold(self._hygiene.cause_of, now)
        self._queues.look(view)
        self._shifts.look(view)
        for key in view.changed(Kind.ESCALATION):
            read_complaint(self.docket, key, snapshot.escalations.get(key), now)
        self._expected.look(view, self._hygiene.is_silent)
        self.docket.settle(now)
        changed = self.docket.changed()
        if self._hygiene.is_holding:
            self.docket.count_held(self.docket.held())
            changed += self.docket.changed()
        return list({alert.id: alert for alert in changed}.values())

    def _read_source(self, place: tuple[str, str], age: SourceAge, now: Ms) -> None:
        if place[1] == DESK:
            return
        scope = Scope(site=place[0])
        is_down = age.is_old and age.state is not Freshness.REBUILDING
        if is_down:
            since = self._down_since.setdefault(place, age.good_at or now)
        else:
            self._down_since.pop(place, None)
        stale = Reading(0, since, 1) if is_down else None
        self.docket.tell(source_subject(Figure.SOURCE_STALE, *place), stale, now, scope)
        upset = age.health.upset
        missing = Reading(upset.missing, now) if upset is not None and upset.missing else None
        self.docket.tell(source_subject(Figure.RESTARTED, *place), missing, now, scope)
