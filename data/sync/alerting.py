"""Raises alerts, also while nobody looks: looks at the floor once a second, and keeps them.

What is judged is what was committed to the cache, so it is what people see, whichever source it is
of. What was raised stands in desk.db; a process that begins anew goes on from there.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from data.alerts.outcomes import Promise, promise_of
from data.alerts.records import record_of, running_of, upkeep
from data.alerts.watch import Watch
from data.cache.history_writer import HistoryWriter, Step
from data.cache.writer import CacheWriter
from data.clock import Clock, ServerClock, monotonic_ms
from data.errors import Code, FloorError, StoreError
from data.figures.demand import SiteDemand
from data.figures.freshness import Moment
from data.files import FloorFiles
from data.floor import Floor, FloorSnapshot, Key
from data.model import DESK, Alert, Cause, Kind, Ms
from data.rules.service_level import Formula
from data.settings import Figure, RuleSettings, Severity, SiteSettings
from data.sync.alert_commands import AlertCommands, document_of
from data.sync.alert_expectations import Asked, Expecting
from data.sync.desk_source import DeskSource
from data.sync.journal import Journal
from data.sync.tasks import rest
from data.zones import zone

LOOK_S = 1.0
LONGEST_LOOK_S = 3.0
REST = 250
"""So many times as long as a look took is waited, up to the longest: where hundreds of things
change in a second, looking takes no more of the process than it is worth."""
ANEW_S = 5.0
"""How long to wait after something went wrong."""
KEPT_MS = 24 * 3_600_000
"""So long alerts stay on the screens after they are over; history has them longer."""
UPKEEP_MS = 600_000
JUMP_MS = 5_000
"""A clock that is off by more than this from one look to the next has jumped."""


class Judged(msgspec.Struct, frozen=True):
    """What is judged, and by what: as the configuration has it."""

    sites: Sequence[SiteSettings]
    rules: Sequence[RuleSettings]
    formula: Formula


class Beside(msgspec.Struct, frozen=True):
    """What alerting needs of the process that it runs in."""

    cache: CacheWriter
    desk: Callable[[], DeskSource | None]
    history: HistoryWriter
    journal: Journal
    demand: Callable[[str], SiteDemand | None] = lambda _site: None
    """What was reckoned of a site last."""


class _Site:
    """One site, judged by its own clock."""

    def __init__(self, site: SiteSettings, judged: Judged) -> None:
        self.id = site.id
        self.watch = Watch(site.id, judged.rules, judged.formula, zone(site.zone))
        self.last: tuple[Ms, int, float] | None = None
        self.alerts: dict[str, Alert] = {}
        """As they are kept: the running ones, and those that were over lately."""
        self.unkept: dict[str, Alert] = {}
        self.untold: list[Step] = []
        self.is_restored = False
        self.upkept_at: Ms = 0


class Alerting:
    """What raises alerts.

    Args:
        files: The floor.
        judged: What is judged, and by what.
        beside: The process.
    """

    def __init__(self, files: FloorFiles, judged: Judged, beside: Beside) -> None:
        self._files = files
        self._rules = judged.rules
        self._beside = beside
        self._sites = [_Site(site, judged) for site in judged.sites]
        self._follower = beside.cache.follow()
        self._floor = Floor()
        self._problem: Code | None = None
        self._took_ms = 0
        """How long the last look took."""
        ids = [site.id for site in judged.sites]
        self._expecting = Expecting(files, ids, judged.formula, beside.journal)
        self._commands = AlertCommands(judged.rules, beside.journal, self._note_command)

    async def run(self, stop: asyncio.Event) -> None:
        """Look once a second until told to stop; a fault of ours is logged and begun anew after."""
        try:
            while not stop.is_set():
                try:
                    await self.step()
                    self._problem = None
                except FloorError as problem:
                    self._note(problem)
                except Exception as error:  # noqa: BLE001 - the floor is shown without alerts, too
                    self._follower.reset()
                    self._problem = Code.INTERNAL
                    self._beside.journal.crash(error, part="alerts")
                rest_s = min(REST * self._took_ms / 1000, LONGEST_LOOK_S)
                await rest(stop, max(LOOK_S, rest_s) if self._problem is None else ANEW_S)
        finally:
            await self._commands.end()

    def _note(self, problem: FloorError) -> None:
        """Write down what keeps alerts from being kept, once for each reason."""
        if problem.code is not self._problem:
            told = {"code": problem.code.value, "detail": problem.detail}
            self._beside.journal.write("alerts", **told)
        self._problem = problem.code

    async def step(self) -> None:
        """Look at the floor once, and keep what comes of it.

        Raises:
            StoreError: The desk cannot be read or written.
        """
        desk = self._beside.desk()
        if desk is None:
            return  # what cannot be kept would be repeated by the next process
        began_ms = monotonic_ms()
        snapshot = self._floor.apply(self._follower.take())
        self._took_ms = monotonic_ms() - began_ms
        for site in self._sites:
            clock = snapshot.clock(site.id)
            now = clock.now()
            ask = partial(self._asked, site, snapshot, now)
            expectation = await self._expecting.newer(site.id, now, ask)
            self._restore(site, desk, now)
            if expectation is not None:
                site.watch.expect(expectation, snapshot, now)
                _take_outcomes(site, expectation.outcomes)
            began_ms = monotonic_ms()
            self._judge(site, desk, snapshot, clock)
            self._took_ms += monotonic_ms() - began_ms

    def _asked(self, site: _Site, snapshot: FloorSnapshot, now: Ms) -> Asked:
        is_wanted = site.watch.docket.wants(Figure.FORECAST_MISS)
        demand = self._beside.demand(site.id) if is_wanted else None
        return Asked(site.id, now, snapshot, demand, tuple(_promises(site, demand)))

    @staticmethod
    def _restore(site: _Site, desk: DeskSource, now: Ms) -> None:
        """Go on from what an earlier process had raised."""
        if site.is_restored:
            return
        kept = desk.alerts(site.id)
        site.alerts = {alert.id: alert for alert in kept}
        site.watch.restore([one for each in kept if (one := running_of(each))], now)
        site.watch.forecasts.restore(kept)
        # History may have missed the last of them; what is told twice does no harm there.
        site.untold = [_step(None, alert, now) for alert in kept]
        site.is_restored = True

    def _judge(self, site: _Site, desk: DeskSource, snapshot: FloorSnapshot, clock: Clock) -> None:
        moment = Moment.of(clock)
        now = moment.now
        site.untold += _acknowledged(site, snapshot)
        if _has_jumped(site, clock, moment):
            site.watch.docket.begin_anew(now)
        for running in site.watch.look(snapshot, moment):
            alert = record_of(running, site.watch, self._rules)
            known = site.unkept.get(alert.id) or site.alerts.get(alert.id)
            if known is not None:
                alert = replace(alert, outcome=known.outcome, command=known.command)
            site.unkept[alert.id] = alert
        gone: list[str] = []
        if not site.upkept_at <= now < site.upkept_at + UPKEEP_MS:
            site.upkept_at = now
            gone = upkeep(site.alerts.values(), now, KEPT_MS)
        self._keep(site, desk, gone, snapshot, now)

    def _keep(
        self, site: _Site, desk: DeskSource, gone: list[str], snapshot: FloorSnapshot, now: Ms
    ) -> None:
        if site.unkept or gone:
            alerts = list(site.unkept.values())
            desk.keep_alerts(site.id, alerts, gone, now)
            site.unkept.clear()
            for alert in alerts:
                before = site.alerts.get(alert.id)
                site.alerts[alert.id] = alert
                site.untold.append(_step(before, alert, now))
                is_raised = before is None or before.severity != alert.severity == Severity.ACT
                if is_raised and not alert.under and not alert.is_over:
                    mutes = snapshot.mutes.values()
                    if not any(mute.is_on(now) and mute.covers(alert) for mute in mutes):
                        self._commands.start(alert, document_of(alert, snapshot))
            for each in gone:
                site.alerts.pop(each, None)
                self._commands.forget(each)
        if site.untold:
            with contextlib.suppress(StoreError):
                self._beside.history.add(site.id, DESK, site.untold)
                site.untold = []

    def _note_command(self, alert: Alert, failed: Cause) -> None:
        """Put down on an alert that its rule's command did not do its work."""
        for site in self._sites:
            known = site.unkept.get(alert.id) or site.alerts.get(alert.id)
            if known is not None:
                site.unkept[alert.id] = replace(known, command=failed)


