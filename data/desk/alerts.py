"""Alerts and mutes at the desk: who has seen an alert, what was done, and what is not to ring.

The alerts themselves are raised and ended by the sync process (`data.sync.alerting`); people only
acknowledge them. Whoever acknowledged first stands; a later word of what was done is added by them
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from data import contract
from data.contract import to_ms
from data.desk.commands import Asked, Command, as_new, without_version
from data.desk.keeper import Keeper, Kept
from data.desk.messages import DESK, MuteAlerts
from data.desk.rules import Refusal
from data.errors import Code
from data.model import About, Alert, Ms, Mute, Person

KIND = "alert"
MUTE_KIND = "mute"


def acknowledge(asked: Asked, alert: str) -> Command:
    """Say that an alert has been seen, and in the comment what was done about it."""

    def effect(action: contract.ActionBase, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        kept = keeper.get(KIND, alert)
        if kept is None:
            raise Refusal(Code.NOT_FOUND)
        known: Alert = kept.data
        if known.acknowledged_by is not None and known.acknowledged_by != action.actor.id:
            name, since = known.acknowledged_name, known.acknowledged_at
            raise Refusal(Code.WRONG_STATE, current=(kept,), held_by=name, held_since=since)
        done = action.comment if isinstance(action.comment, str) else ""
        seen = replace(
            known,
            acknowledged_by=action.actor.id,
            acknowledged_name=action.actor.name,
            acknowledged_at=known.acknowledged_at or now,
            done=done or known.done,
        )
        return (keeper.put(KIND, alert, seen, at=now, by=key),)

    return without_version(asked, contract.ActionBase, effect)


def mute(asked: Asked, name: str) -> Command:
    """Let alerts not ring for a time; whoever mutes makes the record's id."""

    def made(action: MuteAlerts, now: Ms, _keeper: Keeper) -> Mute:
        if to_ms(action.until) <= now:
            raise Refusal(Code.INVALID_FIELD, fields=[("/until", "not-later-than-now")])
        about = About(action.about_kind, action.about_id) if action.about_id else None
        return Mute(
            site="",
            source=DESK,
            id=name,
            rule=action.rule,
            about=about,
            muted_by=Person(action.actor.id, action.actor.name),
            muted_at=now,
            until=to_ms(action.until),
        )

    return as_new(asked, MUTE_KIND, name, MuteAlerts, made)


def unmute(asked: Asked, name: str) -> Command:
    """Let them ring again before the time is over; who does so twice is told that it is so."""

    def effect(action: contract.ActionBase, key: str, keeper: Keeper, now: Ms) -> Sequence[Kept]:
        del action
        kept = keeper.get(MUTE_KIND, name)
        if kept is None:
            raise Refusal(Code.NOT_FOUND)
        known: Mute = kept.data
        if not known.is_on(now):
            since = known.ended_at or known.until
            raise Refusal(Code.WRONG_STATE, current=(kept,), held_since=since)
        return (keeper.put(MUTE_KIND, name, replace(known, ended_at=now), at=now, by=key),)

    return without_version(asked, contract.ActionBase, effect)


def as_alert(site: str, kept: Kept) -> Alert:
    """What the desk keeps, as the record that the screens see."""
    data: Alert = kept.data
    return replace(data, site=site, source=DESK, id=kept.id, version=kept.version)


def as_mute(site: str, kept: Kept) -> Mute:
    """What the desk keeps, as the record that the screens see."""
    data: Mute = kept.data
    return replace(data, site=site, source=DESK, id=kept.id, version=kept.version)


def merged(told: Alert, kept: Alert | None) -> Alert:
    """What the rules say of an alert, with what people have said of it."""
    if kept is None:
        return told
    return replace(
        told,
        acknowledged_by=kept.acknowledged_by,
        acknowledged_name=kept.acknowledged_name,
        acknowledged_at=kept.acknowledged_at,
        done=kept.done,
    )


OPERATIONS: dict[str, Callable[[Asked, str], Command]] = {"acknowledge": acknowledge}
"""What can be done to an alert, by the last part of the path."""
MUTE_OPERATIONS: dict[str, Callable[[Asked, str], Command]] = {"": mute, "end": unmute}
"""What can be done about mutes."""
