"""`:restore`: which moment is meant, one question, and with its answer all that gives back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.actions.rules import RULES
from data.actions.verbs import Verb
from data.figures.restoring import Proposal, newest_upset
from data.floor import FloorSnapshot
from screens.acting.restoring import restore_steps
from screens.formats import format_clock
from screens.presenters.acts import verb_words
from screens.presenters.agent_detail import agent_title
from screens.presenters.restoring import lost_words
from screens.restoring import RestorePane, RestoreScreen, Wish
from screens.text import _, ngettext
from screens.tones import Tone
from screens.widgets.dialog import Dialog, DialogKind
from supervisor_tui.command_line import CommandError
from supervisor_tui.find_words import FindWordsError, parse_words, span_of

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

_NAMED = 10
"""So many are named in the question; the list behind it has them all."""


def open_restoring(app: SupervisorApp, typed: str) -> None:
    """Show what is not as it was.

    Args:
        app: Where it is shown.
        typed: A time; empty for the last moment before something was lost.

    Raises:
        CommandError: What was typed is no time.
    """
    viewing = app.parts.viewing
    pane = RestorePane(
        _wish(app, typed), lambda chosen: confirm(app, chosen), is_ascii=viewing.is_ascii
    )
    app.push_table(
        RestoreScreen(
            pane, is_ascii=viewing.is_ascii, keymap=app.parts.keymap, completer=app.commander
        )
    )


def known_moments(snapshot: FloorSnapshot, site: str | None) -> list[str]:
    """The times before which something was lost, by the clocks of their sites."""
    found = newest_upset(snapshot, site)
    if found is None:
        return []
    (name, _source), upset = found
    return [format_clock(upset.kept_at, _zone(snapshot, name))]


def confirm(app: SupervisorApp, chosen: Sequence[Proposal]) -> None:
    """Say what will be done, and with `y` do it all."""
    doer = app.parts.doer
    forbidden = doer.role_forbids(Verb.JOIN)
    if forbidden or not chosen:
        app.say(forbidden or _("Nothing is marked."), Tone.LOOK)
        return
    snapshot = app.snapshot
    steps = restore_steps(chosen)
    zone = _zone(snapshot, chosen[0].key.site)
    counts: dict[Verb, int] = {}
    for verb, _target in steps:
        counts[verb] = counts.get(verb, 0) + 1
    text = _("{verb}: {count}")
    lines = [text.format(verb=verb_words(verb), count=count) for verb, count in counts.items()]
    pair = _("{agent}: {what}")
    lines += [
        pair.format(
            agent=agent_title(each.now or each.before), what=lost_words(each, snapshot, zone)
        )
        for each in chosen[:_NAMED]
    ]
    more = len(chosen) - _NAMED
    if more > 0:
        lines.append(ngettext("and {count} more", "and {count} more", more).format(count=more))
    now = snapshot.clock(chosen[0].key.site).now()
    void = format_clock(now + RULES[Verb.JOIN].valid_ms, zone, with_seconds=True)
    lines.append(
        _("What cannot be done by {until} is not done, and stays in the list.").format(until=void)
    )
    title = ngettext("Give back {count} thing", "Give back {count} things", len(steps))
    dialog = Dialog(
        title.format(count=len(steps)),
        lines,
        kind=DialogKind.FINAL,
        is_ascii=app.parts.viewing.is_ascii,
    )
    app.push_screen(dialog, lambda yes: doer.send_steps(app, steps) if yes else None)


def _wish(app: SupervisorApp, typed: str) -> Wish:
    look = app.look()
    if typed:
        sites = {site.id: site for site in app.snapshot.sites}
        site = sites.get(look.site or "") or next(iter(sites.values()), None)
        try:
            words = parse_words([typed])
        except FindWordsError as error:
            raise CommandError(_("{word} is no time and no day.").format(word=error)) from None
        if words.start is None or words.names or site is None:
            raise CommandError(_("Say a time, such as :restore 09:01."))
        _start, end = span_of(words, site, app.snapshot.clock(site.id).now())
        return Wish(end or 0)
    found = newest_upset(app.snapshot, look.site)
    if found is None:
        return Wish(look.moment.now)
    place, upset = found
    return Wish(upset.kept_at, place, upset)


def _zone(snapshot: FloorSnapshot, site: str) -> str:
    return next((each.zone for each in snapshot.sites if each.id == site), "UTC")
