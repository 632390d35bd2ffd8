"""The page of what a person did and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from screens.look import Look
from screens.page import sentences
from screens.presenters.acts import act_lines
from screens.text import _
from screens.tones import MARKS, Tone
from screens.widgets.tone_styles import Line


def acts_page(look: Look, width: int) -> Sequence[Line]:
    """Draws it for a look: the newest first."""
    zones = {site.id: site.zone for site in look.snapshot.sites}
    lines: list[Line] = []
    for text, tone in act_lines(look.doings, zones):
        lines += sentences([f"{MARKS[tone]} {text}"], width, tone)
    return lines or [*sentences([_("You have done nothing here lately.")], width, Tone.QUIET)]
