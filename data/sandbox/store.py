"""What the sandbox's API serves: entities with versions, a commit log, cursors and digests."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import Any

import msgspec

from data import contract
from data.clock import Clock, HostClock
from data.desk.keeper import Kept
from data.model import Ms
from data.sandbox.change_log import PAGE_BUDGET, ChangeLog, Entry, Gone
from data.sandbox.ports import Put

PAGE_LIFE_MS = 10 * 60 * 1000
"""How long a snapshot's page token is served, in real time."""
MAX_RUNS = 32
"""How many snapshots may be read page by page at the same time."""
ALL_KINDS: tuple[str, ...] = tuple(contract.ENTITY_TYPES)

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(type_) for kind, type_ in contract.ENTITY_TYPES.items()
}


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, where to read on, and whether there is more at once."""

    entries: tuple[Entry, ...]
    next: str
    has_more: bool
    digest: contract.Digest | None = None


@dataclass(frozen=True, slots=True)
class SnapshotSlice:
    """A page of the full state; `next_page` is None on the last."""

    cursor: str
    entries: tuple[Entry, ...]
    next_page: str | None


@dataclass(frozen=True, slots=True)
class _SnapshotRun:
    cursor: str
    keys: tuple[tuple[str, str], ...]
    limit: int
    expires_ms: int


class VersionedStore:
    """Entities in memory, as the supervision API means them; every method is thread-safe.

    A cursor is `epoch.serial`, where the serial number counts transactions in commit order. A
    version rises with every change of an entity within an epoch, and goes on counting when a
    deleted id is made anew. Messages are encoded when they are committed and kept as bytes.

    Args:
        epoch: Names this life of the records; empty makes one that no restart repeats.
        clock: Gives the real time that page tokens live by.
        log_changes: How many changes are kept for readers of `/changes`.
        log_bytes: How many bytes of them.
    """

    def __init__(
        self,
        *,
        epoch: str = "",
        clock: Clock | None = None,
        log_changes: int = 1_000_000,
        log_bytes: int = 256 * 1024 * 1024,
    ) -> None:
        self._lock = RLock()
        self._clock = clock if clock is not None else HostClock()
        self.epoch = epoch or secrets.token_hex(8)
        self._log = ChangeLog(log_changes, log_bytes)
        self._living: dict[str, dict[str, Entry]] = {kind: {} for kind in ALL_KINDS}
        self._dead: dict[tuple[str, str], int] = {}
        self._runs: dict[str, _SnapshotRun] = {}
        self._listeners: list[Callable[[], None]] = []
        self._by = ""

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other writer and reader out for a while."""
        with self._lock:
            yield

    @contextmanager
    def attributed(self, by: str) -> Iterator[None]:
        """Ascribe what is committed meanwhile, and says nothing else, to an idempotency key."""
        with self._lock:
            self._by = by
            try:
                yield
            finally:
                self._by = ""

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Have `listener` called after every commit, in the committing thread."""
        self._listeners.append(listener)

    @property
    def head(self) -> str:
        """The cursor after the last transaction."""
        with self._lock:
            return self._cursor(self._log.head)

    @property
    def oldest(self) -> str:
        """The earliest cursor that is served."""
        with self._lock:
            return self._cursor(self._log.oldest)

    def commit(self, at: Ms, changes: Sequence[Put]) -> None:
        """Keep changes as one transaction; see `ports.Sink`."""
        with self._lock:
            group = tuple(entry for put in changes if (entry := self._keep(at, put)) is not None)
            if not group:
                return
            self._log.append(group)
        for listener in self._listeners:
            listener()

    def get(self, kind: str, entity: str) -> Kept | None:
        """An entity that exists, its message decoded anew, or None."""
        entry = self.entry(kind, entity)
        return _kept(entry) if entry is not None else None

    def entry(self, kind: str, entity: str) -> Entry | None:
        """An entity that exists as it is kept, or None."""
        with self._lock:
            return self._living[kind].get(entity)

    def between(self, kind: str, first: str, beyond: str) -> list[Kept]:
        """The entities of a kind from one id on and before another, in the order of ids."""
        with self._lock:
            found = [
                entry for entity, entry in self._living[kind].items() if first <= entity < beyond
            ]
        return [_kept(entry) for entry in sorted(found, key=lambda entry: entry.id)]

    def before(self, kind: str, entity: str) -> Any:
        """What an entity was before its last change, as far as the log reaches; else None."""
        with self._lock:
            groups = self._log.after(self._log.oldest)
        found = [
            each for group in groups for each in group if (each.kind, each.id) == (kind, entity)
        ]
        return _kept(found[-2]).data if len(found) > 1 else None

    def next_version(self, kind: str, entity: str) -> int:
        """The version that the next change of an entity will have."""
        with self._lock:
            entry = self._living[kind].get(entity)
            before = self._dead.get((kind, entity), 0) if entry is None else entry.version
            return before + 1

    def kept_after(self, serial: int) -> list[tuple[int, Kept]]:
        """Every change after a serial number, each with the number of its transaction.

        Raises:
            Gone: They are not all kept.
        """
        with self._lock:
            groups = self._log.after(serial)
        return [(serial + 1 + n, _kept(entry)) for n, group in enumerate(groups) for entry in group]

    def changes(
        self,
        cursor: str,
        kinds: Collection[str] = ALL_KINDS,
        *,
        limit: int = 500,
        fold: bool = True,
        digest: bool = False,
    ) -> Page:
        """What changed after a cursor: whole transactions, in commit order.

        Args:
            cursor: Where to read on from.
            kinds: Which types to give; the cursor passes over the others.
            limit: After this many changes no further transaction is begun.
            fold: Give only the latest version of each entity within the page.
            digest: Add the digest as of the page's end, which only the last page can.

        Raises:
            Gone: The cursor is not served, or a transaction is too large for a page.
        """
        with self._lock:
            run = self._log.read(self._serial(cursor), kinds, limit, fold=fold)
            has_more = run.serial < self._log.head
            proof = self.digest(kinds) if digest and not has_more else None
            return Page(run.entries, self._cursor(run.serial), has_more, proof)

    def snapshot(self, kinds: Collection[str] = ALL_KINDS, *, limit: int = 500) -> SnapshotSlice:
        """The first page of the full state; its cursor is taken before any row is read."""
        with self._lock:
            keys = tuple((kind, id_) for kind in kinds for id_ in self._living[kind])
            expires = self._clock.monotonic_ms() + PAGE_LIFE_MS
            run = _SnapshotRun(self.head, keys, limit, expires)
            return self._slice(run, "", 0)

    def snapshot_page(self, token: str) -> SnapshotSlice:
        """A further page.

        Raises:
            Gone: The token is not served, or no longer.
        """
        with self._lock:
            name, _, offset = token.partition(".")
            run = self._runs.get(name)
            if run is None or not (offset.isascii() and offset.isdigit()):
                raise Gone
            if run.expires_ms < self._clock.monotonic_ms():
                del self._runs[name]
                raise Gone
            return self._slice(run, name, int(offset))

    def digest(self, kinds: Collection[str] = ALL_KINDS) -> contract.Digest:
        """How many entities of each type there are, with a hash over ids and versions."""
        with self._lock:
            return contract.Digest(
                cursor=self.head,
                types={kind: _type_digest(self._living[kind]) for kind in kinds},
            )

    def restore(self, epoch: str = "") -> None:
        """Do as after a restore from a backup: a new epoch, no history, versions from one again."""
        with self._lock:
            self.epoch = epoch or secrets.token_hex(8)
            self._log.clear()
            self._runs.clear()
            self._dead.clear()
            for living in self._living.values():
                for id_, entry in living.items():
                    living[id_] = msgspec.structs.replace(entry, version=1, by="")
        for listener in self._listeners:
            listener()

    def is_served(self, cursor: str) -> bool:
        """Whether `changes` would accept this cursor."""
        with self._lock:
            try:
                self._serial(cursor)
            except Gone:
                return False
            return True

    def count(self) -> dict[str, int]:
        """How many entities of each type there are."""
        with self._lock:
            return {kind: len(living) for kind, living in self._living.items()}

    def _cursor(self, serial: int) -> str:
        return f"{self.epoch}.{serial}"

    def _serial(self, cursor: str) -> int:
        epoch, _, number = cursor.rpartition(".")
        if epoch != self.epoch or not (number.isascii() and number.isdigit()):
            raise Gone
        serial = int(number[:18])
        if cursor != self._cursor(serial) or not self._log.oldest <= serial <= self._log.head:
            raise Gone
        return serial

    def _keep(self, at: Ms, put: Put) -> Entry | None:
        """The entry that a put makes, already in place; None where it says nothing new."""
        living = self._living[put.kind]
        before = living.get(put.id)
        by = put.by or self._by
        data = None if put.data is None else msgspec.json.encode(put.data)
        if before is None:
            if data is None:
                return None
            version = self._dead.pop((put.kind, put.id), 0) + 1
        else:
            if data == before.data and not put.by:
                return None
            version = before.version + 1
        entry = Entry(put.kind, put.id, version, at, data, by)
        if data is None:
            del living[put.id]
            self._dead[put.kind, put.id] = version
        else:
            living[put.id] = entry
        return entry

    def _slice(self, run: _SnapshotRun, name: str, offset: int) -> SnapshotSlice:
        """A page of a snapshot; rows deleted since its cursor are left to `/changes`."""
        entries: list[Entry] = []
        weight = 0
        while offset < len(run.keys) and len(entries) < run.limit:
            kind, id_ = run.keys[offset]
            entry = self._living[kind].get(id_)
            if entry is not None:
                weight += entry.weight
                if entries and weight > PAGE_BUDGET:
                    break
                entries.append(entry)
            offset += 1
        if offset >= len(run.keys):
            return SnapshotSlice(run.cursor, tuple(entries), None)
        return SnapshotSlice(run.cursor, tuple(entries), f"{name or self._remember(run)}.{offset}")

    def _remember(self, run: _SnapshotRun) -> str:
        """Keep a snapshot's keys for its further pages."""
        name = secrets.token_hex(8)
        self._runs[name] = run
        while len(self._runs) > MAX_RUNS:
            del self._runs[next(iter(self._runs))]
        return name


def _kept(entry: Entry) -> Kept:
    data = None if entry.data is None else _DECODERS[entry.kind].decode(entry.data)
    return Kept(entry.kind, entry.id, entry.version, entry.at, data)


def _type_digest(living: dict[str, Entry]) -> contract.TypeDigest:
    lines = (f"{id_}:{living[id_].version}\n" for id_ in sorted(living))
    whole = hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass"))
    return contract.TypeDigest(count=len(living), sha256=whole.hexdigest())
