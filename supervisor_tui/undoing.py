"""Taking back what a person has just done, where it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from data.actions.rules import RULES, Basis
from data.actions.verbs import Verb
from data.figures.doings import Doings, Target
from data.model import Kind
from data.status import ActionRow, ActionState
from screens.acting.offer import Offer
from screens.presenters.acts import verb_words
from screens.text import _


def undo_offer(
    can: Sequence[Offer], doings: Doings, actions: Iterable[ActionRow] = ()
) -> Offer | None:
    """What takes back the last thing that a person did to a record; None where they did nothing.

    What somebody else has changed since is not taken back: the record is no longer as the person
    made it.

    Args:
        can: What can be done to the record now.
        doings: What the person did.
        actions: What everybody did.
    """
    last = next((row for each in can[:1] if (row := _last(each, doings)) is not None), None)
    if last is None:
        return None
    target, verb = can[0].target, Verb(last.verb)
    if last.undo is None:
        text = _("{verb} {subject} cannot be taken back.")
        why_not = text.format(verb=verb_words(verb, last.fields), subject=target.subject)
        return Offer(verb, target, why_not=why_not)
    way = str(last.undo.fields.get("name", ""))
    same = (each for each in can if (each.verb, each.way) == (last.undo.verb, way))
    now = next(same, Offer(last.undo.verb, target))
    taken_back = Target(
        key=target.key,
        version=target.version,
        subject=target.subject,
        fields=last.undo.fields,
        seen=now.target.seen,
    )
    return replace(now, target=taken_back, why_not=_why_not(last, target, actions) or now.why_not)


def _last(offer: Offer, doings: Doings) -> ActionRow | None:
    kind: Kind = RULES[offer.verb].kind
    for row in reversed(doings.rows):
        is_its = (row.kind, row.site, row.source, row.entity) == (kind, *offer.target.key)
        if is_its and (row.state is ActionState.DONE or row.state.is_open):
            return row
    return None


def _why_not(last: ActionRow, target: Target, actions: Iterable[ActionRow]) -> str:
    is_on_version = RULES[Verb(last.verb)].basis is not Basis.PRESENT
    if last.state.is_open or (is_on_version and last.version > target.version):
        text = _("{verb} {subject} is still on its way.")
        return text.format(verb=verb_words(last.verb, last.fields), subject=target.subject)
    if is_on_version and last.version != target.version:
        text = _("{subject} has been changed since; look at it first.")
        return text.format(subject=target.subject)
    since = next((row for row in actions if _is_after(row, last)), None)
    if since is not None:
        text = _("{name} has done something to {subject} since: {verb}.")
        return text.format(
            name=since.actor_name, subject=target.subject, verb=verb_words(since.verb)
        )
    return ""


def _is_after(row: ActionRow, last: ActionRow) -> bool:
    """Whether somebody else has done something to the same record later."""
    is_same = (row.kind, row.site, row.source, row.entity) == (
        *(last.kind, last.site, last.source),
        last.entity,
    )
    is_later = row.state is ActionState.DONE and row.updated_at > last.updated_at
    return is_same and is_later and row.actor != last.actor
