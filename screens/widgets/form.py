"""A box over the screen in which something is chosen or typed before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import msgspec
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen

from screens.actions import BY_ID, Scope
from screens.key_names import key_name
from screens.keys import bindings
from screens.text import _
from screens.tones import Tone
from screens.widgets.dialog import box
from screens.widgets.fields import ChoiceField, TextField
from screens.widgets.fitting import wrap_cells
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line

_WIDEST = 76
_FRAME = 4
_SHORTEST = 30
"""Cells that a box with lines to type in takes at least, where there is room."""
Answers = Mapping[str, str]


class Field(msgspec.Struct, frozen=True):
    """One line of a form."""

    name: str
    label: str
    value: str = ""
    """What stands in it first."""
    options: tuple[tuple[str, str], ...] = ()
    """What can be chosen, value and words; empty where one types."""
    is_open: bool = False
    """On the `:` line others than the options can be typed: not all of them are known."""
    limit: int = 255
    """How many characters can be typed."""
    is_needed: bool = False
    """Sent only with something in it."""
    check: Callable[[str], str] | None = None
    """Why what stands in it cannot be, in a sentence; empty where it can."""


class Form(ModalScreen[Answers | None], inherit_bindings=False):
    """A box with a title, lines and fields; its result is what stands in the fields, or None.

    Args:
        title: What it is about, in the upper edge.
        lines: Plain text, wrapped where it is too wide.
        fields: What is asked; the first has the keys at first.
        is_ascii: Draw the box with ASCII signs.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.FORM)]

    def __init__(
        self, title: str, lines: Sequence[str], fields: Sequence[Field], *, is_ascii: bool = False
    ) -> None:
        super().__init__()
        self._heading = title
        self._text = tuple(lines)
        self._fields = tuple(fields)
        self._is_ascii = is_ascii
        self._widgets = {each.name: self._widget(each) for each in fields}
        self._top = TextLines(0, is_ascii=is_ascii, classes="form-edge")
        self._bottom = TextLines(0, is_ascii=is_ascii, classes="form-edge")
        self._left = [TextLines(is_ascii=is_ascii, classes="form-label") for _each in fields]
        self._right = [TextLines(is_ascii=is_ascii, classes="form-end") for _each in fields]
        self._said = ""

    def compose(self) -> ComposeResult:
        """The upper edge and the lines, each field, the keys and the lower edge."""
        with Vertical(id="form"):
            yield self._top
            rows = zip(self._left, self._widgets.values(), self._right, strict=True)
            for left, widget, right in rows:
                with Horizontal(classes="form-row"):
                    yield left
                    yield widget
                    yield right
            yield self._bottom

    def on_mount(self) -> None:
        """Draw the box and begin with the first field."""
        self._draw()
        self.set_focus(next(iter(self._widgets.values())))

    def on_resize(self) -> None:
        """Draw it again for another width."""
        self._draw()

    def action_send(self) -> None:
        """Enter: answer, or say what is missing."""
        answers = {name: widget.value.strip() for name, widget in self._widgets.items()}
        for field in self._fields:
            self._said = _problem(field, answers[field.name])
            if self._said:
                self.set_focus(self._widgets[field.name])
                self._draw()
                return
        self.dismiss(answers)

    def action_leave(self) -> None:
        """Esc."""
        self.dismiss(None)

    def action_go(self, steps: int) -> None:
        """To another field, round and round; at once, for they may be typing already."""
        widgets = list(self._widgets.values())
        at = next((i for i, widget in enumerate(widgets) if widget.has_focus), 0)
        self.set_focus(widgets[(at + steps) % len(widgets)])

    def _widget(self, field: Field) -> TextField | ChoiceField:
        if field.options:
            return ChoiceField(field.options, field.value, is_ascii=self._is_ascii)
        # A time or a number is given anew, words are gone on with.
        return TextField(field.value, field.limit, is_proposal=field.check is not None)

    def _draw(self) -> None:
        room = max(1, min(_WIDEST, self.app.size.width) - _FRAME)
        lines = [part for text in self._text for part in wrap_cells(text, room)]
        keys = self._keys()
        wanted = [f"{self._heading}  ", keys, self._said, *lines]
        if any(not field.options for field in self._fields):
            wanted.append(" " * _WIDEST)
        inner = min(room, max(_SHORTEST, *map(cell_len, wanted)))
        last = self._said or " " * max(0, inner - cell_len(keys)) + keys
        drawn = box(self._heading, [*lines, last], inner, is_ascii=self._is_ascii)
        self._set(self._top, drawn[: 1 + len(lines)])
        self._set(self._bottom, drawn[1 + len(lines) :])
        self._draw_rows(inner)
        form = self.query_one("#form")
        form.styles.width = inner + _FRAME
        form.styles.height = min(len(drawn) + len(self._fields), max(1, self.app.size.height))

    def _draw_rows(self, inner: int) -> None:
        edge = "|" if self._is_ascii else "│"
        widest = min(max(cell_len(field.label) for field in self._fields), inner // 2)
        for field, left, right in zip(self._fields, self._left, self._right, strict=True):
            label = field.label + " " * (widest - cell_len(field.label))
            sign = " " if field.options else "["
            left.styles.width = widest + 4
            left.set_lines([[(f"{edge} {label} {sign}", Tone.NORMAL)]])
            right.set_lines([[(f"{' ' if field.options else ']'}{edge}", Tone.NORMAL)]])

    @staticmethod
    def _set(lines: TextLines, drawn: Sequence[Line]) -> None:
        lines.styles.height = len(drawn)
        lines.set_lines(drawn)

    def _keys(self) -> str:
        items = [BY_ID["form.send"], BY_ID["form.leave"]]
        if len(self._fields) > 1:
            items.insert(0, BY_ID["form.next"])
        return "   ".join(f"{key_name(item.id)} {_(item.label)}" for item in items)


def _problem(field: Field, value: str) -> str:
    """Why a field cannot be sent as it is; empty where it can."""
    if field.is_needed and not value:
        return _("{field}: there has to be something.").format(field=field.label)
    return field.check(value) if field.check is not None else ""
