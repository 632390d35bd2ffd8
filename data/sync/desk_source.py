"""The floor's own desk, as the sync process sees it: it acts in-process, and is read as a source.

What was done at the desk reaches the screens by its change log, like what any endpoint tells.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from data.clock import Clock
from data.contract import from_ms
from data.desk.alerts import as_alert, merged
from data.desk.commands import Asked
from data.desk.imports import Batch, Imported, import_batch
from data.desk.keeper import Kept
from data.desk.messages import DESK
from data.desk.perform import Answer, perform, refused
from data.desk.plans import PlanBatch, PlanImported, day_of, import_plan, shifts_between
from data.desk.registry import PackRegistry, packs_of
from data.desk.routes import Routes
from data.desk.rules import Refusal
from data.desk.store import SqliteKeeper
from data.errors import Code, FetchError, StoreError
from data.files import FloorFiles
from data.model import Alert, Change, Kind, Ms
from data.rules.rule_error import RuleError
from data.settings import ComplaintSettings, SiteSettings
from data.sync.desk_records import SHOWN_KINDS, as_change
from data.sync.ports import CachePort
from data.sync.requests import Request

SHOWN = 2000
"""How many records of a kind, the latest, are shown when the process starts; the desk keeps all."""
_FEWER = {Kind.HANDOVER: 30, Kind.CHECKLIST: 200, Kind.INCIDENT: 500, Kind.PROMISE: 500}
"""Of these fewer: a handover is a page of text, and nobody reads one of last month."""
OVER_AT = {Kind.INCIDENT: "closed_at", Kind.PROMISE: "settled_at"}
"""Of these what is still open is shown first: a promise for next month is none of the latest."""
DAYS_BACK, DAYS_AHEAD = 2, 15
"""Of the desk's shifts those are shown that begin on so many days around today."""
FORGOTTEN_MS = 2 * 24 * 3_600_000
"""What was written of alerts is let go of after so long; history has what is worth keeping."""
_EPOCH = "desk"


def desk_registries(
    sites: Sequence[SiteSettings], settings: ComplaintSettings
) -> Mapping[str, PackRegistry]:
    """What names and times complaints at the desk of each site.

    Raises:
        StoreError: FILE_INVALID: a rule pack cannot be used.
    """
    try:
        packs = packs_of(settings)
    except RuleError as error:
        raise StoreError(Code.FILE_INVALID, error.word or settings.pack) from error
    return {site.id: PackRegistry(packs, site.zone) for site in sites}


