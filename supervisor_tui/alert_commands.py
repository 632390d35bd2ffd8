"""`:mute all 10m`, `:unmute`, `:alert week` and `:alert test RULE`: of alerts as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.actions.verbs import Verb
from data.figures.alerts import mutes_on
from data.settings import RuleSettings
from screens.acting.alerts import mute_all_offer, unmute_offer
from screens.acting.loan_asks import minutes_of
from screens.text import _
from screens.tones import Tone
from screens.typed.grammar import ALL
from screens.typed.lines import unquoted
from supervisor_tui.acting import Said
from supervisor_tui.command_line import Command, CommandError

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp


def mute(app: SupervisorApp, command: Command) -> None:
    """Let all alerts of the sites looked at, or those of a rule, not ring for a time.

    Raises:
        CommandError: It was not typed which, or for how long.
    """
    name, _blank, time = command.rest.strip().rpartition(" ")
    if not name or minutes_of(time) is None:
        text = _("Say what is not to ring, and for how long: {syntax}, as in mute all 10m.")
        raise CommandError(text.format(syntax=command.grammar.syntax))
    rule = _rule(app, name.strip())
    look = app.look()
    sites = [site.id for site in look.snapshot.sites if look.site in {None, site.id}]
    offers = [mute_all_offer(site, look, rule) for site in sites]
    app.parts.doer.offer(app, Verb.MUTE, offers, Said({"for": time}))


def unmute(app: SupervisorApp, command: Command) -> None:
    """Let what was muted ring again.

    Raises:
        CommandError: There is no such rule.
    """
    rule = _rule(app, command.rest.strip() or ALL)
    look = app.look()
    mutes = mutes_on(look.snapshot, look.site, look.moment.now)
    offers = [unmute_offer(one) for one in mutes if rule in {"", one.rule}]
    if not offers:
        app.say(_("Nothing is muted."), Tone.LOOK)
        return
    app.parts.doer.offer(app, Verb.UNMUTE, offers, Said({}))


def show_alerts(app: SupervisorApp, command: Command) -> None:
    """Show what nobody acknowledged within a week, or what a rule would have raised today.

    Raises:
        CommandError: No rule was named, or there is none of that name.
    """
    word, _blank, name = command.rest.partition(" ")
    if word == "week" and not name.strip():
        from screens.alert_week_page import AlertWeekPage
        from screens.alerts import week_title

        app.show_page(week_title(), AlertWeekPage())
        return
    if word != "test" or not name.strip():
        text = _("Say what to show: {syntax}.")
        raise CommandError(text.format(syntax=command.grammar.syntax))
    from screens.alert_test_page import AlertTestPage

    rules = rules_named(app.parts.viewing.rules, _rule(app, name.strip()))
    title = _("What {rule} would have raised today").format(rule=unquoted(name.strip()))
    app.show_page(title, AlertTestPage(tuple(rules)))


def rules_named(rules: tuple[RuleSettings, ...], name: str) -> list[RuleSettings]:
    """The rules of a name; several may be one after the other of one figure."""
    return [rule for rule in rules if name in {rule.called, rule.figure.value}]


def _rule(app: SupervisorApp, typed: str) -> str:
    """The rule that is meant, by its name or that in quotation marks; empty for all of them."""
    name = unquoted(typed)
    if name == ALL:
        return ""
    rules = app.parts.viewing.rules
    if rules_named(rules, name):
        return name
    known = ", ".join(dict.fromkeys(rule.called for rule in rules))
    text = _("There is no rule “{rule}”. There are: {known}.")
    raise CommandError(text.format(rule=name, known=known))
