"""Finding a silent loss: the server's digest of all versions, held against our own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from data.clock import Clock
from data.contract import ENTITY_TYPES
from data.model import Kind
from data.sources.base import DigestAt

EVERY_S = 600.0
SELDOM_S = 7200.0
"""Where digests go on differing after a resynchronisation, it is no help to repeat it often."""


def digest_of(versions: Mapping[str, int]) -> tuple[int, str]:
    """How many entities there are, and SHA-256 over a line `id:version` for each, sorted by id."""
    whole = hashlib.sha256()
    for entity in sorted(versions):
        whole.update(f"{entity}:{versions[entity]}\n".encode())
    return len(versions), whole.hexdigest()


class DigestWatch:
    """When to compare, and whether it agrees."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._every_s = EVERY_S
        self._asked_ms = clock.monotonic_ms()

    def is_due(self) -> bool:
        """Whether to ask for a digest now; asking is noted."""
        now = self._clock.monotonic_ms()
        if now - self._asked_ms < self._every_s * 1000:
            return False
        self._asked_ms = now
        return True

    def agrees(
        self,
        digest: DigestAt,
        ours: Mapping[Kind, Mapping[str, int]],
        refused: Mapping[tuple[Kind, str], int],
        native_id: Callable[[str], str],
    ) -> bool:
        """Whether we have what the server says there is.

        Args:
            digest: What the server says; kinds that it does not name are not compared.
            ours: Versions of what we hold, by stored id.
            refused: Versions of rows that we could not decode: they exist all the same.
            native_id: From a stored id to the server's.
        """
        result = all(
            digest_of(
                {
                    native_id(entity): version
                    for entity, version in {
                        **ours[Kind(name)],
                        **{each: at for (kind, each), at in refused.items() if kind == name},
                    }.items()
                }
            )
            == said
            for name, said in digest.types.items()
            if name in ENTITY_TYPES
        )
        self._every_s = EVERY_S if result else min(self._every_s * 2, SELDOM_S)
        return result
