"""What stands round every pane: who and how fresh, the floor in one line, panes, keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from screens.actions import PANES, Action, Pane, Scope
from screens.keys import Keymap, footer_actions, keys_of, show_key
from screens.text import _
from screens.tones import Tone
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line, Piece

_STAY = ("app.help", "app.back")
"""Give way last on a narrow terminal: help never, for it leads to all the others."""
GAP = "  "


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

    def show(self, current: Scope | None, marks: Mapping[Scope, str] | None = None) -> None:
        """Show which pane is the current one.

        Args:
            current: The pane; None where something else fills the screen.
            marks: What stands after a pane's title, for example `!!` where somebody is needed.
        """
        line: list[Piece] = []
        for pane in self._panes:
            mark = (marks or {}).get(pane.scope, "")
            text = " ".join(filter(None, (pane.key, _(pane.title), mark)))
            if pane.scope is current:
                line.append((f"[{text}]", "current"))
            else:
                line.append((f" {text} ", Tone.NORMAL))
        self.set_lines((line,))


class KeyLine(TextLines):
    """The last line: the keys that matter here, as many as fit, and always the one for help."""

    def __init__(self, *, is_ascii: bool = False) -> None:
        super().__init__(1, is_ascii=is_ascii, id="key-line")
        self._entries: tuple[tuple[Action, str], ...] = ()

    def show(
        self, scope: Scope, keymap: Keymap | None = None, disabled: Sequence[str] = ()
    ) -> None:
        """Show the keys of a scope.

        Args:
            scope: Where the person is.
            keymap: The person's own keys.
            disabled: Ids of actions that cannot be had now; the help page says why.
        """
        self._entries = tuple(
            (action, _key_and_label(action, keymap))
            for action in footer_actions(scope)
            if action.id not in disabled and keys_of(action, keymap)
        )
        self._fit()

    def on_resize(self) -> None:
        """Choose again what fits."""
        self._fit()

    def _fit(self) -> None:
        self.set_lines((((fit_keys(self._entries, self.size.width, self._sign), Tone.NORMAL),),))


def fit_keys(entries: Sequence[tuple[Action, str]], width: int, sign: str) -> str:
    """Keys and labels in one line: where not all fit, a sign says so, and help stays.

    Args:
        entries: Actions with their texts, the most useful first.
        width: Cells.
        sign: What stands for those left out.
    """
    kept = list(entries)
    while True:
        texts = [text for _action, text in kept]
        if len(kept) < len(entries):
            ends = [at for at, (action, _text) in enumerate(kept) if action.id in _STAY]
            texts.insert(ends[0] if ends else len(kept), sign)
        line = " " + GAP.join(texts)
        away = max(kept, key=lambda entry: _drop_rank(kept, entry), default=None)
        if cell_len(line) <= width or away is None or away[0].id == _STAY[0]:
            return line
        kept.remove(away)


def _drop_rank(kept: Sequence[tuple[Action, str]], entry: tuple[Action, str]) -> tuple[int, int]:
    """How readily an entry gives way: the rightmost first, then the way out, help never."""
    stays = _STAY.index(entry[0].id) - len(_STAY) if entry[0].id in _STAY else 0
    return stays, kept.index(entry)


def _key_and_label(action: Action, keymap: Keymap | None) -> str:
    return f"{show_key(keys_of(action, keymap)[0])} {_(action.label)}"
