"""The yardstick for bytes: what the changed cells of a frame would cost a careful writer.

It jumps to each changed run, joins runs that fewer than four cells part, and changes attributes
only where they change. It knows no scrolling and no erasing, so a program can be below it.
"""

from __future__ import annotations

import pyte
from pyte.screens import Char

Picture = list[tuple[Char, ...]]
_JOIN = 4
_FLAGS = ("bold", "italics", "underscore", "blink", "reverse", "strikethrough")


def picture(screen: pyte.Screen) -> Picture:
    """Every cell of a screen."""
    return [tuple(screen.buffer[y][x] for x in range(screen.columns)) for y in range(screen.lines)]


def minimal_bytes(old: Picture, new: Picture) -> int:
    """What it takes to turn one picture into another."""
    total = 0
    style: tuple[object, ...] | None = None
    for y, (before, after) in enumerate(zip(old, new, strict=True)):
        if before == after:
            continue
        last = -1 - _JOIN
        for x in (x for x in range(len(after)) if before[x] != after[x]):
            is_near = last >= 0 and x - last <= _JOIN
            if not is_near:
                total += len(f"\x1b[{y + 1};{x + 1}H" if last < 0 else f"\x1b[{x - last - 1}C")
            for cell in after[last + 1 : x + 1] if is_near else (after[x],):
                if cell[1:] != style:
                    style = cell[1:]
                    total += _style_bytes(cell)
                total += len(cell.data.encode())
            last = x
    return total


def _style_bytes(cell: Char) -> int:
    flags = sum(2 for name in _FLAGS if getattr(cell, name))
    colours = sum(_colour_bytes(name) for name in (cell.fg, cell.bg))
    return len("\x1b[m") + (1 + flags + colours if flags + colours else 0)


def _colour_bytes(name: str) -> int:
    if name == "default":
        return 0
    return len(";31") if not name.isalnum() or name.isalpha() else len(";38;5;100")
