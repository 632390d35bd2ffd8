"""Notes, incidents and promises as `show notes --json` writes them."""

from __future__ import annotations

from typing import Any, TypeAlias

from data.figures.shift_log import shift_log
from data.floor import FloorSnapshot, Key
from data.model import Incident, Ms, Note, Promise
from supervisor_tui.instants import instant

Json: TypeAlias = dict[str, Any]


def notes_json(snapshot: FloorSnapshot, site: str | None, now: Ms) -> Json:
    """The notes and the incidents of the last day, and all incidents that last.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        now: The present on the server's clock.
    """
    entries = shift_log(snapshot, site, now)
    return {
        "notes": [_note(key, one) for key, one in entries if isinstance(one, Note)],
        "incidents": [
            incident_json(key, one, now) for key, one in entries if isinstance(one, Incident)
        ],
        "promises": [_promise(key, one, now) for key, one in entries if isinstance(one, Promise)],
    }


def incident_json(key: Key, incident: Incident, now: Ms) -> Json:
    """One incident with its history; undefined is null."""
    return {
        "id": key.id,
        "site": key.site,
        "party": incident.party,
        "summary": incident.summary,
        "ticket": incident.ticket or None,
        "source": incident.telephony or None,
        "queue": incident.queue or None,
        "opened_at": instant(incident.opened_at),
        "opened_by": incident.opened_by.name,
        "closed_at": _instant(incident.closed_at),
        "is_withdrawn": incident.is_withdrawn,
        "next_check_at": _instant(incident.next_check_at),
        "check_is_due": incident.is_unlooked(now),
        "events": [
            {
                "at": instant(each.at),
                "by": each.by.name,
                "what": each.what,
                "text": each.text or None,
                "next_check_at": _instant(each.next_check_at),
            }
            for each in incident.events
        ],
    }


def _promise(key: Key, promise: Promise, now: Ms) -> Json:
    return {
        "id": key.id,
        "site": key.site,
        "text": promise.text,
        "owner": promise.owner.name,
        "due_at": instant(promise.due_at),
        "is_missed": promise.is_missed(now),
        "complaint": promise.reference or None,
        "customer": promise.customer or None,
        "settled_at": _instant(promise.settled_at),
        "outcome": promise.outcome or None,
        "events": [
            {
                "at": instant(each.at),
                "by": each.by.name,
                "what": each.what,
                "text": each.text or None,
                "due_at": _instant(each.due_at),
                "owner": each.owner.name if each.owner is not None else None,
            }
            for each in promise.events
        ],
    }


def _note(key: Key, note: Note) -> Json:
    return {
        "id": key.id,
        "site": key.site,
        "source": key.source,
        "author": note.author,
        "text": note.text,
        "written_at": instant(note.written_at),
        "is_withdrawn": note.is_withdrawn,
        "events": [
            {
                "at": instant(each.at),
                "by": each.by.name,
                "what": each.what,
                "text": each.text or None,
            }
            for each in note.events
        ],
    }


def _instant(at: Ms | None) -> str | None:
    return None if at is None else instant(at)
