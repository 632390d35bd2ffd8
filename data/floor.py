"""The floor in memory: what a reader keeps of the cache, and the immutable view it hands on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, cast

import msgspec
from msgspec.structs import replace

from data.clock import Clock, HostClock, ServerClock
from data.model import (
    Agent,
    Alert,
    AnyRecord,
    Checklist,
    Contact,
    Escalation,
    Handover,
    Incident,
    Interval,
    Kind,
    Loan,
    LostCase,
    Mute,
    Note,
    Promise,
    Queue,
    Shift,
)
from data.status import ActionRow, SiteInfo, SourceHealth

_STEPS_KEPT = 4
"""Whoever missed more views than this compares all rows."""


class Key(NamedTuple):
    """What names an entity within its kind."""

    site: str
    source: str
    id: str


Step: TypeAlias = Mapping[Key, tuple[AnyRecord | None, AnyRecord | None]]
"""By key what stood there and what stands there now; None for nothing."""
AgentStep: TypeAlias = Mapping[Key, tuple[Agent | None, Agent | None]]
ContactStep: TypeAlias = Mapping[Key, tuple[Contact | None, Contact | None]]
_Step: TypeAlias = dict[Key, tuple[AnyRecord | None, AnyRecord | None]]


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


class Trail(msgspec.Struct, frozen=True, eq=False):
    """The way the rows of one kind came, for whoever keeps something for each row."""

    rows: Mapping[Key, AnyRecord]
    line: object
    """One for all views of a floor since it was last made anew."""
    serial: int
    step: Step = {}
    """What was written or deleted in the last step."""
    earlier: tuple[tuple[Key, ...], ...] = ()
    """Only its keys, of each of the steps before: what stood there need not be kept for long."""

    def since(self, before: Trail) -> Step | None:
        """What differs from an earlier view; None where that is too long ago to tell."""
        steps = self.serial - before.serial
        if before.line is not self.line or not 0 <= steps <= len(self.earlier) + 1:
            return None
        if steps <= 1:
            return self.step if steps else {}
        keys = self.step.keys() | frozenset().union(*self.earlier[1 - steps :])
        return {key: (before.rows.get(key), self.rows.get(key)) for key in keys}


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
    mutes: Mapping[Key, Mute] = msgspec.field(default_factory=dict)
    incidents: Mapping[Key, Incident] = msgspec.field(default_factory=dict)
    checklists: Mapping[Key, Checklist] = msgspec.field(default_factory=dict)
    handovers: Mapping[Key, Handover] = msgspec.field(default_factory=dict)
    promises: Mapping[Key, Promise] = msgspec.field(default_factory=dict)
    sites: tuple[SiteInfo, ...] = ()
    sources: tuple[SourceHealth, ...] = ()
    actions: tuple[ActionRow, ...] = ()
    trails: Mapping[str, Trail] = msgspec.field(default_factory=dict)
    """How the rows of each field came; of those of a view that was put together there is none."""

    def of(self, kind: Kind) -> Mapping[Key, AnyRecord]:
        """The records of a kind."""
        found: Mapping[Key, AnyRecord] = getattr(self, _FIELDS[kind])
        return found

    def changed_since(self, before: FloorSnapshot, kind: Kind) -> Collection[Key]:
        """The keys of a kind under which something else stands than in an earlier view."""
        return self._steps_since(before, kind).keys()

    def agents_since(self, before: FloorSnapshot) -> AgentStep:
        """The agents that differ from an earlier view: as they were, and as they are."""
        return cast("AgentStep", self._steps_since(before, Kind.AGENT))

    def contacts_since(self, before: FloorSnapshot) -> ContactStep:
        """The contacts that differ from an earlier view: as they were, and as they are."""
        return cast("ContactStep", self._steps_since(before, Kind.CONTACT))

    def _steps_since(self, before: FloorSnapshot, kind: Kind) -> Step:
        """It costs what has changed, not what there is, where both are views of one floor."""
        name = _FIELDS[kind]
        old: Mapping[Key, AnyRecord] = getattr(before, name)
        new: Mapping[Key, AnyRecord] = getattr(self, name)
        if old is new:
            return {}
        came, was = self.trails.get(name), before.trails.get(name)
        if came is not None and was is not None and came.rows is new and was.rows is old:
            known = came.since(was)
            if known is not None:
                return known
        changed = {key: (old.get(key), row) for key, row in new.items()}
        gone = {key: (old[key], None) for key in old.keys() - new.keys()}
        return {key: was for key, was in changed.items() if was[0] is not was[1]} | gone

    def is_news_to(self, before: FloorSnapshot) -> bool:
        """Whether anything differs from an earlier view but the word that sources still answer."""
        return (
            any(getattr(self, name) is not getattr(before, name) for name in _FIELDS.values())
            or (self.sites, self.actions) != (before.sites, before.actions)
            or list(map(_standing, self.sources)) != list(map(_standing, before.sources))
        )

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


def _standing(health: SourceHealth) -> SourceHealth:
    """What a source's health says, whenever it was said."""
    anchor = health.anchor
    return replace(
        health,
        last_ok_mono_ms=0 if health.last_ok_mono_ms is not None else None,
        last_ok_at=0 if health.last_ok_at is not None else None,
        anchor=replace(anchor, server_ms=0, monotonic_ms=0, wall_ms=0) if anchor else None,
        clock_offset_s=0.0,
        switches=tuple(replace(switch, as_of=0) for switch in health.switches),
    )


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
    Kind.MUTE: "mutes",
    Kind.INCIDENT: "incidents",
    Kind.CHECKLIST: "checklists",
    Kind.HANDOVER: "handovers",
    Kind.PROMISE: "promises",
}


