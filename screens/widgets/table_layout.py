"""Where the columns of a table stand: which fit, how wide they are, and which give way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from screens.presenters.rows import Column

PREFIX = 4
"""Cells before the first column: the sign of a marked row, the tone's mark, a blank."""
SIGNS = 2
"""Cells at the end of the header, kept free for `<>` when columns are hidden."""
GAP = 1
_MOST_GROWTH = 4
"""A column that grows gets at most this many times its own width."""


class Placed(msgspec.Struct, frozen=True):
    """A column that is on the screen."""

    index: int
    """Which cell of a row it shows."""
    column: Column
    width: int


class TableLayout(msgspec.Struct, frozen=True):
    """The columns on the screen, from left to right, after the mark column."""

    width: int
    placed: tuple[Placed, ...]
    hidden: int = 0
    """How many columns are not on the screen at present."""
    shift: int = 0
    """By how many columns the table is scrolled sideways, after clamping."""
    last_shift: int = 0

    @property
    def has_more_left(self) -> bool:
        """Whether scrolling left would show other columns."""
        return self.shift > 0

    @property
    def has_more_right(self) -> bool:
        """Whether scrolling right would show other columns."""
        return self.shift < self.last_shift


def fit_columns(
    columns: Sequence[Column], order: Sequence[int], width: int, *, fixed: int = 1, shift: int = 0
) -> TableLayout:
    """Choose the columns that fit, and their widths.

    Where all fit, the columns that grow share what is left. Where they do not, columns give way
    by rank, the highest first and of equals the rightmost. Scrolled sideways, the table shows a
    window over the columns that stayed, followed by those that gave way; the fixed ones stand.

    Args:
        columns: All columns of the table.
        order: Indices into `columns`: the ones wanted, in the order wanted.
        width: Cells of the whole line, the mark column included.
        fixed: How many of the wanted columns, from the left, are never scrolled away.
        shift: By how many columns to scroll sideways; clamped to what makes sense.
    """
    wanted = [Placed(index, columns[index], columns[index].width) for index in order]
    room = max(0, width - PREFIX)
    if _need(wanted) <= room:
        return TableLayout(width, _grow(wanted, room))
    room = max(0, room - SIGNS)
    rest = wanted[fixed:]
    widest = max((item.width + GAP for item in rest), default=0)
    stand = _squeeze(wanted[:fixed], max(room - widest, room // 2))
    kept = _give_way(rest, room - _need(stand))
    away = [item for item in rest if item not in kept]
    shown = [*stand, *_window(kept or away, room - _need(stand))]
    # What stands may not grow so much that a column can no longer be scrolled into view.
    first = _grow(shown, min(room, _need(shown) + max(0, room - _need(stand) - widest)))
    stand = list(first[: len(stand)])
    queue = [*kept, *away]
    room -= _need(stand)
    last = _last_shift(queue, room)
    shift = max(0, min(shift, last))
    seen = first if shift == 0 else (*stand, *_window(queue[shift:], room))
    return TableLayout(width, seen, len(wanted) - len(seen), shift, last)


def wanted_order(columns: Sequence[Column], names: Iterable[str], fixed: int) -> tuple[int, ...]:
    """Indices of the columns of these ids, in their order; ids that do not exist are passed over.

    The fixed columns come first whether they are named or not, and so do those that are needed
    and not named.
    """
    places = {column.id: index for index, column in enumerate(columns)}
    first = range(min(fixed, len(columns)))
    chosen = [places[name] for name in dict.fromkeys(names) if name in places]
    needed = [index for index, column in enumerate(columns) if column.is_needed]
    rest = [*(index for index in needed if index not in chosen), *chosen]
    return (*first, *(index for index in rest if index not in first))


def _need(items: Sequence[Placed]) -> int:
    return sum(item.width + GAP for item in items)


def _squeeze(items: Sequence[Placed], room: int) -> list[Placed]:
    """Columns that have to be there, the widest narrowed first until they fit."""
    out = list(items)
    while out and _need(out) > room:
        place = max(range(len(out)), key=lambda at: (out[at].width, at))
        if out[place].width == 1:
            del out[place]
        else:
            out[place] = replace(out[place], width=out[place].width - 1)
    return out


def _give_way(items: Sequence[Placed], room: int) -> list[Placed]:
    kept = list(items)
    while _need(kept) > room:
        place = max(range(len(kept)), key=lambda at: (kept[at].column.rank, at))
        if kept[place].column.rank == 0:
            break
        del kept[place]
    return kept


def _window(items: Sequence[Placed], room: int) -> list[Placed]:
    """As many as fit; a single one that does not is narrowed."""
    out: list[Placed] = []
    for item in items:
        if item.width + GAP > room:
            return out or _squeeze([item], room)
        out.append(item)
        room -= item.width + GAP
    return out


def _last_shift(items: Sequence[Placed], room: int) -> int:
    """The least shift at which the last column is on the screen."""
    shift = len(items)
    while shift and _need(items[shift - 1 :]) <= room:
        shift -= 1
    return min(shift, max(0, len(items) - 1))


def _grow(items: Sequence[Placed], room: int) -> tuple[Placed, ...]:
    out = list(items)
    spare = max(0, room - _need(items))
    for at, item in sorted(enumerate(items), key=lambda each: not each[1].column.grows):
        more = min(spare, max(0, item.column.grows_to - item.width))
        out[at] = replace(item, width=item.width + more)
        spare -= more
    growing = [at for at, item in enumerate(items) if item.column.grows]
    share, odd = divmod(spare, len(growing) or 1)
    for turn, at in enumerate(growing):
        # A row is read across: on a wide terminal its figures stay near its name.
        most = (_MOST_GROWTH - 1) * out[at].width
        out[at] = replace(out[at], width=out[at].width + min(most, share + (turn < odd)))
    return tuple(out)
