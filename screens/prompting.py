"""What is typed at the bottom of a screen, for those that ask for it before the line is there."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import msgspec


class Completion(msgspec.Struct, frozen=True):
    """What a command that is being typed could become."""

    lines: tuple[str, ...] = ()
    """Whole lines, the likeliest first."""
    shown: tuple[str, ...] = ()
    """What each of them adds, as a person knows it."""
    expected: str = ""
    """What belongs where the line ends, where that is known."""


class Completer(Protocol):
    """What helps to type a command."""

    def hint(self, text: str) -> str:
        """What the command takes; asked with each letter, so it has to be cheap."""

    def complete(self, text: str) -> Completion:
        """What could come next; asked on Tab alone."""


class PromptKind(StrEnum):
    """What is being typed; the value is what stands before it."""

    FILTER = "/"
    COMMAND = ":"
