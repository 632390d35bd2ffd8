"""What stands round every pane: who and how fresh, the floor in one line, panes, keys."""

from __future__ import annotations

from collections.abc import Sequence

from screens.actions import ACTIONS, PANES, Action, Group, Pane, Scope
from screens.key_names import Keymap
from screens.tones import Tone
from screens.widgets.frame_text import fit_keys, key_entries, pane_line
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line


class TopLines(TextLines):
    """The first line says who and how fresh, the second the floor."""

    def __init__(self, *, is_ascii: bool = False) -> None:
        super().__init__(2, is_ascii=is_ascii, id="top-lines")

    def show(self, first: Line, second: Line) -> None:
        """Show these two lines."""
        self.set_lines((first, second))


class PaneLine(TextLines):
    """The panes with their keys; the current one in brackets and in reverse."""

    def __init__(self, *, panes: Sequence[Pane] = PANES, is_ascii: bool = False) -> None:
        super().__init__(1, is_ascii=is_ascii, id="pane-line")
        self._panes = panes
        self._current: Scope | None = None

    def show(self, current: Scope | None) -> None:
        """Show which pane is the current one; None where something else fills the screen."""
        self._current = current
        self._fit()

    def on_resize(self) -> None:
        """Choose again whose titles fit."""
        self._fit()

    def _fit(self) -> None:
        width = self.size.width or self.app.size.width
        self.set_lines((pane_line(self._panes, self._current, width),))


class KeyLine(TextLines):
    """The last line: the keys that matter here, as many as fit, and always the one for help."""

    def __init__(self, *, is_ascii: bool = False) -> None:
        super().__init__(1, is_ascii=is_ascii, id="key-line")
        self._entries: tuple[tuple[Action, str], ...] = ()

    def show(
        self,
        scope: Scope,
        keymap: Keymap | None = None,
        disabled: Sequence[str] = (),
        *,
        is_past: bool = False,
    ) -> None:
        """Show the keys of a scope.

        Args:
            scope: Where the person is.
            keymap: The person's own keys.
            disabled: Ids of actions that cannot be had now; the help page says why.
            is_past: The past is shown, in which none can be had that act.
        """
        if is_past:
            acting = (action.id for action in ACTIONS if action.group is Group.ACT)
            disabled = (*disabled, *acting)
        self._entries = key_entries(scope, keymap, disabled)
        self._fit()

    def on_resize(self) -> None:
        """Choose again what fits."""
        self._fit()

    def _fit(self) -> None:
        # Before the first layout it has no size; it will be as wide as the terminal.
        width = self.size.width or self.app.size.width
        self.set_lines((((fit_keys(self._entries, width, self._sign), Tone.NORMAL),),))
