"""What one person did lately, and what of it is still to come or came to nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from data.actions.verbs import Undo
from data.floor import Key
from data.model import Kind, Ms
from data.status import ActionRow, ActionState

SHOWN_WITHIN_MS = 120_000
"""What was done is among what its source tells after so long; a source that tells all the time
without it has lost it, and its versions are of another history."""


class Target(msgspec.Struct, frozen=True):
    """What an action is done to, as the person saw it."""

    key: Key
    version: int = 0
    subject: str = ""
    """What the person saw it called."""
    fields: Mapping[str, Any] = {}
    """What the verb needs to know beside, by name."""
    seen: Mapping[str, str] = {}
    """What mattered of it as the person saw it (`data.actions.seen`)."""
    undo: Undo | None = None
    """What takes the action back, where anything does."""


class Doings(msgspec.Struct, frozen=True):
    """A person's own actions."""

    rows: tuple[ActionRow, ...] = ()
    """In the order in which keys were pressed."""
    unread: frozenset[str] = frozenset()
    """Keys of those that failed and have not been looked at since."""
    read_at: Mapping[tuple[str, str], Ms] = {}
    """When sources, by site and id, were read last, on their own clocks."""

    @property
    def undelivered(self) -> int:
        """How many are saved and not settled."""
        return sum(row.state.is_open for row in self.rows)

    @property
    def unread_failures(self) -> int:
        """How many came to nothing, unseen."""
        return len(self.unread)

    def pending(self, kind: Kind, key: Key, version: int) -> ActionRow | None:
        """The newest action on a record that its row does not show yet.

        Args:
            kind: Of the record.
            key: Of the record.
            version: Of the record as it is known.
        """
        for row in reversed(self.rows):
            if (row.kind, row.site, row.source, row.entity) != (kind, *key):
                continue
            is_to_come = row.state is ActionState.DONE and row.version > version
            if row.state.is_open or (is_to_come and not self._is_gone(row)):
                return row
        return None

    def _is_gone(self, row: ActionRow) -> bool:
        """Whether what was done is not there: its source was restored from before it."""
        read_at = self.read_at.get((row.site, row.source))
        return read_at is not None and abs(read_at - row.updated_at) > SHOWN_WITHIN_MS


NO_DOINGS = Doings()


def doings_of(
    actor: str,
    mirrored: Iterable[ActionRow],
    saved: Iterable[ActionRow],
    read: Collection[str],
    read_at: Mapping[tuple[str, str], Ms] | None = None,
) -> Doings:
    """What a person did, by what the sync process tells and what this screen saved.

    Args:
        actor: The person's id.
        mirrored: All actions in the cache.
        saved: What was saved here; those that the cache has are passed over.
        read: Keys of failures that the person has looked at.
        read_at: When sources were read last.
    """
    known = {row.key: row for row in mirrored if row.actor == actor}
    mine = {**{row.key: row for row in saved}, **known}
    rows = tuple(mine[key] for key in sorted(mine))
    unread = frozenset(row.key for row in rows if row.state.is_failure and row.key not in read)
    return Doings(rows, unread, read_at or {})
