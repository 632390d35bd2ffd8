"""The shapes in which presenters hand rows to tables and to plain text alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

import msgspec

from screens.tones import Tone


class Column(msgspec.Struct, frozen=True):
    """A column of a table; widths are in terminal cells."""

    id: str
    title: str
    """Already translated."""
    width: int
    is_right: bool = False
    """Right-aligned: numbers and durations."""
    rank: int = 0
    """The order in which columns give way on a narrow terminal: the highest first; 0 never."""
    grows: bool = False
    """Takes what width is left over."""
    grows_to: int = 0
    """Becomes so wide before the rest is shared; of several columns those that grow go first."""
    sort_letter: str = ""
    """The letter that, after `s`, sorts by this column."""
    help: str = ""
    """One sentence for the help page."""
    is_needed: bool = False
    """Shown even to who has chosen other columns: without it a row would say too little."""


class RowView(msgspec.Struct, frozen=True):
    """One row as it is shown: plain strings, a tone and a mark, and what it is a row of."""

    key: str
    """Follows the entity through re-orderings: `site/source/id`."""
    cells: tuple[str, ...]
    """One string for each column, in the order of the columns."""
    tone: Tone = Tone.NORMAL
    mark: str = "  "
    tones: tuple[Tone, ...] = ()
    """A tone for each cell; empty where the row's tone serves for all."""
    is_static: bool = False
    """A line that is no entity (a total): the cursor passes over it."""


class LazyRows(Sequence[RowView]):
    """Rows of which only those that are looked at become strings; all of them are entities.

    Args:
        keys: The key of each row.
        tone: The tone of the row at a place: what moves to the next worst needs no strings.
        make: Makes the row at a place.
    """

    def __init__(
        self, keys: Sequence[str], tone: Callable[[int], Tone], make: Callable[[int], RowView]
    ) -> None:
        self.keys = keys
        self.tone = tone
        self._make = make
        self._made: dict[int, RowView] = {}

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> RowView: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[RowView, ...]: ...

    def __getitem__(self, at: int | slice) -> RowView | tuple[RowView, ...]:
        """A row, or those of a slice; each is made once."""
        if isinstance(at, slice):
            return tuple(self[place] for place in range(*at.indices(len(self.keys))))
        if at < 0:
            at += len(self.keys)
        row = self._made.get(at)
        if row is None:
            row = self._made[at] = self._make(range(len(self.keys))[at])
        return row


def row_keys(rows: Sequence[RowView]) -> Sequence[str]:
    """The keys of rows, without making them."""
    return rows.keys if isinstance(rows, LazyRows) else [row.key for row in rows]


def row_tone(rows: Sequence[RowView], at: int) -> Tone:
    """The tone of one of some rows, without making it."""
    return rows.tone(at) if isinstance(rows, LazyRows) else rows[at].tone


def is_entity(rows: Sequence[RowView], at: int) -> bool:
    """Whether one of some rows is an entity and no total; no row is made for it."""
    return isinstance(rows, LazyRows) or not rows[at].is_static
