"""The floor in memory: what a reader keeps of the cache, and the immutable view it hands on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from data.clock import Clock, HostClock, ServerClock
from data.model import (
    Agent,
    Alert,
    AnyRecord,
    Contact,
    Escalation,
    Interval,
    Kind,
    Loan,
    LostCase,
    Note,
    Queue,
    Shift,
)
from data.status import ActionRow, SiteInfo, SourceHealth


class Key(NamedTuple):
    """What names an entity within its kind."""

    site: str
    source: str
    id: str


class Delta(msgspec.Struct, frozen=True):
    """What a reader found to be newer than what it had."""

    rev: int
    """The newest commit contained; ask for what is newer than this next time."""
    upserts: tuple[tuple[Kind, AnyRecord], ...] = ()
    deletions: tuple[tuple[Kind, Key], ...] = ()
    sites: tuple[SiteInfo, ...] = ()
    """All sites, in the configuration's order."""
    sources: tuple[SourceHealth, ...] = ()
    """The health of all sources."""
    actions: tuple[ActionRow, ...] = ()
    """All open and recent actions."""
    reset: bool = False
    """The cache was made anew: forget everything before applying this."""


class FloorSnapshot(msgspec.Struct, frozen=True):
    """Everything the panes show, as of one commit. Never changed once handed on."""

    rev: int = 0
    queues: Mapping[Key, Queue] = msgspec.field(default_factory=dict)
    intervals: Mapping[Key, Interval] = msgspec.field(default_factory=dict)
    contacts: Mapping[Key, Contact] = msgspec.field(default_factory=dict)
    agents: Mapping[Key, Agent] = msgspec.field(default_factory=dict)
    escalations: Mapping[Key, Escalation] = msgspec.field(default_factory=dict)
    shifts: Mapping[Key, Shift] = msgspec.field(default_factory=dict)
    notes: Mapping[Key, Note] = msgspec.field(default_factory=dict)
    alerts: Mapping[Key, Alert] = msgspec.field(default_factory=dict)
    lost_cases: Mapping[Key, LostCase] = msgspec.field(default_factory=dict)
    loans: Mapping[Key, Loan] = msgspec.field(default_factory=dict)
    sites: tuple[SiteInfo, ...] = ()
    sources: tuple[SourceHealth, ...] = ()
    actions: tuple[ActionRow, ...] = ()

    def clock(self, site: str | None = None) -> Clock:
        """The server's clock of a site, or else of any source of the floor; the host's if unknown.

        Args:
            site: The site whose clock is preferred; None for the first there is.
        """
        known = [health for health in self.sources if health.anchor is not None]
        known.sort(key=lambda health: health.site != site)
        for health in known:
            if health.anchor is not None:
                return ServerClock(health.anchor)
        return HostClock()


_FIELDS = {
    Kind.QUEUE: "queues",
    Kind.INTERVAL: "intervals",
    Kind.CONTACT: "contacts",
    Kind.AGENT: "agents",
    Kind.ESCALATION: "escalations",
    Kind.SHIFT: "shifts",
    Kind.NOTE: "notes",
    Kind.ALERT: "alerts",
    Kind.LOST_CALLER: "lost_cases",
    Kind.LOAN: "loans",
}


class Floor:
    """The rows a reader keeps, and the snapshots made of them.

    A snapshot shares the mappings of kinds that did not change, so that handing one on costs a
    copy of what changed and nothing else.
    """

    def __init__(self) -> None:
        self._rows: dict[Kind, dict[Key, AnyRecord]] = {kind: {} for kind in Kind}
        self._shared: set[Kind] = set()
        self._last = FloorSnapshot()

    @property
    def rev(self) -> int:
        """The newest commit applied."""
        return self._last.rev

    def apply(self, delta: Delta) -> FloorSnapshot:
        """Take in what is newer and hand on a view of the whole."""
        if delta.reset:
            self._rows = {kind: {} for kind in Kind}
            self._shared.clear()
        for kind, record in delta.upserts:
            self._own(kind)[Key(record.site, record.source, record.id)] = record
        for kind, key in delta.deletions:
            self._own(kind).pop(key, None)
        self._last = FloorSnapshot(
            rev=delta.rev,
            sites=delta.sites,
            sources=_in_order(delta),
            actions=delta.actions,
            **{name: self._view(kind, name) for kind, name in _FIELDS.items()},
        )
        self._shared.update(Kind)
        return self._last

    def _view(self, kind: Kind, name: str) -> Any:
        """The rows of a kind as they are handed on: the same object again where none changed."""
        if kind in self._shared:
            return getattr(self._last, name)
        return MappingProxyType(self._rows[kind])

    def _own(self, kind: Kind) -> dict[Key, AnyRecord]:
        """The rows of a kind, copied first if a snapshot that was handed on shares them."""
        if kind in self._shared:
            self._rows[kind] = dict(self._rows[kind])
            self._shared.discard(kind)
        return self._rows[kind]


def _in_order(delta: Delta) -> tuple[SourceHealth, ...]:
    """The sources in the order of their sites: the floor's clock is that of the first one."""
    places = {site.id: place for place, site in enumerate(delta.sites)}
    return tuple(
        sorted(delta.sources, key=lambda one: (places.get(one.site, len(places)), one.source))
    )
