"""What the shift has written down: notes for whoever leads it and the next, incidents, promises."""

from __future__ import annotations

from typing import TypeAlias

from data.figures.messages import messages_of
from data.floor import FloorSnapshot, Key
from data.model import Incident, Ms, Note, Promise
from data.people import Person

KEPT_MS = 24 * 3_600_000
"""For so long a note, and an incident that is over, stay among what the shift has to know."""
LogEntry: TypeAlias = Note | Incident | Promise


def shift_log(
    snapshot: FloorSnapshot,
    site: str | None,
    now: Ms,
    since: Ms | None = None,
    who: Person | None = None,
) -> tuple[tuple[Key, LogEntry], ...]:
    """What lasts, the one to be looked at first at the top; then the rest, newest first.

    Incidents last until they are over, promises until they are settled.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        now: The present on the server's clock.
        since: Leave out notes written and what ended before; None: a day ago.
        who: Whose briefings are among it, those to them and by them; None: nobody's.
    """
    after = now - KEPT_MS if since is None else since
    found: list[tuple[Key, LogEntry]] = [
        (key, note)
        for key, note in snapshot.notes.items()
        if note.audience is None and note.written_at >= after and site in {None, key.site}
    ]
    if who is not None:
        found += [
            (Key(note.site, note.source, note.id), note)
            for note in messages_of(snapshot, who)
            if note.written_at >= after and site in {None, note.site}
        ]
    found += [
        (key, each)
        for key, each in snapshot.incidents.items()
        if (each.closed_at is None or each.closed_at >= after) and site in {None, key.site}
    ]
    found += [
        (key, each)
        for key, each in snapshot.promises.items()
        if (each.settled_at is None or each.settled_at >= after) and site in {None, key.site}
    ]
    return tuple(sorted(found, key=_order))


def written_at(entry: LogEntry) -> Ms:
    """When somebody first wrote it down."""
    match entry:
        case Note():
            return entry.written_at
        case Promise():
            return entry.events[0].at if entry.events else entry.due_at
    return entry.opened_at


def open_incidents(snapshot: FloorSnapshot, site: str | None) -> list[tuple[Key, Incident]]:
    """The incidents that last, the one to be looked at first at the top."""
    found = [
        (key, each)
        for key, each in snapshot.incidents.items()
        if each.is_open and site in {None, key.site}
    ]
    return sorted(found, key=_order)


def open_promises(snapshot: FloorSnapshot, site: str | None) -> list[tuple[Key, Promise]]:
    """The promises that are still to be kept, the one due first at the top."""
    found = [
        (key, each)
        for key, each in snapshot.promises.items()
        if each.is_open and site in {None, key.site}
    ]
    return sorted(found, key=lambda pair: (pair[1].due_at, pair[0]))


def incidents_between(snapshot: FloorSnapshot, queue: Key, start: Ms, end: Ms) -> list[Incident]:
    """The incidents that lasted at any time of a span and concern a queue, the earliest first.

    One that names no queue concerns all of its site.

    Args:
        snapshot: The floor as of one commit.
        queue: The queue.
        start: The beginning of the span.
        end: Its end, not included.
    """
    found = [
        each
        for each in snapshot.incidents.values()
        if each.site == queue.site
        and not each.is_withdrawn
        and (not each.queue or (each.telephony, each.queue) == (queue.source, queue.id))
        and each.opened_at < end
        and (each.closed_at is None or each.closed_at > start)
    ]
    return sorted(found, key=lambda each: (each.opened_at, each.id))


def _order(entry: tuple[Key, LogEntry]) -> tuple[bool, int, Key]:
    key, one = entry
    if isinstance(one, Promise) and one.is_open:
        return False, one.due_at, key
    if isinstance(one, Incident) and one.is_open:
        return False, one.next_check_at if one.next_check_at is not None else one.opened_at, key
    return True, -written_at(one), key
