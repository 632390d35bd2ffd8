"""The floor as it was at some moment, from the keyframes of history."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Collection, Mapping

import msgspec

from data.cache.history_callers import Ask
from data.floor import Key
from data.model import RECORD_TYPES, Agent, AnyRecord, Kind, Ms

_NEWEST = "SELECT at, body FROM keyframe WHERE at <= :not_after ORDER BY at DESC LIMIT 1"


class KeptRows(msgspec.Struct, frozen=True):
    """The rows of some kinds as they were at one moment."""

    at: Ms
    rows: Mapping[Kind, Mapping[Key, AnyRecord]]


class KeptFloor(msgspec.Struct, frozen=True):
    """The agents as they were at one moment."""

    at: Ms
    agents: Mapping[Key, Agent]


def newest_keyframe(ask: Ask, not_after: Ms) -> KeptFloor | None:
    """The newest keyframe not after an instant; None where there is none that can be read.

    Args:
        ask: Asks history in SQL.
        not_after: The instant.
    """
    for at, body in ask(_NEWEST, {"not_after": not_after}):
        try:
            return KeptFloor(at, _agents(zlib.decompress(body)))
        except (zlib.error, msgspec.DecodeError):
            return None
    return None


def newest_rows(
    ask: Ask,
    not_after: Ms,
    kinds: Collection[Kind],
) -> KeptRows | None:
    """The rows of some kinds in the newest keyframe not after an instant; None as above.

    A row that this program cannot read is left out.
    """
    for at, body in ask(_NEWEST, {"not_after": not_after}):
        found: dict[Kind, dict[Key, AnyRecord]] = {kind: {} for kind in kinds}
        try:
            rows = msgspec.json.decode(zlib.decompress(body), type=list[tuple[str, msgspec.Raw]])
        except (zlib.error, msgspec.DecodeError):
            return None
        decoders = {kind.value: msgspec.json.Decoder(RECORD_TYPES[kind]) for kind in kinds}
        for name, raw in rows:
            decoder = decoders.get(name)
            if decoder is None:
                continue
            with contextlib.suppress(msgspec.DecodeError):
                row = decoder.decode(raw)
                found[Kind(name)][Key(row.site, row.source, row.id)] = row
        return KeptRows(at, found)
    return None


def _agents(body: bytes) -> dict[Key, Agent]:
    """Of a keyframe, the agents alone: the rest is not even decoded."""
    rows = msgspec.json.decode(body, type=list[tuple[str, msgspec.Raw]])
    agents = (
        msgspec.json.decode(record, type=Agent) for kind, record in rows if kind == Kind.AGENT
    )
    return {Key(agent.site, agent.source, agent.id): agent for agent in agents}
