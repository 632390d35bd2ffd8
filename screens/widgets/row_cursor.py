"""Cursor and marks of a table whose rows come, go and change places: they belong to keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from screens.presenters.rows import RowView, is_entity, row_keys, row_tone
from screens.tones import Tone, urgency


class RowCursor:
    """Rows, the one that is pointed at, and the marked ones; totals are neither."""

    def __init__(self) -> None:
        self.rows: Sequence[RowView] = ()
        self._keys: Sequence[str] = ()
        self.index: dict[str, int] = {}
        """Where each key stands."""
        self.key: str | None = None
        self.marks: frozenset[str] = frozenset()
        self._worst: str | None = None
        """The key that `next_worst` pointed at last."""

    @property
    def position(self) -> int | None:
        """The place of the row that is pointed at."""
        return None if self.key is None else self.index[self.key]

    @property
    def row(self) -> RowView | None:
        """The row that is pointed at."""
        return None if self.key is None else self.rows[self.index[self.key]]

    def set_rows(self, rows: Sequence[RowView], *, is_filtered: bool = False) -> None:
        """Take other rows; where the key is gone, point at what was its neighbour.

        Marks of rows that are gone are taken off, but not while a filter may be what hides them.
        """
        before, position = self._keys, self.position
        self.rows = rows
        self._keys = row_keys(rows)
        if self._keys is before:
            return  # the same rows in the same order, whatever they say now
        self.index = {key: at for at, key in enumerate(self._keys)}
        if self.marks and not is_filtered:
            self.mark(self.marks)
        if self.key is not None and self._can_stand(self.key):
            return
        near: Iterable[str] = ()
        if position is not None:
            near = (*before[position + 1 :], *reversed(before[:position]))
        self.key = next((key for key in near if self._can_stand(key)), None)
        if self.key is None:
            self.key = next((key for key in self._keys if self._can_stand(key)), None)

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
        return self.go_to(self._keys[position])

    def go_to(self, key: str) -> bool:
        """Point at the row of this key, if there is one."""
        if not self._can_stand(key):
            return False
        self.key = key
        return True

    def seek(self, match: Callable[[RowView], bool], way: int) -> bool:
        """Point at the next row that matches, going round; the present one comes last."""
        count = len(self.rows)
        start = self.position if self.position is not None else -way
        for turn in range(1, count + 1):
            at = (start + way * turn) % count
            if is_entity(self.rows, at) and match(self.rows[at]):
                self.key = self._keys[at]
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
        keys = [self._keys[at] for _needed, at in sorted(pressing)]
        goes_on = self.key == self._worst and self.key in keys
        at = keys.index(self.key) + 1 if goes_on and self.key is not None else 0
        self.key = self._worst = keys[at % len(keys)]
        return True

    def mark(self, keys: Iterable[str]) -> None:
        """Mark exactly the rows of these keys; those that are not there are passed over."""
        self.marks = frozenset(key for key in keys if self._can_stand(key))

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

    def _can_stand(self, key: str) -> bool:
        at = self.index.get(key)
        return at is not None and is_entity(self.rows, at)
