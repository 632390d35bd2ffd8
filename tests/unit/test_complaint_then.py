"""A complaint as it was, as far as its history tells."""

from __future__ import annotations

from msgspec.structs import replace

from data.figures.complaint_then import complaint_then
from data.model import ComplaintClock, Escalation, EscalationEvent, Owner
from tests.builders import NOW, ago, make_escalation


def event(minutes_ago: int, what: str) -> EscalationEvent:
    return EscalationEvent(at=ago(minutes_ago * 60), who="K. Orlov", what=what)


RECEIVED = make_escalation(received_at=ago(5 * 3600), status="new", events=(event(300, "raised"),))
TODAY = replace(
    RECEIVED,
    status="resolved",
    owner=Owner("k-orlov", "K. Orlov", ago(120 * 60)),
    outcome="upheld",
    clocks=(ComplaintClock("acknowledge", NOW, met_at=ago(100 * 60)),),
    events=(
        event(300, "raised"),
        event(120, "claimed"),
        event(100, "acknowledged"),
        event(30, "resolved"),
    ),
)


def then(minutes_ago: int, kept: Escalation | None = None, kept_ago: int = 600) -> Escalation:
    found = complaint_then(kept, ago(kept_ago * 60), TODAY, ago(minutes_ago * 60))
    assert found is not None
    return found


def test_before_it_came_in_it_was_not_there() -> None:
    assert complaint_then(None, 0, TODAY, ago(6 * 3600)) is None


def test_since_the_last_event_it_is_what_it_is_today() -> None:
    assert then(10) == TODAY


def test_where_nothing_happened_after_the_keyframe_it_is_the_kept_one() -> None:
    assert then(150, RECEIVED, kept_ago=200) == RECEIVED


def test_between_events_status_owner_clocks_and_outcome_are_those_of_then() -> None:
    found = then(60, RECEIVED, kept_ago=200)
    assert found.status == "acknowledged"
    assert found.owner == TODAY.owner
    assert found.clocks == TODAY.clocks
    assert found.outcome == ""
    assert [each.what for each in found.events] == ["raised", "claimed", "acknowledged"]


def test_without_a_keyframe_nothing_of_later_shows() -> None:
    found = then(110)
    assert (found.status, found.outcome, found.clocks[0].met_at) == ("new", "", None)
    assert found.owner is not None
    assert then(130).owner is None


def test_what_is_no_longer_there_is_as_it_was_kept() -> None:
    assert complaint_then(RECEIVED, ago(60), None, NOW) == RECEIVED
