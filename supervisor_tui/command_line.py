"""The `:` line: which command it is, and what stands behind its name."""

from __future__ import annotations

import msgspec

from screens.actions import Scope
from screens.key_names import key_name
from screens.text import _
from screens.typed.grammar import Grammar, grammar_of, names
from screens.typed.lines import skip_blanks
from screens.typed.names import Named, Names, NothingNamedError, named
from screens.typed.subjects import Subject, error_words


class CommandError(Exception):
    """A command that cannot be done; its text is a sentence for the person."""


class Command(msgspec.Struct, frozen=True):
    """A command that was typed."""

    grammar: Grammar
    line: str
    at: int
    """Where in the line that begins which stands behind the name."""

    @property
    def rest(self) -> str:
        """What stands behind the name."""
        return self.line[self.at :].strip()


def parse_command(line: str) -> Command | None:
    """What a line asks for; None for an empty one.

    Raises:
        CommandError: There is no such command.
    """
    start = skip_blanks(line, 0)
    name = line[start:].partition(" ")[0]
    if not name:
        return None
    grammar = grammar_of(name.lower())
    if grammar is None:
        raise CommandError(_unknown(name))
    return Command(grammar, line, skip_blanks(line, start + len(name)))


def take_queue(
    queues: Names[Subject], line: str, at: int, syntax: str
) -> tuple[Named[Subject], int]:
    """The queue that is named at a place of a line, and the place behind it.

    Raises:
        CommandError: None is named there.
    """
    at = skip_blanks(line, at)
    if at == len(line):
        raise CommandError(_("A queue is missing: {syntax}.").format(syntax=syntax))
    try:
        return queues.take(line, at)
    except NothingNamedError as error:
        raise CommandError(error_words(error, (Scope.QUEUES,))) from None


def commands() -> Names[str]:
    """The names of all commands."""
    return Names(named(name, "", name) for name in names())


def _unknown(name: str) -> str:
    near = commands().near(name)
    if not near:
        text = _("There is no command “{name}”. {key} lists those there are.")
        return text.format(name=name, key=key_name("prompt.complete"))
    text = _("There is no command “{name}”. There is something like it: {near}.")
    return text.format(name=name, near=", ".join(near))
