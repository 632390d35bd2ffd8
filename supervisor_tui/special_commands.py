"""Commands with a grammar of their own: a site, a search, a time, a phone, a loan, a switch."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from data.actions.verbs import Verb
from screens.action_types import Scope
from screens.text import _
from screens.typed import grammar
from screens.typed.lines import take_word
from screens.typed.names import Named, Names, NothingNamedError, named
from screens.typed.subjects import CHOSEN, Subject, subjects
from supervisor_tui.command_line import Command, CommandError, take_queue
from supervisor_tui.commanding import offer_typed, refuse_rest
from supervisor_tui.own_phone import choose_phone

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from supervisor_tui.app import SupervisorApp

ALL_SITES = "all"
_COUNT = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_SWITCHED = {"on": True, "off": False}


def do_special(app: SupervisorApp, command: Command) -> bool:
    """Do a command that has a grammar of its own; whether it was one.

    Args:
        app: Where it was typed.
        command: What was typed.

    Raises:
        CommandError: It cannot be done.
    """
    do = _SPECIAL.get(command.grammar.name)
    return do is not None and do(app, command)


def sites(app: SupervisorApp) -> Names[str]:
    """The sites, and all of them."""
    known = [named(site.id, site.name, site.id) for site in app.snapshot.sites]
    return Names([*known, named(ALL_SITES, _("all sites"), "")])


def queues(app: SupervisorApp) -> Names[Subject]:
    """The queues by name."""
    return subjects(app.look(), (Scope.QUEUES,))


def switched(command: Command, at: int, offers: list[Offer]) -> tuple[list[Offer], int]:
    """The offers to put something on or off as it was typed, and the place behind that.

    Where nothing was typed they are what the key would do.

    Args:
        command: What was typed.
        at: Where that begins which stands behind the queues.
        offers: What the key would do.

    Raises:
        CommandError: It was not typed which.
    """
    on = command.grammar.switched_to
    if on is None:
        word = take_word(command.line, at)
        if word is None and command.rest in {"", CHOSEN}:
            return offers, at
        on = _SWITCHED.get(word.text.lower()) if word is not None else None
        if word is None or on is None:
            text = _("Say whether it is to be on or off: {syntax}.")
            raise CommandError(text.format(syntax=command.grammar.syntax))
        at = word.end
    return [_only_to(each, on) for each in offers], at


def _only_to(offer: Offer, on: bool) -> Offer:
    if offer.why_not or offer.target.fields.get("on") is on:
        return offer
    text = _("{queue} is so already.")
    return replace(offer, why_not=text.format(queue=offer.target.subject))


def _choose_site(app: SupervisorApp, command: Command) -> bool:
    typed = command.rest
    try:
        app.choose_site(sites(app).one(typed).thing or None if typed else None)
    except NothingNamedError:
        known = ", ".join(each.label for each in sites(app).all)
        text = _("There is no site “{site}”. There are: {known}.")
        raise CommandError(text.format(site=typed, known=known)) from None
    return True


def _find(app: SupervisorApp, command: Command) -> bool:
    if not command.rest:
        return False
    app.parts.finder.find(app, command.rest)
    return True


def _use_phone(app: SupervisorApp, command: Command) -> bool:
    choose_phone(app, command.rest)
    return True


def _show_waiting(app: SupervisorApp, command: Command) -> bool:
    if not command.rest:
        return False
    queue, end = _take_queue(app, command, command.at)
    if command.line[end:].strip():
        refuse_rest(command, end)
    app.open_waiting(queue.thing.keys[0])
    return True


def _restore(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.restoring import open_restoring

    open_restoring(app, command.rest)
    return True


def _suppose(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.supposing import suppose

    return suppose(app, command)


def _report(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.reporting import show_report

    show_report(app, command.rest)
    return True


def _go_to(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.at_words import parse_at

    if not command.rest:
        return False
    look = app.present()
    zones = {info.id: info.zone for info in look.snapshot.sites}
    zone = zones.get(look.site or "", next(iter(zones.values()), "UTC"))
    at = parse_at(command.rest, look.moment.now, zone)
    if at is None:
        text = _("“{text}” is no time; say 14:05, yesterday 14:05, 2026-03-29 14:05 or -20m.")
        raise CommandError(text.format(text=command.rest))
    if at > look.moment.now:
        raise CommandError(_("“{text}” has not come yet.").format(text=command.rest))
    app.time.go(app, at)
    return True


def _write_down(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.writing_down import write_down

    return write_down(app, command)


def _note(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.writing_down import note

    return note(app, command)


def _hand_over(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.writing_down import hand_over

    return hand_over(app, command)


def is_count(line: str) -> bool:
    """Whether a number of agents is what a command begins with."""
    words = line.split()
    return len(words) > 1 and _COUNT.fullmatch(words[1]) is not None


def _lends_a_number(app: SupervisorApp, command: Command) -> bool:
    """Whether so many agents of a queue are lent: two queues follow the number, or are to."""
    count = take_word(command.line, command.at)
    if count is None or not _COUNT.fullmatch(count.text):
        return False
    try:
        _home, end = _take_queue(app, command, count.end)
        _take_queue(app, command, end)
    except CommandError:
        return False
    return True


def _lend(app: SupervisorApp, command: Command) -> bool:
    """`lend 2 sales claims 30m`: which two, the form or the question says."""
    if not _lends_a_number(app, command):
        return False
    count = take_word(command.line, command.at)
    home, end = _take_queue(app, command, count.end if count is not None else command.at)
    to, end = _take_queue(app, command, end)
    look = app.look()
    pane = app.floor.pane(Scope.QUEUES)
    offers = [
        each for row in to.thing.rows for each in pane.offers(row, look) if each.verb is Verb.LEND
    ]
    said = {
        "count": count.text if count is not None else "",
        "from_queue": home.thing.keys[0].id,
    }
    its = replace(command, grammar=replace(command.grammar, words=("for",)))
    offer_typed(app, its, end, offers, said)
    return True


def _take_queue(app: SupervisorApp, command: Command, at: int) -> tuple[Named[Subject], int]:
    return take_queue(queues(app), command.line, at, command.grammar.syntax)


def _mute(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.alert_commands import mute

    mute(app, command)
    return True


def _unmute(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.alert_commands import unmute

    unmute(app, command)
    return True


def _alert(app: SupervisorApp, command: Command) -> bool:
    from supervisor_tui.alert_commands import show_alerts

    show_alerts(app, command)
    return True


_SPECIAL: Mapping[str, Callable[[SupervisorApp, Command], bool]] = {
    grammar.SITE: _choose_site,
    grammar.FIND: _find,
    grammar.PHONE: _use_phone,
    grammar.WAITING: _show_waiting,
    grammar.RESTORE: _restore,
    grammar.LEND: _lend,
    grammar.MUTE: _mute,
    grammar.UNMUTE: _unmute,
    grammar.ALERT: _alert,
    grammar.WHAT_IF: _suppose,
    **dict.fromkeys(grammar.WRITTEN, _write_down),
    grammar.NOTE: _note,
    grammar.HANDOVER: _hand_over,
    grammar.REPORT: _report,
    grammar.AT: _go_to,
}
"""What does them; False where it is done as a key would do it."""
