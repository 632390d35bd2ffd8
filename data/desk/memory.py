"""The keeper of a sandbox: records in a versioned store, answers to keys in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from data.desk.keeper import Kept, StoredAnswer
from data.desk.perform import KEY_LIFE_MS
from data.model import Ms
from data.sandbox.ports import Put

if TYPE_CHECKING:
    from data.sandbox.store import VersionedStore


class MemoryKeeper:
    """One transaction on a store; see `data.desk.keeper.Keeper`. Made by `MemoryDesk` only."""

    def __init__(self, store: VersionedStore, answers: dict[str, tuple[Ms, StoredAnswer]]) -> None:
        self._store = store
        self._answers = answers
        self.puts: dict[tuple[str, str], tuple[Ms, Put]] = {}
        self.remembered: dict[str, tuple[Ms, StoredAnswer]] = {}

    def answer_for(self, key: str) -> StoredAnswer | None:
        """The stored answer to an idempotency key."""
        kept = self.remembered.get(key) or self._answers.get(key)
        return kept[1] if kept is not None else None

    def get(self, kind: str, entity: str) -> Kept | None:
        """An entity that exists, as this transaction sees it, or None."""
        pending = self.puts.get((kind, entity))
        if pending is None:
            return self._store.get(kind, entity)
        at, put = pending
        if put.data is None:
            return None
        return Kept(kind, entity, self._store.next_version(kind, entity), at, put.data)

    def count(self, kind: str) -> int:
        """How many entities of a kind there have ever been, with those of this transaction."""
        new = sum(
            each == kind and self._store.get(kind, entity) is None for each, entity in self.puts
        )
        return self._store.count().get(kind, 0) + new

    def between(self, kind: str, first: str, beyond: str) -> Sequence[Kept]:
        """The entities of a kind from one id on and before another, without this transaction."""
        return self._store.between(kind, first, beyond)

    def before(self, kind: str, entity: str) -> Any:
        """What an entity was before its last change, without this transaction."""
        return self._store.before(kind, entity)

    def put(self, kind: str, entity: str, data: Any, *, at: Ms, by: str) -> Kept:
        """Keep a new version of an entity; a second put in one transaction replaces the first."""
        self.puts[kind, entity] = (at, Put(kind, entity, data, by))
        return Kept(kind, entity, self._store.next_version(kind, entity), at, data)

    def remember(self, key: str, answer: StoredAnswer, *, at: Ms) -> None:
        """Keep the answer to an idempotency key together with its effect."""
        self.remembered[key] = (at, answer)

    def recent(self, since: int) -> Sequence[tuple[int, Kept]]:
        """The change log after a serial number, in commit order, without this transaction."""
        return self._store.kept_after(since)


class MemoryDesk:
    """Hands out transactions on a store, one at a time, and keeps the answers between them."""

    def __init__(self, store: VersionedStore) -> None:
        self._store = store
        self._answers: dict[str, tuple[Ms, StoredAnswer]] = {}

    @contextmanager
    def transaction(self) -> Iterator[MemoryKeeper]:
        """One transaction: kept when the block ends, dropped when it raises."""
        with self._store.held():
            keeper = MemoryKeeper(self._store, self._answers)
            yield keeper
            if keeper.puts:
                at = max(at for at, _ in keeper.puts.values())
                self._store.commit(at, [put for _, put in keeper.puts.values()])
            self._answers.update(keeper.remembered)
            self._forget(max((at for at, _ in keeper.remembered.values()), default=0))

    def answer_for(self, key: str) -> StoredAnswer | None:
        """What became of an action, outside of any transaction."""
        with self._store.held():
            kept = self._answers.get(key)
            return kept[1] if kept is not None else None

    def _forget(self, now: Ms) -> None:
        """Let go of answers older than keys live; they stand in the order in which they came."""
        for key in list(self._answers):
            if now - self._answers[key][0] <= KEY_LIFE_MS:
                break
            del self._answers[key]
