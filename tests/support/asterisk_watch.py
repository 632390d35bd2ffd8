"""A board under test, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from data.model import Agent, AnyRecord, Change, Contact, Interval, Kind, Ms, Queue
from data.settings import SiteSettings, SourceKind, SourceSettings
from data.sources.asterisk.board import Board
from data.sources.asterisk.channels import ChannelRow
from data.sources.asterisk.events import Event
from data.sources.asterisk.snapshot import QueuesNow
from tests.support.asterisk_made import START

KEY = b"k" * 32
SITE = SiteSettings(id="main", zone="Europe/Berlin", day_start="06:00")
_R = TypeVar("_R", bound=AnyRecord)


class Watch:
    """Speaks to a board in seconds since START, and keeps what it has said."""

    def __init__(self, *, site: SiteSettings = SITE, **settings: object) -> None:
        source = SourceSettings(
            id="pbx", kind=SourceKind.ASTERISK, url="http://127.0.0.1", **settings
        )
        self.board = Board(site, source, key=KEY)
        self.said: list[Change] = []

    def look(
        self,
        rows: QueuesNow,
        second: float = 0,
        channels: Sequence[ChannelRow] | None = None,
        *,
        startup: str = "",
        after_gap: bool = False,
    ) -> list[Change]:
        """A snapshot, and what has changed by it."""
        at = instant(second)
        self.board.take_snapshot(rows, channels, at, startup=startup, after_gap=after_gap)
        return self.changes()

    def hear(self, second: float, *events: Event) -> list[Change]:
        """Events of one instant, and what has changed by them."""
        for event in events:
            self.board.take_event(event, instant(second))
        return self.changes()

    def tick(self, second: float) -> list[Change]:
        """Time passes."""
        self.board.tick(instant(second))
        return self.changes()

    def changes(self) -> list[Change]:
        """What has changed since this was last asked."""
        made = list(self.board.take_changes())
        self.said += made
        return made

    def kept(self) -> list[tuple[int, AnyRecord]]:
        """What a cache would have kept."""
        records = ((row.version, row.record) for row in self.board.records())
        return [(version, record) for version, record in records if record is not None]

    def agent(self, interface: str = "PJSIP/1") -> Agent:
        """An agent."""
        return self._one(Agent, interface)

    def queue(self, name: str = "sales") -> Queue:
        """A queue."""
        return self._one(Queue, name)

    def contact(self, call: str) -> Contact:
        """A contact."""
        return self._one(Contact, call)

    def intervals(self, name: str = "sales") -> list[Interval]:
        """The quarter hours of a queue, in order."""
        rows = [row for row in self._all(Interval) if row.queue == name]
        return sorted(rows, key=lambda row: row.starts_at)

    def ids(self, kind: Kind) -> set[str]:
        """What there is of a kind."""
        return {change.id for change in self.board.records() if change.kind is kind}

    def steps(self, call: str) -> list[str]:
        """The states that a contact went through."""
        mine = [row.record for row in self.said if row.kind is Kind.CONTACT and row.id == call]
        return [record.state.value for record in mine if isinstance(record, Contact)]

    def _all(self, kind: type[_R]) -> list[_R]:
        return [row.record for row in self.board.records() if isinstance(row.record, kind)]

    def _one(self, kind: type[_R], entity: str) -> _R:
        return next(record for record in self._all(kind) if record.id == entity)


def instant(second: float) -> Ms:
    """A second of the test."""
    return START + round(second * 1000)
