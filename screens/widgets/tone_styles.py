"""What each tone looks like on a terminal, and how a line of toned text is painted.

A table here and no style sheet: for each of them Textual would match every rule against every
widget anew, at the start and whenever a widget comes, which took longer than painting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from screens.tones import Tone
from screens.widgets.fitting import ASCII_ELLIPSIS, spell_line

if TYPE_CHECKING:
    from textual.widget import Widget

Piece: TypeAlias = tuple[str, str]
"""A stretch of plain text and its tone, or another name of `LOOKS`."""
Line: TypeAlias = Sequence[Piece]
"""One line of a screen."""
ToneStyles: TypeAlias = Mapping[str, Style]

LOOKS: ToneStyles = {
    Tone.NORMAL: Style.null(),
    Tone.GOOD: Style(color="color(2)"),
    Tone.LOOK: Style(color="color(3)", bold=True),
    Tone.ACT: Style(color="color(9)", bold=True),
    Tone.STALE: Style(color="color(6)", italic=True),
    Tone.HELP: Style(color="color(13)", bold=True, underline=True),
    Tone.QUIET: Style(dim=True),
    "title": Style(bold=True),
    "current": Style(reverse=True),
    "header": Style(underline=True),
    "cursor": Style(reverse=True),
    "marked": Style(bold=True),
}
"""Quiet, in the terminal's own sixteen colours. Every tone is a mark first (drawn as text), then an
attribute, then a colour; where there is no colour the other two say it."""


def tone_styles(widget: Widget) -> dict[str, Style]:
    """What each tone looks like on this widget: the tone's style laid over the widget's own."""
    return styles_over(widget.rich_style, has_colours=not widget.app.no_color)


def styles_over(base: Style, *, has_colours: bool) -> dict[str, Style]:
    """What each tone looks like on a ground."""
    if has_colours:
        return {name: base + look for name, look in LOOKS.items()}
    return {name: base + look.without_color for name, look in LOOKS.items()}


def join_runs(pieces: Iterable[tuple[str, Style]]) -> list[Segment]:
    """One segment for each run of equal style: every segment costs the line its own codes."""
    out: list[Segment] = []
    run: list[str] = []
    last: Style | None = None
    for text, style in pieces:
        if style is not last and style != last:
            if run:
                out.append(Segment("".join(run), last))
                run = []
            last = style
        run.append(text)
    if run:
        out.append(Segment("".join(run), last))
    return out


def paint_line(line: Line, width: int, styles: ToneStyles, *, sign: str) -> list[Segment]:
    """A line in exactly `width` cells; what does not fit is cut with a sign, maybe of ASCII."""
    if sign == ASCII_ELLIPSIS and not all(text.isascii() for text, _tone in line):
        spelt = spell_line([text for text, _tone in line], width)
        line = [(text, tone) for text, (_text, tone) in zip(spelt, line, strict=True)]
    is_cut = sum(cell_len(text) for text, _tone in line) > width
    room = max(0, width - len(sign)) if is_cut else width
    pieces: list[tuple[str, Style]] = []
    style = styles[Tone.NORMAL]
    for text, tone in line:
        size = min(cell_len(text), room)
        style = styles[tone]
        pieces.append((set_cell_size(text, size), style))
        room -= size
        if is_cut and not room:
            break
    pieces.append((sign[:width], style) if is_cut else (" " * room, styles[Tone.NORMAL]))
    return join_runs(pieces)
