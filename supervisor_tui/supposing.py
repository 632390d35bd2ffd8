"""`:what-if 2 billing claims, -1 sales, +20%`: the queues as they would be, on a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from data.rules.what_if import Change, move
from screens.action_types import Scope
from screens.text import _
from screens.typed.lines import COMMA, skip_blanks, take_word
from screens.typed.names import Names, NothingNamedError
from screens.typed.subjects import Subject, subjects
from supervisor_tui.command_line import Command, CommandError, take_queue

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

T = TypeVar("T")
_PERCENT = re.compile(r"([+-]\d{1,3})%,?", re.ASCII)
_MORE = re.compile(r"[+-]\d{1,3}", re.ASCII)
_COUNT = re.compile(r"\d{1,3}", re.ASCII)


def suppose(app: SupervisorApp, command: Command) -> bool:
    """Show what would be if; without anything supposed, what the key shows.

    Raises:
        CommandError: What is supposed cannot be understood.
    """
    from screens.roster import WHAT_IF
    from screens.what_if_page import WhatIfPage

    queues = subjects(app.look(), (Scope.QUEUES,))
    changes = read_changes(queues, command.line, command.at, command.grammar.syntax)
    title = _("What if {supposed}").format(supposed=command.rest) if changes else _("What if")
    pane = app.floor.pane(Scope.ROSTER)
    app.show_page(title, WhatIfPage(changes), pane=pane, row=WHAT_IF)
    return True


def read_changes(queues: Names[Subject], line: str, at: int, syntax: str) -> list[Change]:
    """What a line supposes from a place on.

    Args:
        queues: By name.
        line: As in `2 billing claims, -1 sales, +20%`.
        at: Where it begins.
        syntax: What is told of a line that cannot be understood.

    Raises:
        CommandError: It cannot be understood.
    """
    changes: list[Change] = []
    while (at := _skip(line, at)) < len(line):
        word = take_word(line, at)
        text = word.text if word is not None else ""
        at = word.end if word is not None else at
        percent = _PERCENT.fullmatch(text)
        if percent is not None:
            changes.append(Change(calls=max(0.0, 1 + int(percent[1]) / 100)))
        elif _MORE.fullmatch(text):
            queue, at = take_queue(queues, line, at, syntax)
            changes.append(Change(queue.thing.keys[0], int(text)))
        elif _COUNT.fullmatch(text):
            source, at = take_queue(queues, line, at, syntax)
            target, at = take_queue(queues, line, at, syntax)
            changes.append(move(int(text), source.thing.keys[0], target.thing.keys[0]))
        else:
            said = _("“{word}” is not understood: {syntax}.")
            raise CommandError(said.format(word=text, syntax=syntax))
    return changes


def open_name(queues: Names[T], line: str, at: int) -> int | None:
    """Where the queue's name begins that a line ends with; None where a number has to be typed.

    Args:
        queues: By name.
        line: As far as it is typed.
        at: Where what is supposed begins.
    """
    while (at := _skip(line, at)) < len(line):
        word = take_word(line, at)
        if word is None or word.end == len(line):
            return None
        at = word.end
        for _each in range(_names_behind(word.text)):
            at = skip_blanks(line, at)
            if at == len(line):
                return at
            try:
                _queue, end = queues.take(line, at)
            except NothingNamedError:
                return at
            if end == len(line):
                return at
            at = end
    return None


def _names_behind(word: str) -> int:
    """How many queues a number asks for."""
    if _COUNT.fullmatch(word):
        return 2
    return 1 if _MORE.fullmatch(word) else 0


def _skip(line: str, at: int) -> int:
    at = skip_blanks(line, at)
    return skip_blanks(line, at + 1) if line.startswith(COMMA, at) else at
