"""The table of what a person did and what came of it, and the page of one action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.actions.seen import TOLD, seen_of
from data.actions.verbs import Verb
from data.figures.doings import Doings
from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, AnyRecord, ContactState, Escalation, Kind, Ms, Queue
from data.status import ActionRow
from screens import complaint_words, words
from screens.formats import format_clock, format_moment
from screens.key_names import key_name
from screens.presenters.acts import outcome_tone, outcome_words, verb_words
from screens.presenters.rows import Column, RowView
from screens.presenters.table import Entry, TableView, ViewState, arrange, fit_numbers
from screens.text import C_, Word, _, pgettext
from screens.tones import MARKS

_SEEN = {
    "status": C_("what changed", "status"),
    "severity": C_("what changed", "severity"),
    "tier": C_("what changed", "tier"),
    "owner": C_("what changed", "owner"),
    "state": C_("what changed", "state"),
    "contact": C_("what changed", "contact"),
    "queue": C_("what changed", "queue"),
    "agent": C_("what changed", "agent"),
}
_SWITCHED = {"on": C_("value", "on"), "off": C_("value", "off")}
_NO_FLOOR = FloorSnapshot()


def acts_columns() -> tuple[Column, ...]:
    """The columns, in the language in use."""
    return (
        Column(
            "at",
            pgettext("action column", "At"),
            8,
            is_right=True,
            sort_letter="t",
            help=_("when the key was pressed, by the site's clock"),
        ),
        Column("verb", pgettext("action column", "Action"), 12, sort_letter="a"),
        Column("subject", pgettext("action column", "To"), 14, grows=True, sort_letter="o"),
        Column(
            "outcome", pgettext("action column", "What came of it"), 30, grows=True, sort_letter="w"
        ),
    )


def present_acts(doings: Doings, zones: Mapping[str, str], now: Ms, view: ViewState) -> TableView:
    """What was done, the newest first.

    Args:
        doings: What the person did.
        zones: By site, the zone whose clock times are named.
        now: The present.
        view: How the table is looked at.
    """
    columns = acts_columns()
    entries = [_entry(row, doings, zones.get(row.site, "UTC"), now) for row in doings.rows]
    rows = tuple(entry.row for entry in arrange(entries, columns, view))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries), (_note(),))


def record_of(snapshot: FloorSnapshot, row: ActionRow) -> AnyRecord | None:
    """The record that an action is about, as it is now."""
    found: AnyRecord | None = snapshot.of(row.kind).get(Key(row.site, row.source, row.entity))
    return found


def differences(
    row: ActionRow, record: AnyRecord | None, zone: str, snapshot: FloorSnapshot = _NO_FLOOR
) -> Sequence[str]:
    """What is not as the person saw it, in lines: what it was, what it is, and who did that.

    Args:
        row: The action.
        record: Its record as it is now.
        zone: The zone whose clock times are named.
        snapshot: Where the names of queues and agents are.
    """
    if record is None:
        return [_("It is no longer there.")] if row.seen else []
    present = seen_of(Verb(row.verb), record)
    text = _("{what}: it was {before}, it is {after}")
    lines = [
        text.format(
            what=_what(name),
            before=_value(row, name, before, snapshot),
            after=_value(row, name, present[name], snapshot),
        )
        for name, before in row.seen.items()
        if name != TOLD and name in present and present[name] != before
    ]
    if isinstance(record, Escalation) and TOLD in row.seen:
        lines += _happened_since(record, int(row.seen[TOLD]), zone)
    return lines


def _happened_since(complaint: Escalation, told: int, zone: str) -> list[str]:
    """What a complaint's history has beyond its first lines: who, when, what, and any note."""
    lines = []
    for event in sorted(complaint.events, key=lambda event: event.at)[told:]:
        what = complaint_words.event_words(event.what, event.value)
        text = _("{clock} {name}: {event}: {note}") if event.note else _("{clock} {name}: {event}")
        clock = format_clock(event.at, zone, with_seconds=True)
        lines.append(text.format(clock=clock, name=event.who, event=what, note=event.note))
    return lines


def _entry(row: ActionRow, doings: Doings, zone: str, now: Ms) -> Entry:
    tone = outcome_tone(row, doings)
    subject = row.subject or row.entity
    verb, outcome = verb_words(row.verb, row.fields), outcome_words(row, zone)
    cells = (format_moment(row.pressed_at, zone, now), verb, subject, outcome)
    shown = RowView(
        key=row.key, cells=cells, tone=tone, mark=MARKS[tone], tones=(tone,) * len(cells)
    )
    return Entry(shown, (-row.pressed_at, row.key), (float(row.pressed_at), verb, subject, outcome))


def _what(name: str) -> str:
    word: Word | str = _SEEN.get(name, name.replace("_", " "))
    return str(word)


def _value(row: ActionRow, name: str, value: str, snapshot: FloorSnapshot) -> str:
    """A value in words where there are any, or by the name of what it is the id of."""
    if not value:
        return pgettext("what changed", "nobody") if name == "owner" else pgettext("value", "none")
    match name:
        case "status":
            return words.complaint_status(value)
        case "severity":
            return words.complaint_severity(value)
        case "tier" if value.isdecimal():
            return complaint_words.tier(int(value))
        case "state":
            return _state(row.kind, value)
        case "queue" | "agent" | "contact":
            return _named(name, Key(row.site, row.source, value), snapshot)
    known = _SWITCHED.get(value)
    return str(known) if known is not None else value.replace("_", " ")


def _state(kind: Kind, value: str) -> str:
    """What an agent does or where a contact is; a code of the future as it came."""
    try:
        if kind is Kind.AGENT:
            return words.agent_state(AgentState(value))
        return words.contact_state(ContactState(value))
    except ValueError:
        return value.replace("_", " ")


def _named(what: str, key: Key, snapshot: FloorSnapshot) -> str:
    """A queue or an agent by name; what has none, or is gone, by its id."""
    rows: Mapping[Key, Queue | Agent] = snapshot.queues if what == "queue" else snapshot.agents
    found = rows.get(key) if what != "contact" else None
    return found.name if found is not None else key.id


def _note() -> str:
    text = _(
        "{again} tries again, sends anyway, or does it anew; {drop} lets it be; {all} shows all"
    )
    again, drop, everything = map(key_name, ("acts.again", "acts.drop", "table.detail"))
    return text.format(again=again, drop=drop, all=everything)