class _Touched(NamedTuple):
    """The rows of a kind as they were, as they become, and what differs."""

    before: dict[Key, AnyRecord]
    rows: dict[Key, AnyRecord]
    step: _Step


class Floor:
    """The rows a reader keeps, and the snapshots made of them.

    A snapshot shares the mappings of kinds that did not change, so that handing one on costs a
    copy of what changed and nothing else.
    """

    def __init__(self) -> None:
        self._rows: dict[Kind, dict[Key, AnyRecord]] = {kind: {} for kind in Kind}
        self._line = object()
        self._last = FloorSnapshot()

    @property
    def rev(self) -> int:
        """The newest commit applied."""
        return self._last.rev

    def rows_of(self, kind: Kind) -> Mapping[Key, AnyRecord]:
        """The rows of a kind as they stand."""
        return self._rows[kind]

    def apply(self, delta: Delta) -> FloorSnapshot:
        """Take in what is newer and hand on a view of the whole."""
        if delta.reset:
            self._rows = {kind: {} for kind in Kind}
            self._line = object()
            self._last = FloorSnapshot()
        touched = self._take(delta)
        trails = {name: self._trail(kind, touched.get(kind)) for kind, name in _FIELDS.items()}
        rows: dict[str, Any] = {name: trail.rows for name, trail in trails.items()}
        self._last = FloorSnapshot(
            rev=delta.rev,
            sites=delta.sites,
            sources=_in_order(delta),
            actions=delta.actions,
            trails=trails,
            **rows,
        )
        return self._last

    def _take(self, delta: Delta) -> dict[Kind, _Touched]:
        """Write what is newer into copies of the rows; what of each kind it touches."""
        touched: dict[Kind, _Touched] = {}
        last: Kind | None = None
        before, rows, step = _Touched({}, {}, {})
        make = tuple.__new__
        for kind, record in delta.upserts:
            if kind is not last:  # hashing an enumeration's member costs more than the rest
                last, (before, rows, step) = kind, self._own(kind, touched)
            key = make(Key, (record.site, record.source, record.id))  # half of what Key() costs
            step[key] = (before.get(key), record)
            rows[key] = record
        last = None
        for kind, key in delta.deletions:
            if kind is not last:
                last, (before, rows, step) = kind, self._own(kind, touched)
            step[key] = (before.get(key), None)
            rows.pop(key, None)
        return touched

    def _own(self, kind: Kind, touched: dict[Kind, _Touched]) -> _Touched:
        """The rows of a kind, copied first since a snapshot may share them."""
        if kind not in touched:
            before = self._rows[kind]
            self._rows[kind] = dict(before)
            touched[kind] = _Touched(before, self._rows[kind], {})
        return touched[kind]

    def _trail(self, kind: Kind, touched: _Touched | None) -> Trail:
        """The rows of a kind as they are handed on: the same object again where none changed."""
        last = self._last.trails.get(_FIELDS[kind])
        if last is None:
            return Trail(MappingProxyType(self._rows[kind]), self._line, 0)
        if touched is None:
            return last
        earlier = (*last.earlier, (*last.step,))[1 - _STEPS_KEPT :]
        step = MappingProxyType(touched.step)
        rows = MappingProxyType(self._rows[kind])
        return Trail(rows, self._line, last.serial + 1, step, earlier)


def _in_order(delta: Delta) -> tuple[SourceHealth, ...]:
    """The sources in the order of their sites: the floor's clock is that of the first one."""
    places = {site.id: place for place, site in enumerate(delta.sites)}
    return tuple(
        sorted(delta.sources, key=lambda one: (places.get(one.site, len(places)), one.source))
    )
