"""The records as they stand, and what of them has changed since somebody asked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from data.model import RECORD_TYPES, Agent, AnyRecord, Change, Kind, Ms

_KINDS = {record: kind for kind, record in RECORD_TYPES.items()}


class Changes:
    """Keeps one record of each entity; what is put and says nothing new is no change.

    A version is an instant, or one more than the last: so it rises after a restart, too, even for
    what had been deleted, without anything being kept for it.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[Kind, str], Change] = {}
        self._made: list[Change] = []
        self._version = 0

    def resume(self, kept: Iterable[tuple[int, AnyRecord]]) -> None:
        """Take over what an earlier process kept, as this source had said it."""
        for version, record in kept:
            said = _as_said(record)
            kind = _KINDS[type(said)]
            self._version = max(self._version, version)
            self._rows[kind, said.id] = Change(
                kind=kind, id=said.id, version=version, at=0, record=said
            )

    def put(self, record: AnyRecord, at: Ms) -> None:
        """Let a record be so from an instant on; its changes are told in order of time."""
        place = _KINDS[type(record)], record.id
        known = self._rows.get(place)
        if known is None:
            self._rows[place] = self._make(*place, record, at)
        elif known.record != record:
            self._rows[place] = self._make(*place, record, max(at, known.at))

    def drop(self, kind: Kind, entity: str, at: Ms) -> None:
        """Let an entity be no more."""
        known = self._rows.pop((kind, entity), None)
        if known is not None:
            self._make(kind, entity, None, max(at, known.at))

    def get(self, kind: Kind, entity: str) -> AnyRecord | None:
        """A record as it stands."""
        row = self._rows.get((kind, entity))
        return None if row is None else row.record

    def standing(self, kind: Kind, entity: str) -> Change | None:
        """A record as of its last change."""
        return self._rows.get((kind, entity))

    def of(self, kind: Kind) -> list[AnyRecord]:
        """All records of a kind."""
        rows = (row for (known, _entity), row in self._rows.items() if known is kind)
        return [row.record for row in rows if row.record is not None]

    def take(self) -> tuple[Change, ...]:
        """What has changed since this was last asked, in order."""
        made, self._made = tuple(self._made), []
        return made

    def all(self) -> list[Change]:
        """Every record that there is, as of its last change."""
        return list(self._rows.values())

    def _make(self, kind: Kind, entity: str, record: AnyRecord | None, at: Ms) -> Change:
        self._version = max(self._version + 1, at)
        change = Change(kind=kind, id=entity, version=self._version, at=at, record=record)
        self._made.append(change)
        return change


def _as_said(record: AnyRecord) -> AnyRecord:
    """A record without what was derived or counted after this source had told it."""
    if not isinstance(record, Agent):
        return record
    return msgspec.structs.replace(
        record,
        state=record.reported_state,
        since=record.reported_since,
        scheduled_s=None,
        adherent_s=None,
        adherence_at=0,
        unanswered_rings=None,
    )
