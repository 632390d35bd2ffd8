"""Alerts as `show alerts --json` writes them; docs/json.md is the reference."""

from __future__ import annotations

from typing import Any, TypeAlias

from data.figures.alerts import AlertFigures, alert_figures, count_alerts, mutes_on
from data.figures.freshness import Moment
from data.floor import FloorSnapshot
from data.model import Mute
from screens.alert_words import alert_sentence, place_words
from supervisor_tui.instants import instant

Json: TypeAlias = dict[str, Any]


def alerts_json(snapshot: FloorSnapshot, site: str | None, moment: Moment) -> Json:
    """The alerts of the last day with their counts, and what is muted.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present.
    """
    found = alert_figures(snapshot, site, moment)
    counts = count_alerts(found)
    return {
        "counts": {
            "open": counts.open,
            "act": counts.act,
            "look": counts.look,
            "held": counts.held,
            "muted": counts.muted,
        },
        "alerts": [_alert(one, snapshot, moment) for one in found],
        "mutes": [_mute(mute) for mute in mutes_on(snapshot, site, moment.now)],
    }


def _alert(one: AlertFigures, snapshot: FloorSnapshot, moment: Moment) -> Json:
    alert = one.alert
    zone = next((info.zone for info in snapshot.sites if info.id == alert.site), "UTC")
    about = alert.about
    return {
        "id": alert.id,
        "site": alert.site,
        "source": alert.source,
        "client": alert.client,
        "figure": alert.name,
        "rule": alert.rule or None,
        "severity": one.severity,
        "is_open": one.is_open,
        "about": None if about is None else {"kind": about.kind, "id": about.id},
        "of_source": alert.telephony or None,
        "where": place_words(alert, snapshot),
        "text": alert_sentence(alert, zone),
        "began_at": instant(alert.began_at or None),
        "raised_at": instant(alert.raised_at),
        "ended_at": instant(alert.ended_at),
        "limit": alert.limit if alert.is_own else None,
        "peak": round(alert.peak_now(moment.now), 3) if alert.is_own else None,
        "held": alert.held,
        "held_under": alert.under or None,
        "causes": [{"code": cause.code, **cause.values} for cause in alert.causes],
        "acknowledged_by": alert.acknowledged_by,
        "acknowledged_at": instant(alert.acknowledged_at),
        "done": alert.done or None,
        "outcome": None if alert.outcome is None else alert.outcome.code,
        "command": None if alert.command is None else alert.command.code,
        "is_muted": one.mute is not None,
    }


def _mute(mute: Mute) -> Json:
    about = mute.about
    return {
        "id": mute.id,
        "site": mute.site,
        "rule": mute.rule or None,
        "about": None if about is None else {"kind": about.kind, "id": about.id},
        "by": mute.muted_by.name,
        "until": instant(mute.until),
    }
