"""What of a sync process raises alerts, over files that outlive it, by clocks moved by hand."""

from __future__ import annotations

import pytest

from data.actions.files import ActionFile
from data.cache.history_writer import HistoryWriter
from data.cache.reader import CacheReader
from data.cache.retention import Limits
from data.cache.writer import CacheWriter
from data.clock import take_anchor
from data.contract import ActionActor
from data.figures.demand import SiteDemand
from data.files import FloorFiles
from data.floor import Floor, FloorSnapshot
from data.model import DESK, Alert, AnyRecord, Change, Freshness, Kind, Queue
from data.rules.service_level import Formula
from data.settings import (
    DEFAULT_RULES,
    ComplaintSettings,
    FloorSettings,
    RuleSettings,
    SiteSettings,
)
from data.status import SiteInfo, SourceHealth
from data.sync.alerting import Alerting, Beside, Judged
from data.sync.desk_source import DeskSource, desk_registries
from data.sync.journal import Journal
from data.sync.requests import request_of
from tests.builders import NOW

SITE, TEL = "hh", "acd"


class Present:
    """The host's clocks, moved by hand: the server's time and real time."""

    def __init__(self) -> None:
        self.mono = 1_000_000
        self.skew = 0

    def now(self) -> int:
        return NOW + self.mono - 1_000_000 + self.skew


class Process:
    """What of a sync process raises alerts, over files that outlive it."""

    def __init__(
        self,
        files: FloorFiles,
        present: Present,
        monkeypatch: pytest.MonkeyPatch,
        rules: tuple[RuleSettings, ...] = DEFAULT_RULES,
        demand: SiteDemand | None = None,
    ) -> None:
        self.present = present
        self._monkeypatch = monkeypatch
        sites = [SiteSettings(id=SITE, zone="Europe/Berlin")]
        self.cache = CacheWriter.open(files)
        self.cache.set_sites(
            [SiteInfo(id=SITE, name=SITE, zone="Europe/Berlin", day_start="06:00")],
            {(SITE, TEL), (SITE, DESK)},
        )
        self.history = HistoryWriter.open(files, Limits.of(FloorSettings()))
        self.desk = DeskSource(files, desk_registries(sites, ComplaintSettings()), self.cache)
        self.desk.publish(SITE, present.now())
        self.journal = Journal(files.sync_log)
        beside = Beside(
            self.cache, lambda: self.desk, self.history, self.journal, lambda _site: demand
        )
        self.alerting = Alerting(files, Judged(sites, rules, Formula.OFFERED), beside)
        self._files = files
        self._version = present.mono

    async def close(self) -> None:
        self.desk.close()
        self.history.close()
        self.cache.close()

    def write(self, *records: AnyRecord) -> None:
        self._version += 1
        changes = [
            Change(
                kind=Kind(type(each).__name__.lower()),
                id=each.id,
                version=self._version,
                at=self.present.now(),
                record=each,
            )
            for each in records
        ]
        self.cache.apply(SITE, TEL, changes, cursor="c", epoch="e", observed_at=self.present.now())

    def hear(self, state: Freshness = Freshness.LIVE) -> None:
        anchor = take_anchor(self.present.now())
        self.good_at = self.present.now() if state is Freshness.LIVE else self.good_at
        self.cache.set_health(
            SourceHealth(
                site=SITE,
                source=TEL,
                kind="supervision",
                state=state,
                last_ok_at=self.good_at,
                anchor=anchor,
            )
        )

    async def look(self, after_s: float = 1.0, state: Freshness = Freshness.LIVE) -> None:
        self.present.mono += round(after_s * 1000)
        self.hear(state)
        await self.alerting.step()

    async def wait(self, seconds: int, state: Freshness = Freshness.LIVE) -> None:
        for _ in range(seconds // 10):
            await self.look(10, state)

    @property
    def snapshot(self) -> FloorSnapshot:
        reader = CacheReader.open(self._files.cache)
        try:
            return Floor().apply(reader.read(0))
        finally:
            reader.close()

    @property
    def alerts(self) -> list[Alert]:
        return sorted(self.snapshot.alerts.values(), key=lambda each: each.raised_at)

    def act(self, action: ActionFile) -> int:
        request = request_of(action, ActionActor(id="vogt", name="L. Vogt"), 0)
        answer = self.desk.act(SITE, request, self.present.now())
        self.desk.follow(SITE, self.present.now())
        return answer.status


def waiting(since_s: float, present: Present, queue: str = "claims") -> Queue:
    since = present.now() - round(since_s * 1000)
    return Queue(
        site=SITE, source=TEL, id=queue, name=queue, contacts_waiting=1, longest_wait_since=since
    )


def calm(queue: str = "claims") -> Queue:
    return Queue(site=SITE, source=TEL, id=queue, name=queue)
