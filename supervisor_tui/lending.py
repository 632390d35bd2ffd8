"""Lending agents and bringing them back: one question, and with its answer all that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.actions.rules import RULES
from data.actions.verbs import Verb
from screens.acting.loans import (
    Step,
    lend_lines,
    lend_steps,
    take_back_lines,
    take_back_steps,
)
from screens.acting.offer import Wanted
from screens.formats import format_clock
from screens.text import _
from screens.widgets.dialog import Dialog, DialogKind

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp
    from supervisor_tui.doing import Doer

VERBS = frozenset({Verb.LEND, Verb.TAKE_BACK})
"""What takes more than one action: the record at the desk, and each agent's queues."""


def confirm(doer: Doer, app: SupervisorApp, wanted: Wanted) -> None:
    """Say what will happen to each agent, and on Enter send it all.

    Args:
        doer: Who acts.
        app: Where it is asked.
        wanted: LEND or TAKE_BACK, and the loans.
    """
    look = app.look()
    lines: list[str] = []
    steps: list[Step] = []
    titles = []
    for offer in wanted.offers:
        if offer.why_not:
            lines.append(offer.why_not)
            continue
        target = offer.target
        zone = next((s.zone for s in look.snapshot.sites if s.id == target.key.site), "UTC")
        if wanted.verb is Verb.LEND:
            until = format_clock(target.fields["until"], zone)
            text = _("Lend {agents} until {until}")
            titles.append(text.format(agents=target.subject, until=until))
            lines += [offer.effect] if offer.effect else []
            lines += lend_lines(target, look)
            steps += lend_steps(target, look.snapshot)
        else:
            titles.append(_("Bring back {agents}").format(agents=target.subject))
            lines += take_back_lines(target.key, look)
            steps += take_back_steps(target.key, target, look)
        void = format_clock(look.moment.now + RULES[Verb.JOIN].valid_ms, zone, with_seconds=True)
        text = _("What cannot be done by {until} is not done; the list of loans says so.")
        lines.append(text.format(until=void))
    dialog = Dialog(
        ", ".join(titles),
        lines,
        kind=DialogKind.UNDOABLE,
        is_ascii=app.parts.viewing.is_ascii,
    )
    app.push_screen(dialog, lambda yes: doer.send_steps(app, steps) if yes else None)
