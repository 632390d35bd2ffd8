"""What a table shows, as lists that can be compared."""

from __future__ import annotations

from screens.presenters.rows import row_tone
from screens.presenters.table import TableView
from screens.tones import Tone


def tones_of(view: TableView) -> list[Tone]:
    """The tone of each row, without making the rows."""
    return [row_tone(view.rows, at) for at in range(len(view.rows))]
