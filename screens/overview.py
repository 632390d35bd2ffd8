"""Where panes stand: one at a time, or four at once on a terminal that is wide enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widget import AwaitMount

from screens.actions import PANES, Scope
from screens.pane import TablePane
from screens.pane_types import FOUR
from screens.widgets.frame_text import box_title

_ORDER = tuple(pane.scope for pane in PANES)
_FOUR_CLASS = "-four"
_CURRENT_CLASS = "-current"


class Overview(Container):
    """Holds the panes that have been shown, and shows those that there is room for.

    Args:
        pane: Makes the pane of a scope, or answers the one it made before.
    """

    def __init__(self, pane: Callable[[Scope], TablePane]) -> None:
        super().__init__(id="panes")
        self._pane = pane
        self._mounting: AwaitMount | None = None
        self.shown: tuple[TablePane, ...] = ()

    def compose(self) -> ComposeResult:
        """The panes there is room for at the start."""
        yield from self.shown

    @property
    def is_four(self) -> bool:
        """Whether four panes are on the screen."""
        return len(self.shown) > 1

    def place(self, current: Scope, *, has_room: bool) -> bool:
        """Show what there is room for; before this is composed, only say what will be.

        Args:
            current: The pane that has the keyboard; it is always shown.
            has_room: Whether four may stand at once.

        Returns:
            Whether other panes are on the screen than before.
        """
        is_four = has_room and current in FOUR
        before = self.shown
        self.shown = tuple(map(self._pane, FOUR if is_four else (current,)))
        if self.is_mounted:
            self._mount_new()
        for pane in {*before, *self.shown}:
            if pane not in self.shown:
                pane.rest()
            is_current = pane.SCOPE is current
            pane.display = pane in self.shown
            pane.set_class(is_current, _CURRENT_CLASS)
            pane.border_title = Content(box_title(pane.SCOPE, is_current=is_current))
        self.set_class(is_four, _FOUR_CLASS)
        return self.shown != before

    async def until_mounted(self) -> None:
        """Wait until the panes shown can take the keyboard."""
        if self._mounting is not None:
            await self._mounting
            self._mounting = None

    def _mount_new(self) -> None:
        """Mount the panes that have not been shown before."""
        new = [pane for pane in self.shown if not pane.is_attached]
        if new:
            self._mounting = self.mount_all(new)
            # A grid places its children in their order.
            self.sort_children(key=lambda child: _ORDER.index(cast("TablePane", child).SCOPE))
