"""Finds rows that stand elsewhere than before: the terminal itself can move them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_Cell = TypeVar("_Cell")
MIN_SCROLL_ROWS = 4
"""Rows that a scroll must save from being repainted before it is worth its own bytes."""


def find_shift(old: Sequence[str], new: Sequence[str]) -> tuple[int, int, int] | None:
    """The block of rows that moved, as (first row, last row, rows upwards), if one is worth it.

    Args:
        old: What rows say that stand one below the other.
        new: What they are to say; as many.
    """
    count, there = len(old), {*old}
    moved = [y for y in range(count) if new[y] != old[y]]
    if sum(new[y] in there for y in moved) < MIN_SCROLL_ROWS:
        return None  # as in most frames: figures change where they stand
    best: tuple[int, int, int] | None = None
    best_gain = MIN_SCROLL_ROWS - 1
    for shift in range(1 - count, count):
        hits = [y for y in moved if 0 <= y + shift < count and new[y] == old[y + shift]]
        # Rows that stand still are lost when the block around them moves.
        gain = len(hits) - (count - len(moved)) - abs(shift) // 4
        if hits and gain > best_gain:
            low, high = min(hits[0], hits[0] + shift), max(hits[-1], hits[-1] + shift)
            best, best_gain = (low, high, shift), gain
    return best


def shift_rows(
    rows: list[list[_Cell]], top: int, bottom: int, shift: int, blank: list[_Cell]
) -> None:
    """Move the rows of a block up (shift > 0) or down, blank rows following."""
    block = rows[top : bottom + 1]
    gone = [list(blank) for _ in range(abs(shift))]
    rows[top : bottom + 1] = block[shift:] + gone if shift > 0 else gone + block[:shift]
