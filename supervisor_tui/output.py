"""The output stage: sends the terminal only the cells that differ from what it already shows.

Textual's compositor repaints whole lines of what it believes to be dirty and never compares. On a
9600-baud line that is the difference between a screen and no screen. This stage keeps two grids,
what is wanted and what the terminal shows, and turns their difference into as few bytes as it can:
changed runs only, attributes only where they change, the shortest cursor move, lines that moved as
a block scrolled by the terminal itself. Because it writes from a grid, a frame that was not sent
is not queued: the next difference contains it.

Nothing leaves but text and the sequences formed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.cells import cell_len, split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from screens.widgets.gate_text import runs, stands_alone
from supervisor_tui.moved_rows import MIN_SCROLL_ROWS, find_shift, shift_rows
from supervisor_tui.sgr import PLAIN, Pen, pen_of, transition

CSI = "\x1b["


class Grid:
    """Cells of a screen: for each row the texts (empty behind a wide character) and the pens."""

    __slots__ = ("columns", "pens", "rows", "texts")

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.texts = [[" "] * columns for _ in range(rows)]
        self.pens = [[PLAIN] * columns for _ in range(rows)]

    def put(self, x: int, y: int, texts: Sequence[str], pens: Sequence[Pen]) -> None:
        """Write cells into a row; halves of wide characters that are cut become blanks."""
        if y < 0 or y >= self.rows or x >= self.columns or not texts:
            return
        texts = list(texts[: self.columns - x])
        row = self.texts[y]
        end = x + len(texts)
        if not texts[0]:
            texts[0] = " "
        if end < self.columns and not row[end]:
            row[end] = " "
        if x > 0 and not row[x]:
            row[x - 1] = " "
        row[x:end] = texts
        self.pens[y][x:end] = pens[: end - x]
        last = row[end - 1]
        if end == self.columns and last and last != " " and _width(last) > 1:
            row[end - 1] = " "


def _width(text: str) -> int:
    return 1 if text.isascii() else cell_len(text)


def to_cells(
    segments: Iterable[Segment], colours: ColorSystem | None, *, has_italics: bool = True
) -> tuple[list[str], list[Pen]]:
    """Segments as cells, a text and a pen each; behind a wide character comes an empty text."""
    texts: list[str] = []
    pens: list[Pen] = []
    for text, style, control in segments:
        if control or not text:
            continue
        cells: Sequence[str] = text if text.isascii() else _split(text)
        texts.extend(cells)
        pen = pen_of(style or Style.null(), colours, has_italics=has_italics)
        pens.extend([pen] * len(cells))
    return texts, pens


def _split(text: str) -> Sequence[str]:
    """A text as cells, measured as the strips were measured: whatever joins takes no cell.

    Names stay while the figures beside them change: what is not ASCII is split apart from the rest.
    """
    cells: list[str] = []
    for run in runs(text):
        if run.isascii():
            cells += run
            continue
        alone = _split_alone(run)
        if alone is None:
            return _split_whole(text)
        cells += alone
    return cells


@lru_cache(maxsize=2048)
def _split_alone(run: str) -> tuple[str, ...] | None:
    """A run without ASCII as cells; None where it joins what is before or behind it."""
    return _split_whole(run) if stands_alone(run) else None


def _split_whole(text: str) -> tuple[str, ...]:
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells += [text[start:end], *[""] * (width - 1)]
    return tuple(cells)


class OutputStage:
    """Two grids and the shortest way from one to the other.

    Args:
        columns: Width of the terminal in cells.
        rows: Its height.
        colours: What colours it has; None for none.
        has_italics: Whether it slants text, and does not show something else instead.
    """

    def __init__(
        self,
        columns: int,
        rows: int,
        colours: ColorSystem | None,
        *,
        has_italics: bool = True,
    ) -> None:
        self.colours = colours
        self.has_italics = has_italics
        self._wanted = Grid(columns, rows)
        self._shown: Grid | None = None
        self._dirty: set[int] = set()
        self._pen = PLAIN
        self._at: tuple[int | None, int] | None = None
        self._out: list[str] = []

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._wanted.columns, self._wanted.rows

    @property
    def is_behind(self) -> bool:
        """Whether the terminal may show something else than what is wanted."""
        return bool(self._dirty) or self._shown is None

    def resize(self, columns: int, rows: int) -> None:
        """The terminal has a new size; what it shows now is anybody's guess."""
        if (columns, rows) != self.size:
            self._wanted = Grid(columns, rows)
            self.forget()

    def forget(self) -> None:
        """Something else may have written to the terminal: clear it and repaint all of it."""
        self._shown = None

    def put(self, x: int, y: int, segments: Iterable[Segment]) -> None:
        """What is wanted at a place from now on."""
        texts, pens = to_cells(segments, self.colours, has_italics=self.has_italics)
        if x < 0:
            texts, pens, x = texts[-x:], pens[-x:], 0
        self._wanted.put(x, y, texts, pens)
        self._dirty.add(y)

    def difference(self, park: tuple[int, int] | None = None) -> str:
        """The bytes that make the terminal show what is wanted, and count them as shown.

        Args:
            park: Where to leave the hidden cursor (column, row), for readers that follow it.
        """
        self._out = []
        shown = self._shown
        if shown is None:
            shown = self._shown = Grid(*self.size)
            self._out.append(f"{CSI}m{CSI}r{CSI}H{CSI}2J")
            self._pen, self._at = PLAIN, (0, 0)
            self._dirty = set(range(shown.rows))
        changed = [y for y in sorted(self._dirty) if 0 <= y < shown.rows and self._differs(y)]
        if len(changed) > MIN_SCROLL_ROWS:
            moved = self._scroll(shown, changed)
            # Rows that stood still and were moved with the others have to come back.
            changed = sorted({*changed, *moved})
        for y in changed:
            if self._differs(y):
                self._paint_row(shown, y)
        self._dirty.clear()
        if self._out and park is not None:
            # A field whose text is longer than its room says that its cursor is off the screen.
            column, row = park
            self._move(max(0, min(column, shown.columns - 1)), max(0, min(row, shown.rows - 1)))
        return "".join(self._out)

    def _differs(self, y: int) -> bool:
        shown, wanted = self._shown, self._wanted
        return shown is None or (
            shown.texts[y] != wanted.texts[y] or shown.pens[y] != wanted.pens[y]
        )

    # ------------------------------------------------------------------ one row
    def _paint_row(self, shown: Grid, y: int) -> None:
        texts, pens = self._wanted.texts[y], self._wanted.pens[y]
        old_texts, old_pens = shown.texts[y], shown.pens[y]
        tail = _blank_tail(texts, pens)
        x, end = 0, len(texts)
        while x < end:
            if texts[x] == old_texts[x] and pens[x] is old_pens[x]:
                x += 1
                continue
            if not texts[x]:  # the second half of a wide character that itself did not change
                x -= 1
            if x >= tail and not _is_blank(old_texts, old_pens, x, pens[x]):
                self._erase_rest(x, y, pens[x])
                break
            x = self._paint_plain(x, y, tail, shown) or self._paint_cell(x, y)
        shown.texts[y] = list(texts)
        shown.pens[y] = list(pens)

    def _paint_plain(self, x: int, y: int, end: int, shown: Grid) -> int:
        """Write ASCII cells at once, as far as they differ and have one pen; 0 where none is."""
        texts, pens = self._wanted.texts[y], self._wanted.pens[y]
        old_texts, old_pens = shown.texts[y], shown.pens[y]
        start, pen = x, pens[x]
        while (
            x < end
            and pens[x] is pen
            and texts[x].isascii()
            and texts[x]
            and (texts[x] != old_texts[x] or old_pens[x] is not pen)
        ):
            x += 1
        if x == start:
            return 0
        self._reach(start, y)
        self._set_pen(pen)
        self._out.append("".join(texts[start:x]))
        self._at = (x if x < len(texts) else None, y)
        return x

    def _paint_cell(self, x: int, y: int) -> int:
        """Write the cell at x and answer where the next one is."""
        texts, pens = self._wanted.texts[y], self._wanted.pens[y]
        self._reach(x, y)
        self._set_pen(pens[x])
        self._out.append(texts[x])
        width = 2 if x + 1 < len(texts) and not texts[x + 1] else 1
        x += width
        # Terminals differ on where the cursor is behind the last column, and on the width of what
        # is joined from several characters.
        is_known = x < len(texts) and len(texts[x - width]) == 1
        self._at = (x if is_known else None, y)
        return x

    def _erase_rest(self, x: int, y: int, pen: Pen) -> None:
        self._reach(x, y)
        self._set_pen(pen)
        self._out.append(f"{CSI}K")

    def _reach(self, x: int, y: int) -> None:
        """Get to a cell of this row: by writing what lies between again, where that is shorter."""
        if self._at == (x, y):
            return
        if self._at is not None and self._at[1] == y and self._at[0] is not None:
            here = self._at[0]
            gap = x - here
            texts, pens = self._wanted.texts[y], self._wanted.pens[y]
            if (
                0 < gap <= 4
                and all(pen is self._pen for pen in pens[here:x])
                and texts[x]
                and all(len(text) == 1 for text in texts[here:x])
            ):
                again = "".join(texts[here:x])
                if len(again.encode()) <= len(_right(gap)):
                    self._out.append(again)
                    self._at = (x, y)
                    return
        self._move(x, y)

    # ------------------------------------------------------------------ moves and pens
    def _move(self, x: int, y: int) -> None:
        if self._at == (x, y):
            return
        best = _absolute(x, y)
        if self._at is not None:
            here, row = self._at
            for way in _relative(here, row, x, y):
                if len(way) < len(best):
                    best = way
        self._out.append(best)
        self._at = (x, y)

    def _set_pen(self, pen: Pen) -> None:
        if pen is not self._pen:
            self._out.append(transition(self._pen, pen))
            self._pen = pen

    # ------------------------------------------------------------------ blocks that moved
    def _scroll(self, shown: Grid, changed: list[int]) -> range:
        """Let the terminal move lines that only changed their place; answers which it moved."""
        first, last = changed[0], changed[-1] + 1
        # By texts alone: what differs in its pens only is painted when it has been moved.
        old, new = (
            ["".join(texts) for texts in grid.texts[first:last]] for grid in (shown, self._wanted)
        )
        found = find_shift(old, new)
        if found is None:
            return range(0)
        top, bottom, shift = first + found[0], first + found[1], found[2]
        self._set_pen(PLAIN)
        self._out.append(f"{CSI}{top + 1};{bottom + 1}r")
        self._at = None  # terminals differ on where setting and resetting margins leaves it
        if shift > 0:
            self._move(0, bottom)
            self._out.append("\n" * shift)
        else:
            self._move(0, top)
            self._out.append("\x1bM" * -shift)
        self._out.append(f"{CSI}r")
        self._at = None
        shift_rows(shown.texts, top, bottom, shift, [" "] * shown.columns)
        shift_rows(shown.pens, top, bottom, shift, [PLAIN] * shown.columns)
        return range(top, bottom + 1)


