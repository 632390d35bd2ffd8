"""What every table of rows has: sorting, filtering, and columns wide enough for their numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace

from data.settings import Severity
from screens.cells import cell_width
from screens.glyphs import to_ascii
from screens.presenters.rows import Column, RowView
from screens.tones import MARKS, Tone, worst

_T = TypeVar("_T")

SortKey: TypeAlias = str | float | None
"""What a row is sorted by in one column; None (undefined) always comes last."""


class ViewState(msgspec.Struct, frozen=True):
    """How somebody looks at a table."""

    sort: str = ""
    """Id of the column to sort by; empty: the table's own order, the most urgent first."""
    is_reversed: bool = False
    filter: str = ""
    """Words that must all occur in a row, whatever the case and the accents."""


DEFAULT_VIEW = ViewState()


class TableView(msgspec.Struct, frozen=True):
    """A table as it is shown."""

    columns: tuple[Column, ...]
    rows: Sequence[RowView]
    shown: int
    """Entities on show; lines that are no entity do not count."""
    total: int
    """Entities there are, those hidden by the filter included."""
    notes: tuple[str, ...] = ()
    """Lines that belong below the table, such as the legend."""


class Entry(msgspec.Struct, frozen=True):
    """A row and what it is ordered by."""

    row: RowView
    order: tuple[float | str, ...]
    """The place in the table's own order, ascending."""
    keys: tuple[SortKey, ...]
    """One for each column."""
    words: str = ""
    """What it can be found by beside what its cells say."""


def arrange(entries: Iterable[Entry], columns: Sequence[Column], view: ViewState) -> list[Entry]:
    """The entries that pass the filter, in the order asked for."""
    kept = [entry for entry in entries if matches(entry.row, view.filter, entry.words)]
    kept.sort(key=lambda entry: entry.order)
    return sort_by_column(kept, columns, view, lambda entry, at: entry.keys[at])


def sort_by_column(
    kept: list[_T],
    columns: Sequence[Column],
    view: ViewState,
    key_of: Callable[[_T, int], SortKey],
) -> list[_T]:
    """What is in the table's own order, in the order asked for.

    Numbers sort the greatest first, words from A; `is_reversed` turns that round. What is equal
    keeps the table's own order; what is undefined comes last.

    Args:
        kept: What is to be sorted.
        columns: The columns of the table.
        view: By which column, and which way round.
        key_of: What something is sorted by in the column of an index.
    """
    index = next((i for i, column in enumerate(columns) if column.id == view.sort), None)
    if index is None:
        return kept[::-1] if view.is_reversed else kept
    keyed = [(key_of(one, index), one) for one in kept]
    defined = [(_comparable(key), one) for key, one in keyed if key is not None]
    is_descending = columns[index].is_right is not view.is_reversed
    defined.sort(key=lambda pair: pair[0], reverse=is_descending)
    return [one for _key, one in defined] + [one for key, one in keyed if key is None]


def matches(row: RowView, wanted: str, words: str = "") -> bool:
    """Whether every word of a filter occurs somewhere in a row, or in what else it is found by."""
    return has_words(findable("\n".join((*row.cells, words))), wanted) if wanted else True


def findable(text: str) -> str:
    """A folded text to look in; whose terminal lacks its letters types what it shows instead."""
    return fold(text) if text.isascii() else f"{fold(text)}\n{to_ascii(text).lower()}"


def has_words(folded: str, wanted: str) -> bool:
    """Whether every word of a filter occurs in a text that has been folded."""
    return all(word in folded for word in fold(wanted).split())


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Text without case and accents, for comparing."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def fit_numbers(columns: Sequence[Column], rows: Sequence[RowView]) -> tuple[Column, ...]:
    """Columns widened where a number needs it: a number cut short would be another number."""
    return tuple(
        replace(column, width=max([column.width, *(cell_width(row.cells[i]) for row in rows)]))
        if column.is_right
        else column
        for i, column in enumerate(columns)
    )


def tone_of(severity: Severity | None) -> Tone:
    """The tone of a broken limit; NORMAL where none is broken."""
    if severity is None:
        return Tone.NORMAL
    return Tone.ACT if severity is Severity.ACT else Tone.LOOK


def make_row(
    key: str, cells: Sequence[str], tones: Sequence[Tone], *, is_old: bool, is_static: bool = False
) -> RowView:
    """A row whose tone is the worst of its cells', or stale throughout where its source is old."""
    if is_old:
        tones = (Tone.STALE,) * len(cells)
    tone = worst(*set(tones))
    return RowView(
        key=key,
        cells=tuple(cells),
        tone=tone,
        mark=MARKS[tone],
        tones=tuple(tones),
        is_static=is_static,
    )


def _comparable(key: str | float) -> str | float:
    return fold(key) if isinstance(key, str) else key
