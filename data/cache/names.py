"""Who and what history speaks of, as small integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.cache.history_model import Sort

if TYPE_CHECKING:
    import sqlite3

NOBODY = 0
"""The number of an empty name."""


class Names:
    """Finds or gives the number of a name. Valid within the transactions of one writer."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str, int, str], tuple[int, str, str]] = {}

    def forget(self) -> None:
        """After a transaction that was rolled back: numbers given in it are not on disk."""
        self._known.clear()

    def word(self, sort: Sort, text: str) -> int:
        """The number of a word that belongs to no site: a reason, a client, a verb."""
        return self.of("", "", sort, text) if text else NOBODY

    def of(
        self, site: str, source: str, sort: Sort, name: str, *, label: str = "", client: str = ""
    ) -> int:
        """The number of a named thing; what is newly known of it (label, client) is kept."""
        key = (site, source, int(sort), name)
        known = self._known.get(key) or self._look_up(key)
        if known is None:
            cursor = self._connection.execute(
                "INSERT INTO name (site, source, sort, id, label, client) VALUES (?,?,?,?,?,?)",
                (*key, label, client),
            )
            known = (cursor.lastrowid or 0, label, client)
        elif (label and label != known[1]) or (client and client != known[2]):
            known = (known[0], label or known[1], client or known[2])
            self._connection.execute(
                "UPDATE name SET label = ?, client = ? WHERE n = ?", (*known[1:], known[0])
            )
        self._known[key] = known
        return known[0]

    def first(
        self, site: str, source: str, sort: Sort, name: str, *, label: str = "", client: str = ""
    ) -> int:
        """The same, where whatever is known of it already is better known."""
        key = (site, source, int(sort), name)
        known = self._known.get(key) or self._look_up(key)
        if known is not None:
            return known[0]
        return self.of(site, source, sort, name, label=label, client=client)

    def _look_up(self, key: tuple[str, str, int, str]) -> tuple[int, str, str] | None:
        found: tuple[int, str, str] | None = self._connection.execute(
            "SELECT n, label, client FROM name"
            " WHERE site = ? AND source = ? AND sort = ? AND id = ?",
            key,
        ).fetchone()
        return found