def _blank_tail(texts: list[str], pens: list[Pen]) -> int:
    """From where a row is blank to its end in one pen that erasing reproduces."""
    last = pens[-1]
    if not last.can_erase:
        return len(texts)
    x = len(texts)
    while x > 0 and texts[x - 1] == " " and pens[x - 1] is last:
        x -= 1
    # Three bytes of erasing are worth it from four blanks on.
    return x if len(texts) - x > 3 else len(texts)


def _is_blank(texts: list[str], pens: list[Pen], x: int, pen: Pen) -> bool:
    """Whether at most three cells from x on are something else than blanks of this pen."""
    other = 0
    for text, old in zip(texts[x:], pens[x:], strict=True):
        if text != " " or old is not pen:
            other += 1
            if other > 3:
                return False
    return True


def _right(cells: int) -> str:
    return f"{CSI}C" if cells == 1 else f"{CSI}{cells}C"


def _absolute(x: int, y: int) -> str:
    if x == 0:
        return f"{CSI}H" if y == 0 else f"{CSI}{y + 1}H"
    return f"{CSI}{y + 1};{x + 1}H"


def _relative(here: int | None, row: int, x: int, y: int) -> Iterable[str]:
    """Ways from one place to another that need no absolute address."""
    if row == y:
        yield "\r" + (_right(x) if x else "")
        if here is not None:
            if x > here:
                yield _right(x - here)
            elif here - x <= 3:
                yield "\b" * (here - x)
            else:
                yield f"{CSI}{here - x}D"
    elif y > row and y - row <= 3:
        yield "\r" + "\n" * (y - row) + (_right(x) if x else "")
        if here == x:
            yield f"{CSI}B" if y - row == 1 else f"{CSI}{y - row}B"
