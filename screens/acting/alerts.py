"""What can be done to an alert: say that one has seen it, and let alerts not ring for a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.actions.verbs import Verb
from data.desk.messages import DESK
from data.figures.alerts import AlertFigures
from data.figures.doings import Target
from data.floor import FloorSnapshot, Key
from data.model import Alert, Kind, Mute
from screens.acting.can import can, cannot_words
from screens.acting.offer import Offer
from screens.alert_words import alert_sentence, name_words, place_words
from screens.formats import format_clock
from screens.look import Look
from screens.text import _

MUTE_MINUTES = 10


def alert_offers(one: AlertFigures, look: Look) -> tuple[Offer, ...]:
    """What can be done to an alert."""
    alert = one.alert
    where = place_words(alert, look.snapshot)
    what = alert_sentence(alert, _zone(look, alert.site))
    pending = look.doings.pending(Kind.ALERT, one.key, alert.version) is not None
    seen = _why_not_seen(one, look, is_pending=pending)
    offers = [
        Offer(Verb.ACKNOWLEDGE_ALERT, Target(one.key, alert.version, where), what, seen),
        mute_offer(alert, look, _why_not_muted(one)),
    ]
    if one.mute is not None:
        offers.append(unmute_offer(one.mute))
    else:
        target = Target(one.key, 0, where)
        offers.append(Offer(Verb.UNMUTE, target, where, _("It is not muted.")))
    return tuple(offers)


def mute_offer(alert: Alert, look: Look, why_not: str = "") -> Offer:
    """Letting the alerts about one thing not ring for a time."""
    about = alert.about
    fields: dict[str, Any] = {"until": look.moment.now + MUTE_MINUTES * 60_000}
    if about is not None:
        fields |= {"about_kind": about.kind, "about_id": about.id}
    key = Key(alert.site, DESK, "")
    where = place_words(alert, look.snapshot)
    return Offer(Verb.MUTE, Target(key, 0, where, fields), where, why_not)


def mute_all_offer(site: str, look: Look, rule: str = "") -> Offer:
    """Letting all alerts of a site, or all of a rule, not ring; for how long is asked or said."""
    fields: Mapping[str, Any] = {"rule": rule} if rule else {}
    names = {info.id: info.name or info.id for info in look.snapshot.sites}
    subject = _("all alerts of {site}").format(site=names.get(site, site))
    if rule:
        subject = _("alerts {rule}").format(rule=rule)
    return Offer(Verb.MUTE, Target(Key(site, DESK, ""), 0, subject, fields))


def unmute_offer(mute: Mute) -> Offer:
    """Letting alerts ring again before the time is over."""
    key = Key(mute.site, DESK, mute.id)
    subject = mute.about.id if mute.about is not None else mute.rule or _("all alerts")
    return Offer(Verb.UNMUTE, Target(key, mute.version, subject), subject)


def proposal_of(alert: Alert, snapshot: FloorSnapshot) -> str:
    """What one key types about an alert; the name is quoted, so that it is taken whole."""
    if not alert.proposal:
        return ""
    name = name_words(alert, snapshot).replace('"', "")
    return alert.proposal.replace("{queue}", f'"{name}"').replace("{about}", f'"{name}"')


def _why_not_seen(one: AlertFigures, look: Look, *, is_pending: bool) -> str:
    alert = one.alert
    if not alert.is_own and not can(look, alert.site, alert.source, Verb.ACKNOWLEDGE_ALERT):
        return cannot_words()
    if is_pending:
        return _("Your last action on this alert is still on its way.")
    by = alert.acknowledged_by
    if by is not None and by != look.viewing.person:
        clock = format_clock(alert.acknowledged_at, _zone(look, alert.site))
        name = alert.acknowledged_name or by
        return _("{name} has seen it at {clock}.").format(name=name, clock=clock)
    return ""


def _zone(look: Look, site: str) -> str:
    return next((info.zone for info in look.snapshot.sites if info.id == site), "UTC")


def _why_not_muted(one: AlertFigures) -> str:
    if one.alert.about is None:
        return _("It is about nothing in particular: `:mute all 10m` mutes all.")
    return _("It is muted already.") if one.mute is not None else ""
