"""What is typed at the bottom of a screen, for those that ask for it before the line is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeAlias

Completer: TypeAlias = Callable[[str], Sequence[str]]
"""From what was typed to the whole lines that it could become."""


class PromptKind(StrEnum):
    """What is being typed; the value is what stands before it."""

    FILTER = "/"
    COMMAND = ":"
