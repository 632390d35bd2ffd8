"""`:note TEXT`, `:incident WHOSE TEXT` and `:handover TIME`, typed from wherever one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from screens.acting.shift_log import new_offers
from screens.actions import Scope
from screens.presenters.handover_sheet import since_when, site_of
from screens.text import _
from screens.typed import grammar
from screens.typed.lines import take_word
from screens.typed.subjects import CHOSEN, SubjectError, subjects, take_subjects
from supervisor_tui.command_line import Command, CommandError
from supervisor_tui.commanding import offer_typed

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

_OWN = "shift-note"


def write_down(app: SupervisorApp, command: Command) -> bool:
    """Put a note or an incident on record, with what was typed or by a form.

    Args:
        app: Where it was typed.
        command: What was typed.
    """
    at = command.at + len(CHOSEN) if command.rest == CHOSEN else command.at
    verb = command.grammar.verb
    offers = [each for each in new_offers(app.look()) if each.verb is verb]
    offer_typed(app, command, at, offers)
    return True


def note(app: SupervisorApp, command: Command) -> bool:
    """`note TEXT` is for the shift; with a complaint's reference in front it is for that.

    Args:
        app: Where it was typed.
        command: What was typed.

    Returns:
        Whether it was for the shift.

    Raises:
        CommandError: It begins with what looks like a reference, and there is no such complaint.
    """
    is_here = app.acted_on.SCOPE is Scope.NOTES
    if command.rest in {"", CHOSEN} and not is_here:
        return False
    word = take_word(command.line, command.at)
    if word is not None and not is_here:
        try:
            take_subjects(command.line, command.at, subjects(app.look(), (Scope.ESCALATIONS,)))
        except SubjectError:
            if _is_reference(word.text):
                text = _("There is no complaint {text}. A note for the shift: shift-note TEXT.")
                raise CommandError(text.format(text=word.text)) from None
        else:
            return False
    its = grammar.grammar_of(_OWN)
    return its is not None and write_down(app, replace(command, grammar=its))


def hand_over(app: SupervisorApp, command: Command) -> bool:
    """`handover 14:00`: the draft of the shift that began then.

    Args:
        app: Where it was typed.
        command: What was typed.

    Returns:
        Whether a time was typed; without one it is the key.

    Raises:
        CommandError: It is no time that has been.
    """
    if not command.rest:
        return False
    look = app.look()
    sites = {each.id: each.zone for each in look.snapshot.sites}
    since = since_when(command.rest, look.moment.now, sites.get(site_of(look), "UTC"))
    if since is None:
        text = _("“{text}” is no time that has been: 14:00, or 2026-03-29 22:00.")
        raise CommandError(text.format(text=command.rest))
    app.open_handover(since)
    return True


def _is_reference(word: str) -> bool:
    """Whether a word looks like `E-1042`: a note for a complaint is not to go astray."""
    head, dash, number = word.rstrip(",:").partition("-")
    return bool(dash) and head.isalpha() and number.isdecimal()