class DeskSource:
    """The desks of all sites of a floor.

    Args:
        files: The floor.
        registries: What names and times complaints, by the id of each site.
        cache: Where the present is kept.
        clock: For the name of a damaged file that is moved aside.

    Raises:
        StoreError: desk.db cannot be used.
    """

    def __init__(
        self,
        files: FloorFiles,
        registries: Mapping[str, PackRegistry],
        cache: CachePort,
        clock: Clock | None = None,
    ) -> None:
        names = list(registries)
        first = SqliteKeeper.open(files, names[0] if names else "", clock)
        self.was_salvaged = first.salvage is not None
        self._file = first
        self._keepers = {site: first.for_site(site) for site in names}
        self._registries = registries
        self._routes = {site: Routes(site, registry) for site, registry in registries.items()}
        self._cache = cache
        self._shown_days: dict[str, tuple[date, date]] = {}
        """The first and last day of which each site's shifts are shown."""

    def close(self) -> None:
        """Write everything back and close."""
        self._file.close()

    def act(self, site: str, request: Request, now: Ms) -> Answer:
        """Carry out an action, or say again what became of it.

        Args:
            site: Whose desk it is.
            request: What is asked.
            now: The server's time.

        Raises:
            FetchError: NO_SUCH_SITE.
            StoreError: Nothing was done.
        """
        keeper = self._keepers.get(site)
        if keeper is None:
            raise FetchError(Code.NO_SUCH_SITE, site)
        try:
            order = self._routes[site].command(_asked(site, request), request.parts)
        except Refusal as refusal:
            return refused(refusal)
        with keeper.transaction():
            return perform(keeper, order, now=now)

    def take_in(self, batch: Batch, now: Ms) -> Imported:
        """Import complaints of another system, all or none, and show them.

        Raises:
            StoreError: Nothing was imported.
        """
        keeper = self._keepers.get(batch.site)
        if keeper is None:
            return Imported(problem=Code.NO_SUCH_SITE.value)
        with keeper.transaction():
            done = import_batch(keeper, self._registries[batch.site], batch, now)
        with contextlib.suppress(StoreError):
            self.follow(batch.site, now)
        return done

    def take_in_plan(self, batch: PlanBatch, now: Ms) -> PlanImported:
        """Import a plan, whole or not at all, and show it; or tell what that would change.

        Raises:
            StoreError: Nothing was imported.
        """
        keeper = self._keepers.get(batch.site)
        if keeper is None:
            return PlanImported(problem=Code.NO_SUCH_SITE.value)
        with keeper.transaction():
            done = import_plan(keeper, batch, now)
        with contextlib.suppress(StoreError):
            self.follow(batch.site, now)
        return done

    def alerts(self, site: str) -> list[Alert]:
        """The alerts of a site that are kept: those that run, and those that ended lately.

        Raises:
            StoreError: The desk cannot be read.
        """
        kept = self._keepers[site].living(Kind.ALERT, SHOWN)
        return [as_alert(site, one) for one in kept]

    def keep_alerts(self, site: str, alerts: Sequence[Alert], gone: Sequence[str], now: Ms) -> None:
        """Keep alerts as the rules have them by now, and show them.

        Args:
            site: Whose they are.
            alerts: As they are; what people have said of them stays.
            gone: The ids of those that nobody needs to see any more.
            now: The server's time.

        Raises:
            StoreError: Nothing was kept.
        """
        keeper = self._keepers[site]
        with keeper.transaction():
            for alert in alerts:
                kept = keeper.get(Kind.ALERT, alert.id)
                its = merged(alert, None if kept is None else kept.data)
                keeper.put(Kind.ALERT, alert.id, its, at=now, by="")
            for each in gone:
                keeper.put(Kind.ALERT, each, None, at=now, by="")
            if gone:
                keeper.forget(Kind.ALERT, now - FORGOTTEN_MS)
        with contextlib.suppress(StoreError):
            self.follow(site, now)

    def publish(self, site: str, now: Ms) -> None:
        """Bring the cache in step with the whole of a site's desk.

        The instants of shifts are worked out with the tzdata that is in use now.

        Raises:
            StoreError: The cache or the desk cannot be used.
        """
        keeper = self._keepers[site]
        head = keeper.head()
        first, last = self._shown_days[site] = _days_around(now)
        kept = [*shifts_between(keeper, first, last)]
        for kind in SHOWN_KINDS:
            if kind is not Kind.SHIFT:
                kept += keeper.living(kind, _FEWER.get(kind, SHOWN), OVER_AT.get(kind))
        changes = [as_change(site, one) for one in kept]
        self._cache.replace(site, DESK, changes, cursor=str(head), epoch=_EPOCH, observed_at=now)

    def follow(self, site: str, now: Ms) -> None:
        """Bring the cache in step with what was done at a site's desk since the last time.

        Raises:
            StoreError: The cache or the desk cannot be used.
        """
        cursor = self._cache.remembered(site, DESK).cursor
        if cursor is None or self._shown_days.get(site) != _days_around(now):
            self.publish(site, now)
            return
        log = self._keepers[site].recent(int(cursor))
        changes: list[Change] = [
            as_change(site, kept) for _, kept in log if self._is_shown(site, kept)
        ]
        if log:
            self._cache.apply(
                site, DESK, changes, cursor=str(log[-1][0]), epoch=_EPOCH, observed_at=now
            )

    def _is_shown(self, site: str, kept: Kept) -> bool:
        if kept.kind == Kind.SHIFT:
            first, last = self._shown_days[site]
            return first.isoformat() <= day_of(kept.id) <= last.isoformat()
        return kept.kind in SHOWN_KINDS


def _days_around(now: Ms) -> tuple[date, date]:
    today = from_ms(now).date()
    return today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)


def _asked(site: str, request: Request) -> Asked:
    """The request as an endpoint would see it arrive."""
    version = request.version
    return Asked(
        method=request.method,
        path="/".join(("/sites", site, *request.parts)),
        key=request.key,
        match=None if version is None else f'"{version}"',
        none_match="*" if version is None else None,
        body=request.body,
    )
