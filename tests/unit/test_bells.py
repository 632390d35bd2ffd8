"""What rings, that it rings once, and that nothing old does."""

from __future__ import annotations

import pytest

from data.figures.freshness import Moment
from data.model import Channel, ContactState, Owner, Person
from data.settings import DEFAULT_RULES
from data.status import ClockAnchor
from supervisor_tui.bells import Bells, CallerLost, ComplainantCalls, RaisedHand, word_events
from tests.builders import (
    BOOT,
    MOMENT,
    MONO_MS,
    NOW,
    ago,
    make_agent,
    make_contact,
    make_escalation,
    make_health,
    make_queue,
    make_site,
    make_snapshot,
)

AFTER = NOW + 3000
LATER = Moment(NOW + 5000, MONO_MS + 5000, BOOT)


def known(ahead_s=0, **changes):
    """A source whose server's clock is known, and ahead of the floor's."""
    anchor = ClockAnchor(
        server_ms=NOW + ahead_s * 1000, monotonic_ms=MONO_MS, wall_ms=NOW, boot_id=BOOT
    )
    return make_health(anchor=anchor, **changes)


def floor(*records, sources=None, **changes):
    return make_snapshot(*records, sources=sources or [known()], **changes)


def bells(person="me"):
    """Bells of somebody who looks since NOW."""
    ring = Bells(DEFAULT_RULES, person)
    assert ring.newly(floor(), MOMENT) == ()
    return ring


def lost(id_="c9", waited_s=150.0, **changes):
    fields = {
        "state": ContactState.ENDED,
        "state_since": AFTER,
        "queued_at": AFTER - round(waited_s * 1000),
        "created_at": AFTER - round(waited_s * 1000),
    }
    return make_contact(id_, **fields | changes)


HAND = make_agent(name="Chloé Dubois", assist_since=AFTER)


def test_a_raised_hand_rings_once():
    ring = bells()
    (event,) = ring.newly(floor(HAND), LATER)
    assert isinstance(event, RaisedHand)
    assert word_events([event], floor()) == "1001 Chloé Dubois asks for help"
    assert ring.newly(floor(HAND), LATER) == ()


def test_neither_a_flap_nor_a_reconnection_repeats_it_and_a_second_hand_is_another():
    ring = bells()
    assert ring.newly(floor(HAND), LATER)
    assert ring.newly(floor(), LATER) == ()
    assert ring.newly(floor(HAND), LATER) == ()
    again = make_agent(name="Chloé Dubois", assist_since=AFTER + 1)
    assert len(ring.newly(floor(again), LATER)) == 1


def test_nothing_rings_at_the_start_for_what_was_there_before():
    ring = Bells(DEFAULT_RULES, "me")
    before = floor(make_agent(assist_since=ago(600)), lost(state_since=ago(5), queued_at=ago(500)))
    assert ring.newly(before, MOMENT) == ()
    assert ring.newly(before, LATER) == ()


def test_what_comes_with_a_first_synchronisation_was_there_before():
    ring = Bells(DEFAULT_RULES, "me")
    nothing_yet = make_snapshot(sources=[make_health(last_ok_at=None, last_ok_mono_ms=None)])
    assert ring.newly(nothing_yet, MOMENT) == ()
    rows_before_the_clock = make_snapshot(HAND, sources=[make_health()])
    assert ring.newly(rows_before_the_clock, MOMENT) == ()
    old = make_agent("1002", assist_since=ago(60))
    assert ring.newly(floor(HAND, old), LATER) == ()
    assert ring.newly(floor(HAND, old, make_agent("3", assist_since=LATER.now)), LATER)


def test_what_happened_while_the_line_was_down_rings_when_it_is_back():
    ring = bells()
    ring.newly(floor(sources=[known(state="offline")]), LATER)
    assert len(ring.newly(floor(HAND), LATER)) == 1


