"""The shapes in which presenters hand rows to tables and to plain text alike."""

from __future__ import annotations

from dataclasses import dataclass

from screens.tones import Tone


@dataclass(frozen=True, slots=True)
class Column:
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
    sort_letter: str = ""
    """The letter that, after `s`, sorts by this column."""
    help: str = ""
    """One sentence for the help page."""


@dataclass(frozen=True, slots=True)
class RowView:
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
