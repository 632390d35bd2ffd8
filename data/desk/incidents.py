"""Incidents at the floor's own desk: opened, told of, closed, and opened again.

What is told of an incident is true whatever else was told meanwhile, so none of this is based on a
version: two leaders who report at once both stand in its history.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from data.clean import clean_text
from data.contract import from_ms, to_ms
from data.desk.commands import Asked, Command, as_new, without_version
from data.desk.keeper import Keeper, Kept
from data.desk.log_messages import (
    CloseIncident,
    IncidentLine,
    KeptIncident,
    OpenIncident,
    TellIncident,
    What,
    person_of,
)
from data.desk.rules import Refusal
from data.errors import Code
from data.model import DESK, Incident, IncidentEvent, Ms, Person
from data.sources.native_ids import stored_id

KIND = "incident"
_TEXT_LIMIT = 4000


def open_incident(asked: Asked, incident: str) -> Command:
    """Put an incident on record; whoever opens it makes its id."""

    def made(action: OpenIncident, now: Ms, _keeper: Keeper) -> KeptIncident:
        by, at = person_of(action), from_ms(now)
        check = action.next_check_at
        first = IncidentLine(at=at, by=by, what="opened", text=action.summary, next_check_at=check)
        return KeptIncident(
            party=action.party,
            summary=action.summary,
            ticket=action.ticket,
            telephony=action.telephony,
            queue=action.queue,
            opened_at=at,
            opened_by=by,
            next_check_at=check,
            events=[first],
        )

    return as_new(asked, KIND, incident, OpenIncident, made)


def update(asked: Asked, incident: str) -> Command:
    """Say what is new; the next check is what is said now, and none where nothing is said."""

    def told(kept: KeptIncident, action: TellIncident, now: Ms) -> None:
        _must_be_open(kept)
        if not (action.text or action.ticket or action.next_check_at):
            raise Refusal(Code.INVALID_FIELD, fields=[("/text", "nothing-said")])
        kept.ticket = action.ticket or kept.ticket
        kept.next_check_at = action.next_check_at
        kept.events.append(_line(action, now, "updated"))

    return _on_incident(asked, incident, told)


def close(asked: Asked, incident: str) -> Command:
    """It is over, or never was; nobody has to look again."""

    def told(kept: KeptIncident, action: CloseIncident, now: Ms) -> None:
        _must_be_open(kept)
        kept.closed_at, kept.next_check_at = from_ms(now), None
        kept.is_withdrawn = action.is_mistake
        what: What = "withdrawn" if action.is_mistake else "closed"
        kept.events.append(_line(action, now, what))

    return _on_incident(asked, incident, told, CloseIncident)


def reopen(asked: Asked, incident: str) -> Command:
    """It is not over after all."""

    def told(kept: KeptIncident, action: TellIncident, now: Ms) -> None:
        if kept.closed_at is None:
            raise _wrong_state(kept)
        kept.closed_at, kept.next_check_at = None, action.next_check_at
        kept.is_withdrawn = False
        kept.events.append(_line(action, now, "reopened"))

    return _on_incident(asked, incident, told)


def as_incident(site: str, kept: Kept) -> Incident:
    """What the desk keeps, as the record that the screens see."""
    data: KeptIncident = kept.data
    return Incident(
        site=site,
        source=DESK,
        id=kept.id,
        party=data.party,
        summary=clean_text(data.summary, _TEXT_LIMIT),
        ticket=clean_text(data.ticket),
        telephony=data.telephony,
        queue=stored_id(data.queue) if data.queue else "",
        opened_at=to_ms(data.opened_at),
        opened_by=Person(data.opened_by.id, clean_text(data.opened_by.name)),
        next_check_at=None if data.next_check_at is None else to_ms(data.next_check_at),
        closed_at=None if data.closed_at is None else to_ms(data.closed_at),
        is_withdrawn=data.is_withdrawn,
        events=tuple(map(_event, data.events)),
        version=kept.version,
    )


def _on_incident(
    asked: Asked,
    incident: str,
    told: Callable[[KeptIncident, Any, Ms], None],
    body_type: type[TellIncident] = TellIncident,
) -> Command:
    def effect(action: TellIncident, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        kept = keeper.get(KIND, incident)
        if kept is None:
            raise Refusal(Code.NOT_FOUND)
        try:
            told(kept.data, action, now)
        except Refusal as refusal:
            refusal.current = (kept,)
            raise
        return (keeper.put(KIND, incident, kept.data, at=now, by=key),)

    return without_version(asked, body_type, effect)


def _must_be_open(kept: KeptIncident) -> None:
    if kept.closed_at is not None:
        raise _wrong_state(kept)


def _wrong_state(kept: KeptIncident) -> Refusal:
    last = kept.events[-1]
    return Refusal(Code.WRONG_STATE, held_by=last.by.name, held_since=to_ms(last.at))


def _line(action: TellIncident, now: Ms, what: What) -> IncidentLine:
    return IncidentLine(
        at=from_ms(now),
        by=person_of(action),
        what=what,
        text=action.text,
        next_check_at=action.next_check_at,
    )


def _event(line: IncidentLine) -> IncidentEvent:
    check = line.next_check_at
    return IncidentEvent(
        at=to_ms(line.at),
        by=Person(line.by.id, clean_text(line.by.name)),
        what=line.what,
        text=clean_text(line.text, _TEXT_LIMIT),
        next_check_at=None if check is None else to_ms(check),
    )


OPERATIONS: dict[str, Callable[[Asked, str], Command]] = {
    "": open_incident,
    "update": update,
    "close": close,
    "reopen": reopen,
}
"""What can be done to an incident, by the last part of the path."""
