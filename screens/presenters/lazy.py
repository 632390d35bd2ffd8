"""A table of thousands of rows, of which only those on the screen become strings.

What decides where a row stands is kept from look to look and made anew only where something it
was made from has changed, or where time alone may have changed it (a limit is passed).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Any, Generic, TypeVar

import msgspec

from data.floor import Key
from data.model import Ms
from screens.presenters.rows import Column, LazyRows, RowView
from screens.presenters.table import (
    SortKey,
    TableView,
    ViewState,
    findable,
    has_words,
    sort_by_column,
)
from screens.tones import Tone

ItemT = TypeVar("ItemT", bound=tuple[Any, ...])
"""All that a row is made of beside the time: equal items make equal rows at equal times."""

NEVER: Ms = 2**62
_FEW = 8
"""Where fewer than one of so many rows moved, they are put in their places one by one."""

_MOST_DUE = 4
"""So many instants a row at most: those that no longer hold are thrown away now and then."""


class Place(msgspec.Struct, frozen=True):
    """Where a row stands, and until when that holds."""

    key: str
    tone: Tone
    order: tuple[float | str, ...]
    """The place in the table's own order, ascending."""
    until: Ms = NEVER
    """The instant from which it has to be judged anew though nothing else has changed."""


class _Slot(msgspec.Struct, eq=False):
    key: Key
    place: Place
    until: Ms
    """As in `Place`; put off by `hold`."""


