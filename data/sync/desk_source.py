"""The floor's own desk, as the sync process sees it: it acts in-process, and is read as a source.

What was done at the desk reaches the screens by its change log, like what any endpoint tells.
"""

from __future__ import annotations

from collections.abc import Iterable

from data.actions.fields import LossSeen
from data.actions.files import ActionFile, fields_of
from data.actions.verbs import Verb
from data.clock import Clock
from data.contract import ActionActor, from_ms
from data.desk.keeper import Kept
from data.desk.lost_callers import KIND, Rule, as_case, call_back, claim, command
from data.desk.messages import DESK, LostAction
from data.desk.perform import Answer, perform
from data.desk.store import SqliteKeeper
from data.errors import Code, FetchError
from data.files import FloorFiles
from data.model import Change, Kind, Ms
from data.sync.ports import CachePort

SHOWN = 2000
"""Of how many callers the latest is shown when the process starts; the desk keeps all of it."""
_EPOCH = "desk"
_RULES: dict[Verb, Rule] = {Verb.CLAIM_LOST: claim, Verb.CALLED_BACK: call_back}


class DeskSource:
    """The desks of all sites of a floor.

    Args:
        files: The floor.
        sites: The ids of its sites.
        cache: Where the present is kept.
        clock: For the name of a damaged file that is moved aside.

    Raises:
        StoreError: desk.db cannot be used.
    """

    def __init__(
        self, files: FloorFiles, sites: Iterable[str], cache: CachePort, clock: Clock | None = None
    ) -> None:
        names = list(sites)
        first = SqliteKeeper.open(files, names[0] if names else "", clock)
        self.was_salvaged = first.salvage is not None
        self._file = first
        self._keepers = {site: first.for_site(site) for site in names}
        self._cache = cache

    def close(self) -> None:
        """Write everything back and close."""
        self._file.close()

    def act(self, action: ActionFile, actor: ActionActor, now: Ms) -> Answer:
        """Carry out an action, or say again what became of it.

        Args:
            action: What was asked.
            actor: Who asked.
            now: The server's time.

        Raises:
            FetchError: NO_SUCH_SITE.
            StoreError: Nothing was done.
        """
        keeper = self._keepers.get(action.site)
        seen = fields_of(action)
        if keeper is None or not isinstance(seen, LossSeen):
            raise FetchError(Code.NO_SUCH_SITE, action.site)
        body = LostAction(
            not_after=from_ms(action.not_after),
            actor=actor,
            pressed_at=from_ms(action.pressed_at),
            lost_at=from_ms(seen.lost_at),
        )
        order = command(_RULES[action.verb], action.site, action.entity, action.key, body)
        with keeper.transaction():
            return perform(keeper, order, now=now)

    def publish(self, site: str, now: Ms) -> None:
        """Bring the cache in step with the whole of a site's desk.

        Raises:
            StoreError: The cache or the desk cannot be used.
        """
        keeper = self._keepers[site]
        head = keeper.head()
        changes = [_change(site, kept) for kept in keeper.living(KIND, SHOWN)]
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
        changes = [_change(site, kept) for _, kept in log if kept.kind == KIND]
        if log:
            self._cache.apply(
                site, DESK, changes, cursor=str(log[-1][0]), epoch=_EPOCH, observed_at=now
            )


def _change(site: str, kept: Kept) -> Change:
    record = None if kept.data is None else as_case(site, kept)
    return Change(
        kind=Kind.LOST_CALLER, id=kept.id, version=kept.version, at=kept.at, record=record
    )
