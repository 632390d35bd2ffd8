"""Notes, incidents and promises of the shift: what lasts, who looks when, what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.figures.doings import NO_DOINGS, Doings
from data.figures.loans import queue_name
from data.figures.messages import author_name
from data.figures.shift_log import LogEntry, shift_log, written_at
from data.floor import FloorSnapshot, Key
from data.model import DESK, Incident, IncidentEvent, Kind, Ms, Note, NoteEvent, Promise
from data.people import Person
from screens.formats import (
    UNDEFINED,
    format_duration,
    format_minutes,
    format_moment,
    format_sure_clock,
)
from screens.key_names import key_name
from screens.look import Look
from screens.presenters.acts import pending_words
from screens.presenters.briefings import Briefing, briefing_cells
from screens.presenters.promises import promise_cells
from screens.presenters.rows import Column
from screens.presenters.sites import SiteColumn
from screens.presenters.table import (
    DEFAULT_VIEW,
    Entry,
    SortKey,
    TableView,
    ViewState,
    arrange,
    fit_numbers,
    make_row,
)
from screens.text import C_, Word, _, pgettext
from screens.tones import Tone

_PARTIES: dict[str, Word] = {
    "carrier": C_("whose incident", "carrier"),
    "client": C_("whose incident", "client"),
    "supplier": C_("whose incident", "supplier"),
    "own": C_("whose incident", "own"),
}
_TOLD: dict[str, Word] = {
    "opened": C_("line of an incident", "opened"),
    "updated": C_("line of an incident", "told"),
    "closed": C_("line of an incident", "closed"),
    "withdrawn": C_("line of an incident", "put on record by mistake"),
    "reopened": C_("line of an incident", "opened again"),
}
_NOTED: dict[str, Word] = {
    "written": C_("line of a note", "written"),
    "corrected": C_("line of a note", "corrected"),
    "withdrawn": C_("line of a note", "withdrawn"),
    "restored": C_("line of a note", "put back"),
}


def note_columns() -> tuple[Column, ...]:
    """The columns, in the language in use."""
    return (
        Column(
            "kind",
            pgettext("note column", "Kind"),
            8,
            sort_letter="k",
            help=_("a note, a promise, or whose the incident is: carrier, client, supplier, own"),
        ),
        Column("text", pgettext("note column", "Text"), 24, grows=True, sort_letter="t"),
        Column(
            "check",
            pgettext("note column", "Check"),
            9,
            sort_letter="e",
            help=_(
                "when somebody is to look again, or the promise to be kept; with ! that is past; "
                "over: it lasts no more"
            ),
        ),
        Column(
            "age",
            pgettext("note column", "Age"),
            5,
            is_right=True,
            sort_letter="g",
            help=_("since when it stands there"),
        ),
        Column("ticket", pgettext("note column", "Ticket"), 8, rank=2, sort_letter="i"),
        Column("queue", pgettext("note column", "Queue"), 10, rank=3, sort_letter="q"),
        Column(
            "by",
            pgettext("note column", "By"),
            10,
            rank=1,
            sort_letter="b",
            help=_("who wrote it; of a promise, whose it is to keep"),
        ),
    )


def present_notes(
    snapshot: FloorSnapshot,
    site: str | None,
    now: Ms,
    view: ViewState = DEFAULT_VIEW,
    *,
    people: Mapping[str, str] | None = None,
    doings: Doings = NO_DOINGS,
    who: Person | None = None,
) -> TableView:
    """The table: incidents that last first, the one whose check is due at the top.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        now: The present on the server's clock.
        view: How the table is looked at.
        people: Names of people of the floor, by id.
        doings: What the person who looks did lately.
        who: That person: the briefings to them and by them are among it.
    """
    column = SiteColumn.of(snapshot.sites, site)
    columns = column.columns(note_columns(), rank=2)
    entries = []
    for at, (key, entry) in enumerate(shift_log(snapshot, site, now, who=who)):
        if isinstance(entry, Note) and entry.audience is not None:
            by = author_words(entry, snapshot, people or {})
            its = Briefing(key, entry, snapshot, people or {}, who)
            cells, tones, keys = briefing_cells(its, now, by, doings)
        else:
            cells, tones, keys = _row(key, entry, snapshot, now, people or {}, doings)
        name = column.name(key.site)
        row = make_row(
            "/".join((_prefix(entry), *key)),
            column.insert(cells, name),
            column.insert(tones, Tone.NORMAL),
            is_old=False,
        )
        entries.append(Entry(row, (at,), column.insert(keys, name)))
    rows = tuple(each.row for each in arrange(entries, columns, view))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries), (_legend(),))


def entry_of(row: str, snapshot: FloorSnapshot) -> tuple[Key, LogEntry] | None:
    """What a row is about, by its key; None where it is no longer there."""
    kind, _slash, rest = row.partition("/")
    if rest.count("/") < 2:
        return None
    key = Key(*rest.split("/", 2))
    found: LogEntry | None = None
    if kind == Kind.INCIDENT:
        found = snapshot.incidents.get(key)
    elif kind == Kind.NOTE:
        found = snapshot.notes.get(key)
    elif kind == Kind.PROMISE:
        found = snapshot.promises.get(key)
    return None if found is None else (key, found)


def party_words(party: str) -> str:
    """Whose an incident is, in a word."""
    word = _PARTIES.get(party)
    return party if word is None else str(word)


def check_words(incident: Incident, now: Ms) -> str:
    """When somebody is to look again: `in 12m`, or `! 5m` where that is so long past."""
    if not incident.is_open or incident.next_check_at is None:
        return UNDEFINED
    left = (incident.next_check_at - now) / 1000
    if left <= 0:
        return _("! {age} ago").format(age=format_minutes(-left))
    return _("in {left}").format(left=format_minutes(left))


def people_of(look: Look) -> dict[str, str]:
    """The names of the people of the floor, by id."""
    return {each.id: each.name for each in look.viewing.owners}


def author_words(note: Note, snapshot: FloorSnapshot, people: Mapping[str, str]) -> str:
    """Who wrote a note."""
    return people.get(note.author) or author_name(note.author, snapshot)


def note_event_words(event: NoteEvent, zone: str, now: Ms) -> str:
    """One line of a note's history."""
    word = _NOTED.get(event.what)
    return _event_words(event, event.what if word is None else str(word), zone, now)


