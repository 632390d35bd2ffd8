"""How much room the content of a widget has, for whoever asks for each line that is drawn."""

from __future__ import annotations

from textual.geometry import Size
from textual.widget import Widget


class Room:
    """The size of a widget's content. To work it out takes Textual longer than drawing a line.

    Args:
        widget: Whose room it is; it says `forget` when its styles change.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._known = Size(), Size()
        """The outer size for which the inner one is known, and that."""

    @property
    def size(self) -> Size:
        """Columns and lines, worked out anew where the widget as a whole has another size."""
        outer = self._widget.outer_size
        if self._known[0] != outer:
            self._known = outer, self._widget.size
        return self._known[1]

    def forget(self) -> None:
        """Borders and padding may take other room than before."""
        self._known = Size(), Size()
