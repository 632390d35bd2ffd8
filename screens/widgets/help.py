"""The help page: every key, what it does, why it may not be had now, and what the signs mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from screens.actions import LAYERS, Action, Group, Scope, actions_of, reachable
from screens.keys import Keymap, bindings, keys_of, show_key
from screens.presenters.rows import Column
from screens.text import N_, _
from screens.tones import MARKS, Tone
from screens.widgets.frame import KeyLine
from screens.widgets.table_layout import fit_text
from screens.widgets.text_lines import TextPage
from screens.widgets.tone_styles import Line

_KEYS_WIDTH = 14
_ALSO = (Scope.PROMPT, Scope.DIALOG, Scope.CHOOSER)
"""Places that open over wherever one is."""

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


@dataclass(frozen=True, slots=True)
class HelpTopic:
    """What the help page is to speak of."""

    scope: Scope
    """Where the person is."""
    keymap: Keymap = field(default_factory=dict)
    disabled: Mapping[str, str] = field(default_factory=dict)
    """Why an action cannot be had now, by its id; already translated."""
    columns: Sequence[Column] = ()
    """Columns to explain."""


def help_lines(topic: HelpTopic) -> list[Line]:
    """The lines of the help page."""
    actions = [*reachable(topic.scope)]
    beside = (scope for scope in _ALSO if scope not in LAYERS[topic.scope])
    actions += [action for scope in beside for action in actions_of(scope)]
    lines: list[Line] = []
    for group in Group:
        chapter = [action for action in actions if action.group is group]
        if chapter:
            lines += _chapter(_(group), (_action_line(action, topic) for action in chapter))
    explained = [column for column in topic.columns if column.help]
    if explained:
        lines += _chapter(
            _("Columns"),
            (_entry(column.title, column.help, _sorting(column)) for column in explained),
        )
    lines += _chapter(_("Signs"), (_entry(sign, _(text)) for sign, text in _LEGEND))
    return lines[:-1]


def _chapter(title: str, entries: Iterable[Line]) -> Iterator[Line]:
    yield [(f" {title}", "title")]
    yield from entries
    yield ()


def _action_line(action: Action, topic: HelpTopic) -> Line:
    keys = " ".join(show_key(key) for key in keys_of(action, topic.keymap)) or "-"
    reason = topic.disabled.get(action.id)
    if reason is None:
        return _entry(keys, _(action.help), f":{action.command}" if action.command else "")
    text = _("{help} Not now: {reason}").format(help=_(action.help), reason=reason)
    return _entry(keys, text, tone=Tone.QUIET)


def _entry(head: str, text: str, tail: str = "", tone: Tone = Tone.NORMAL) -> Line:
    width = max(_KEYS_WIDTH, cell_len(head))
    return [(f"  {fit_text(head, width)} {text}" + (f"  [{tail}]" if tail else ""), tone)]


def _sorting(column: Column) -> str:
    return f"s {column.sort_letter}" if column.sort_letter else ""


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
        self._page.set_lines(help_lines(self._topic))
        self._key_line.show(Scope.HELP, self._topic.keymap)
        self._page.focus()

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)
