"""A page of everything known about one thing, drawn anew with every look at the floor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from data.floor import FloorSnapshot
from screens.actions import PAGE_MORE, Group, Scope, actions_of
from screens.key_names import Keymap, keys_of
from screens.keys import with_twins
from screens.look import Look
from screens.text import _
from screens.tones import Tone
from screens.top_line import TopLine
from screens.widgets.frame import KeyLine
from screens.widgets.said import SaidLines, Told, Words
from screens.widgets.text_lines import TextLines, TextPage
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from screens.pane import TablePane

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
        pane: Where the thing is a row; what can be done there can be done here.
        row: The key of that row.
    """

    AUTO_FOCUS = None
    SCOPE: ClassVar[Scope] = Scope.DETAIL
    """Where the person is while it has the keyboard."""

    def __init__(
        self,
        title: str,
        present: Presenter,
        look: Look,
        *,
        keymap: Keymap,
        is_ascii: bool,
        pane: TablePane | None = None,
        row: str = "",
    ) -> None:
        super().__init__(classes="-ascii" if is_ascii else None)
        self._heading = title
        self._present = present
        self._look = look
        self._keymap = keymap
        self._pane = pane
        self._row = row
        self._is_gone = False
        self._top = TopLine(keymap, is_ascii=is_ascii)
        self._title = TextLines(1, is_ascii=is_ascii, id="detail-title")
        self._page = TextPage(is_ascii=is_ascii, id="detail-page")
        self._said = SaidLines(is_ascii=is_ascii)
        self._keys = KeyLine(is_ascii=is_ascii)

    def compose(self) -> ComposeResult:
        """Who and how fresh, title, page, what is said, keys."""
        yield self._top
        yield self._title
        yield self._page
        yield self._said
        yield self._keys

    def on_mount(self) -> None:
        """Draw it."""
        self._show_frame()
        self._page.focus()
        self.call_after_refresh(self._draw)

    def on_unmount(self) -> None:
        """Hold on to no floor: what was closed waits long for Python to look for garbage."""
        self._look = replace(self._look, snapshot=FloorSnapshot())

    def on_resize(self) -> None:
        """Draw it for another width."""
        self._draw()

    def show(self, look: Look) -> None:
        """Draw it from a newer look; lines that are as before are not touched."""
        self._look = look
        self._draw()

    def on_text_page_moved(self, event: TextPage.Moved) -> None:
        """Say how much of the page is not on the screen."""
        event.stop()
        self._show_frame()

    @property
    def said(self) -> Sequence[Told]:
        """What stands above the keys."""
        return self._said.said

    def say(self, words: Words, tone: Tone = Tone.NORMAL) -> None:
        """Say something above the keys; nothing to say takes no room."""
        self.say_all(((words, tone),) if words else ())

    def say_all(self, told: Sequence[Told]) -> None:
        """Say several things above the keys, one below the other."""
        self._said.say(told, (self.size or self.app.size).width)

    async def on_key(self, event: events.Key) -> None:
        """Do what the pane can do to the row that this page is about."""
        if self._pane is None:
            return
        for action in actions_of(self._pane.SCOPE):
            is_here = action.group is Group.ACT or action.list_of_row
            if not is_here or event.key not in with_twins(keys_of(action, self._keymap)):
                continue
            event.stop()
            event.prevent_default()
            if action.list_of_row:
                self._pane.post_message(self._pane.ListWanted(self._pane, self._row))
            elif action.argument:
                self._pane.action_act(action.argument, self._row)
            else:
                await self.app.run_action(action.method, self._pane)

    @property
    def pane(self) -> TablePane | None:
        """Where the thing is a row; None where it is none."""
        return self._pane

    @property
    def row(self) -> str:
        """The key of that row."""
        return self._row

    @property
    def shown(self) -> Sequence[object]:
        """What draws the page: it may need history."""
        return (self._present,)

    def _draw(self) -> None:
        lines = self._present(self._look, max(20, self.size.width))
        self._is_gone = lines is None
        if lines is not None:
            self._page.set_lines(lines)
        self._show_frame()

    def _show_frame(self) -> None:
        """Who and how fresh, the title with what is above and below, and the keys."""
        self._top.show(self._look)
        above, below = self._page.hidden
        title: Line = [(f" {self._heading}", "title")]
        if self._is_gone:
            gone = _("no longer there; this is how it was last")
            title = [*title, (f"  ~ {gone}", Tone.STALE)]
        signs = [f"+{below}"] * bool(below) + [f"-{above}"] * bool(above)
        self._title.set_lines(([*title, ("".join(f"  {sign}" for sign in signs), Tone.QUIET)],))
        disabled = () if below else (PAGE_MORE,)
        self._keys.show(self.SCOPE, self._keymap, disabled, is_past=self._look.past is not None)
