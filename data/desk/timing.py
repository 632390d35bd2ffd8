"""When a complaint's clocks are due, and whether they stand still: counted anew as it moves on.

In which state a complaint was from when to when is told by its own history, so that clocks come out
the same however often they are counted, and whoever keeps the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from data import contract
from data.contract import from_ms, to_ms
from data.desk.complaints import ACKNOWLEDGE
from data.model import Ms
from data.rules.rule_packs import Beside, Event, RulePack, StatusSpan, due_clocks

_STATES = frozenset(
    [
        "assessing",
        "investigating",
        "response_offered",
        "awaiting_customer",
        "resolved",
        "closed",
        "referred",
    ]
)
"""What an event is called that brings a complaint into the state of the same name."""


def first_clocks(pack: RulePack, received_at: Ms, beside: Beside) -> list[contract.ComplaintClock]:
    """The clocks of a complaint that is put on record."""
    found = due_clocks(pack, {Event.RECEIVED: received_at}, beside=beside)
    paused = _paused_in(pack, "new")
    return [
        contract.ComplaintClock(
            name=clock.name, due_at=from_ms(clock.due_at), paused=clock.name in paused
        )
        for clock in found
        if clock.due_at is not None
    ]


def retimed(
    complaint: contract.Escalation, pack: RulePack, beside: Beside, now: Ms
) -> contract.Escalation:
    """The same complaint with the clocks that still run due when they now are.

    A clock whose event has come begins; one that stands still is due as if it ran on from now, and
    is counted anew when it does. What is met stays as it was.

    Args:
        complaint: As it is after an action, events and all.
        pack: The rules by which its clocks were set.
        beside: What is said beside the pack.
        now: The server's time.
    """
    spans = tuple(status_spans(complaint, now))
    found = due_clocks(pack, _instants(complaint), spans, beside)
    due = {clock.name: clock.due_at for clock in found if clock.due_at is not None}
    paused = _paused_in(pack, complaint.status)
    clocks = [
        replace(clock, due_at=from_ms(due[clock.name]), paused=clock.name in paused)
        if clock.met_at is None and clock.name in due
        else clock
        for clock in complaint.clocks
    ]
    known = {clock.name for clock in clocks}
    begun = [
        contract.ComplaintClock(name=name, due_at=from_ms(at), paused=name in paused)
        for name, at in due.items()
        if name not in known
    ]
    return replace(complaint, clocks=[*clocks, *begun])


def status_spans(complaint: contract.Escalation, now: Ms) -> Iterator[StatusSpan]:
    """In which state a complaint was from when to when, by its events; the last one ends now."""
    status, since = "new", to_ms(complaint.received_at)
    for event in complaint.events:
        entered = _entered(status, event)
        if entered != status:
            at = max(since, to_ms(event.at))
            yield StatusSpan(status, since, at)
            status, since = entered, at
    yield StatusSpan(status, since, max(since, now))


def _entered(status: str, event: contract.EscalationEvent) -> str:
    """The state of a complaint after an event."""
    match event.what:
        case "claimed" | "acknowledged":
            return "acknowledged" if status == "new" else status
        case "reopened":
            return "investigating"
        case "imported":
            return event.value or status
        case what if what in _STATES:
            return what
    return status


def _instants(complaint: contract.Escalation) -> Mapping[Event, Ms]:
    """When what clocks count from came."""
    found = {Event.RECEIVED: to_ms(complaint.received_at)}
    acknowledged = [
        to_ms(clock.met_at)
        for clock in complaint.clocks
        if clock.name == ACKNOWLEDGE and clock.met_at is not None
    ] or _when(complaint.events, ("claimed", "acknowledged"))
    if acknowledged:
        found[Event.ACKNOWLEDGED] = acknowledged[0]
    for event, what in ((Event.RESPONDED, "response_offered"), (Event.REOPENED, "reopened")):
        came = _when(complaint.events, (what,))
        if came:
            found[event] = came[-1]
    return found


def _when(events: Iterable[contract.EscalationEvent], names: Sequence[str]) -> list[Ms]:
    return [to_ms(event.at) for event in events if event.what in names]


def _paused_in(pack: RulePack, status: str) -> set[str]:
    """The names of the clocks that stand still in a state."""
    return {clock.name for clock in pack.clock if status in clock.pauses}
