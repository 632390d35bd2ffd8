"""What became of every action, read by somebody who may not or must not change anything of it."""

from __future__ import annotations

import msgspec

from data.cache.database import open_for_reading, translating
from data.cache.formats import OUTBOX
from data.files import FloorFiles
from data.status import ActionRow
from data.sync.kept import COLUMNS, as_kept, as_row

_ALL = f"SELECT {COLUMNS} FROM action ORDER BY seq"  # noqa: S608 - names of our own


class OutboxRead(msgspec.Struct, frozen=True):
    """The outbox as it was found."""

    rows: list[ActionRow]
    """Oldest first."""
    unreadable: int = 0
    """How many more there are that make no sense."""


def read_outbox(files: FloorFiles) -> OutboxRead:
    """Every action of a floor.

    Raises:
        StoreError: As for `open_for_reading`, or FILE_CORRUPT.
    """
    connection = open_for_reading(files.outbox, OUTBOX)
    try:
        with translating(files.outbox):
            kept = connection.execute(_ALL).fetchall()
    finally:
        connection.close()
    rows: list[ActionRow] = []
    for row in kept:
        try:
            rows.append(as_row(as_kept(*row)))
        except (msgspec.DecodeError, ValueError):
            continue
    return OutboxRead(rows, len(kept) - len(rows))


def put_aside(files: FloorFiles) -> list[str]:
    """The names of damaged outboxes that were put aside, oldest first; they are for keeping."""
    try:
        found = [path.name for path in files.root.glob(f"{files.outbox.name}.broken-*")]
    except OSError:
        return []
    return sorted(name for name in found if not name.endswith(("-wal", "-shm", "-journal")))
