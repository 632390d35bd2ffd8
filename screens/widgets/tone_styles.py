"""From tones to terminal styles, through component classes, so that a style sheet decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from screens.tones import Tone

Piece: TypeAlias = tuple[str, str]
"""A stretch of plain text and its tone, or another component style that its widget has."""
Line: TypeAlias = Sequence[Piece]
"""One line of a screen."""
ToneStyles: TypeAlias = Mapping[str, Style]


def tone_classes(prefix: str, *others: str) -> set[str]:
    """The component classes of a widget that shows tones: `prefix--act` and so on."""
    return {f"{prefix}--{name}" for name in (*Tone, *others)}


def tone_styles(widget: Widget, prefix: str, *others: str) -> dict[str, Style]:
    """What each tone looks like on this widget: the tone's style laid over the widget's own."""
    base = widget.rich_style
    return {name: base + component(widget, prefix, name) for name in (*Tone, *others)}


def component(widget: Widget, prefix: str, name: str) -> Style:
    """One component style by itself, to be laid over another."""
    return widget.get_component_rich_style(f"{prefix}--{name}", partial=True)


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


def paint_line(line: Line, width: int, styles: ToneStyles, *, sign: str) -> Strip:
    """A line in exactly `width` cells; what does not fit is cut with a sign."""
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
    return Strip(join_runs(pieces), width)
