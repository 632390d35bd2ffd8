"""The floor's own desk, as the sync process sees it: it acts in-process, and is read as a source.

What was done at the desk reaches the screens by its change log, like what any endpoint tells.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

from data.clock import Clock
from data.desk.commands import Asked
from data.desk.imports import Batch, Imported, import_batch
from data.desk.messages import DESK
from data.desk.perform import Answer, perform, refused
from data.desk.registry import PackRegistry, packs_of
from data.desk.routes import Routes
from data.desk.rules import Refusal
from data.desk.store import SqliteKeeper
from data.errors import Code, FetchError, StoreError
from data.files import FloorFiles
from data.model import Change, Ms
from data.rules.rule_error import RuleError
from data.settings import ComplaintSettings, SiteSettings
from data.sync.desk_records import SHOWN_KINDS, as_change
from data.sync.ports import CachePort
from data.sync.requests import Request

SHOWN = 2000
"""How many records of a kind, the latest, are shown when the process starts; the desk keeps all."""
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

    def publish(self, site: str, now: Ms) -> None:
        """Bring the cache in step with the whole of a site's desk.

        Raises:
            StoreError: The cache or the desk cannot be used.
        """
        keeper = self._keepers[site]
        head = keeper.head()
        changes = [
            as_change(site, kept) for kind in SHOWN_KINDS for kept in keeper.living(kind, SHOWN)
        ]
        self._cache.replace(site, DESK, changes, cursor=str(head), epoch=_EPOCH, observed_at=now)

    def follow(self, site: str, now: Ms) -> None:
        """Bring the cache in step with what was done at a site's desk since the last time.

        Raises:
            StoreError: The cache or the desk cannot be used.
        """
        cursor = self._cache.remembered(site, DESK).cursor
        if cursor is None:
            self.publish(site, now)
            return
        log = self._keepers[site].recent(int(cursor))
        changes: list[Change] = [
            as_change(site, kept) for _, kept in log if kept.kind in SHOWN_KINDS
        ]
        if log:
            self._cache.apply(
                site, DESK, changes, cursor=str(log[-1][0]), epoch=_EPOCH, observed_at=now
            )


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
