"""Lines of plain text with tones: a fixed number of them, or a page that scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len, split_text
from textual import events
from textual.binding import BindingType
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from screens.actions import Scope
from screens.keys import bindings
from screens.widgets.fitting import cut_sign
from screens.widgets.tone_styles import Line, ToneStyles, paint_line, tone_styles

_WHEEL = 3
_STEP = 8
"""Cells of one step sideways."""


class TextLines(Widget, inherit_bindings=False):
    """Lines that are painted again only when their text or tone has changed.

    Args:
        count: How many lines there are; 0 for as many as are set, in a height given elsewhere.
        is_ascii: Cut with an ASCII sign.
    """

    def __init__(
        self,
        count: int = 1,
        *,
        is_ascii: bool = False,
        id: str | None = None,  # noqa: A002 - the name that Textual gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._sign = cut_sign(is_ascii=is_ascii)
        self._lines: tuple[Line, ...] = ((),) * count
        self._styles: ToneStyles | None = None
        if count:
            self.styles.height = count

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines as they were set."""
        return self._lines

    @property
    def text(self) -> str:
        """The lines as plain text."""
        return "\n".join("".join(text for text, _tone in line) for line in self._lines)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines; those that are as before are not touched."""
        before, self._lines = self._lines, tuple(tuple(line) for line in lines)
        pairs = enumerate(zip_longest(before, self._lines))
        self._repaint([at for at, (old, new) in pairs if old != new])

    def _repaint(self, places: Sequence[int]) -> None:
        regions = [Region(0, at, self.size.width, 1) for at in places]
        if regions:
            self.refresh(*regions)

    def line_at(self, y: int) -> Line:
        """The line that belongs on a line of the widget."""
        return self._lines[y] if y < len(self._lines) else ()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget; called for lines that are dirty."""
        if self._styles is None:
            self._styles = tone_styles(self)
        width = self.size.width
        return Strip(paint_line(self.line_at(y), width, self._styles, sign=self._sign), width)

    def notify_style_update(self) -> None:
        """Forget the styles that were read."""
        self._styles = None
        super().notify_style_update()


class TextPage(TextLines, can_focus=True, inherit_bindings=False):
    """A page of text that scrolls by lines, and sideways where lines are wider than it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.PAGE)]

    class Moved(Message):
        """There are more, or fewer, lines above or below what is shown than before."""

    def __init__(
        self,
        *,
        is_ascii: bool = False,
        id: str | None = None,  # noqa: A002 - the name that Textual gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(0, is_ascii=is_ascii, id=id, classes=classes)
        self._top = 0
        self._left = 0
        self._told = (0, 0)

    def line_at(self, y: int) -> Line:
        """The line that is scrolled to a line of the widget."""
        at = self._top + y
        line = self._lines[at] if at < len(self._lines) else ()
        return _drop_cells(line, self._left) if self._left else line

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines, scrolled as before as far as there are as many."""
        super().set_lines(lines)
        self._scroll(self._top, self._left)

    def _repaint(self, places: Sequence[int]) -> None:
        seen = range(self._top, self._top + self.size.height)
        super()._repaint([at - self._top for at in places if at in seen])

    @property
    def hidden(self) -> tuple[int, int]:
        """How many lines there are above and below those that are shown."""
        return self._top, max(0, len(self._lines) - self._top - self.size.height)

    def move(self, delta: int) -> None:
        """Scroll by so many lines."""
        self._scroll(self._top + delta, self._left)

    def page(self, direction: int) -> None:
        """Scroll by a screenful, one line of it kept: 1 down, -1 up."""
        self.move(direction * max(1, self.size.height - 1))

    def go_top(self) -> None:
        """Scroll to the first line."""
        self._scroll(0, self._left)

    def go_bottom(self) -> None:
        """Scroll to the last line."""
        self._scroll(len(self._lines), self._left)

    def scroll_sideways(self, delta: int) -> None:
        """Scroll by so many steps to the right."""
        self._scroll(self._top, self._left + delta * _STEP)

    # What the table of actions calls them
    action_move = move
    action_page = page
    action_top = go_top
    action_bottom = go_bottom
    action_sideways = scroll_sideways

    def on_resize(self) -> None:
        """Show no emptiness below the last line where there is room for more lines above."""
        self._scroll(self._top, self._left)

    def on_focus(self) -> None:
        """Put the terminal's own cursor at the start of the page."""
        self.app.cursor_position = self.content_region.offset + Offset(0, 0)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self.move(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self.move(-_WHEEL)

    def _scroll(self, top: int, left: int) -> None:
        widest = max((sum(cell_len(text) for text, _ in line) for line in self._lines), default=0)
        top = max(0, min(top, len(self._lines) - self.size.height))
        left = max(0, min(left, widest - self.size.width))
        if (top, left) != (self._top, self._left):
            self._top, self._left = top, left
            self.refresh()
        if self.size.height and self.hidden != self._told:
            self._told = self.hidden
            self.post_message(self.Moved())


def _drop_cells(line: Line, cells: int) -> Line:
    """A line without its first cells; half a wide character becomes a blank."""
    out = []
    for text, tone in line:
        size = cell_len(text)
        if cells >= size:
            cells -= size
            continue
        out.append((split_text(text, cells)[1] if cells else text, tone))
        cells = 0
    return out
