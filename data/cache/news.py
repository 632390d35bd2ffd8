"""What is new to a reader of cache.db: from what the latest commits told, and from the blocks.

How rows are packed is `data.cache.packing`'s matter; here is what a screen needs of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache
from itertools import compress
from types import GenericAlias
from typing import TypeAlias

import msgspec

from data.floor import Key
from data.model import RECORD_TYPES, AnyRecord, Kind, Ms
from data.sharing import share

TOLD_FROM = "told_from"
"""In `meta`: whoever has seen this commit finds all that is newer in `recent`."""
PLACES = 1 << 16
"""So many entries a commit may have there: it needs two for each kind of which it writes."""
Heads: TypeAlias = tuple[list[int], list[int], list[int], list[Ms]]
"""Numbers and versions of rows; revs and instants of the commits that wrote their records."""

_TOLD = """
SELECT kind, site, source, heads, ids, records FROM recent
WHERE place >= ? AND records <> x'' ORDER BY place DESC
"""
_BLOCKS = """
SELECT kind, site, source, heads, ids, records FROM block ORDER BY kind, site, source, number
"""
_kinds = {kind.value: kind for kind in Kind}
decode_heads: Callable[[bytes], Heads] = msgspec.msgpack.Decoder(Heads).decode
decode_ids = msgspec.msgpack.Decoder(list[str]).decode
decode_apart = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode


@cache
def one_of(kind: Kind) -> msgspec.msgpack.Decoder[AnyRecord]:
    """Decodes a record of a kind."""
    return msgspec.msgpack.Decoder(RECORD_TYPES[kind])


@cache
def all_of(kind: Kind) -> msgspec.msgpack.Decoder[list[AnyRecord]]:
    """Decodes many records of a kind in one go."""
    return msgspec.msgpack.Decoder(GenericAlias(list, (RECORD_TYPES[kind],)))


Standing: TypeAlias = Callable[[Kind], Mapping[Key, AnyRecord]]
"""The rows of a kind that whoever asks for news has already."""


class News(msgspec.Struct):
    """The last word on each row that is newer than a commit."""

    since: int
    standing: Standing
    upserts: list[tuple[Kind, AnyRecord]] = msgspec.field(default_factory=list)
    deletions: list[tuple[Kind, Key]] = msgspec.field(default_factory=list)

    def take(
        self, kind: Kind, scope: tuple[str, str], parts: Sequence[bytes], chosen: list[bool] | None
    ) -> None:
        """Add rows of one kind of one source.

        Args:
            kind: The kind.
            scope: Site and source.
            parts: The ids of rows that are gone, and the records of those that stand.
            chosen: Which of them to take, those that stand first; None: all.

        Raises:
            msgspec.DecodeError: A record makes no sense.
            ValueError: The parts are not of the same rows.
        """
        gone = decode_ids(parts[0])
        if chosen is None:
            records = all_of(kind).decode(parts[1])
        else:
            raws, decode = decode_apart(parts[1]), one_of(kind).decode
            if len(chosen) != len(raws) + len(gone):
                raise ValueError(kind)
            records = [decode(raw) for raw in compress(raws, chosen)]
            gone = list(compress(gone, chosen[len(raws) :]))
        share(records, self.standing(kind))
        self.upserts += [(kind, record) for record in records]
        if self.since:  # who has nothing yet has nothing to let go of
            self.deletions += [(kind, Key(*scope, entity)) for entity in gone]


def read_news(
    connection: sqlite3.Connection, since: int, told_from: int, standing: Standing
) -> News:
    """What later commits than `since` wrote; from 0, all rows that stand.

    Args:
        connection: The cache's, in a transaction.
        since: The number of a commit.
        told_from: The commit from which on `recent` tells all.
        standing: What is there already.

    Raises:
        msgspec.DecodeError: A record makes no sense.
        KeyError: There is a kind that is none.
        ValueError: Parts that belong together do not.
    """
    news, known = News(since, standing), dict[Kind, set[int]]()
    with closing(connection.execute(_TOLD, ((since + 1) * PLACES,))) as entries:
        for name, site, source, heads, ids, records in entries:
            kind, numbers = _kinds[name], decode_heads(heads)[0]
            later = known.setdefault(kind, set())
            chosen = [number not in later for number in numbers] if later else None
            news.take(kind, (site, source), (ids, records), chosen)
            later.update(numbers)
    if not since or since < told_from:
        with closing(connection.execute(_BLOCKS)) as blocks:
            for name, site, source, heads, ids, records in blocks:
                kind, chosen = _kinds[name], None
                if since or kind in known:
                    numbers, _, revs, _ = decode_heads(heads)
                    told, pairs = known.get(kind, ()), zip(numbers, revs, strict=True)
                    chosen = [rev > since and number not in told for number, rev in pairs]
                news.take(kind, (site, source), (ids, records), chosen)
    return news
