"""What the write rules need from whatever keeps the records: a look, a memory, one commit.

There is one implementation of the rules (`data.desk.rules`, `data.desk.perform`) and two keepers:
SQLite (`data.desk.store`) in a floor's own process, and the sandbox's memory behind HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from data.model import Ms


class Kept(msgspec.Struct, frozen=True):
    """An entity as it is kept: its version and its contract message (None: deleted)."""

    kind: str
    id: str
    version: int
    at: Ms
    data: Any


class StoredAnswer(msgspec.Struct, frozen=True):
    """The first answer to an idempotency key, to be given again to every replay."""

    fingerprint: str
    """SHA-256 of what was asked; the same key with another body is refused."""
    status: int
    body: bytes


class Keeper(Protocol):
    """Runs inside one transaction: either all of `commit` is kept or nothing is."""

    def answer_for(self, key: str) -> StoredAnswer | None:
        """The stored answer to an idempotency key."""
        ...

    def get(self, kind: str, entity: str) -> Kept | None:
        """An entity that exists, or None."""
        ...

    def count(self, kind: str) -> int:
        """How many entities of a kind there have ever been."""
        ...

    def between(self, kind: str, first: str, beyond: str) -> Sequence[Kept]:
        """The entities of a kind that exist, from one id on and before another, in their order."""
        ...

    def before(self, kind: str, entity: str) -> Any:
        """What an entity was before its last change; None where it was not, or is forgotten."""
        ...

    def put(self, kind: str, entity: str, data: Any, *, at: Ms, by: str) -> Kept:
        """Keep a new version of an entity; `by` is the idempotency key that caused it."""
        ...

    def remember(self, key: str, answer: StoredAnswer, *, at: Ms) -> None:
        """Keep the answer to an idempotency key, in the same transaction as its effect."""
        ...

    def recent(self, since: int) -> Sequence[tuple[int, Kept]]:
        """The change log after a serial number, in commit order."""
        ...
