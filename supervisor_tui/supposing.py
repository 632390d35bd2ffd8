"""`:what-if 2 billing claims, -1 sales, +20%`: the queues as they would be, on a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from data.floor import Key
from data.rules.what_if import Change, move
from screens.text import _
from screens.typed.lines import COMMA, skip_blanks, take_word
from supervisor_tui.command_line import Command, CommandError
from supervisor_tui.special_commands import take_queue

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

_PERCENT = re.compile(r"([+-]\d{1,3})%,?", re.ASCII)
_MORE = re.compile(r"[+-]\d{1,3}", re.ASCII)
_COUNT = re.compile(r"\d{1,3}", re.ASCII)


def suppose(app: SupervisorApp, command: Command) -> bool:
    """Show what would be if; without anything supposed, what the key shows.

    Raises:
        CommandError: What is supposed cannot be understood.
    """
    from screens.what_if_page import WhatIfPage

    if not command.rest:
        app.show_page(_("What if"), WhatIfPage())
        return True
    changes: list[Change] = []
    at = command.at
    while (at := _skip(command.line, at)) < len(command.line):
        found, at = _one(app, command, at)
        changes += found
    app.show_page(_("What if {supposed}").format(supposed=command.rest), WhatIfPage(changes))
    return True


def _one(app: SupervisorApp, command: Command, at: int) -> tuple[list[Change], int]:
    """One supposition, and the place behind it."""
    word = take_word(command.line, at)
    text = word.text if word is not None else ""
    end = word.end if word is not None else at
    percent = _PERCENT.fullmatch(text)
    if percent is not None:
        return [Change(calls=max(0.0, 1 + int(percent[1]) / 100))], end
    if _MORE.fullmatch(text):
        queue, end = _queue(app, command, end)
        return [Change(queue, int(text))], end
    if _COUNT.fullmatch(text):
        source, end = _queue(app, command, end)
        target, end = _queue(app, command, end)
        return list(move(int(text), source, target)), end
    said = _("“{word}” is not understood: {syntax}.")
    raise CommandError(said.format(word=text, syntax=command.grammar.syntax))


def _queue(app: SupervisorApp, command: Command, at: int) -> tuple[Key, int]:
    queue, end = take_queue(app, command, at)
    return queue.thing.keys[0], end


def _skip(line: str, at: int) -> int:
    at = skip_blanks(line, at)
    return skip_blanks(line, at + 1) if line.startswith(COMMA, at) else at
