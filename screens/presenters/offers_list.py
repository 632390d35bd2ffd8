"""What can be done to a row, in lines: what can be done first, then the rest by what forbids it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from screens.cells import cell_width
from screens.text import _


class Choice(msgspec.Struct, frozen=True):
    """One thing that a key does."""

    key: str
    """As it is written on the key, or `:` and the command where it has none."""
    label: str
    help: str
    why_not: str = ""
    """Why it cannot be done now, in a sentence; empty where it can."""

    @property
    def name(self) -> str:
        """The key and what it does, in short."""
        return _("{key}  {label}").format(key=self.key, label=self.label)


def offer_lines(choices: Iterable[Choice]) -> list[str | tuple[str, str]]:
    """Lines for a dialog: pairs of a name and its help, and sentences.

    What is forbidden for the same reason stands together, in brackets: the reason is read once.
    """
    able: list[Choice] = []
    unable: dict[str, list[Choice]] = {}
    for choice in choices:
        (unable.setdefault(choice.why_not, []) if choice.why_not else able).append(choice)
    wide = max((cell_width(choice.name) for choice in able), default=0) + 2
    text = _("({choices}: {why_not})")
    return [
        *((choice.name + " " * (wide - cell_width(choice.name)), choice.help) for choice in able),
        *(text.format(choices=_names(group), why_not=why) for why, group in unable.items()),
    ]


def _names(choices: Sequence[Choice]) -> str:
    return ", ".join(choice.name for choice in choices)