def incident_sentences(
    incident: Incident, snapshot: FloorSnapshot, zone: str, now: Ms
) -> tuple[str, ...]:
    """How an incident stands, in sentences."""
    parts = {
        "party": party_words(incident.party),
        "since": format_moment(incident.opened_at, zone, now),
        "name": incident.opened_by.name,
        "ended": format_moment(incident.closed_at, zone, now),
    }
    text = _("From {since} to {ended}, put on record by {name}; mended by: {party}.")
    if incident.is_withdrawn:
        text = _("Put on record by mistake: by {name} at {since}, withdrawn at {ended}.")
    elif incident.is_open:
        text = _("Open since {since}, put on record by {name}; to be mended by: {party}.")
    said = [text.format(**parts)]
    if incident.ticket:
        said.append(_("Ticket {ticket}.").format(ticket=incident.ticket))
    if incident.queue:
        key = Key(incident.site, incident.telephony, incident.queue)
        said.append(_("Queue {queue}.").format(queue=queue_name(snapshot.queues, key)))
    check = incident.next_check_at
    if incident.is_open and check is None:
        said.append(_("Nobody has said when to look again."))
    elif incident.is_open:
        text = _("Next check at {clock}.")
        if incident.is_unlooked(now):
            text = _("! The next check was due at {clock}: {key} says what is new.")
        news = key_name("notes.update-incident")
        said.append(text.format(clock=format_moment(check, zone, now), key=news))
    return tuple(said)


