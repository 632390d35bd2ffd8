"""What a command that is being typed could become; worked out on Tab alone.

Of what fits, a bounded number is looked at more closely, so that a floor of thousands of agents
takes no longer than a person notices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from screens.prompting import Completion
from screens.text import _
from screens.typed.grammar import SITE, Grammar, slot
from screens.typed.lines import QUOTE, written
from screens.typed.names import Named, Names, named
from screens.typed.subjects import Subject, SubjectError, subjects, take_subjects
from screens.typed.values import choices, option_words, place_in, typed_fields
from supervisor_tui.command_line import CommandError, commands, parse_command
from supervisor_tui.commanding import ALL_SITES, offers_of

if TYPE_CHECKING:
    from screens.widgets.form import Field
    from supervisor_tui.app import SupervisorApp

T = TypeVar("T")
_WEIGHED = 200
"""So many that fit are asked whether it can be done to them."""
_MOST = 40
"""So many are offered at most."""


def complete(app: SupervisorApp, text: str) -> Completion:
    """What a command that is being typed could become.

    Args:
        app: Where it is typed.
        text: What was typed.
    """
    if " " not in text.lstrip():
        return _completion("", "", commands().ranked(text.strip()))
    try:
        command = parse_command(text)
    except CommandError:
        return Completion()
    if command is None:
        return Completion()
    if command.grammar.name == SITE:
        sites = [named(each.id, each.name, each.id) for each in app.snapshot.sites]
        known = Names([*sites, named(ALL_SITES, _("all sites"), ALL_SITES)])
        head, typed = text[: command.at], text[command.at :]
        return _completion(head, _("SITE|all"), known.ranked(typed))
    if not command.grammar.scopes:
        return Completion()
    return _complete_rows(app, command.grammar, text, command.at)


def _complete_rows(app: SupervisorApp, grammar: Grammar, text: str, at: int) -> Completion:
    known = subjects(app.look(), grammar.scopes)
    try:
        taken = take_subjects(text, at, known)
    except SubjectError as error:
        return _complete_subject(app, grammar, text, error.at, known)
    if taken.end == len(text):
        return _complete_subject(app, grammar, text, taken.last_at, known)
    return _complete_value(app, grammar, text, taken.subjects, taken.end)


def _complete_subject(
    app: SupervisorApp, grammar: Grammar, text: str, at: int, known: Names[Subject]
) -> Completion:
    """Those to whom it can be done come first."""
    fitting = known.ranked(text[at:].strip(QUOTE))[:_WEIGHED]
    if grammar.verb is not None:
        look = app.look()
        offers = (offers_of(app, grammar, [each.thing], look) for each in fitting)
        rank = [all(each.why_not for each in found) for found in offers]
        fitting = [fitting[place] for place in sorted(range(len(fitting)), key=rank.__getitem__)]
    return _completion(text[:at], _(grammar.slots[0]), fitting)


def _complete_value(
    app: SupervisorApp, grammar: Grammar, text: str, chosen: Sequence[Subject], at: int
) -> Completion:
    ask, verb = grammar.ask, grammar.verb
    offers = offers_of(app, grammar, chosen, app.look())
    if ask is None or verb is None or all(each.why_not for each in offers):
        return Completion()
    fields = ask.fields(app.parts.doer.wanted(app, verb, offers))
    place = place_in(text, at, typed_fields(grammar.words, fields))
    if place.field is None:
        return Completion()
    expected = _(slot(place.field.name))
    if not place.field.options:
        return Completion(expected=expected, shown=(place.field.label,))
    fitting = choices(place.field).ranked(text[place.at :].strip(QUOTE))
    return _completion(text[: place.at], expected, _typable(fitting, place.field))


def _typable(found: Iterable[Named[str]], field: Field) -> list[Named[str]]:
    """Choices by their words where these are one word that means nothing else."""
    known = choices(field)
    out = []
    for one in found:
        words = option_words(one)
        is_plain = len(words.split()) == 1 and [*known.meant(words)] == [one]
        out.append(named(words if is_plain else one.id, words, one.thing))
    return out


def _completion(head: str, expected: str, found: Sequence[Named[T]]) -> Completion:
    found = found[:_MOST]
    return Completion(
        tuple(f"{head}{written(each.id)} " for each in found),
        tuple(each.label for each in found),
        expected,
    )
