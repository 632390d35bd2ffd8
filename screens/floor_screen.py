"""The screen that is there all the time: the frame, the panes, and the line in which one types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.geometry import Size

from screens.actions import Scope
from screens.key_names import Keymap
from screens.look import Look
from screens.overview import Overview
from screens.pane import TablePane
from screens.pane_types import PANE_SCOPES, has_room_for_four, pane_type
from screens.presenters.lines import fit_pieces, second_line
from screens.presenters.switches import reminder_pieces
from screens.prompting import Completer
from screens.table_screen import TableScreen
from screens.tones import Tone
from screens.top_line import top_line
from screens.widgets.frame import PaneLine, TopLines
from screens.widgets.frame_text import GAP, toned_line
from screens.widgets.text_lines import TextLines

if TYPE_CHECKING:
    from screens.alert_jump import WorstAlerts


class FloorScreen(TableScreen, inherit_bindings=False):
    """Frame, panes and prompt. One pane is seen at a time; the hidden ones do nothing.

    A pane is made when it is shown for the first time.

    Args:
        is_ascii: Draw with ASCII signs only.
        keymap: The person's own keys.
        columns: The columns that the person keeps, by pane.
        completer: What completes a command.
    """

    HAS_TOP_LINE = False

    def __init__(
        self,
        *,
        is_ascii: bool,
        keymap: Keymap,
        columns: Mapping[str, Iterable[str]],
        completer: Completer,
    ) -> None:
        self.panes: dict[Scope, TablePane] = {}
        """Those that somebody has asked for."""
        self._is_ascii = is_ascii
        self._columns = columns
        self._is_zoomed = False
        self._arranged_for = Size()
        first = self.pane(PANE_SCOPES[0])
        super().__init__(first, is_ascii=is_ascii, keymap=keymap, completer=completer)
        self._look: Look | None = None
        self._worst: WorstAlerts | None = None
        self._top = TopLines(is_ascii=is_ascii)
        self._pane_line = PaneLine(is_ascii=is_ascii)
        self._hints = TextLines(1, is_ascii=is_ascii, id="hints")
        self._area = Overview(self.pane)

    def compose(self) -> ComposeResult:
        """From the top: who and how fresh, the floor, panes, the pane, and what is typed."""
        self._area.place(self.current.SCOPE, has_room=self._has_room)
        self._arranged_for = self._room
        self._pane_line.show(self.current.SCOPE)
        if self._look is not None:
            self.show(self._look)
        yield self._top
        yield self._pane_line
        yield self._area
        if self._hints.text:
            yield self._hints
        yield from self.compose_bottom()

    def show(self, look: Look) -> None:
        """Show a newer look at the floor."""
        self._look = look
        self.show_keys(is_past=look.past is not None)
        viewing = look.viewing
        second = second_line(
            look.figures,
            look.snapshot,
            look.moment,
            viewing.rules,
            has_legend=any(pane.NAMES_FORMULA for pane in self._area.shown),
        )
        width = self._room.width
        second = (*second, *reminder_pieces(look))
        self._top.show(top_line(look, width, self._keymap), toned_line(fit_pieces(second, width)))
        for pane in self._area.shown:
            pane.show(look)

    @property
    def shown(self) -> Sequence[object]:
        """The panes that are on the screen: four of them on a wide terminal."""
        return self._area.shown

    async def go_to(self, scope: Scope) -> None:
        """Go to a pane; when this returns it has the keyboard."""
        self.current = self.pane(scope)
        self._pane_line.show(scope)
        self._arrange()
        await self._area.until_mounted()
        self.current.focus_table()

    async def on_resize(self) -> None:
        """Show as many panes as there is room for; the keyboard stays where it is."""
        if self.size != self._arranged_for and self._arrange():
            await self._area.until_mounted()
            self.current.focus_table()

    def go_to_worst_alert(self) -> bool:
        """Go to the cause of the worst alert; again, of the next worst."""
        if self._look is None or not self._look.snapshot.alerts:
            return False
        from screens.alert_jump import WorstAlerts, go_to_cause
        from screens.alerts import alert_at

        if self._worst is None:
            self._worst = WorstAlerts()
        is_listed = self.current.SCOPE is Scope.ALERTS
        key = self.current.table.cursor_key if is_listed else None
        here = None if key is None else alert_at(key, self._look)
        one = self._worst.next(self._look, here)
        if one is not None:
            self.app.run_worker(go_to_cause(self.app, one))
        return one is not None

    def pane(self, scope: Scope) -> TablePane:
        """The pane of a scope, made if nobody has asked for it before."""
        if scope not in self.panes:
            columns = self._columns.get(scope)
            self.panes[scope] = pane_type(scope)(is_ascii=self._is_ascii, columns=columns)
            self.panes[scope].legend.display = not self._is_bare
        return self.panes[scope]

    def _arrange(self) -> bool:
        """Show what there is room for; whether other panes are on the screen than before."""
        self._arranged_for = self.size
        has_room = self._has_room and not self._is_zoomed
        is_changed = self._area.place(self.current.SCOPE, has_room=has_room)
        if self._look is not None:
            self.show(self._look)
        return is_changed

    @property
    def _has_room(self) -> bool:
        return has_room_for_four(*self._room)

    @property
    def _room(self) -> Size:
        """Its size; before the first layout, the terminal's."""
        return self.size or self.app.size

    @property
    def _is_bare(self) -> bool:
        return self._is_zoomed and not self._has_room

    async def step(self, delta: int) -> None:
        """Go to the next pane, or the one before."""
        at = PANE_SCOPES.index(self.current.SCOPE) + delta
        await self.go_to(PANE_SCOPES[at % len(PANE_SCOPES)])

    def toggle_zoom(self) -> None:
        """Give the pane the whole screen, and back.

        Where four panes have room it takes the room of all; where one has, also the lines of the
        frame. Who and how fresh always stays.
        """
        self._is_zoomed = not self._is_zoomed
        self._pane_line.display = not self._is_bare
        for pane in self.panes.values():
            pane.legend.display = not self._is_bare
        self._arrange()

    @property
    def has_hints(self) -> bool:
        """Whether the line of hints is there."""
        return self._hints.is_attached and bool(self._hints.display)

    def show_hints(self, texts: Sequence[str]) -> None:
        """Show a line of hints until it is dismissed; no texts dismiss it."""
        if texts and self._area.is_attached and not self._hints.is_attached:
            self.mount(self._hints, after=self._area)
        self._hints.display = bool(texts)
        self._hints.set_lines((((" " + GAP.join(texts), Tone.QUIET),),))
