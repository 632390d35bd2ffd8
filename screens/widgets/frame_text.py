"""The text of what stands round every pane, whoever draws it: panes, notes, keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from rich.cells import cell_len

from screens.actions import BY_ID, PANES, Action, Pane, Scope
from screens.key_names import Keymap, key_name, keys_of, show_key
from screens.keys import footer_actions
from screens.presenters.lines import Piece
from screens.text import _
from screens.tones import MARKS, Tone
from screens.widgets.fitting import wrap_cells
from screens.widgets.tone_styles import Line

Entries: TypeAlias = Sequence[tuple[Action, str]]
"""Actions with the texts of their keys."""
GAP = "  "
_STAY = ("app.help", "app.back")
"""Give way last on a narrow terminal: help never, for it leads to all the others."""
_NOTES = 2
"""So many notes at most, and after them the last, which says what the figures are."""
_TONES = {mark: tone for tone, mark in MARKS.items() if mark.strip()}


def toned_line(pieces: Sequence[Piece]) -> Line:
    """Pieces with their tones, two blanks apart."""
    line: list[tuple[str, Tone]] = []
    for piece in pieces:
        line += [(GAP if line else " ", Tone.NORMAL), (piece.text, piece.tone)]
    return line


def pane_line(panes: Sequence[Pane], current: Scope | None, width: int) -> Line:
    """The panes with their keys; the current one in brackets and in reverse.

    Where not all have room, those farthest from the current one are left to their numbers.

    Args:
        panes: In the order of their keys.
        current: The pane that is shown; None where something else fills the screen.
        width: Cells.
    """
    at = next((place for place, pane in enumerate(panes) if pane.scope is current), -1)
    keys = [_pane_key(pane) for pane in panes]
    texts = [f"{key} {_(pane.title)}" for key, pane in zip(keys, panes, strict=True)]
    line = _pane_entries(texts, at, is_close=False)
    if _cells(line) <= width:
        return line
    others = (place for place in range(len(panes)) if place != at)
    nearest = sorted(others, key=lambda place: (abs(place - max(at, 0)), place))
    while _cells(line := _pane_entries(texts, at, is_close=True)) > width and nearest:
        farthest = nearest.pop()
        texts[farthest] = keys[farthest]
    return line


def _pane_key(pane: Pane) -> str:
    action = BY_ID.get(f"app.pane-{pane.scope}")
    return pane.key if action is None else key_name(action.id)


def _pane_entries(texts: Sequence[str], at: int, *, is_close: bool) -> Line:
    """Two blanks apart nothing moves when the brackets go from one to the next; close, it does."""
    normal, current = (" {}", " [{}]") if is_close else (" {} ", "[{}]")
    return [
        (current.format(text), "current") if place == at else (normal.format(text), Tone.NORMAL)
        for place, text in enumerate(texts)
    ]


def box_title(scope: Scope, *, is_current: bool) -> str:
    """What stands over one of four panes; brackets say it where there are no attributes."""
    texts = (f"{pane.key} {_(pane.title)}" for pane in PANES if pane.scope is scope)
    title = next(texts, "")
    return f"[{title}]" if is_current else f" {title} "


def _cells(line: Line) -> int:
    return sum(cell_len(text) for text, _tone in line)


def chosen_notes(notes: Sequence[str]) -> tuple[str, ...]:
    """The notes of a table that there is room for."""
    return (*notes[:_NOTES], *notes[_NOTES:][-1:])


def note_lines(notes: Sequence[str], width: int) -> list[Line]:
    """A line for each note, two where one is too narrow, and one at least.

    Args:
        notes: What to say; one that begins with a mark has its tone.
        width: Cells.
    """
    return [
        ((f" {part}", _TONES.get(note[:2], Tone.QUIET)),)
        for note in notes or [""]
        for part in _in_two(note, max(1, width - 2))
    ]


def _in_two(note: str, room: int) -> Sequence[str]:
    """The first line as full as it can be, and all the rest, which may be cut."""
    first, *rest = wrap_cells(note, room)
    return (first, " ".join(rest)) if rest else (note,)


def key_entries(
    scope: Scope, keymap: Keymap | None = None, disabled: Sequence[str] = ()
) -> tuple[tuple[Action, str], ...]:
    """What the last line has to say in a scope, the most useful first.

    Args:
        scope: Where the person is.
        keymap: The person's own keys.
        disabled: Ids of actions that cannot be had now; the help page says why.
    """
    is_pane = any(pane.scope is scope for pane in PANES)
    return tuple(
        (action, f"{show_key(keys_of(action, keymap)[0])} {_(label)}")
        for action in footer_actions(scope)
        for label in [action.label if is_pane else action.label_inside or action.label]
        if action.id not in disabled and keys_of(action, keymap)
    )


def fit_keys(entries: Entries, width: int, sign: str) -> str:
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


def _drop_rank(kept: Entries, entry: tuple[Action, str]) -> tuple[int, int]:
    """How readily an entry gives way: the rightmost first, then the way out, help never."""
    stays = _STAY.index(entry[0].id) - len(_STAY) if entry[0].id in _STAY else 0
    return stays, kept.index(entry)
