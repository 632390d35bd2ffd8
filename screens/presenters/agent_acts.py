"""What was done to one agent: by whom, when, with what reason, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from data.actions.verbs import Verb
from data.floor import FloorSnapshot, Key
from data.model import Kind, Ms
from data.status import ActionRow
from screens import words
from screens.formats import format_moment
from screens.presenters.acts import outcome_words, verb_words
from screens.presenters.rows import Column, RowView
from screens.presenters.table import TableView, fit_numbers
from screens.text import _, pgettext
from screens.tones import MARKS, Tone

_MOST = 20


def acts_table(snapshot: FloorSnapshot, key: Key, now: Ms, zone: str) -> TableView:
    """What everybody did to an agent lately, the newest first.

    Args:
        snapshot: The floor with everybody's actions.
        key: The agent.
        now: The present.
        zone: The zone whose clock times are named.
    """
    columns = (
        Column("at", pgettext("action column", "At"), 8, is_right=True),
        Column("who", pgettext("action column", "By"), 12),
        Column("what", pgettext("action column", "Action"), 16, grows=True),
        Column("outcome", pgettext("action column", "What came of it"), 20, grows=True),
    )
    found = sorted(_of(snapshot, key), key=lambda row: (-row.pressed_at, row.key))
    rows = tuple(_row(row, snapshot, zone, now) for row in found[:_MOST])
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(found))


def asked_words(row: ActionRow, snapshot: FloorSnapshot) -> str:
    """What was asked, with the reason, the queue or the text, and with the note."""
    said = _with_fields(row, snapshot)
    if not row.comment:
        return said
    return _("{action} ({note})").format(action=said, note=row.comment)


def _of(snapshot: FloorSnapshot, key: Key) -> Iterator[ActionRow]:
    for row in snapshot.actions:
        if (row.site, row.source) != key[:2]:
            continue
        audience: Mapping[str, Any] = row.fields.get("audience", {})
        is_to_them = row.verb in {Verb.MESSAGE, Verb.BRIEF} and key.id in audience.get("ids", ())
        if is_to_them or (row.kind is Kind.AGENT and row.entity == key.id):
            yield row


def _row(row: ActionRow, snapshot: FloorSnapshot, zone: str, now: Ms) -> RowView:
    tone = Tone.LOOK if row.state.is_failure else Tone.NORMAL
    cells = (
        format_moment(row.pressed_at, zone, now),
        row.actor_name or row.actor,
        asked_words(row, snapshot),
        outcome_words(row, zone),
    )
    return RowView(key=row.key, cells=cells, tone=tone, mark=MARKS[tone], tones=(tone,) * 4)


def _with_fields(row: ActionRow, snapshot: FloorSnapshot) -> str:
    verb = verb_words(row.verb, row.fields)
    fields = row.fields
    if "queue" in fields:
        queue = snapshot.queues.get(Key(row.site, row.source, str(fields["queue"])))
        name = queue.name if queue is not None else str(fields["queue"])
        if fields.get("penalty") is None:
            return _("{action}: {value}").format(action=verb, value=name)
        text = _("{action}: {queue}, penalty {penalty}")
        return text.format(action=verb, queue=name, penalty=fields["penalty"])
    value = words.reason(str(fields.get("reason_code", ""))) or fields.get("text")
    return _("{action}: {value}").format(action=verb, value=value) if value else verb
