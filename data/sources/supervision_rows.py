"""The rows of the supervision API's answers, decoded one by one: a bad one costs only itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec
from msgspec import UnsetType

from data import contract
from data.model import Change, Kind
from data.sources.native_ids import stored_id
from data.sources.supervision_decode import Origin, RowRefused, decode_change


class LooseChanges(contract.Message):
    """A page of changes whose rows are decoded one by one: a bad one costs only itself."""

    next: contract.Cursor
    has_more: bool
    server_time: contract.Time
    sources: list[contract.Source]
    changes: list[msgspec.Raw]
    digest: contract.Digest | UnsetType = msgspec.UNSET


class LooseSnapshot(contract.Message):
    """A page of the full state, its rows likewise."""

    cursor: contract.Cursor
    server_time: contract.Time
    sources: list[contract.Source]
    items: list[msgspec.Raw]
    next_page: contract.Cursor | UnsetType = msgspec.UNSET


Refused: TypeAlias = tuple[Kind, str, int]
"""Kind, id and version of a row whose data did not decode."""

_envelopes = msgspec.json.Decoder(contract.RawChange)


class Rows(msgspec.Struct):
    """What became of the rows of an answer."""

    changes: list[Change] = msgspec.field(default_factory=list)
    refused: list[Refused] = msgspec.field(default_factory=list)
    skipped: int = 0
    """How many did not decode: those refused, and those of which not even the id could be read."""

    def take(self, rows: Iterable[msgspec.Raw], origin: Origin) -> None:
        """Decode some more rows."""
        for row in rows:
            try:
                raw = _envelopes.decode(row)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                self.skipped += 1
                continue
            self.take_one(raw, origin)

    def take_one(self, raw: contract.RawChange, origin: Origin) -> None:
        """Decode one row whose outside has been decoded."""
        try:
            change = decode_change(raw, origin)
        except RowRefused:
            self.skipped += 1
            self.refused.append((Kind(raw.type), stored_id(raw.id), raw.version))
            return
        if change is not None:
            self.changes.append(change)