def _acknowledged(site: _Site, snapshot: FloorSnapshot) -> Iterator[Step]:
    """What people have said of alerts since the look before, for history."""
    for key in snapshot.changed_since(site.watch.snapshot, Kind.ALERT):
        alert = snapshot.alerts.get(key)
        if alert is None or (key.site, key.source) != (site.id, DESK):
            continue
        if alert.acknowledged_by is not None and alert.acknowledged_at is not None:
            before = replace(alert, acknowledged_by=None)
            yield Step(alert.acknowledged_at, Kind.ALERT, alert.id, before, alert)


def _promises(site: _Site, demand: SiteDemand | None) -> Iterator[Promise]:
    """What was foretold at a site and has not been judged yet."""
    pools = () if demand is None else demand.pools
    pool_of = {key: pool.keys for pool in pools for key in pool.keys}
    for alert in site.alerts.values():
        if alert.name == Figure.FORECAST_MISS and alert.about is not None:
            key = Key(alert.site, alert.telephony, alert.about.id)
            promise = promise_of(alert, pool_of.get(key, (key,)))
            if promise is not None:
                yield promise


def _take_outcomes(site: _Site, outcomes: Mapping[str, Cause]) -> None:
    """Put down what came of forecasts; people may have acknowledged them meanwhile."""
    for name, came in outcomes.items():
        alert = site.unkept.get(name) or site.alerts.get(name)
        if alert is not None:
            site.unkept[name] = replace(alert, outcome=came)


def _step(before: Alert | None, after: Alert, now: Ms) -> Step:
    return Step(now, Kind.ALERT, after.id, before, after)


def _has_jumped(site: _Site, clock: Clock, moment: Moment) -> bool:
    """Whether the site's clock shows another time than the last look and real time lead to."""
    rate = clock.anchor.rate if isinstance(clock, ServerClock) else 1.0
    last, site.last = site.last, (moment.now, moment.mono_ms, rate)
    if last is None:
        return False
    passed = (moment.mono_ms - last[1]) * rate
    return abs(moment.now - last[0] - passed) > JUMP_MS * max(1.0, rate)
