"""The first line while one looks at the past."""

from __future__ import annotations

from collections.abc import Sequence

from screens.actions import BY_ID
from screens.cells import pad
from screens.key_names import Keymap, keys_of, show_key
from screens.look import Look
from screens.presenters.lines import Piece, fit_pieces, plain_line
from screens.presenters.past_line import past_parts
from screens.text import _
from screens.widgets.tone_styles import Line

_REVERSED = "current"


def past_line(look: Look, width: int, keymap: Keymap, acts: Sequence[Piece]) -> Line:
    """` THE PAST  14:05:00  27m ago   . forward   f back to now`, in reverse.

    Args:
        look: A look at the past.
        width: Cells.
        keymap: The person's own keys.
        acts: What the person did in the present and has not heard of.
    """
    if look.past is None:
        return ()
    forward = _("{key} forward").format(key=_key("app.minute-forward", keymap))
    now_key = _key("app.now", keymap)
    back = _("{key} back to now").format(key=now_key)
    back_shortly = _("{key} now").format(key=now_key)
    pieces = [
        *past_parts(look.snapshot, look.moment, look.past.now, look.site, look.past.alerts),
        *acts,
        *(Piece(f" {forward}", gives_way=True), Piece(f" {back}", short=f" {back_shortly}")),
    ]
    return ((pad(plain_line(fit_pieces(pieces, width)), width), _REVERSED),)


def _key(name: str, keymap: Keymap) -> str:
    keys = keys_of(BY_ID[name], keymap)
    return show_key(keys[0]) if keys else ""
