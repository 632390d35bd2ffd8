"""What has to be asked before a promise to a customer is put on record, moved or settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from data.actions.fields import LAST_INSTANT
from data.actions.verbs import Verb
from data.model import Ms, Promise
from data.rules.wall_time import at_wall_time
from data.zones import local, zone
from screens.acting.loan_asks import minutes_of
from screens.acting.offer import Ask, Settled, Wanted, none_of
from screens.formats import format_date_clock
from screens.text import _
from screens.widgets.form import Field

_TEXT_LIMIT = 400
_MINUTE_MS = 60_000
_BY = "by"
_TO = "to"
_SOON = "1h"


def due_when(text: str, now: Ms, place: str) -> Ms | None:
    """The instant that is meant by `2h`, `18:00` or `2026-03-12 09:00`; None for none to come.

    A time without a date is the next one: of tomorrow where it has been today.

    Args:
        text: How long from now, or on the wall clock of the site.
        now: The present.
        place: The site's time zone.
    """
    said = text.strip()
    minutes = minutes_of(said) if ":" not in said else None
    if minutes is not None:
        return now + minutes * _MINUTE_MS
    here = local(now, place)
    try:
        if "-" in said:
            wall = datetime.fromisoformat(said).replace(tzinfo=None)
        else:
            clock = time.fromisoformat(said).replace(tzinfo=None)
            wall = datetime.combine(here.date() + timedelta(days=clock <= here.time()), clock)
    except ValueError:
        return None
    at = at_wall_time(wall, zone(place))
    return at if now < at <= LAST_INSTANT else None


def _place(wanted: Wanted) -> str:
    site = wanted.offers[0].target.key.site
    zones = {each.id: each.zone for each in wanted.look.snapshot.sites}
    return zones.get(site, "UTC")


def _due_field(wanted: Wanted, value: str) -> Field:
    def check(text: str) -> str:
        if due_when(text, wanted.look.moment.now, _place(wanted)) is not None:
            return ""
        return _("By when: 18:00, 2h, or 2026-03-12 09:00; a time that is to come.")

    return Field(_BY, _("By when"), value, limit=16, is_needed=True, check=check)


def _owners(wanted: Wanted, promise: Promise | None = None) -> tuple[tuple[str, str], ...]:
    """Who may keep it: who has it now, the person who asks, and whoever else may lead."""
    me = wanted.look.viewing.person
    found = {promise.owner.id: promise.owner.name} if promise is not None else {}
    for each in wanted.look.viewing.owners:
        name = _("me: {name}").format(name=each.name) if each.id == me else each.name
        found.setdefault(each.id, name)
    return tuple(found.items())


def _made_fields(wanted: Wanted) -> tuple[Field, ...]:
    return (
        Field("text", _("What"), limit=_TEXT_LIMIT, is_needed=True),
        _due_field(wanted, _SOON),
        Field(_TO, _("Whose"), options=_owners(wanted), is_needed=True),
    )


def _made(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    return _settled(wanted, fields, dict(_owners(wanted)))


def _promise(wanted: Wanted) -> Promise | None:
    return wanted.look.snapshot.promises.get(wanted.offers[0].target.key)


def _moved_fields(wanted: Wanted) -> tuple[Field, ...]:
    promise = _promise(wanted)
    at = "" if promise is None else format_date_clock(promise.due_at, _place(wanted))
    later = at if promise is not None and promise.due_at > wanted.look.moment.now else _SOON
    return (
        Field(_TO, _("Whose"), options=_owners(wanted, promise), is_needed=True),
        _due_field(wanted, later),
        Field("text", _("What the customer was told"), limit=_TEXT_LIMIT),
    )


def _moved(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    if "due_at" in fields:
        return Settled(wanted, fields)  # it is going back to what it was
    return _settled(wanted, fields, dict(_owners(wanted, _promise(wanted))))


def _settled(wanted: Wanted, fields: Mapping[str, Any], owners: Mapping[str, str]) -> Settled:
    due = due_when(str(fields.get(_BY, "")), wanted.look.moment.now, _place(wanted))
    to = str(fields.get(_TO, ""))
    if due is None or to not in owners:
        return Settled(none_of(wanted, _("Say whose it is, and by when it is to be kept.")))
    names = {each.id: each.name for each in wanted.look.viewing.owners}
    said: dict[str, Any] = {"text": fields.get("text", "")} if fields.get("text") else {}
    return Settled(
        wanted, {**said, "due_at": due, "to": {"id": to, "name": names.get(to, owners[to])}}
    )


def _outcome_fields(_wanted: Wanted) -> tuple[Field, ...]:
    outcomes = (
        ("kept", _("was kept")),
        ("broken", _("cannot be kept, and the customer knows")),
        ("withdrawn", _("was put on record by mistake")),
    )
    return (
        Field("outcome", _("It"), "kept", options=outcomes),
        Field("text", _("How"), limit=_TEXT_LIMIT),
    )


def _reopened_fields(_wanted: Wanted) -> tuple[Field, ...]:
    return (Field("text", _("Why"), limit=_TEXT_LIMIT, is_needed=True),)


ASKS: Mapping[Verb, Ask] = MappingProxyType(
    {
        Verb.PROMISE: Ask(_made_fields, words=(_BY, "text"), settle=_made),
        Verb.MOVE_PROMISE: Ask(_moved_fields, words=(_BY, "text"), settle=_moved),
        Verb.SETTLE_PROMISE: Ask(_outcome_fields, words=("text",)),
        Verb.REOPEN_PROMISE: Ask(_reopened_fields, words=("text",)),
    }
)
"""What each verb has to ask first."""
