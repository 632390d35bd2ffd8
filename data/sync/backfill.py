"""Learning the past of a source, for the history only, while the present is shown already.

The history is told what happened in order. So as long as a past is unread, nothing else of its
source goes into the history: the pages read here run on into the present, and where they have
reached it the engine takes over. How far it has come is written down, so that a process that ends
in the middle is followed by one that goes on there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from data.errors import CursorGone, FloorError
from data.files import PRIVATE_MODE
from data.sources.base import Source
from data.sync.backoff import Backoff, Timing
from data.sync.derive import Deriver
from data.sync.journal import Journal
from data.sync.ports import HistoryPort
from data.sync.upsets import FloorKeeper

LONGEST_PAUSE_S = 0.25


class Unread:
    """From which cursor the past of each source is unread, in a file of the sync process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cursors = self._load()

    def get(self, site: str, source: str) -> str | None:
        """Where to read on from; None where nothing is unread."""
        return self._cursors.get(f"{site}/{source}")

    def count(self, site: str) -> int:
        """Of how many sources of a site the past is unread."""
        return sum(name.startswith(f"{site}/") for name in self._cursors)

    def put(self, site: str, source: str, cursor: str | None) -> None:
        """Remember what is still to be read; a full disk only costs repetition."""
        name = f"{site}/{source}"
        if cursor == self._cursors.get(name):
            return
        if cursor is None:
            del self._cursors[name]
        else:
            self._cursors[name] = cursor
        draft = self._path.with_name(f".{self._path.name}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(draft, flags, PRIVATE_MODE)
            try:
                os.write(descriptor, msgspec.json.encode(self._cursors))
            finally:
                os.close(descriptor)
            draft.replace(self._path)
        except OSError:
            return

    def _load(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            return {}


class Tools(msgspec.Struct, frozen=True):
    """What the engines of one sync process share."""

    timing: Timing
    journal: Journal
    unread: Unread
    keeper: FloorKeeper | None = None
    """Keeps the floor as it was before a loss; an engine by itself has none."""


class Backfill:
    """Reads the unread past of one source, page by page, with pauses: the present comes first.

    Args:
        site: The site's id.
        source_id: The source's id.
        source: Where to read.
        history: Where to write.
        present: The cursor up to which the present is known; it differs once more is known.
        tools: Where to begin and to note progress; time, chance and the journal.
        pause_s: How long to leave the endpoint alone between two pages.
    """

    def __init__(
        self,
        site: str,
        source_id: str,
        source: Source,
        history: HistoryPort,
        *,
        present: Callable[[], str | None],
        tools: Tools,
        pause_s: float,
    ) -> None:
        self._who = site, source_id
        self._source = source
        self._history = history
        self._present = present
        self._unread = tools.unread
        self._pause_s = min(pause_s, LONGEST_PAUSE_S)
        self._timing = tools.timing
        self._journal = tools.journal
        self._deriver = Deriver()

    async def run(self, *, is_patient: bool = True) -> None:
        """Read until the present is reached.

        Args:
            is_patient: Whether to wait and try again after a failure; else it is raised, and the
                rest remains unread.

        Raises:
            FloorError: Only where it is not patient.
        """
        backoff = Backoff(self._timing.random)
        while self._unread.get(*self._who) is not None:
            try:
                await self._read(backoff)
            except CursorGone:
                self._tell("past_gone")
                self._unread.put(*self._who, None)
            except FloorError as problem:
                if not is_patient:
                    raise
                self._tell("past_waits", code=problem.code.value)
                await self._timing.sleep(backoff.failed(problem))

    async def _read(self, backoff: Backoff) -> None:
        """Read to the end, from where it was left."""
        pages = 0
        while (cursor := self._unread.get(*self._who)) is not None:
            known = self._present()
            page = await self._source.history(cursor)
            # What became known of the present while this page was on its way may not be in it.
            is_more = page.has_more or self._present() != known
            plan = self._deriver.plan(page.changes)
            self._history.add(*self._who, plan.steps)
            self._deriver.settle(plan)
            backoff.succeeded()
            pages += 1
            self._unread.put(*self._who, page.cursor if is_more else None)
            if is_more:
                await self._timing.sleep(self._pause_s)
        self._tell("past_read", pages=pages)

    def _tell(self, event: str, **fields: str | float) -> None:
        site, source = self._who
        self._journal.write(event, site=site, source=source, **fields)