class LazyTable(ABC):
    """What is kept of a table between two looks; a subclass says what a row is."""

    def __init__(self) -> None:
        self._slots: dict[Key, _Slot] = {}
        self._order: list[_Slot] = []
        self._keys: Sequence[str] = ()
        self._due: list[tuple[Ms, Key]] = []
        """What has to be judged anew, the soonest first; what is no longer so is passed over."""
        self._texts: dict[Key, str] = {}
        """The words of rows, folded, while a filter is in force."""
        self._view: ViewState | None = None

    @abstractmethod
    def place_of(self, key: Key, now: Ms) -> Place | None:
        """Where a row stands at an instant; None where there is none any more."""

    @abstractmethod
    def row_of(self, key: Key) -> RowView:
        """The row, as it is shown now."""

    @abstractmethod
    def words_of(self, key: Key) -> Iterable[str]:
        """The texts of a row in which a filter looks; times that tick are none of them."""

    @abstractmethod
    def sort_key_of(self, key: Key, column: str) -> SortKey:
        """What a row is sorted by in a column."""

    def forget(self) -> None:
        """Judge every row anew with the next look: what is not part of a row has changed."""
        self._slots, self._order, self._due = {}, [], []
        self._texts = {}
        self._view = None

    def hold(self, key: Key, until: Ms) -> None:
        """Leave a row where it stands, to be judged anew at an instant."""
        self._slots[key].until = until
        if until < NEVER:
            heappush(self._due, (until, key))

    def follow(
        self,
        suspects: Iterable[Key],
        touched: Callable[[], Collection[Key]],
        columns: tuple[Column, ...],
        view: ViewState,
        now: Ms,
    ) -> TableView:
        """The table at an instant.

        Args:
            suspects: The keys of rows that may stand elsewhere than at the last look, or be new,
                or gone.
            touched: Finds the keys of all rows that may say something else; asked for while a
                filter is in force.
            columns: The columns of the rows.
            view: Sorting and filter.
            now: The present on the server's clock.
        """
        found = len(self._texts)
        moved = self._take(suspects, now)
        for key in touched() if self._texts else ():
            self._texts.pop(key, None)
        if not view.filter:
            self._texts = {}
        is_reread = bool(view.filter) and len(self._texts) < found
        if moved or is_reread or view.sort or view != self._view:
            is_plain = view == self._view and not (view.sort or view.filter or view.is_reversed)
            if is_plain and len(moved) * _FEW <= len(self._order):
                self._put(moved)
            else:
                self._settle(moved)
                self._order = self._sorted(columns, view)
                self._keys = [slot.place.key for slot in self._order]
        self._view = view
        order = self._order
        rows = LazyRows(
            self._keys, lambda at: order[at].place.tone, lambda at: self.row_of(order[at].key)
        )
        return TableView(columns, rows, len(order), len(self._slots))

    def _take(self, suspects: Iterable[Key], now: Ms) -> dict[Key, Place | None]:
        """Judge what may have changed; answers where what moves will stand, None for what goes."""
        moved: dict[Key, Place | None] = {}
        for key in suspects:
            self._judge(key, now, moved)
        while self._due and self._due[0][0] <= now:
            until, key = heappop(self._due)
            slot = self._slots.get(key)
            if slot is not None and slot.until == until:
                self._judge(key, now, moved)
        if len(self._due) > _MOST_DUE * len(self._slots):
            self._due = [(slot.until, key) for key, slot in self._slots.items()]
            heapify(self._due)
        return moved

    def _judge(self, key: Key, now: Ms, moved: dict[Key, Place | None]) -> None:
        place, slot = self.place_of(key, now), self._slots.get(key)
        self._texts.pop(key, None)
        if place is None:
            if slot is not None:
                moved[key] = None
            return
        if slot is None:
            slot = self._slots[key] = _Slot(key, place, place.until)
            moved[key] = place
        elif key in moved or place.tone is not slot.place.tone or place.order != slot.place.order:
            moved[key] = place
        else:  # a slot that stays where it is ordered only holds something new
            slot.place = place
        self.hold(key, place.until)

    def _settle(self, moved: Mapping[Key, Place | None]) -> None:
        """Let what moved have its new place; it is ordered afterwards."""
        for key, place in moved.items():
            if place is None:
                del self._slots[key]
            else:
                self._slots[key].place = place

    def _put(self, moved: Mapping[Key, Place | None]) -> None:
        """Order anew by the table's own order: the few that moved are taken out and put in.

        Every slot in the list has the place by which it is ordered, at any time: it is found by it.
        """
        order, keys = list(self._order), list(self._keys)  # the last ones are with whoever got them
        for key, place in moved.items():
            slot = self._slots[key]
            at = bisect_left(order, _order_of(slot), key=_order_of)
            if at < len(order) and order[at] is slot:
                del order[at], keys[at]
            self._settle({key: place})
            if place is not None:
                at = bisect_left(order, _order_of(slot), key=_order_of)
                order.insert(at, slot)
                keys.insert(at, place.key)
        self._order, self._keys = order, keys

    def _sorted(self, columns: Sequence[Column], view: ViewState) -> list[_Slot]:
        kept = list(self._slots.values())
        if view.filter:
            kept = [slot for slot in kept if has_words(self._text(slot.key), view.filter)]
        kept.sort(key=_order_of)
        return sort_by_column(
            kept, columns, view, lambda slot, at: self.sort_key_of(slot.key, columns[at].id)
        )

    def _text(self, key: Key) -> str:
        if key not in self._texts:
            self._texts[key] = findable("\n".join(self.words_of(key)))
        return self._texts[key]


class ItemTable(LazyTable, Generic[ItemT]):
    """A lazy table whose rows are each made of one item; what differs is found by comparing."""

    def __init__(self) -> None:
        super().__init__()
        self._items: Mapping[Key, ItemT] = {}

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
        """Judge every row anew with the next look."""
        super().forget()
        self._items = {}

    def arrange(
        self,
        items: Mapping[Key, ItemT],
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
        before, self._items = self._items, items
        differing = [key for key, item in items.items() if before.get(key) != item]
        differing += before.keys() - items.keys()
        return self.follow(differing, tuple, columns, view, now)

    def place_of(self, key: Key, now: Ms) -> Place | None:
        """Where the row of an item stands."""
        item = self._items.get(key)
        return None if item is None else self.judge(item, now)

    def row_of(self, key: Key) -> RowView:
        """The row of an item."""
        return self.row(self._items[key])

    def words_of(self, key: Key) -> Iterable[str]:
        """The words of an item."""
        return self.words(self._items[key])

    def sort_key_of(self, key: Key, column: str) -> SortKey:
        """What an item is sorted by."""
        return self.sort_key(self._items[key], column)


def _order_of(slot: _Slot) -> tuple[tuple[float | str, ...], str]:
    """The key decides between equals: which of them changed last must not."""
    return slot.place.order, slot.place.key
