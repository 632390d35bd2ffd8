"""How rows of cache.db are kept: many side by side in one piece, as MessagePack.

A row of SQLite for each would cost ten times as much to write as its record costs to encode.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from data.cache.diff import Held, Mark
from data.cache.news import decode_apart, decode_heads, decode_ids, one_of
from data.model import AnyRecord, Kind

_encode = msgspec.msgpack.Encoder().encode


class Packed(NamedTuple):
    """Rows of one kind of one source."""

    heads: bytes
    """Of rows that stand, then of those that are gone."""
    ids: bytes
    """Of those that are gone."""
    records: bytes
    """Of those that stand; no byte at all where only versions are told, and then of no row."""


def pack(rows: Iterable[tuple[str, Held]]) -> Packed:
    """Rows of one kind of one source, by id."""
    standing: list[Held] = []
    gone: list[Held] = []
    ids: list[str] = []
    for entity, held in rows:
        if held.record is None:
            gone.append(held)
            ids.append(entity)
        else:
            standing.append(held)
    records = _encode([held.record for held in standing])
    return Packed(_heads(standing + gone), _encode(ids), records)


def pack_versions(rows: Iterable[tuple[str, Held]]) -> Packed:
    """Only the versions of rows, by id."""
    named = list(rows)
    return Packed(_heads([held for _, held in named]), _encode([each for each, _ in named]), b"")


def unpack(kind: Kind, packed: Packed) -> Iterator[tuple[str, Held]]:
    """Rows by id; where only versions were packed, without records.

    Raises:
        msgspec.DecodeError: A record makes no sense.
        ValueError: The parts are not of the same rows.
    """
    decode = one_of(kind).decode
    raws = decode_apart(packed.records) if packed.records else []
    records: list[AnyRecord | None] = [decode(raw) for raw in raws]
    ids = [record.id for record in records if record is not None]
    ids += decode_ids(packed.ids)
    records += [None] * (len(ids) - len(raws))
    for entity, record, number, version, rev, observed_at in zip(
        ids, records, *decode_heads(packed.heads), strict=True
    ):
        yield entity, Held(version, record, number, Mark(rev, observed_at))


def _heads(rows: Sequence[Held]) -> bytes:
    marks = [row.mark for row in rows]
    numbers, versions = [row.number for row in rows], [row.version for row in rows]
    revs, instants = [mark.rev for mark in marks], [mark.observed_at for mark in marks]
    return _encode((numbers, versions, revs, instants))
