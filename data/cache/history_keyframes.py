"""The floor as it was at some moment, from the keyframes of history."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from data.floor import Key
from data.model import Agent, Kind, Ms

_NEWEST = "SELECT at, body FROM keyframe WHERE at <= ? ORDER BY at DESC LIMIT 1"


class KeptFloor(msgspec.Struct, frozen=True):
    """The agents as they were at one moment."""

    at: Ms
    agents: Mapping[Key, Agent]


def newest_keyframe(
    ask: Callable[[str, tuple[object, ...]], list[tuple[Any, ...]]], not_after: Ms
) -> KeptFloor | None:
    """The newest keyframe not after an instant; None where there is none that can be read.

    Args:
        ask: Asks history in SQL.
        not_after: The instant.
    """
    for at, body in ask(_NEWEST, (not_after,)):
        try:
            return KeptFloor(at, _agents(zlib.decompress(body)))
        except (zlib.error, msgspec.DecodeError):
            return None
    return None


def _agents(body: bytes) -> dict[Key, Agent]:
    """Of a keyframe, the agents alone: the rest is not even decoded."""
    rows = msgspec.json.decode(body, type=list[tuple[str, msgspec.Raw]])
    agents = (
        msgspec.json.decode(record, type=Agent) for kind, record in rows if kind == Kind.AGENT
    )
    return {Key(agent.site, agent.source, agent.id): agent for agent in agents}
