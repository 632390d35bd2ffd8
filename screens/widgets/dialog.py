"""A small box over the screen: a message, or a question about what is going to happen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from screens.actions import BY_ID, Scope
from screens.key_names import key_name
from screens.keys import bindings
from screens.text import _
from screens.tones import Tone
from screens.widgets.fitting import cut_sign, fit_text, wrap_cells
from screens.widgets.text_lines import TextPage
from screens.widgets.tone_styles import Line

_WIDEST = 76
_FRAME = 4
"""Cells of a line that the box takes: an edge and a blank on either side."""

_BETWEEN_KEYS = 6
_EDGES = 3
"""Lines of the box that are not text: its edges, and its keys."""


class DialogKind(Enum):
    """What the keys of a dialog do."""

    MESSAGE = "message"
    """Any of them closes it."""
    UNDOABLE = "undoable"
    """Enter sends: what will happen can be undone."""
    FINAL = "final"
    """Only `y` sends, and Enter leaves it: what will happen cannot be undone."""


class Dialog(ModalScreen[bool], inherit_bindings=False):
    """A box with a title and lines; its result is whether to go on.

    Args:
        title: What it is about, in the upper edge.
        lines: Plain text, wrapped where it is too wide; of a pair, the second part is wrapped
            beside the first.
        kind: What its keys do.
        answers: What its two keys are called, going on first, where nothing is sent.
        is_ascii: Draw the box with ASCII signs.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.DIALOG)]

    def __init__(
        self,
        title: str,
        lines: Sequence[str | tuple[str, str]],
        *,
        kind: DialogKind = DialogKind.MESSAGE,
        answers: tuple[str, str] | None = None,
        is_ascii: bool = False,
    ) -> None:
        super().__init__()
        self._heading = title
        self._text = tuple(lines)
        self._kind = kind
        self._answers = answers
        self._is_ascii = is_ascii
        self._page = TextPage(is_ascii=is_ascii, id="dialog-page")

    def compose(self) -> ComposeResult:
        """One page, as large as its text."""
        yield self._page

    def on_mount(self) -> None:
        """Draw the box."""
        self._draw()

    def on_resize(self) -> None:
        """Draw it again for another width."""
        self._draw()

    def action_send(self) -> None:
        """Enter."""
        self.dismiss(self._kind is DialogKind.UNDOABLE)

    def action_yes(self) -> None:
        """The letter for what cannot be undone; a message has nothing to say yes to."""
        self.dismiss(self._kind is not DialogKind.MESSAGE)

    def action_leave(self) -> None:
        """Esc."""
        self.dismiss(False)

    def _draw(self) -> None:
        room = max(1, min(_WIDEST, self.app.size.width) - _FRAME)
        height = max(1, self.app.size.height)
        lines = [part for text in self._text for part in _wrapped(text, room)]
        keys = (" " * _BETWEEN_KEYS).join(self._keys())
        heading = self._heading
        if len(lines) + _EDGES > height:
            # The edge with the keys is below: who has no more to read has to know them, too.
            heading = _("{title} ({more}: more; {keys})").format(
                title=heading, more=key_name("page.down"), keys="  ".join(self._keys())
            )
        inner = min(room, max(map(cell_len, [f"{heading}  ", keys, *lines])))
        body = [*lines, " " * max(0, inner - cell_len(keys)) + keys]
        drawn = box(heading, body, inner, is_ascii=self._is_ascii)
        self._page.styles.width = inner + _FRAME
        self._page.styles.height = min(len(drawn), height)
        self._page.set_lines(drawn)

    def _keys(self) -> Sequence[str]:
        send, yes, leave = (BY_ID[f"dialog.{name}"] for name in ("send", "yes", "leave"))
        if self._kind is DialogKind.MESSAGE:
            return (f"{key_name(leave.id)} {_('close')}",)
        first = send if self._kind is DialogKind.UNDOABLE else yes
        labels = self._answers or (_(first.label), _(leave.label))
        keys = (key_name(item.id) for item in (first, leave))
        return [f"{key} {label}" for key, label in zip(keys, labels, strict=True)]


def _wrapped(text: str | tuple[str, str], room: int) -> list[str]:
    """Text in lines of at most `room` cells; of a pair, the second part beside the first."""
    if isinstance(text, str):
        return wrap_cells(text, room)
    head, body = text
    indent = cell_len(head)
    first, *rest = wrap_cells(body, max(1, room - indent))
    return [head + first, *(" " * indent + part for part in rest)]


def box(title: str, lines: Sequence[str], inner: int, *, is_ascii: bool) -> list[Line]:
    """Lines in a frame of one cell with a title in its upper edge.

    Args:
        title: Cut where it does not fit.
        lines: Texts of at most `inner` cells.
        inner: Cells between the blanks beside the edges.
        is_ascii: Draw with `+-|`.
    """
    across, down, *corners = tuple("-|++++" if is_ascii else "─│┌┐└┘")
    sign = cut_sign(is_ascii=is_ascii)
    name = f" {title} " if cell_len(title) <= inner - 2 else fit_text(f" {title}", inner, sign=sign)
    rest = across * (inner + 1 - cell_len(name))
    top: Line = [
        (corners[0] + across, Tone.NORMAL),
        (name, "title"),
        (rest + corners[1], Tone.NORMAL),
    ]
    middle = [
        [(f"{down} {fit_text(text, inner, sign=sign)} {down}", Tone.NORMAL)] for text in lines
    ]
    bottom: Line = [(corners[2] + across * (inner + 2) + corners[3], Tone.NORMAL)]
    return [top, *middle, bottom]
