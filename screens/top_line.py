"""The first line of every screen: whose floor, what time it is there, how fresh the figures are.

It ticks. A page that stands still because the line or the program does is told from one that is
live by nothing else.
"""

from __future__ import annotations

from screens.key_names import Keymap
from screens.look import Look
from screens.presenters.acts import acts_pieces
from screens.presenters.lines import first_line, fit_pieces
from screens.widgets.frame_text import toned_line
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line


class TopLine(TextLines):
    """The first line of a page, or of a list over the floor.

    Args:
        keymap: The person's own keys.
        is_ascii: Draw with ASCII signs only.
    """

    def __init__(self, keymap: Keymap, *, is_ascii: bool = False) -> None:
        super().__init__(1, is_ascii=is_ascii, id="top-line")
        self._keymap = keymap

    def show(self, look: Look) -> None:
        """Show who and how fresh as of a look."""
        width = (self.size or self.app.size).width
        self.set_lines((top_line(look, width, self._keymap),))


def top_line(look: Look, width: int, keymap: Keymap) -> Line:
    """Who, when, how fresh, and what the person has sent; or, in reverse, that this is the past."""
    acts = acts_pieces(look.doings)
    if look.past is not None:
        from screens.past_frame import past_line

        return past_line(look, width, keymap, acts)
    pieces = first_line(look.viewing.floor_name, look.snapshot, look.moment, look.site)
    return toned_line(fit_pieces((*pieces, *acts), width))
