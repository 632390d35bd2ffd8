"""The last wall before the terminal: whatever a widget draws leaves as text and as nothing else.

Remote text is cleaned when it is decoded; this gate is for what was forgotten. It knows no trust:
every segment of every widget passes it, those of the terminal library included.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from screens.widgets.gate_text import gate_ascii, gate_text


class OutputGate(LineFilter):
    """Lets no control character through, and only ASCII if asked; every cell stays where it is.

    Args:
        is_ascii: Replace everything that is not ASCII by its twin.
    """

    def __init__(self, *, is_ascii: bool = False) -> None:
        super().__init__(enabled=True)
        self.is_ascii = is_ascii

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The same line, of which the terminal can be shown every byte."""
        gated = gate_ascii if self.is_ascii else gate_text
        return [Segment(gated(segment.text), _without_link(segment.style)) for segment in segments]


def _without_link(style: Style | None) -> Style | None:
    """A link becomes an escape code around the text, with an address that nobody has cleaned."""
    return style.update_link(None) if style is not None and style.link else style
