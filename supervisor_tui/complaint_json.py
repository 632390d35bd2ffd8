"""An escalated complaint as JSON: for `show escalations --json` and `complaints export --json`."""

from __future__ import annotations

from data.figures.complaints import clock_view
from data.model import Escalation, Ms
from supervisor_tui.instants import instant


def escalation_json(complaint: Escalation, now: Ms) -> dict[str, object]:
    """One complaint; docs/json.md says what each field is.

    Args:
        complaint: The complaint.
        now: The present, for what is left of its clock.
    """
    view, owner = clock_view(complaint, now), complaint.owner
    return {
        "id": complaint.id,
        "site": complaint.site,
        "source": complaint.source,
        "client": complaint.client,
        "reference": complaint.reference,
        "kind": complaint.kind,
        "status": complaint.status,
        "severity": complaint.severity,
        "tier": complaint.tier,
        "received_at": instant(complaint.received_at),
        "summary": complaint.summary,
        "vulnerable": complaint.vulnerable,
        "caller": complaint.caller_masked,
        "queue": complaint.queue,
        "contact": complaint.contact,
        "agent": complaint.agent,
        "channel": complaint.channel,
        "remedy_sought": complaint.remedy_sought,
        "outcome": complaint.outcome,
        "resolution": complaint.resolution,
        "referred_to": complaint.referred_to,
        "owner": None
        if owner is None
        else {"id": owner.id, "name": owner.name, "since": instant(owner.since)},
        "clock": view.clock.name if view.clock is not None else None,
        "left_s": None if view.left_s is None else round(view.left_s, 3),
        "missed": view.missed,
        "clocks": [
            {
                "name": clock.name,
                "due_at": instant(clock.due_at),
                "met_at": instant(clock.met_at),
                "paused": clock.paused,
            }
            for clock in complaint.clocks
        ],
        "events": [
            {
                "at": instant(event.at),
                "who": event.who,
                "what": event.what,
                "value": event.value,
                "note": event.note,
            }
            for event in complaint.events
        ],
        "version": complaint.version,
    }
