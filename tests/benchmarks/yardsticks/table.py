"""What curses costs: a table of as many rows, of which the same share of cells changes a second.

python table.py ROWS COLUMNS SHARE
"""

from __future__ import annotations

import curses
import random
import sys
import time

NAME_CELLS = 14
CELLS = 5
_NAME = "row {:05d}"


class Rows:
    """Figures that change."""

    def __init__(self, rows: int, columns: int, share: float) -> None:
        self.chance = random.Random(1)
        self.share = share
        self.cells = [[_NAME.format(y), *["0"] * (columns - 1)] for y in range(rows)]

    def tick(self) -> None:
        """A second passes."""
        rows, columns = len(self.cells), len(self.cells[0])
        for _ in range(int(rows * columns * self.share)):
            row = self.cells[self.chance.randrange(rows)]
            row[self.chance.randrange(1, columns)] = str(self.chance.randrange(1000))


def draw(screen: curses.window, rows: Rows, top: int, cursor: int) -> None:
    """Draw the rows in sight; curses sends what differs."""
    height, width = screen.getmaxyx()
    for y in range(height - 1):
        if top + y >= len(rows.cells):
            break
        name, *figures = rows.cells[top + y]
        line = name.ljust(NAME_CELLS) + "".join(figure.rjust(CELLS) for figure in figures)
        style = curses.A_REVERSE if top + y == cursor else curses.A_NORMAL
        screen.addnstr(y, 0, line.ljust(width), width - 1, style)
    screen.refresh()


def main(screen: curses.window) -> None:
    """Show, move, tick."""
    rows = Rows(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    top = cursor = 0
    due = time.monotonic() + 1
    curses.curs_set(0)
    while True:
        draw(screen, rows, top, cursor)
        screen.timeout(max(0, int((due - time.monotonic()) * 1000)))
        key = screen.getch()
        if key == ord("q"):
            return
        step = {ord("j"): 1, ord("k"): -1}.get(key, 0)
        cursor = max(0, min(len(rows.cells) - 1, cursor + step))
        height = screen.getmaxyx()[0] - 1
        top = min(max(top, cursor - height + 1), cursor)
        if time.monotonic() >= due:
            rows.tick()
            due += 1


if __name__ == "__main__":
    curses.wrapper(main)
