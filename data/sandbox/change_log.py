"""The commit log of the sandbox: groups of encoded changes in commit order, bounded in size."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from data import contract
from data.model import Ms

PAGE_BUDGET = contract.MAX_PAGE_BYTES - 16 * 1024
"""What the changes of one page may weigh; the rest is for the envelope."""
_ENVELOPE = 200
_TRIM_TO = 0.9


class Gone(Exception):
    """A cursor or a page token is no longer served: a new snapshot is due."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One version of one entity, its message encoded once; `data` of None is a tombstone."""

    kind: str
    id: str
    version: int
    at: Ms
    data: bytes | None
    by: str = ""

    @property
    def weight(self) -> int:
        """An upper bound of the bytes it takes in a page."""
        body = 0 if self.data is None else len(self.data)
        return body + 6 * (len(self.id) + len(self.by)) + _ENVELOPE

    def change(self) -> contract.RawChange:
        """The entry as it travels."""
        return contract.RawChange(
            op="delete" if self.data is None else "upsert",
            type=self.kind,
            id=self.id,
            version=self.version,
            at=contract.from_ms(self.at),
            by=self.by,
            data=UNSET if self.data is None else msgspec.Raw(self.data),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """Whole transactions read from the log, and the serial number to read on from."""

    entries: tuple[Entry, ...]
    serial: int


class ChangeLog:
    """Transactions by serial number, the oldest forgotten when there are too many.

    A serial number counts transactions, so a reader can never stand inside one.

    Args:
        max_changes: How many changes are kept.
        max_bytes: How many bytes of them.
    """

    def __init__(self, max_changes: int, max_bytes: int) -> None:
        self._max_changes = max_changes
        self._max_bytes = max_bytes
        self._groups: list[tuple[Entry, ...]] = []
        self._changes = 0
        self._bytes = 0
        self.oldest = 0
        """The serial number after which everything is kept."""

    @property
    def head(self) -> int:
        """The serial number of the last transaction."""
        return self.oldest + len(self._groups)

    def append(self, group: tuple[Entry, ...]) -> None:
        """Add one transaction."""
        self._groups.append(group)
        self._changes += len(group)
        self._bytes += sum(entry.weight for entry in group)
        if self._changes > self._max_changes or self._bytes > self._max_bytes:
            self._trim()

    def after(self, serial: int) -> Sequence[tuple[Entry, ...]]:
        """The transactions after a serial number.

        Raises:
            Gone: They are not all kept, or there never was such a number.
        """
        if not self.oldest <= serial <= self.head:
            raise Gone
        return self._groups[serial - self.oldest :]

    def read(self, serial: int, kinds: Container[str], limit: int, *, fold: bool) -> Run:
        """Whole transactions after a serial number, as many as a page holds.

        Args:
            serial: Where to read on from.
            kinds: Which types of entity to give.
            limit: After this many changes no further transaction is begun.
            fold: Give only the latest version of each entity within the page. Folding never
                reaches beyond the page, so the page ends in a state that there once was.

        Raises:
            Gone: The number is not served, or the next transaction is too large for any page.
        """
        picked: dict[object, Entry] = {}
        weight = 0
        for group in self.after(serial):
            rows = [entry for entry in group if entry.kind in kinds]
            added = sum(entry.weight for entry in rows)
            if weight + added > PAGE_BUDGET:
                if not picked and added > PAGE_BUDGET:
                    raise Gone
                break
            for entry in rows:
                key = (entry.kind, entry.id) if fold else (entry.kind, entry.id, entry.version)
                older = picked.pop(key, None)
                weight += entry.weight - (older.weight if older is not None else 0)
                picked[key] = entry
            serial += 1
            if len(picked) >= limit:
                break
        return Run(tuple(picked.values()), serial)

    def clear(self) -> None:
        """Forget everything and begin again at zero."""
        self._groups.clear()
        self._changes = self._bytes = self.oldest = 0

    def _trim(self) -> None:
        """Forget the oldest down to a little below the bounds, so that it is not done each time."""
        dropped = 0
        for group in self._groups:
            within = self._changes <= self._max_changes * _TRIM_TO
            if within and self._bytes <= self._max_bytes * _TRIM_TO:
                break
            self._changes -= len(group)
            self._bytes -= sum(entry.weight for entry in group)
            dropped += 1
        del self._groups[:dropped]
        self.oldest += dropped
