"""Cursor and marks of a table whose rows come, go and change places: they belong to keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from screens.presenters.rows import RowView, is_entity, row_keys, row_tone
from screens.tones import Tone, urgency

_NEAR = 32
"""So far from its old place a row is looked for before an index is made of all rows."""


class RowCursor:
    """Rows, the one that is pointed at, and the marked ones; totals are neither."""

    def __init__(self) -> None:
        self.rows: Sequence[RowView] = ()
        self._keys: Sequence[str] = ()
        self._index: dict[str, int] | None = None
        """Where each key stands; made when somebody asks for more than the cursor."""
        self.key: str | None = None
        self.position: int | None = None
        """The place of the row that is pointed at."""
        self.marks: frozenset[str] = frozenset()
        self._worst: str | None = None
        """The key that `next_worst` pointed at last."""

    @property
    def row(self) -> RowView | None:
        """The row that is pointed at."""
        return None if self.position is None else self.rows[self.position]

    def set_rows(self, rows: Sequence[RowView], *, is_filtered: bool = False) -> None:
        """Take other rows; where the key is gone, point at what was its neighbour.

        Marks of rows that are gone are taken off, but not while a filter may be what hides them.
        """
        before, position = self._keys, self.position
        self.rows = rows
        self._keys = row_keys(rows)
        if self._keys is before:
            return  # the same rows in the same order, whatever they say now
        self._index = None
        if self.marks and not is_filtered:
            self.mark(self.marks)
        if self.key is not None and position is not None:
            self.position = self._place_near(self.key, position)
            if self.position is not None and is_entity(rows, self.position):
                return
        near: Iterable[str] = ()
        if position is not None:
            near = (*before[position + 1 :], *reversed(before[:position]))
        self.key = self.position = None
        for key in (*near, *self._keys):
            if self.go_to(key):
                return

    def step(self, delta: int) -> bool:
        """Move by so many rows, as far as there are any."""
        position = self.position
        if position is None:
            return False
        way = 1 if delta > 0 else -1
        left, at = abs(delta), position
        while left and 0 <= at + way < len(self.rows):
            at += way
            if is_entity(self.rows, at):
                position, left = at, left - 1
        self._point_at(position)
        return True

    def go_to(self, key: str) -> bool:
        """Point at the row of this key, if there is one."""
        at = self._place_of(key)
        if at is None or not is_entity(self.rows, at):
            return False
        self._point_at(at)
        return True

    def seek(self, match: Callable[[RowView], bool], way: int) -> bool:
        """Point at the next row that matches, going round; the present one comes last."""
        count = len(self.rows)
        start = self.position if self.position is not None else -way
        for turn in range(1, count + 1):
            at = (start + way * turn) % count
            if is_entity(self.rows, at) and match(self.rows[at]):
                self._point_at(at)
                return True
        return False

    def next_worst(self) -> bool:
        """Point at the row that matters most; once it has, at the next worst, and round."""
        calm = urgency(Tone.NORMAL)
        pressing = [
            (-needed, at)
            for at in range(len(self.rows))
            if is_entity(self.rows, at) and (needed := urgency(row_tone(self.rows, at))) > calm
        ]
        if not pressing:
            return False
        places = [at for _needed, at in sorted(pressing)]
        goes_on = self.key == self._worst and self.position in places
        at = places.index(self.position) + 1 if goes_on and self.position is not None else 0
        self._point_at(places[at % len(places)])
        self._worst = self.key
        return True

    def mark(self, keys: Iterable[str]) -> None:
        """Mark exactly the rows of these keys; those that are not there are passed over."""
        places = ((key, self._place_of(key)) for key in keys)
        self.marks = frozenset(
            key for key, at in places if at is not None and is_entity(self.rows, at)
        )

    def toggle_mark(self) -> None:
        """Mark the row that is pointed at, or unmark it, and point at the next."""
        if self.key is not None:
            self.marks ^= {self.key}
            self.step(1)

    def reach(self, lines: int, top: int) -> int:
        """The first row on a screen of so many lines, moved as little as shows what is pointed at.

        Rows that are no entity and stand beyond the first or the last one that is come into view
        with it: they could not be reached otherwise.
        """
        last_top = max(0, len(self.rows) - lines)
        position = self.position
        if position is None or lines <= 0:
            return min(top, last_top)
        first, last = position, position
        if not any(is_entity(self.rows, at) for at in range(position)):
            first = 0
        if not any(is_entity(self.rows, at) for at in range(position + 1, len(self.rows))):
            last = len(self.rows) - 1
        for edge in (last, first, position):
            top = min(max(top, edge - lines + 1), edge)
        return min(top, last_top)

    def _point_at(self, at: int) -> None:
        self.key, self.position = self._keys[at], at

    def _place_of(self, key: str) -> int | None:
        if self._index is None:
            self._index = {key: at for at, key in enumerate(self._keys)}
        return self._index.get(key)

    def _place_near(self, key: str, at: int) -> int | None:
        """Where a key stands, which stood at a place before."""
        near = self._keys[max(0, at - _NEAR) : at + _NEAR]
        return max(0, at - _NEAR) + near.index(key) if key in near else self._place_of(key)
