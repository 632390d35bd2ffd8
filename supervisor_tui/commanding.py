"""Doing what was typed on the `:` line: the same verbs as the keys, to what is named.

What it takes is imported with the first command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from screens.actions import PANES
from screens.prompting import Completion
from screens.text import _
from screens.tones import Tone

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from screens.look import Look
    from screens.typed.grammar import Grammar
    from screens.typed.subjects import Subject
    from supervisor_tui.app import SupervisorApp
    from supervisor_tui.command_line import Command

ALL_SITES = "all"


class Commander:
    """Does commands, and helps to type them.

    Args:
        app: Where they are typed.
    """

    def __init__(self, app: SupervisorApp) -> None:
        self._app = app

    def hint(self, text: str) -> str:
        """What the command takes that is being typed."""
        from screens.typed.grammar import grammar_of

        name, blank, _rest = text.lstrip().partition(" ")
        grammar = grammar_of(name.lower()) if blank else None
        return grammar.syntax if grammar is not None else ""

    def complete(self, text: str) -> Completion:
        """What could come next."""
        from supervisor_tui.completing import complete

        return complete(self._app, text)

    def do(self, line: str) -> None:
        """Do a command, or say why not."""
        from supervisor_tui.command_line import CommandError, parse_command

        try:
            command = parse_command(line)
            if command is not None:
                self._do(command)
        except CommandError as error:
            self._app.say(str(error), Tone.LOOK)

    def _do(self, command: Command) -> None:
        grammar = command.grammar
        free = _FREE.get(grammar.name)
        if free is not None and (command.rest or grammar.action is None):
            free(self._app, command.rest)
        elif grammar.is_on_rows:
            _do_to_rows(self._app, command)
        elif command.rest:
            _refuse_rest(command)
        elif grammar.action is not None:
            self._app.do_action(grammar.action)


def offers_of(
    app: SupervisorApp, grammar: Grammar, subjects: Sequence[Subject], look: Look
) -> list[Offer]:
    """What a command offers to do to each of some subjects."""
    found: list[Offer] = []
    for subject in subjects:
        offers = app.floor.pane(subject.scope).offers(subject.row, look)
        found += (each for each in offers if (each.verb, each.way) == (grammar.verb, grammar.way))
    return found


def _do_to_rows(app: SupervisorApp, command: Command) -> None:
    """Do a verb to what is named, or to the rows that are chosen where nothing is."""
    from screens.typed.subjects import CHOSEN, SubjectError, error_words, subjects, take_subjects
    from supervisor_tui.command_line import CommandError

    grammar = command.grammar
    if not command.rest or command.rest.split()[0] == CHOSEN:
        _do_to_chosen(app, command)
        return
    if not grammar.scopes:
        _refuse_rest(command)
    look = app.look()
    try:
        taken = take_subjects(command.line, command.at, subjects(look, grammar.scopes))
    except SubjectError as error:
        raise CommandError(error_words(error.error, grammar.scopes)) from None
    if grammar.is_undo:
        if command.line[taken.end :].strip():
            _refuse_rest(command, taken.end)
        for scope in dict.fromkeys(each.scope for each in taken.subjects):
            rows = [each.row for each in taken.subjects if each.scope is scope]
            app.parts.doer.undo(app, app.floor.pane(scope), rows)
        return
    _offer(app, command, taken.end, offers_of(app, grammar, taken.subjects, look))


def _do_to_chosen(app: SupervisorApp, command: Command) -> None:
    """Do a verb to the rows that are chosen in the pane.

    Raises:
        CommandError: The pane on the screen has no such rows.
    """
    from screens.typed.subjects import CHOSEN
    from supervisor_tui.command_line import CommandError

    grammar, pane = command.grammar, app.floor.current
    doer = app.parts.doer
    if pane.SCOPE not in grammar.own_scopes:
        panes = ", ".join(_(each.title) for each in PANES if each.scope in grammar.own_scopes)
        if not grammar.scopes:
            text = _("{name}: choose a row first, in: {panes}.")
            raise CommandError(text.format(name=grammar.name, panes=panes))
        text = _("Say to what: {syntax}; or choose rows first, in: {panes}.")
        raise CommandError(text.format(syntax=grammar.syntax, panes=panes))
    if grammar.is_undo:
        doer.undo(app, pane)
    elif grammar.verb is not None:
        at = command.at + len(CHOSEN) if command.rest else len(command.line)
        _offer(app, command, at, doer.offers(app, pane, grammar.verb, grammar.way))


def _offer(app: SupervisorApp, command: Command, at: int, offers: list[Offer]) -> None:
    """Do a verb with what was typed behind its subjects; a form asks for what is missing.

    Raises:
        CommandError: A value cannot be.
    """
    from screens.acting.offer import COMMENT
    from screens.typed.values import (
        TypedError,
        answers,
        needs_form,
        read_values,
        typed_fields,
    )
    from supervisor_tui.acting import Said
    from supervisor_tui.command_line import CommandError

    verb, ask, doer = command.grammar.verb, command.grammar.ask, app.parts.doer
    if verb is None:
        return
    if ask is None or all(each.why_not for each in offers):
        if ask is None and command.line[at:].strip():
            _refuse_rest(command, at)
        doer.offer(app, verb, offers)
        return
    fields = ask.fields(doer.wanted(app, verb, offers))
    try:
        values = read_values(command.line, at, typed_fields(command.grammar.words, fields))
    except TypedError as problem:
        raise CommandError(str(problem)) from None
    is_bare = not command.line[at:].strip() and any(each.name != COMMENT for each in fields)
    if is_bare or needs_form(fields, values):
        doer.offer(app, verb, offers, typed=values)
        return
    given = answers(fields, values)
    doer.offer(app, verb, offers, Said(ask.read(given), given.get(COMMENT, "")))


def _refuse_rest(command: Command, at: int | None = None) -> NoReturn:
    """Nothing is done by a command behind which more stands than it takes.

    Raises:
        CommandError: Always.
    """
    from supervisor_tui.command_line import CommandError

    rest = command.line[command.at if at is None else at :].strip()
    text = _("Nothing more is expected behind “{syntax}”: “{rest}”.")
    raise CommandError(text.format(syntax=command.grammar.syntax, rest=rest))


def _find(app: SupervisorApp, rest: str) -> None:
    app.parts.finder.find(app, rest)


def _choose_site(app: SupervisorApp, rest: str) -> None:
    from supervisor_tui.command_line import CommandError

    sites = [site.id for site in app.snapshot.sites]
    if rest in {"", ALL_SITES}:
        app.choose_site(None)
    elif rest in sites:
        app.choose_site(rest)
    else:
        text = _("There is no site “{site}”. There are: {known}.")
        raise CommandError(text.format(site=rest, known=", ".join(sorted(sites))))


_FREE: Mapping[str, Callable[[SupervisorApp, str], None]] = {
    "find": _find,
    "site": _choose_site,
}
"""What does the commands that are no verb and take something."""
