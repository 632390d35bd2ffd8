"""The floor as it was at some moment, from the keyframes of history.

A keyframe is an object in JSON, compressed: the rows of each kind under its name. Contacts and
intervals are not in it: they have rows of their own, which say more.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from data.cache.history_callers import Ask
from data.floor import Key
from data.model import RECORD_TYPES, Agent, AnyRecord, Kind, Ms

_NEWEST = """
SELECT at, body FROM keyframe WHERE at >= :not_before AND at <= :not_after ORDER BY at DESC LIMIT 1
"""
_EVER = -(2**62)
_LEFT_OUT = frozenset({Kind.CONTACT, Kind.INTERVAL})
_split = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode


class KeptRows(msgspec.Struct, frozen=True):
    """The rows of some kinds as they were at one moment."""

    at: Ms
    rows: Mapping[Kind, Mapping[Key, AnyRecord]]


class KeptFloor(msgspec.Struct, frozen=True):
    """The agents as they were at one moment."""

    at: Ms
    agents: Mapping[Key, Agent]


def packed(rows: Iterable[tuple[Kind, AnyRecord]]) -> bytes:
    """A keyframe of a floor's rows."""
    kinds: dict[str, list[AnyRecord]] = {}
    for kind, record in rows:
        if kind not in _LEFT_OUT:
            kinds.setdefault(kind.value, []).append(record)
    return zlib.compress(msgspec.json.encode(kinds), 6)


def newest_keyframe(ask: Ask, not_after: Ms) -> KeptFloor | None:
    """The newest keyframe not after an instant; None where there is none that can be read.

    Args:
        ask: Asks history in SQL.
        not_after: The instant.
    """
    kept = newest_rows(ask, not_after, (Kind.AGENT,))
    if kept is None:
        return None
    agents = kept.rows[Kind.AGENT]
    return KeptFloor(kept.at, {k: one for k, one in agents.items() if isinstance(one, Agent)})


def newest_rows(
    ask: Ask, not_after: Ms, kinds: Collection[Kind], not_before: Ms = _EVER
) -> KeptRows | None:
    """The rows of some kinds in the newest keyframe of a span; None as above.

    A row that this program cannot read is left out.

    Args:
        ask: Asks history in SQL.
        not_after: The end of the span.
        kinds: The kinds.
        not_before: Its beginning.
    """
    for at, body in ask(_NEWEST, {"not_before": not_before, "not_after": not_after}):
        try:
            kept = _split(zlib.decompress(body))
        except (zlib.error, msgspec.DecodeError):
            return None
        return KeptRows(at, {kind: _by_key(kind, kept.get(kind.value)) for kind in kinds})
    return None


def _by_key(kind: Kind, body: msgspec.Raw | None) -> dict[Key, AnyRecord]:
    if body is None:
        return {}
    return {Key(one.site, one.source, one.id): one for one in _records(RECORD_TYPES[kind], body)}


def _records(kind: type[AnyRecord], body: msgspec.Raw) -> Sequence[AnyRecord]:
    """The records of one kind: in one go, or, where one of them cannot be read, one by one."""
    try:
        return msgspec.json.decode(body, type=list[kind])  # type: ignore[valid-type]
    except msgspec.DecodeError:
        found: list[AnyRecord] = []
        for raw in _rows(body):
            with contextlib.suppress(msgspec.DecodeError):
                found.append(msgspec.json.decode(raw, type=kind))
        return found