def test_new_is_what_is_new_by_the_clock_of_its_own_site():
    both = [known(), known(site="ls1", ahead_s=3600)]
    ring = Bells(DEFAULT_RULES, "me")
    ring.newly(floor(sources=both), MOMENT)
    old_there = make_agent(site="ls1", assist_since=NOW + 60_000)
    new_there = make_agent("7", site="ls1", name="Ivy", assist_since=NOW + 3_601_000)
    (event,) = ring.newly(floor(old_there, new_there, sources=both), LATER)
    sites = [make_site(), make_site(id="ls1", name="Leeds")]
    assert word_events([event], floor(sites=sites)) == "Leeds: 7 Ivy asks for help"


def test_a_hand_that_is_answered_already_does_not_ring():
    answered = make_agent(assist_since=AFTER, assist_by=Person("k", "K. Orlov"))
    assert bells().newly(floor(answered), LATER) == ()


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        (None, "E-1042 is calling now: Claims, nobody has it"),
        (Owner("me", "M. Reed", NOW), "E-1042 is calling now: Claims, owner you"),
        (Owner("other", "K. Orlov", NOW), ""),
    ],
)
@pytest.mark.parametrize("state", [ContactState.WAITING, ContactState.CONNECTED])
def test_a_complainant_rings_for_who_has_the_complaint_and_for_all_if_nobody_has(
    owner, said, state
):
    calling = make_contact(created_at=AFTER, state=state)
    complaint = make_escalation(owner=owner, caller_key=calling.caller_key)
    snapshot = floor(make_queue(), calling, complaint)
    events = bells().newly(snapshot, LATER)
    assert word_events(events, snapshot) == said
    assert all(isinstance(event, ComplainantCalls) for event in events)


@pytest.mark.parametrize(
    ("contact", "complaint"),
    [
        ({"caller_key": "another"}, {}),
        ({"caller_key": ""}, {"caller_key": ""}),
        ({"site": "ls1"}, {}),
        ({}, {"status": "closed"}),
        ({}, {"contact": "c1"}),
        ({"state": ContactState.WRAPPING}, {}),
        ({"created_at": ago(60)}, {}),
    ],
)
def test_other_calls_do_not_ring_as_a_complainant(contact, complaint):
    sources = [known(), known(site="ls1")]
    records = (
        make_contact("c1", **{"created_at": AFTER} | contact),
        make_escalation(**{"caller_key": "key-of-4912"} | complaint),
    )
    ring = bells()
    ring.newly(floor(sources=sources), MOMENT)
    assert ring.newly(floor(*records, sources=sources), LATER) == ()


def test_a_call_that_is_answered_is_the_same_call():
    ring = bells()
    complaint = make_escalation(caller_key="key-of-4912")
    waiting = make_contact(created_at=AFTER)
    assert ring.newly(floor(waiting, complaint), LATER)
    answered = make_contact(created_at=AFTER, state=ContactState.CONNECTED, answered_at=AFTER)
    assert ring.newly(floor(answered, complaint), LATER) == ()


def test_a_caller_lost_after_a_wait_that_wanted_somebody_to_act_rings():
    snapshot = floor(make_queue(), lost())
    (event,) = bells().newly(snapshot, LATER)
    assert isinstance(event, CallerLost)
    assert word_events([event], snapshot) == "•••4912 was lost after 2:30: Claims"


@pytest.mark.parametrize(
    "changes",
    [
        {"waited_s": 119.0},
        {"answered_at": AFTER - 1000},
        {"channel": Channel.EMAIL},
        {"direction": "outbound"},
        {"queued_at": None},
        {"state": ContactState.WAITING},
    ],
)
def test_others_who_are_gone_do_not_ring(changes):
    assert bells().newly(floor(make_queue(), lost(**changes)), LATER) == ()


def test_several_at_once_are_one_line_the_raised_hand_first():
    snapshot = floor(lost("c1"), lost("c2"), HAND)
    events = bells().newly(snapshot, LATER)
    assert word_events(events, snapshot) == "1001 Chloé Dubois asks for help (and 2 more)"
    assert word_events([], snapshot) == ""
