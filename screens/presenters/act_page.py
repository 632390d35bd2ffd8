"""One action of a person in full: what was asked and typed, what came of it, what changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from data.actions.verbs import Verb
from data.floor import FloorSnapshot
from data.model import AnyRecord, Kind, Ms
from data.status import ActionRow, ActionState
from screens import complaint_words, words
from screens.formats import format_moment
from screens.key_names import key_name
from screens.presenters.acts import outcome_words, verb_words
from screens.presenters.acts_table import differences
from screens.sentences import sentence
from screens.text import C_, Word, _

_UNDO = {
    Kind.AGENT: "agents.undo",
    Kind.CONTACT: "waiting.undo",
    Kind.ESCALATION: "escalations.undo",
    Kind.QUEUE: "queues.undo",
    Kind.SHIFT: "roster.undo",
}
"""What takes something back where the record is a row; in the other lists, what does in the log."""
_LABELS: Mapping[str, Word] = {
    "to": C_("what was said", "To"),
    "text": C_("what was said", "Text"),
    "severity": C_("what was said", "Severity"),
    "tier": C_("what was said", "Tier"),
    "outcome": C_("what was said", "Outcome"),
    "resolution": C_("what was said", "Remedy"),
    "summary": C_("what was said", "What"),
    "kind": C_("what was said", "Kind"),
    "remedy_sought": C_("what was said", "Wants"),
    "queue": C_("what was said", "Queue"),
    "from_queue": C_("what was said", "From queue"),
    "to_queue": C_("what was said", "To queue"),
    "penalty": C_("what was said", "Penalty"),
    "reason_code": C_("what was said", "Reason"),
    "phone": C_("what was said", "Phone"),
    "priority": C_("what was said", "Priority"),
    "agent": C_("what was said", "Agent"),
    "item": C_("what was said", "Item"),
    "ticket": C_("what was said", "Ticket"),
}
"""Of what can be said with an action, that which a person typed or chose."""


class ActDetail(msgspec.Struct, frozen=True):
    """One action, ready to be shown."""

    facts: tuple[tuple[str, str], ...]
    """Names and values."""
    said: tuple[tuple[str, str], ...]
    """What was typed or chosen: names and values."""
    since: tuple[str, ...]
    """What is not as the person saw it."""
    keys: str
    """What can be done about it."""


def present_act(
    row: ActionRow,
    record: AnyRecord | None,
    zone: str,
    now: Ms,
    snapshot: FloorSnapshot | None = None,
) -> ActDetail:
    """Everything about one action.

    Args:
        row: The action.
        record: Its record as it is now.
        zone: The zone whose clock times are named.
        now: The present.
        snapshot: Where the names of queues and agents are.
    """
    snapshot = snapshot or FloorSnapshot()
    is_done = row.state is ActionState.DONE
    return ActDetail(
        facts=tuple(_facts(row, zone, now)),
        said=tuple(said_pairs(row)),
        since=() if is_done else tuple(differences(row, record, zone, snapshot)),
        keys=_keys(row),
    )


def said_pairs(row: ActionRow) -> Iterator[tuple[str, str]]:
    """What a person typed or chose for an action: names and values."""
    for name, value in row.fields.items():
        if name in _LABELS and value not in (None, ""):
            yield str(_LABELS[name]), _value(name, value)
    if row.comment:
        yield _("Comment"), row.comment


def said_lines(row: ActionRow) -> Sequence[str]:
    """The same in lines."""
    text = _("{name}: {value}")
    return [text.format(name=name, value=value) for name, value in said_pairs(row)]


def _facts(row: ActionRow, zone: str, now: Ms) -> Iterator[tuple[str, str]]:
    yield _("Action"), verb_words(row.verb, row.fields)
    yield _("To"), row.subject or row.entity
    yield _("Outcome"), outcome_words(row, zone)
    if row.code:
        yield _("Why"), sentence(row.code)
    yield _("Pressed"), format_moment(row.pressed_at, zone, now)
    if row.state is not ActionState.DONE:
        yield _("Void after"), format_moment(row.not_after, zone, now)
    if row.attempts:
        yield _("Sent"), _("{count} x").format(count=row.attempts)
    yield _("At"), row.source


def _value(name: str, value: Any) -> str:
    match name:
        case "to" if isinstance(value, Mapping):
            return str(value.get("name", ""))
        case "severity":
            return words.complaint_severity(str(value))
        case "tier":
            return complaint_words.tier(int(value))
        case "outcome":
            return complaint_words.outcome(str(value))
        case "resolution":
            return complaint_words.resolution(str(value))
        case "kind":
            return complaint_words.kind(str(value))
        case "reason_code":
            return words.reason(str(value))
    return str(value)


def _keys(row: ActionRow) -> str:
    again, drop = key_name("acts.again"), key_name("acts.drop")
    if row.state is ActionState.HELD:
        return _("{again} sends it all the same, {drop} lets it be.").format(again=again, drop=drop)
    if row.state.is_open:
        return _("{again} tries it now, {drop} lets it be.").format(again=again, drop=drop)
    if row.state is ActionState.DONE:
        if row.undo is None:
            return _("It cannot be taken back.")
        text = _("{key} on its row takes it back, by {verb}, while nobody has changed it since.")
        verb = verb_words(Verb(row.undo.verb))
        return text.format(key=key_name(_UNDO.get(row.kind, "notes.undo")), verb=verb)
    return _("{key} does it anew on the record as it is now.").format(key=again)
