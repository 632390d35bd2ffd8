"""A page of everything known about one thing, drawn anew with every look at the floor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from textual.app import ComposeResult
from textual.screen import Screen

from screens.actions import Scope
from screens.keys import Keymap
from screens.look import Look
from screens.text import _
from screens.tones import Tone
from screens.widgets.frame import KeyLine
from screens.widgets.text_lines import TextLines, TextPage
from screens.widgets.tone_styles import Line

Presenter: TypeAlias = Callable[[Look, int], Sequence[Line] | None]
"""From a look and a width in cells to lines; None where the thing is no longer there."""


class DetailScreen(Screen[None], inherit_bindings=False):
    """One page with a title; it lives on while the floor changes.

    Args:
        title: What it is about.
        present: Draws it for a look.
        look: The look to begin with.
        keymap: The person's own keys.
        is_ascii: Draw with ASCII signs only.
    """

    AUTO_FOCUS = None

    def __init__(
        self,
        title: str,
        present: Presenter,
        look: Look,
        *,
        keymap: Keymap,
        is_ascii: bool,
    ) -> None:
        super().__init__(classes="-ascii" if is_ascii else None)
        self._heading = title
        self._present = present
        self._look = look
        self._keymap = keymap
        self._title = TextLines(1, is_ascii=is_ascii, id="detail-title")
        self._page = TextPage(is_ascii=is_ascii, id="detail-page")
        self._keys = KeyLine(is_ascii=is_ascii)

    def compose(self) -> ComposeResult:
        """Title, page, keys."""
        yield self._title
        yield self._page
        yield self._keys

    def on_mount(self) -> None:
        """Draw it."""
        self._keys.show(Scope.DETAIL, self._keymap)
        self._page.focus()
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Draw it for another width."""
        self._draw()

    def show(self, look: Look) -> None:
        """Draw it from a newer look; lines that are as before are not touched."""
        self._look = look
        self._draw()

    @property
    def shown(self) -> Sequence[object]:
        """What draws the page: it may need history."""
        return (self._present,)

    def _draw(self) -> None:
        lines = self._present(self._look, max(20, self.size.width))
        title: Line = [(f" {self._heading}", "title")]
        if lines is None:
            gone = _("no longer there; this is how it was last")
            title = [*title, (f"  ~ {gone}", Tone.STALE)]
        else:
            self._page.set_lines(lines)
        self._title.set_lines((title,))
