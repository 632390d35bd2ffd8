"""Taking back what a person has just done, where it can be taken back."""

from __future__ import annotations

from data.actions.rules import RULES, Basis
from data.actions.verbs import Verb
from data.figures.doings import Doings, Target
from data.model import Kind
from data.status import ActionRow, ActionState
from screens.acting.offer import Offer
from screens.presenters.acts import verb_words
from screens.text import _


def undo_offer(kind: Kind, target: Target, doings: Doings) -> Offer | None:
    """What takes back the last thing that a person did to a record; None where they did nothing.

    What somebody else has changed since is not taken back: the record is no longer as the person
    made it.

    Args:
        kind: Of the record.
        target: The record as it is now.
        doings: What the person did.
    """
    last = _last(kind, target, doings)
    if last is None:
        return None
    verb = Verb(last.verb)
    if last.undo is None:
        text = _("{verb} {subject} cannot be taken back.")
        why_not = text.format(verb=verb_words(verb), subject=target.subject)
        return Offer(verb, target, why_not=why_not)
    taken_back = Target(
        key=target.key,
        version=target.version,
        subject=target.subject,
        fields=last.undo.fields,
        undo=None,
    )
    return Offer(last.undo.verb, taken_back, why_not=_why_not(last, target))


def _last(kind: Kind, target: Target, doings: Doings) -> ActionRow | None:
    for row in reversed(doings.rows):
        is_its = (row.kind, row.site, row.source, row.entity) == (kind, *target.key)
        if is_its and (row.state is ActionState.DONE or row.state.is_open):
            return row
    return None


def _why_not(last: ActionRow, target: Target) -> str:
    if last.state.is_open:
        text = _("{verb} {subject} is still on its way.")
        return text.format(verb=verb_words(last.verb), subject=target.subject)
    is_on_version = RULES[Verb(last.verb)].basis is not Basis.PRESENT
    if is_on_version and last.version != target.version:
        text = _("{subject} has been changed since; look at it first.")
        return text.format(subject=target.subject)
    return ""
