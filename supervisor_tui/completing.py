"""What a command that is being typed could become; worked out on Tab alone.

Of what fits, a bounded number is looked at more closely, so that a floor of thousands of agents
takes no longer than a person notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from screens.prompting import Completion
from screens.text import _
from screens.typed.grammar import (
    ALERT,
    ALL,
    AT,
    LEND,
    MUTE,
    ON_OFF,
    REPORT,
    RESTORE,
    SITE,
    UNMUTE,
    WAITING,
    WHAT_IF,
    Grammar,
    slot,
)
from screens.typed.lines import QUOTE, skip_blanks, take_word, unquoted, written
from screens.typed.names import Named, Names, NothingNamedError, named
from screens.typed.subjects import Subject, SubjectError, subjects, take_subjects
from screens.typed.values import choices, option_words, place_in, typed_fields
from supervisor_tui.command_line import CommandError, commands, parse_command
from supervisor_tui.commanding import offers_of
from supervisor_tui.special_commands import is_count, queues, sites

if TYPE_CHECKING:
    from screens.widgets.form import Field
    from supervisor_tui.app import SupervisorApp

NOTHING = Completion()
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
    name, at = command.grammar.name, command.at
    alone = _ALONE.get(name)
    if alone is not None:
        return alone(app, text, at)
    if name == LEND and (count := take_word(text, at)) is not None and count.end < len(text):
        found = _complete_loan(app, text, count.end)
        if found is not None:
            return found
    if not command.grammar.scopes:
        return Completion()
    return _complete_rows(app, command.grammar, text, at)


def _complete_site(app: SupervisorApp, text: str, at: int) -> Completion:
    return _completion(text[:at], _("SITE|all"), sites(app).ranked(text[at:]))


def _complete_time(app: SupervisorApp, text: str, at: int) -> Completion:
    """Times to which the floor could be restored; any other can be typed."""
    from supervisor_tui.restoring import known_moments

    typed = text[at:].strip()
    known = known_moments(app.snapshot, app.look().site)
    fitting = [named(each, "", each) for each in known if each.startswith(typed)]
    if not fitting:
        return Completion(expected=_("TIME"), shown=(_("a time, such as 09:01"),))
    return _completion(text[:at], _("TIME"), fitting)


def _complete_at(app: SupervisorApp, text: str, at: int) -> Completion:
    """Nothing could be meant more than anything else: only how a time is typed."""
    del app, text, at
    return Completion(expected=_("TIME"), shown=("14:05", _("yesterday 14:05"), "-20m"))


def _complete_report(app: SupervisorApp, text: str, at: int) -> Completion:
    """The next word of a report; any day can be typed."""
    from supervisor_tui.reporting import WORDS

    del app, at  # each of its words stands for itself
    head, blank, typed = text.rpartition(" ")
    fitting = [named(each, "", each) for each in WORDS if each.startswith(typed.lower())]
    if not fitting:
        return Completion(expected=_("DAY"), shown=(_("a day, such as 2026-03-29"),))
    return _completion(head + blank, _("WHAT"), fitting)


def _complete_alert(app: SupervisorApp, text: str, at: int) -> Completion:
    """`alert week`, or a rule behind `alert test`."""
    word, blank, typed = text[at:].partition(" ")
    if not blank:
        fitting = [named(each, "", each) for each in ("test", "week") if each.startswith(word)]
        return _completion(text[:at], _("test RULE|week"), fitting)
    return _complete_rule(app, text[: len(text) - len(typed)], typed) if word == "test" else NOTHING


def _complete_mute(app: SupervisorApp, text: str, at: int) -> Completion:
    """All alerts or those of a rule, and for how long."""
    word = take_word(text, at)
    if word is not None and word.end < len(text):
        return Completion(expected=_("TIME"), shown=("10m", "30m", "1h"))
    return _complete_rule(app, text[:at], text[at:], ALL)


def _complete_unmute(app: SupervisorApp, text: str, at: int) -> Completion:
    return _complete_rule(app, text[:at], text[at:], ALL)


def _complete_rule(app: SupervisorApp, head: str, typed: str, *others: str) -> Completion:
    names = dict.fromkeys((*others, *(rule.called for rule in app.look().viewing.rules)))
    begun = unquoted(typed.strip())
    fitting = [named(each, "", each) for each in names if each.startswith(begun)]
    return _completion(head, _("RULE"), fitting)


def _complete_supposed(app: SupervisorApp, text: str, at: int) -> Completion:
    """The queues of `what-if 2 billing claims`; any number can be typed."""
    from supervisor_tui.supposing import open_name

    place = open_name(queues(app), text, at)
    if place is not None:
        return _complete_queue(app, text, place)
    expected = _("COUNT FROM TO|+COUNT QUEUE|-COUNT QUEUE|+PERCENT%")
    return Completion(expected=expected, shown=("2", "+1", "-1", "+20%"))


def _complete_queue(app: SupervisorApp, text: str, at: int) -> Completion:
    at = skip_blanks(text, at)
    found = queues(app).ranked(text[at:].strip(QUOTE))
    return _completion(text[:at], _("QUEUE"), found)


def _complete_loan(app: SupervisorApp, text: str, at: int) -> Completion | None:
    """The queues of `lend 2 sales claims`; None where it is agents who are named."""
    if not is_count(text):
        return None
    for _number in range(2):
        at = skip_blanks(text, at)
        if at == len(text):
            return _complete_queue(app, text, at)
        try:
            _queue, end = queues(app).take(text, at)
        except NothingNamedError:
            return _complete_queue(app, text, at)
        if end == len(text):
            return _complete_queue(app, text, at)
        at = end
    return Completion(expected=_("TIME"), shown=("30m", "1h", "2h"))


def _complete_rows(app: SupervisorApp, grammar: Grammar, text: str, at: int) -> Completion:
    known = subjects(app.look(), grammar.scopes, grammar.verb)
    try:
        taken = take_subjects(text, at, known)
    except SubjectError as error:
        return _complete_subject(app, grammar, text, error.at, known)
    if taken.end == len(text):
        return _complete_subject(app, grammar, text, taken.last_at, known)
    at = taken.end
    if grammar.is_switch:
        word = take_word(text, at)
        if word is None or word.end == len(text):
            at = skip_blanks(text, at)
            fitting = [each for each in ("on", "off") if each.startswith(text[at:])]
            return _completion(text[:at], _(ON_OFF), [named(each, "", each) for each in fitting])
        at = word.end
    return _complete_value(app, grammar, text, taken.subjects, at)


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
    return _completion(text[:at], grammar.slots[0], fitting)


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
    expected = slot(place.field.name)
    if not place.field.options:
        return Completion(expected=expected, shown=(place.field.label,))
    known = choices(place.field)
    fitting = known.ranked(text[place.at :].strip(QUOTE))
    if not fitting:
        return Completion(expected=expected, shown=tuple(map(option_words, known.all[:_MOST])))
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
    if not found:
        return Completion(expected=expected, shown=(_("nothing fits"),))
    return Completion(
        tuple(f"{head}{written(each.id)} " for each in found),
        tuple(each.label for each in found),
        expected,
    )


_ALONE: Mapping[str, Callable[[SupervisorApp, str, int], Completion]] = {
    SITE: _complete_site,
    ALERT: _complete_alert,
    MUTE: _complete_mute,
    UNMUTE: _complete_unmute,
    RESTORE: _complete_time,
    WAITING: _complete_queue,
    REPORT: _complete_report,
    AT: _complete_at,
    WHAT_IF: _complete_supposed,
}
"""Commands whose words are no rows of a pane."""
