"""The help page: what signs and columns mean, and every key, or why it may not be had now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

import msgspec
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from screens.actions import LAYERS, PAGE_MORE, Action, Group, Scope, actions_of, reachable
from screens.key_names import Keymap, keys_of, show_key
from screens.keys import bindings
from screens.presenters.rows import Column
from screens.text import N_, _
from screens.tones import MARKS, Tone
from screens.typed.grammar import grammars
from screens.widgets.fitting import fit_text, wrap_cells
from screens.widgets.frame import KeyLine
from screens.widgets.text_lines import TextPage
from screens.widgets.tone_styles import Line

_KEYS_WIDTH = 14
_INDENT = "  "
_LEAST_HELP = 36
"""Cells that the help of a command needs to stand beside it."""
_ALSO = (Scope.PROMPT, Scope.DIALOG, Scope.FORM, Scope.CHOICE, Scope.CHOOSER)
"""Places that open over wherever one is."""

_GROUPS = (*(group for group in Group if group is not Group.MOVE), Group.MOVE)
"""Who asks for help wonders what the screen says, then what can be done, and seldom how to move."""
_LEGEND: tuple[tuple[str, str], ...] = (
    (MARKS[Tone.ACT].strip(), N_("somebody has to act")),
    (MARKS[Tone.LOOK].strip(), N_("worth a look")),
    (MARKS[Tone.HELP].strip(), N_("asks for help")),
    (MARKS[Tone.STALE].strip(), N_("old, or estimated")),
    ("*", N_("a row that you marked")),
    ("-", N_("unknown, or nothing to divide by: never 0 %")),
    ("v ^", N_("the column that sorts: largest first, smallest first")),
    ("< >", N_("more columns that way")),
    ("+5 -5", N_("more rows below, above")),
)


class HelpTopic(msgspec.Struct, frozen=True):
    """What the help page is to speak of."""

    scope: Scope
    """Where the person is."""
    keymap: Keymap = msgspec.field(default_factory=dict)
    disabled: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Why an action cannot be had now, by its id; already translated."""
    columns: Sequence[Column] = ()
    """Columns to explain."""


def help_lines(topic: HelpTopic, width: int = 80) -> list[Line]:
    """The lines of the help page, wrapped to so many cells."""
    actions = [*reachable(topic.scope)]
    beside = (scope for scope in _ALSO if scope not in LAYERS[topic.scope])
    actions += [action for scope in beside for action in actions_of(scope)]
    explained = [_column_entry(column) for column in topic.columns if column.help]
    chapters: list[tuple[str, list[_Entry]]] = [
        (_("Signs"), [_Entry(sign, _(text)) for sign, text in _LEGEND]),
        (_("Columns"), explained),
    ]
    for group in _GROUPS:
        chapter = [_action_entry(action, topic) for action in actions if action.group is group]
        chapters.append((_(group), chapter))
    lines: list[Line] = []
    for title, entries in chapters:
        if entries:
            lines += [(), [(f" {title}", "title")]]
            lines += (line for entry in entries for line in _wrapped(entry, width))
    lines += [(), [(f" {_('Commands')}", "title")], *_command_lines(width)]
    return lines[1:]


def _command_lines(width: int) -> Iterator[Line]:
    """Commands that take something, each with what that is; the others stand with their keys."""
    entries = [_Entry(f":{each.syntax}", _(each.help)) for each in grammars() if each.slots]
    column = max(cell_len(entry.head) for entry in entries)
    if width - column < _LEAST_HELP:
        for entry in entries:
            yield [(f"{_INDENT}{entry.head}", entry.tone)]
            yield from _wrapped(_Entry("", entry.text), width)
        return
    for entry in entries:
        yield from _wrapped(_Entry(fit_text(entry.head, column), entry.text), width)


class _Entry(NamedTuple):
    """A key, a column or a sign, and what it means."""

    head: str
    text: str
    tone: Tone = Tone.NORMAL


def _wrapped(entry: _Entry, width: int) -> Iterator[Line]:
    column = max(_KEYS_WIDTH, cell_len(entry.head))
    room = max(_KEYS_WIDTH, width - column - len(_INDENT) - 1)
    for number, part in enumerate(wrap_cells(entry.text, room)):
        head = fit_text(entry.head if number == 0 else "", column)
        yield [(f"{_INDENT}{head} {part}", entry.tone)]


def _action_entry(action: Action, topic: HelpTopic) -> _Entry:
    keys = " ".join(show_key(key) for key in keys_of(action, topic.keymap)) or "-"
    reason = topic.disabled.get(action.id)
    if reason is not None:
        text = _("{help} Not now: {reason}").format(help=_(action.help), reason=reason)
        return _Entry(keys, text, Tone.QUIET)
    tail = f"  [:{action.command}]" if action.command else ""
    return _Entry(keys, _(action.help) + tail)


def _column_entry(column: Column) -> _Entry:
    tail = f"  [s {column.sort_letter}]" if column.sort_letter else ""
    return _Entry(column.title, column.help + tail)


class HelpScreen(ModalScreen[None], inherit_bindings=False):
    """The help page over the whole screen."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.HELP)]

    def __init__(self, topic: HelpTopic, *, is_ascii: bool = False) -> None:
        super().__init__()
        self._topic = topic
        self._page = TextPage(is_ascii=is_ascii, id="help-page")
        self._key_line = KeyLine(is_ascii=is_ascii)

    def compose(self) -> ComposeResult:
        """The page, and how to leave it."""
        yield self._page
        yield self._key_line

    def on_mount(self) -> None:
        """Fill the page."""
        self._fill()
        self._show_keys()
        self._page.focus()

    def on_resize(self) -> None:
        """Wrap the page for another width."""
        self._fill()

    def on_text_page_moved(self, event: TextPage.Moved) -> None:
        """Say whether the page goes on."""
        event.stop()
        self._show_keys()

    def _show_keys(self) -> None:
        disabled = () if self._page.hidden[1] else (PAGE_MORE,)
        self._key_line.show(Scope.HELP, self._topic.keymap, disabled)

    def _fill(self) -> None:
        self._page.set_lines(help_lines(self._topic, self.app.size.width))

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)
