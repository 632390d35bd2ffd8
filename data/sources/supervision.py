"""The source for endpoints that speak the supervision API (docs/api/supervision-api.yaml)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from msgspec import UnsetType

from data import contract
from data.clean import clean_text
from data.clock import monotonic_ms
from data.contract import to_ms
from data.errors import Code, CursorGone, FetchError
from data.model import AnyRecord, Change
from data.settings import SiteSettings, SourceSettings
from data.sources.anchors import Anchors
from data.sources.base import Batch, DigestAt, Opened
from data.sources.native_ids import native_id
from data.sources.poke_stream import PokeStream
from data.sources.supervision_decode import Origin
from data.sources.supervision_rows import LooseChanges, LooseSnapshot, Rows
from data.status import ClockAnchor, SwitchState
from data.sync.backoff import Timing
from data.sync.fetch import Answer, Fetcher
from data.sync.requests import Request
from data.sync.tasks import end_tasks

PAGE_LIMIT = 1000
ROWS_AT_ONCE = 100
"""Decoded without a look at what else there is to do."""
LONG_POLL_S = 25
SNAPSHOT_TRIES = 3
"""How often a snapshot whose pages have gone is begun anew before that is a failure."""
SNAPSHOT_PAGES = 2000
EPOCH_LIMIT = 255
OPERATION_LIMIT = 64
_NAMES_SHOWN = 8


class SupervisionSource:
    """One site at one endpoint.

    Args:
        settings: The endpoint.
        site: The site as the floor knows it, and how its callers are masked.
        key: The floor's own key for callers' numbers.
        timing: Time and chance.
        fetcher: Asks the endpoint; by default one made of the settings.

    Raises:
        FetchError: The endpoint's address may not be asked.
        StoreError: A certificate file cannot be used.
    """

    def __init__(
        self,
        settings: SourceSettings,
        site: SiteSettings,
        *,
        key: bytes,
        timing: Timing | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._settings = settings
        self._origin = Origin(site.id, settings.id, site.mask, key)
        self._timing = timing or Timing()
        self._fetcher = fetcher or Fetcher(settings)
        self._site = settings.site
        self._anchors = Anchors()
        self._folds = True
        self._push = "poll"
        self._cursor = ""
        self._poke = asyncio.Event()
        self._stream: PokeStream | None = None
        self._listening: asyncio.Task[None] | None = None
        self._answered_at: int | None = None

    def resume(self, epoch: str, kept: Iterable[tuple[int, AnyRecord]]) -> None:
        """Nothing: the endpoint knows it all."""

    async def open(self) -> Opened:
        """Begin or renew the session.

        Raises:
            FetchError: Among others NO_SUCH_SITE, SEVERAL_SITES (naming them),
                SCHEMA_UNSUPPORTED, SIGN_IN.
        """
        if not self._site:
            self._site = await self._only_site()
        try:
            session, answer = await self._fetcher.get(self._path("session"), contract.Session)
        except FetchError as problem:
            if problem.code is Code.NOT_FOUND:
                raise FetchError(Code.NO_SUCH_SITE, self._site, status=problem.status) from None
            raise
        spoken = session.schema
        if not spoken.min <= contract.SCHEMA <= spoken.max:
            raise FetchError(Code.SCHEMA_UNSUPPORTED, f"{spoken.min}-{spoken.max}")
        self._folds, self._push = session.folds, session.push
        self._anchors.restart(min(max(session.clock_rate, 0.01), 100_000.0))
        anchor = self._date(to_ms(session.server_time), answer)
        self._listen()
        history = session.history_cursor
        offered = session.operations
        return Opened(
            epoch=clean_text(session.epoch, EPOCH_LIMIT),
            anchor=anchor,
            push=session.push in {"sse", "longpoll"},
            folds=session.folds,
            history_cursor=None if isinstance(history, UnsetType) else history,
            operations=contract.FIRST_OPERATIONS
            if isinstance(offered, UnsetType)
            else tuple(clean_text(each, OPERATION_LIMIT) for each in offered),
        )

    async def snapshot(self) -> Batch:
        """The full state, all pages; begun anew, a few times, where a page has gone meanwhile."""
        for attempt in range(SNAPSHOT_TRIES):
            with contextlib.suppress(CursorGone):
                return await self._snapshot_pages()
            if attempt < SNAPSHOT_TRIES - 1:
                await self._timing.sleep(self._settings.min_interval)
        raise FetchError(Code.UNAVAILABLE, "snapshot")

    async def _snapshot_pages(self) -> Batch:
        """All pages; the endpoint makes the next one while the last is decoded."""
        rows = Rows()
        asked = self._ask_page()
        try:
            for _ in range(SNAPSHOT_PAGES):
                page, answer = await asked
                anchor = self._date(to_ms(page.server_time), answer)
                following = page.next_page
                if not isinstance(following, UnsetType):
                    asked = self._ask_page(page=following)
                for at in range(0, len(page.items), ROWS_AT_ONCE):
                    rows.take(page.items[at : at + ROWS_AT_ONCE], self._origin)
                    await asyncio.sleep(0)
                if isinstance(following, UnsetType):
                    self._cursor = page.cursor
                    return Batch(
                        changes=tuple(rows.changes),
                        cursor=page.cursor,
                        has_more=False,
                        anchor=anchor,
                        switches=_switches(page.sources),
                        skipped=rows.skipped,
                        refused=tuple(rows.refused),
                    )
        finally:
            await end_tasks([asked])
        raise FetchError(Code.TOO_LARGE, "snapshot")

    def _ask_page(self, **which: str) -> asyncio.Task[tuple[LooseSnapshot, Answer]]:
        params = {"limit": str(PAGE_LIMIT), **which}
        path = self._path("snapshot")
        return asyncio.create_task(self._fetcher.get(path, LooseSnapshot, params=params))

    async def changes(self, cursor: str, *, digest: bool = False) -> Batch:
        """One page of what changed after `cursor`; every version where the endpoint folds none."""
        params = {"digest": "true"} if digest else {}
        if not self._folds:
            params["fold"] = "none"
        batch = await self._changes(cursor, params)
        self._cursor = batch.cursor
        return batch

    async def history(self, cursor: str) -> Batch:
        """One page of every version after `cursor`, none folded."""
        return await self._changes(cursor, {"fold": "none"})

    async def _changes(self, cursor: str, params: Mapping[str, str]) -> Batch:
        page, answer = await self._fetcher.get(
            self._path("changes"),
            LooseChanges,
            params={"since": cursor, "limit": str(PAGE_LIMIT), **params},
        )
        if page.has_more and page.next == cursor:
            raise FetchError(Code.BAD_PAYLOAD, "cursor")
        rows = Rows()
        rows.take(page.changes, self._origin)
        return Batch(
            changes=tuple(rows.changes),
            cursor=page.next,
            has_more=page.has_more,
            anchor=self._date(to_ms(page.server_time), answer),
            switches=_switches(page.sources),
            skipped=rows.skipped,
            digest=_digest(page.digest),
            refused=tuple(rows.refused),
        )

    async def wait_for_change(self, seconds: float) -> bool:
        """Wait until a change is announced, by the stream or a held answer, or for so long."""
        if self._push == "longpoll" and self._cursor:
            return await self._wait_by_long_poll(seconds)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._poke.wait()
        was_poked = self._poke.is_set()
        self._poke.clear()
        return was_poked

    async def _wait_by_long_poll(self, seconds: float) -> bool:
        wait = max(1, min(LONG_POLL_S, int(seconds)))
        asked_at = monotonic_ms()
        try:
            page, _ = await self._fetcher.get(
                self._path("changes"),
                LooseChanges,
                params={"since": self._cursor, "limit": "1"},
                headers={"Prefer": f"wait={wait}"},
                extra_s=float(wait),
            )
        except FetchError:
            # The read that follows tells what is wrong; not at once, or it would spin.
            left = seconds - (monotonic_ms() - asked_at) / 1000
            await self._timing.sleep(min(max(left, 0.0), self._settings.min_interval))
            return True
        self._answered_at = monotonic_ms()
        return page.next != self._cursor

    def heard_at_ms(self) -> int | None:
        """Monotonic instant at which the endpoint was last heard, heartbeats included."""
        heard = [self._answered_at, self._stream.heard_at if self._stream else None]
        return max((each for each in heard if each is not None), default=None)

    def native_id(self, stored: str) -> str:
        """The id by which the endpoint knows an entity."""
        return native_id(stored)

    async def close(self) -> None:
        """Stop listening and let go of the connections."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        await self._fetcher.close()

    async def act(self, request: Request) -> tuple[Change, ...]:
        """Have an action carried out.

        Args:
            request: The action.

        Returns:
            The entities as they are afterwards.

        Raises:
            ActionRefused: It was understood and refused: nothing happened.
            FetchError: Whether it happened is not known; with the same key it can be asked again.
        """
        if not self._site:
            try:
                self._site = await self._only_site()
            except FetchError as problem:
                problem.was_not_sent = True
                raise
        version = request.version
        guard = {"If-None-Match": "*"} if version is None else {"If-Match": f'"{version}"'}
        if request.epoch:
            guard["Supervision-Epoch"] = quote(request.epoch, safe="")
        result, answer = await self._fetcher.send(
            request.method,
            self._path(*request.parts),
            request.body,
            contract.ActionResult,
            {"Idempotency-Key": request.key, **guard},
        )
        self._answered_at = monotonic_ms()
        rows = Rows()
        for entity in result.entities:
            rows.take_one(entity, self._origin)
        if rows.skipped:
            raise FetchError(Code.BAD_PAYLOAD, "entities", status=answer.status)
        return tuple(rows.changes)

    async def _only_site(self) -> str:
        sites, _ = await self._fetcher.get("/sites", list[contract.Site])
        if not sites:
            raise FetchError(Code.NO_SUCH_SITE)
        if len(sites) > 1:
            names = ", ".join(site.id for site in sites[:_NAMES_SHOWN])
            raise FetchError(Code.SEVERAL_SITES, names)
        return sites[0].id

    def _path(self, *parts: str) -> str:
        return "/" + "/".join(quote(part, safe="") for part in ("sites", self._site, *parts))

    def _date(self, server_ms: int, answer: Answer) -> ClockAnchor:
        self._answered_at = monotonic_ms()
        return self._anchors.take(server_ms, answer.took_ms)

    def _listen(self) -> None:
        """See that the stream is listened to where there is one; it outlives sessions."""
        if self._push != "sse" or self._listening is not None:
            return
        self._stream = PokeStream(
            self._fetcher,
            self._path("stream"),
            since=lambda: self._cursor,
            poked=self._take_poke,
            timing=self._timing,
        )
        self._listening = asyncio.create_task(self._stream.run())

    def _take_poke(self, head: str) -> None:
        """A change was announced; one that was read already is no news."""
        if not head or head != self._cursor:
            self._poke.set()


def _switches(sources: Iterable[contract.Source]) -> tuple[SwitchState, ...]:
    return tuple(
        SwitchState(
            clean_text(each.name, 64),
            each.state if each.state in {"live", "stale", "down"} else "unknown",
            to_ms(each.as_of),
        )
        for each in sources
    )


def _digest(digest: contract.Digest | UnsetType) -> DigestAt | None:
    if isinstance(digest, UnsetType):
        return None
    return DigestAt(
        digest.cursor, {name: (each.count, each.sha256) for name, each in digest.types.items()}
    )
