"""What the writer commits, for whoever watches it in its own process: as a reader would find it.

A reader beside the writer would hold every record a second time, and decode each change again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from data.cache.diff import Held, NewRows, Scope
from data.floor import Delta, Key
from data.model import AnyRecord, Kind

ROWS_KEPT = 20_000
"""Whoever asks for nothing while more are written is told what there is, instead of what came."""


class Follower:
    """What was committed since it was asked last.

    Args:
        state: What there is now, without its rows.
        records: All rows that there are.
    """

    def __init__(
        self, state: Callable[[], Delta], records: Callable[[], Iterable[tuple[Kind, AnyRecord]]]
    ) -> None:
        self._state = state
        self._records = records
        self._pending: list[tuple[Scope, NewRows]] = []
        self._pending_rows = 0
        self._is_reset_due = True

    def note(self, scope: Scope, stored: NewRows) -> None:
        """Rows of a source were committed."""
        if self._is_reset_due or not stored:
            return
        self._pending.append((scope, stored))
        self._pending_rows += sum(map(len, stored.values()))
        if self._pending_rows > ROWS_KEPT:
            self.reset()

    def reset(self) -> None:
        """All is to be told anew, as after rows that went without a word of each."""
        self._pending, self._pending_rows = [], 0
        self._is_reset_due = True

    def take(self) -> Delta:
        """What is new; from the first question, and after a reset, all that there is."""
        is_whole, self._is_reset_due = self._is_reset_due, False
        pending, self._pending, self._pending_rows = self._pending, [], 0
        if is_whole:
            rows = {"upserts": tuple(self._records()), "reset": True}
        else:
            upserts, deletions = _told_apart(pending)
            rows = {"upserts": tuple(upserts), "deletions": tuple(deletions)}
        return msgspec.structs.replace(self._state(), **rows)


def _told_apart(
    commits: Iterable[tuple[Scope, NewRows]],
) -> tuple[list[tuple[Kind, AnyRecord]], list[tuple[Kind, Key]]]:
    """The last word on each row of some commits: those that stand, and those that are gone."""
    latest: dict[tuple[Scope, Kind], dict[str, Held]] = {}
    for scope, stored in commits:
        for kind, rows in stored.items():
            latest.setdefault((scope, kind), {}).update(rows)
    upserts: list[tuple[Kind, AnyRecord]] = []
    deletions: list[tuple[Kind, Key]] = []
    for ((site, source), kind), rows in latest.items():
        for entity, row in rows.items():
            if row.record is None:
                deletions.append((kind, Key(site, source, entity)))
            else:
                upserts.append((kind, row.record))
    return upserts, deletions
