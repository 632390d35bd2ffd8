"""An action of one's own once more: tried again, sent anyway, done anew; or let be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from data.actions.rules import RULES, Basis
from data.actions.seen import seen_of
from data.actions.verbs import Verb
from data.errors import FloorError
from data.figures.doings import Target
from data.floor import Key
from data.model import AnyRecord, Escalation, Loan, LostCase
from data.status import ActionRow, ActionState
from data.sync.asks import Ask, why_not
from screens.acting.asks import ask_of
from screens.acting.complaints import complaint_offer
from screens.acting.offer import Offer, Wanted
from screens.presenters.act_page import said_lines
from screens.presenters.acts import act_line, verb_words
from screens.presenters.acts_table import differences, record_of
from screens.sentences import sentence
from screens.text import _
from screens.tones import Tone
from screens.widgets.dialog import Dialog, DialogKind
from supervisor_tui.acting import Said
from supervisor_tui.outbox_words import why_not_words

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp
    from supervisor_tui.doing import Doer


def again(doer: Doer, app: SupervisorApp, key: str) -> None:
    """Send what waits, or do anew what came to nothing; what has changed since is shown first.

    Args:
        doer: Who acts.
        app: Where it is asked and said.
        key: Of the action.
    """
    row = _row(doer, key)
    if row is None or app.time.refuses(app):
        return
    zone = _zone(app, row)
    record = record_of(app.snapshot, row)
    changed = list(differences(row, record, zone, app.snapshot))
    if row.state.is_open:
        if row.state is ActionState.HELD and changed:
            text = _("{verb} {subject}: send it anyway?")
            _confirm(app, _title(text, row), changed, lambda: _ask(doer, app, row, Ask.RETRY))
        else:
            _ask(doer, app, row, Ask.RETRY)
        return
    reason = why_not(Ask.RETRY, row.state, row.verb, row.actor, doer.actor.person)
    if reason is not None and row.state is not ActionState.CONFLICT:
        app.say(why_not_words(reason, row, zone), Tone.LOOK)
        return
    offer = _offer_now(app, row, record)
    if offer.why_not:
        app.say(offer.why_not, Tone.LOOK)
        return
    title = _title(_("{verb} {subject}: do it anew?"), row)
    lines = [*(changed or [act_line(row, zone)]), *_what_was_said(row)]
    _confirm(app, title, lines, lambda: _anew(doer, app, row, offer))


def offer_anew(doer: Doer, app: SupervisorApp, key: str) -> bool:
    """Show what somebody else changed before an action could be done, and offer to do it anew.

    Only a letter of its own says yes: it comes up by itself, under a hand that was about to press
    another key.

    Args:
        doer: Who acts.
        app: Where it is asked.
        key: Of an action that met a conflict.

    Returns:
        Whether there is nothing more to ask: it was asked, or it can no longer be done.
    """
    row = _row(doer, key)
    if row is None:
        return True
    record = record_of(app.snapshot, row)
    changed = list(differences(row, record, _zone(app, row), app.snapshot))
    if not changed:
        return False
    offer = _offer_now(app, row, record)
    if not offer.why_not:
        title = _title(_("{verb} {subject}: it was changed meanwhile. Do it all the same?"), row)
        lines = [*changed, *_what_was_said(row)]
        _confirm(app, title, lines, lambda: _anew(doer, app, row, offer), DialogKind.FINAL)
    return True


def drop(doer: Doer, app: SupervisorApp, key: str) -> None:
    """Let an action be that has not been sent."""
    row = _row(doer, key)
    if row is None:
        return
    reason = why_not(Ask.DROP, row.state, row.verb, row.actor, doer.actor.person)
    if reason is None:
        _ask(doer, app, row, Ask.DROP)
    else:
        app.say(why_not_words(reason, row, _zone(app, row)), Tone.LOOK)


def _row(doer: Doer, key: str) -> ActionRow | None:
    return next((row for row in doer.actor.doings.rows if row.key == key), None)


def _ask(doer: Doer, app: SupervisorApp, row: ActionRow, ask: Ask) -> None:
    try:
        doer.actor.ask(ask, row, app.snapshot.clock(row.site).now())
    except FloorError as error:
        text = _("NOT saved, will not be done: {subject}. {problem}")
        problem = sentence(error.code, error.detail)
        app.say(text.format(subject=row.subject, problem=problem), Tone.ACT)
        return
    said = _("Asked to send it.") if ask is Ask.RETRY else _("Asked to let it be.")
    app.say(said)


def _offer_now(app: SupervisorApp, row: ActionRow, record: AnyRecord | None) -> Offer:
    """An action as it could be done to its record as that is now."""
    verb, key = Verb(row.verb), Key(row.site, row.source, row.entity)
    if isinstance(record, Escalation):
        look = app.look()
        offer = complaint_offer(verb, key, record, look)
        ask = ask_of(verb)
        if ask is None or offer.why_not:
            return offer
        return ask.settle(Wanted(verb, [offer], look), row.fields).wanted.offers[0]
    is_gone = record is None and RULES[verb].basis is not Basis.NEW
    target = Target(
        key=key,
        version=record.version if isinstance(record, LostCase | Loan) else 0,
        subject=row.subject,
        seen=seen_of(verb, record),
        undo=row.undo,
    )
    return Offer(verb, target, why_not=_("It is no longer there.") if is_gone else "")


def _anew(doer: Doer, app: SupervisorApp, row: ActionRow, offer: Offer) -> None:
    doer.actor.read([row.key])
    doer.send(app, offer.verb, [offer.target], Said(row.fields, row.comment))


def _what_was_said(row: ActionRow) -> list[str]:
    said = said_lines(row)
    return [_("What you said:"), *said] if said else []


def _confirm(
    app: SupervisorApp,
    title: str,
    lines: list[str],
    then: Callable[[], None],
    kind: DialogKind = DialogKind.UNDOABLE,
) -> None:
    dialog = Dialog(title, lines, kind=kind, is_ascii=app.parts.viewing.is_ascii)
    app.push_screen(dialog, lambda yes: then() if yes else None)


def _title(text: str, row: ActionRow) -> str:
    return text.format(verb=verb_words(row.verb, row.fields), subject=row.subject or row.entity)


def _zone(app: SupervisorApp, row: ActionRow) -> str:
    return next((site.zone for site in app.snapshot.sites if site.id == row.site), "UTC")
