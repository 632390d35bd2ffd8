"""The line at the bottom in which one types: a filter as one types it, or a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from data.clean import clean_text
from screens.actions import Scope
from screens.keys import bindings
from screens.prompting import Completer, Completion, PromptKind
from screens.tones import Tone
from screens.widgets.text_lines import TextLines

_LIMIT = 200
_HISTORY = 50
_HINT_SHARE = 2
"""The hint takes at most this part of the width: one half."""


def _common_start(texts: Sequence[str]) -> str:
    """What all the texts begin with."""
    first, last = min(texts, default=""), max(texts, default="")
    same = (at for at, char in enumerate(first) if at >= len(last) or last[at] != char)
    return first[: next(same, len(first))]


class PromptInput(Input, inherit_bindings=False):
    """An input line with completion and a memory; it does not blink, and holds only clean text."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.PROMPT)]

    @dataclass
    class Completed(Message):
        """Completion was asked for; this was the answer."""

        found: Completion

    def __init__(self, owner: Prompt) -> None:
        super().__init__(select_on_focus=False, compact=True)
        self._owner = owner
        self.cursor_blink = False
        self.kind = PromptKind.FILTER
        self.completer: Completer | None = None
        self._past: dict[PromptKind, list[str]] = {kind: [] for kind in PromptKind}
        self._back = 0
        """How many lines back in the past we are; 0 is the line being typed."""
        self._draft = ""
        self._candidates: tuple[str, ...] = ()
        self._completed = ""
        """The line as completion left it: what was said of it still holds."""

    def validate_value(self, value: str) -> str:
        """Clean what was typed or pasted before anything sees it."""
        return clean_text(value, _LIMIT)

    def begin(self, kind: PromptKind, text: str) -> None:
        """Start a new line."""
        self.kind, self._back, self._candidates, self._completed = kind, 0, (), ""
        self._replace(text)

    def remember(self, text: str) -> None:
        """Keep a line for `older`; the same line twice is kept once, as the latest."""
        past = self._past[self.kind]
        if text in past:
            past.remove(text)
        if text:
            past.append(text)
        del past[:-_HISTORY]

    def action_older(self) -> None:
        """Show what was typed before."""
        if not self._back:
            self._draft = self.value
        self._recall(self._back + 1)

    def action_newer(self) -> None:
        """Show what was typed after that, and at last what was being typed."""
        self._recall(self._back - 1)

    def action_complete(self) -> None:
        """Add what all candidates share; where that is nothing, go through them."""
        if self.kind is not PromptKind.COMMAND or self.completer is None:
            return
        if len(self._candidates) > 1 and self.value in self._candidates:
            at = self._candidates.index(self.value) + 1
            self._complete_to(self._candidates[at % len(self._candidates)])
            return
        found = self.completer.complete(self.value)
        self._candidates = found.lines
        shared = _common_start(self._candidates)
        if len(shared) > len(self.value) and shared.startswith(self.value):
            self._complete_to(shared)
        elif self._candidates:
            self._complete_to(self._candidates[0])
        self.post_message(self.Completed(found))

    async def action_submit(self) -> None:
        """Keep the line. The prompt closes at once: the next key may be typed already."""
        self._owner.keep(self.value)

    def action_leave(self) -> None:
        """Close without keeping anything."""
        self._owner.leave(self.value)

    def hint(self) -> str | None:
        """What the command that is being typed takes; None where more has been said of it."""
        if self.kind is not PromptKind.COMMAND or self.completer is None:
            return None
        return None if self.value == self._completed else self.completer.hint(self.value)

    def _complete_to(self, text: str) -> None:
        self._completed = text
        self._replace(text)

    def _recall(self, back: int) -> None:
        past = self._past[self.kind]
        if 0 <= back <= len(past):
            self._back = back
            self._replace(past[-back] if back else self._draft)

    def _replace(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(self.value)


class Prompt(Horizontal):
    """The prompt with its sign and a hint; closed, it takes no room.

    The hint says how many rows match, which is the caller's to set, or what a command takes.

    Args:
        is_ascii: Draw with ASCII signs only.
        instead_of: What makes room for it while it is open, so that nothing else has to move.
    """

    @dataclass
    class Typed(Message):
        """What the messages of a prompt have in common."""

        kind: PromptKind
        text: str

    @dataclass
    class Changed(Typed):
        """Another text stands in the prompt."""

    @dataclass
    class Kept(Typed):
        """Enter: the filter stays, the command is to be done; the prompt has closed."""

    @dataclass
    class Left(Typed):
        """Esc: the filter is to be cleared, nothing to be done; the prompt has closed."""

    def __init__(self, *, is_ascii: bool = False, instead_of: Widget | None = None) -> None:
        super().__init__(id="prompt")
        self._instead_of = instead_of
        self._sign = TextLines(is_ascii=is_ascii, id="prompt-sign")
        self._input = PromptInput(self)
        self._hint = TextLines(is_ascii=is_ascii, id="prompt-hint")
        self._before: Widget | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        """Sign, line, hint."""
        yield self._sign
        yield self._input
        yield self._hint

    @property
    def is_open(self) -> bool:
        """Whether somebody is typing."""
        return self.display

    @property
    def kind(self) -> PromptKind:
        """What is, or was last, being typed."""
        return self._input.kind

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self._input.value

    @property
    def hint(self) -> str:
        """What stands beside it."""
        return self._hint.text

    def set_completer(self, completer: Completer) -> None:
        """Complete commands by it."""
        self._input.completer = completer

    def open(self, kind: PromptKind, text: str = "") -> None:
        """Open the prompt and take the keyboard."""
        if not self.is_open:
            self._before = self.screen.focused
        self._sign.set_lines((((kind.value, "title"),),))
        self.set_hint("")
        self._show(True)
        self._input.begin(kind, text)
        # At once, not after the next message: keys that were typed ahead belong here.
        self.screen.set_focus(self._input)

    def close(self) -> None:
        """Close the prompt and give the keyboard back to what had it."""
        self._show(False)
        if self._before is not None and self._before.is_attached:
            self.screen.set_focus(self._before)

    def set_hint(self, text: str, tone: Tone = Tone.QUIET) -> None:
        """Say something beside the line."""
        room = self.size or self.screen.size  # it has none of its own before it was open once
        width = min(cell_len(text), max(1, room.width // _HINT_SHARE))
        self._hint.styles.width = width
        self._hint.set_lines((((text, tone),),))

    def _show(self, is_open: bool) -> None:
        self.display = is_open
        if self._instead_of is not None:
            self._instead_of.display = not is_open

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the caller with each letter."""
        event.stop()
        if not self.is_open:
            return
        hint = self._input.hint()
        if hint is not None:
            self.set_hint(hint)
        self.post_message(self.Changed(self.kind, event.value))

    def keep(self, text: str) -> None:
        """Enter."""
        self._input.remember(text)
        self.close()
        self.post_message(self.Kept(self.kind, text))

    def leave(self, text: str) -> None:
        """Esc."""
        self.close()
        self.post_message(self.Left(self.kind, text))

    def on_prompt_input_completed(self, event: PromptInput.Completed) -> None:
        """Show what it could become."""
        event.stop()
        names = "  ".join(event.found.shown)
        self.set_hint(f"{event.found.expected}: {names}" if event.found.expected else names)
