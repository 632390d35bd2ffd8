"""Deleted rows of cache.db: kept for a while, so that readers hear of them, and then dropped."""

from __future__ import annotations

from collections.abc import Mapping

from data.cache.diff import Held, Scope
from data.model import Kind, Ms

TOMBSTONE_LIFE_MS = 7 * 86_400_000
TOMBSTONES_KEPT = 5_000
"""Of each kind: who has not looked for longer than that many contacts last reads all anew."""
PRUNE_EVERY_MS = 60_000
PRUNE_STEP = 2_000
"""Of each kind in one transaction; where there are more, the next one goes on."""

Dropped = tuple[Scope, Kind, str, Held]
"""Site and source, kind, id, and the row."""


def outdated(rows: Mapping[Scope, Mapping[Kind, Mapping[str, Held]]], now: Ms) -> list[Dropped]:
    """Tombstones that are old or too many, the oldest of each kind."""
    dropped: list[Dropped] = []
    for kind in Kind:
        gone = [
            (scope, kind, entity, row)
            for scope, kinds in rows.items()
            for entity, row in kinds[kind].items()
            if row.record is None
        ]
        excess = max(0, len(gone) - TOMBSTONES_KEPT)
        old = [one for one in gone if excess or one[3].mark.observed_at < now - TOMBSTONE_LIFE_MS]
        old.sort(key=lambda one: one[3].mark.rev)
        dropped += old[: min(excess or PRUNE_STEP, PRUNE_STEP)]
    return dropped
