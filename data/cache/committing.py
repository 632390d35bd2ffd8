"""What each commit writes of rows: to `recent` what it alters, and to the blocks now and then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from data.cache.blocks import block_of, write_blocks
from data.cache.diff import Held, Plan, Scope
from data.cache.recent import Entry, append, clear
from data.cache.tombstones import Dropped, outdated
from data.model import Kind, Ms

FEWEST_TOLD = 1_000
"""So many rows may stand in `recent`, or as many as there are: new readers pass over them."""

Rows = Mapping[Scope, Mapping[Kind, Mapping[str, Held]]]


class RowCommits:
    """Knows which blocks have yet to learn of what stands in `recent`."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[Scope, Kind], set[int]] = {}
        self._told = 0
        self._told_then = 0
        self._place = 0
        self._is_settled = False

    def replay(self, entry: Entry) -> None:
        """Go on from what an earlier process left in `recent`, entry by entry."""
        self._place = entry.place
        self._told += len(entry.rows)
        self._note(entry.scope, entry.kind, entry.rows.values())

    def write(
        self,
        connection: sqlite3.Connection,
        scope: Scope,
        plan: Plan,
        rev: int,
        rows: Rows,
        prune_at: Ms | None,
    ) -> list[Dropped]:
        """Write rows, in the caller's transaction; once that stands, `committed`.

        Args:
            connection: The cache's.
            scope: Site and source.
            plan: What it alters.
            rev: The number of the commit.
            rows: All rows, as they were before.
            prune_at: The present, where tombstones that are old or too many are to be dropped.

        Returns:
            The tombstones that were.
        """
        for kind, changed in (*plan.stored.items(), *plan.touched.items()):
            self._note(scope, kind, changed.values())
        most = max(
            FEWEST_TOLD, sum(len(each) for kinds in rows.values() for each in kinds.values())
        )
        is_told = plan.size <= most and prune_at is None
        self._is_settled = prune_at is not None or self._told + plan.size > most
        self._told_then = plan.size if is_told else 0
        dropped: list[Dropped] = []
        if self._is_settled:
            after = _after(rows, scope, plan)
            if prune_at is not None:
                dropped = outdated(after, prune_at)
            for where, kind, entity, row in dropped:
                del after[where][kind][entity]
                self._note(where, kind, [row])
            self.settle(connection, after, rev - 1 if is_told and plan.stored else rev)
        else:
            self._told_then += self._told
        if is_told:
            self._place = append(connection, scope, plan, rev, self._place)
        return dropped

    def committed(self) -> None:
        """What was written last stands now."""
        self._told = self._told_then
        if self._is_settled:
            self._blocks.clear()

    def settle(self, connection: sqlite3.Connection, rows: Rows, told_from: int) -> None:
        """Let the blocks know all, in the caller's transaction.

        Args:
            connection: The cache's.
            rows: All rows.
            told_from: The commit up to which `recent` is no longer needed.
        """
        for (scope, kind), wanted in self._blocks.items():
            write_blocks(connection, scope, kind, rows[scope][kind], wanted)
        clear(connection, told_from)

    def forget(self, scope: Scope) -> None:
        """The rows of a source are gone."""
        for place in [each for each in self._blocks if each[0] == scope]:
            del self._blocks[place]

    def _note(self, scope: Scope, kind: Kind, rows: Iterable[Held]) -> None:
        self._blocks.setdefault((scope, kind), set()).update([block_of(row) for row in rows])


def _after(rows: Rows, scope: Scope, plan: Plan) -> dict[Scope, dict[Kind, dict[str, Held]]]:
    """All rows as they are once a plan is written."""
    after = {
        each: {kind: dict(held) for kind, held in kinds.items()} for each, kinds in rows.items()
    }
    for kind, changed in (*plan.stored.items(), *plan.touched.items()):
        after[scope][kind].update(changed)
    return after