def event_words(event: IncidentEvent, zone: str, now: Ms) -> str:
    """One line of an incident's history."""
    word = _TOLD.get(event.what)
    return _event_words(event, event.what if word is None else str(word), zone, now)


def _event_words(event: IncidentEvent | NoteEvent, what: str, zone: str, now: Ms) -> str:
    text = _("{clock}  {name}, {what}: {text}") if event.text else _("{clock}  {name}, {what}")
    return text.format(
        clock=format_moment(event.at, zone, now),
        name=event.by.name,
        what=what,
        text=event.text,
    )


def incident_line(incident: Incident, zone: str, now: Ms) -> str:
    """An incident in one line, as a handover and the day's curve name it."""
    since = format_sure_clock(incident.opened_at, zone)
    ticket = _("ticket {ticket}").format(ticket=incident.ticket) if incident.ticket else ""
    text = _("{party}: {summary}, since {since}")
    if not incident.is_open:
        text = _("{party}: {summary}, {since} to {ended}")
    said = text.format(
        party=party_words(incident.party),
        summary=incident.summary,
        since=since,
        ended=format_sure_clock(incident.closed_at, zone),
    )
    check = check_words(incident, now)
    more = [ticket, "" if check == UNDEFINED else _("check {when}").format(when=check)]
    return ", ".join([said, *(each for each in more if each)])


def _prefix(entry: LogEntry) -> str:
    match entry:
        case Note():
            return Kind.NOTE.value
        case Promise():
            return Kind.PROMISE.value
    return Kind.INCIDENT.value


def _row(
    key: Key,
    entry: LogEntry,
    snapshot: FloorSnapshot,
    now: Ms,
    people: Mapping[str, str],
    doings: Doings,
) -> tuple[Sequence[str], Sequence[Tone], tuple[SortKey, ...]]:
    """The cells of a row, their tones, and what it is sorted by."""
    age_s = (now - written_at(entry)) / 1000
    age = format_duration(max(0.0, age_s))
    if isinstance(entry, Promise):
        return promise_cells(key, entry, now, age, age_s, doings)
    if isinstance(entry, Note):
        by = author_words(entry, snapshot, people)
        kind = pgettext("shift log", "note")
        # Of an endpoint's notes no version is known, and nothing is done to them here.
        waits = doings.pending(Kind.NOTE, key, entry.version) if key.source == DESK else None
        state = pgettext("note", "withdrawn") if entry.is_withdrawn else ""
        state = pending_words(waits) if waits is not None else state
        cells = (kind, entry.text, state, age, "", "", by)
        keys: tuple[SortKey, ...] = (kind, entry.text, None, age_s, None, None, by)
        tone = Tone.QUIET if entry.is_withdrawn else Tone.NORMAL
        return cells, (tone,) * len(cells), keys
    pending = doings.pending(Kind.INCIDENT, key, entry.version)
    queue = ""
    if entry.queue:
        queue = queue_name(snapshot.queues, Key(entry.site, entry.telephony, entry.queue))
    party = party_words(entry.party)
    check = check_words(entry, now) if entry.is_open else pgettext("incident", "over")
    check = pgettext("incident", "mistake") if entry.is_withdrawn else check
    check = pgettext("incident", "not set") if check == UNDEFINED else check
    shown = pending_words(pending) if pending is not None else check
    by = entry.opened_by.name
    cells = (party, entry.summary, shown, age, entry.ticket, queue, by)
    tones = [Tone.NORMAL if entry.is_open else Tone.QUIET] * len(cells)
    if entry.is_unlooked(now):
        tones[2] = Tone.LOOK
    due = None if entry.next_check_at is None else float(entry.next_check_at)
    return cells, tones, (party, entry.summary, due, age_s, entry.ticket, queue, by)


def _legend() -> str:
    text = _(
        "Check = when somebody is to look, or a promise is due; ! that is past: {told}, {kept}"
    )
    told, kept = key_name("notes.update-incident"), key_name("notes.settle-promise")
    return text.format(told=told, kept=kept)
