"""A table of thousands of rows, of which only those on the screen become strings.

What decides where a row stands is kept from look to look and made anew only where something it
was made from has changed, or where time alone may have changed it (a limit is passed).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from data.floor import Key
from data.model import Ms
from screens.presenters.rows import Column, LazyRows, RowView
from screens.presenters.table import SortKey, TableView, ViewState, fold, has_words, sort_by_column
from screens.tones import Tone

ItemT = TypeVar("ItemT", bound=tuple[Any, ...])
"""All that a row is made of beside the time: equal items make equal rows at equal times."""

NEVER: Ms = 2**62


class Place(msgspec.Struct, frozen=True):
    """Where a row stands, and until when that holds."""

    key: str
    tone: Tone
    order: tuple[float | str, ...]
    """The place in the table's own order, ascending."""
    until: Ms = NEVER
    """The instant from which it has to be judged anew though nothing else has changed."""


class _Slot(msgspec.Struct, Generic[ItemT]):
    item: ItemT
    place: Place
    text: str | None = None
    """Its words, folded; made when a filter is in force for the first time."""


class LazyTable(ABC, Generic[ItemT]):
    """What is kept of a table between two looks; a subclass says what a row is."""

    def __init__(self) -> None:
        self._slots: dict[Key, _Slot[ItemT]] = {}
        self._order: list[_Slot[ItemT]] = []
        self._view: ViewState | None = None

    @abstractmethod
    def judge(self, item: ItemT, now: Ms) -> Place:
        """Where a row stands at an instant."""

    @abstractmethod
    def row(self, item: ItemT) -> RowView:
        """The row, as it is shown now."""

    @abstractmethod
    def words(self, item: ItemT) -> Iterable[str]:
        """The texts of a row in which a filter looks; times that tick are none of them."""

    @abstractmethod
    def sort_key(self, item: ItemT, column: str) -> SortKey:
        """What a row is sorted by in a column."""

    def forget(self) -> None:
        """Judge every row anew with the next look: what is not part of an item has changed."""
        self._slots = {}
        self._view = None

    def arrange(
        self,
        items: Iterable[tuple[Key, ItemT]],
        columns: tuple[Column, ...],
        view: ViewState,
        now: Ms,
    ) -> TableView:
        """The table at an instant.

        Args:
            items: What rows are made of, by the keys of what they are rows of.
            columns: The columns of the rows.
            view: Sorting and filter.
            now: The present on the server's clock.
        """
        is_same = self._take(items, now) and view == self._view and not view.sort
        if not is_same:
            self._order = self._sorted(columns, view)
            self._view = view
        order = self._order
        rows = LazyRows(
            [slot.place.key for slot in order],
            [slot.place.tone for slot in order],
            lambda at: self.row(order[at].item),
        )
        return TableView(columns, rows, len(order), len(self._slots))

    def _take(self, items: Iterable[tuple[Key, ItemT]], now: Ms) -> bool:
        """Take in what there is now; whether all of it stands where it stood."""
        before, self._slots = self._slots, {}
        is_same = True
        for key, item in items:
            slot = before.get(key)
            if slot is None:
                slot, is_same = _Slot(item, self.judge(item, now)), False
            elif slot.item != item or slot.place.until <= now:
                place = self.judge(item, now)
                is_same = is_same and place.tone is slot.place.tone
                is_same = is_same and place.order == slot.place.order
                # The slot stays where it is ordered: only what it holds is new.
                slot.item, slot.place, slot.text = item, place, None
            self._slots[key] = slot
        return is_same and len(before) == len(self._slots) and not self._filter_is_on

    @property
    def _filter_is_on(self) -> bool:
        return self._view is not None and bool(self._view.filter)

    def _sorted(self, columns: Sequence[Column], view: ViewState) -> list[_Slot[ItemT]]:
        kept = list(self._slots.values())
        if view.filter:
            kept = [slot for slot in kept if has_words(self._text(slot), view.filter)]
        kept.sort(key=lambda slot: slot.place.order)
        return sort_by_column(
            kept, columns, view, lambda slot, at: self.sort_key(slot.item, columns[at].id)
        )

    def _text(self, slot: _Slot[ItemT]) -> str:
        if slot.text is None:
            slot.text = fold("\n".join(self.words(slot.item)))
        return slot.text
