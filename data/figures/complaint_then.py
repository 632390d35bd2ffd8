"""A complaint as it was at an earlier instant, as far as its history tells."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from data.model import ComplaintClock, Escalation, EscalationEvent, Ms

_STATUS_AFTER = {
    "raised": "new",
    "received": "new",
    "escalated": "new",
    "acknowledged": "acknowledged",
    "resolved": "resolved",
    "closed": "closed",
    "referred": "referred",
    "reopened": "investigating",
}
"""What a complaint's status is once something of that name has happened to it."""


def complaint_then(
    kept: Escalation | None, kept_at: Ms, newer: Escalation | None, at: Ms
) -> Escalation | None:
    """A complaint as of an instant.

    A record that nothing has happened to in between is the record of that instant. Otherwise the
    older one is shown with the events, the clocks met and the status that the newer one tells of;
    who owned it in between is only known where nobody else has taken it since.

    Args:
        kept: The record at an earlier moment; None where there was none.
        kept_at: That moment.
        newer: The record as it stands today; None where it is no longer there.
        at: The instant, not before `kept_at`.

    Returns:
        None where it had not come in.
    """
    if newer is None or newer == kept:
        return kept
    if newer.received_at > at:
        return None
    events = tuple(event for event in newer.events if event.at <= at)
    if events == newer.events and _was_written_by(newer, at):
        return newer
    if kept is not None and all(event.at <= kept_at for event in events):
        return kept
    owner = newer.owner
    if owner is None or owner.since > at:
        owner = kept.owner if kept is not None else None
    return replace(
        kept or newer,
        status=_status(events, kept),
        owner=owner,
        severity=newer.severity if kept is None else kept.severity,
        clocks=tuple(_clock_then(clock, at) for clock in newer.clocks),
        events=events,
        outcome=kept.outcome if kept is not None else "",
        resolution=kept.resolution if kept is not None else "",
    )


def _was_written_by(record: Escalation, at: Ms) -> bool:
    """Whether nothing that the record shows with an instant is of later."""
    met = (clock.met_at for clock in record.clocks if clock.met_at is not None)
    owned = () if record.owner is None else (record.owner.since,)
    return all(each <= at for each in (*met, *owned))


def _clock_then(clock: ComplaintClock, at: Ms) -> ComplaintClock:
    is_later = clock.met_at is not None and clock.met_at > at
    return replace(clock, met_at=None) if is_later else clock


def _status(events: Sequence[EscalationEvent], kept: Escalation | None) -> str:
    told = [_STATUS_AFTER[event.what] for event in events if event.what in _STATUS_AFTER]
    if told:
        return told[-1]
    return kept.status if kept is not None else "new"
