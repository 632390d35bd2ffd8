"""Doing what was typed on the `:` line: the same verbs as the keys, to what is named.

What it takes is imported with the first command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from data.actions.verbs import Verb
from screens.actions import PANES, Group
from screens.prompting import Completion
from screens.text import _
from screens.tones import Tone

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from screens.look import Look
    from screens.typed.grammar import Grammar
    from screens.typed.subjects import Subject
    from screens.widgets.form import Field
    from supervisor_tui.app import SupervisorApp
    from supervisor_tui.command_line import Command


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
        from supervisor_tui.special_commands import do_special

        grammar = command.grammar
        action = grammar.action
        is_acting = grammar.verb is not None or (action is not None and action.group is Group.ACT)
        if is_acting and self._app.time.refuses(self._app):
            return
        if do_special(self._app, command):
            return
        if grammar.is_on_rows:
            _do_to_rows(self._app, command)
        elif command.rest:
            refuse_rest(command)
        elif grammar.action is not None:
            self._app.do_action(grammar.action)


def offers_of(
    app: SupervisorApp, grammar: Grammar, subjects: Sequence[Subject], look: Look
) -> list[Offer]:
    """What a command offers to do to each of some subjects."""
    found: list[Offer] = []
    for subject in subjects:
        pane = app.floor.pane(subject.scope)
        offers = (each for row in subject.rows for each in pane.offers(row, look))
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
        refuse_rest(command)
    look = app.look()
    try:
        taken = take_subjects(
            command.line, command.at, subjects(look, grammar.scopes, grammar.verb)
        )
    except SubjectError as error:
        raise CommandError(error_words(error.error, grammar.scopes)) from None
    if grammar.is_undo:
        if command.line[taken.end :].strip():
            refuse_rest(command, taken.end)
        for scope in dict.fromkeys(each.scope for each in taken.subjects):
            rows = [row for each in taken.subjects if each.scope is scope for row in each.rows]
            app.parts.doer.undo(app, app.floor.pane(scope), rows)
        return
    said = dict(value for each in taken.subjects for value in each.values)
    offer_typed(app, command, taken.end, offers_of(app, grammar, taken.subjects, look), said)


def _do_to_chosen(app: SupervisorApp, command: Command) -> None:
    """Do a verb to the rows that are chosen in the pane.

    Raises:
        CommandError: The pane on the screen has no such rows.
    """
    from screens.typed.subjects import CHOSEN
    from supervisor_tui.command_line import CommandError

    grammar, pane = command.grammar, app.acted_on
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
        offer_typed(app, command, at, doer.offers(app, pane, grammar.verb, grammar.way))


def offer_typed(
    app: SupervisorApp,
    command: Command,
    at: int,
    offers: list[Offer],
    said: Mapping[str, str] | None = None,
) -> None:
    """Do a verb with what was typed behind its subjects; a form asks for what is missing.

    Args:
        app: Where it was typed.
        command: What was typed.
        at: Where that begins which stands behind the subjects.
        offers: What it would do to each.
        said: What naming the subjects has said already, by field.

    Raises:
        CommandError: A value cannot be.
    """
    from supervisor_tui.special_commands import switched

    grammar, doer = command.grammar, app.parts.doer
    verb, ask = grammar.verb, grammar.ask
    if verb is None:
        return
    if verb is Verb.SWITCH:
        offers, at = switched(command, at, offers)
    is_able = any(not each.why_not for each in offers)
    if ask is None and command.line[at:].strip():
        refuse_rest(command, at)
    if ask is None or not is_able:
        doer.offer(app, verb, offers)
        return
    fields = ask.fields(doer.wanted(app, verb, offers))
    _answer(app, command, at, offers, fields, said or {})


def _answer(
    app: SupervisorApp,
    command: Command,
    at: int,
    offers: Sequence[Offer],
    fields: Sequence[Field],
    said: Mapping[str, str],
) -> None:
    from screens.acting.offer import COMMENT
    from screens.typed import values
    from supervisor_tui.acting import Said
    from supervisor_tui.command_line import CommandError

    grammar, doer = command.grammar, app.parts.doer
    verb, ask = grammar.verb, grammar.ask
    if verb is None or ask is None:
        return
    typed = values.typed_fields(grammar.words, fields)
    try:
        given = {**said, **values.read_values(command.line, at, typed)}
    except values.TypedError as problem:
        raise CommandError(str(problem)) from None
    is_bare = not command.line[at:].strip() and any(each.name != COMMENT for each in typed)
    if is_bare or values.needs_form(fields, typed, given):
        doer.offer(app, verb, offers, typed=given)
        return
    answers = values.answers(fields, given)
    doer.offer(app, verb, offers, Said(ask.read(answers), answers.get(COMMENT, "")))


def refuse_rest(command: Command, at: int | None = None) -> NoReturn:
    """Say that nothing is done by a command behind which more stands than it takes.

    Raises:
        CommandError: Always.
    """
    from supervisor_tui.command_line import CommandError

    rest = command.line[command.at if at is None else at :].strip()
    text = _("Nothing more is expected behind “{syntax}”: “{rest}”.")
    raise CommandError(text.format(syntax=command.grammar.syntax, rest=rest))
