"""Where panes stand: one at a time, or four at once on a terminal that is wide enough."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from screens.actions import PANES, Scope
from screens.pane import TablePane
from screens.text import _

WIDE_FROM = 160
"""Cells of a line from which four panes stand side by side."""
HIGH_FROM = 30
"""Lines from which each of four has room for some rows."""
FOUR = (Scope.QUEUES, Scope.AGENTS, Scope.ESCALATIONS, Scope.ROSTER)
"""From the top left to the bottom right."""
_FOUR_CLASS = "-four"
_CURRENT_CLASS = "-current"


class Overview(Container):
    """Holds the panes, and shows those that there is room for.

    Args:
        panes: All panes, in the order of their keys.
    """

    def __init__(self, panes: Iterable[TablePane]) -> None:
        super().__init__(id="panes")
        self._panes = tuple(panes)
        self._titles = {pane.scope: f"{pane.key} {_(pane.title)}" for pane in PANES}
        self.shown: tuple[TablePane, ...] = ()

    def compose(self) -> ComposeResult:
        """The panes."""
        yield from self._panes

    @property
    def is_four(self) -> bool:
        """Whether four panes are on the screen."""
        return len(self.shown) > 1

    def place(self, current: TablePane, *, has_room: bool) -> bool:
        """Show what there is room for.

        Args:
            current: The pane that has the keyboard; it is always shown.
            has_room: Whether four may stand at once.

        Returns:
            Whether other panes are on the screen than before.
        """
        is_four = has_room and current.SCOPE in FOUR
        before, self.shown = (
            self.shown,
            tuple(
                pane for pane in self._panes if pane is current or (is_four and pane.SCOPE in FOUR)
            ),
        )
        for pane in self._panes:
            pane.display = pane in self.shown
            pane.set_class(pane is current, _CURRENT_CLASS)
            title = self._titles.get(pane.SCOPE, "")
            # Brackets say it where there are neither colours nor attributes.
            pane.border_title = Content(f"[{title}]" if pane is current else f" {title} ")
        self.set_class(is_four, _FOUR_CLASS)
        return self.shown != before
